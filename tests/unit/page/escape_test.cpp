#include "page/escape.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

TEST(Escape, CutsWithAnEllipsisByWidthAndWholeCharacters) {
  EXPECT_EQ(ellipsized("backup", 6), "backup");
  EXPECT_EQ(ellipsized("backups", 6), "backu\u2026");
  EXPECT_EQ(ellipsized("sync of staging", 9), "sync of\u2026");
  EXPECT_EQ(ellipsized("\u00e4\u00f6\u00fc\u00df", 3), "\u00e4\u00f6\u2026");
  EXPECT_EQ(ellipsized("\u65e5\u672c\u8a9e", 5), "\u65e5\u672c\u2026");
  EXPECT_EQ(ellipsized("\x1b[31m", 20), "\\x1b[31m");
  EXPECT_EQ(ellipsized("x", 0), "");
}

TEST(Escape, LeavesNoMarkupAndNoControlCharacter) {
  EXPECT_EQ(html_escaped("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  EXPECT_EQ(html_escaped(std::string_view{"\x1b\0\x7f\xff", 4}), "\\x1b\\x00\\x7f\xEF\xBF\xBD");
  EXPECT_EQ(identifier("cron main/app \"x\""), "cron-main-app--x-");
}

TEST(Escape, WritesNumbersShortly) {
  EXPECT_EQ(number(12), "12");
  EXPECT_EQ(number(12.04), "12");
  EXPECT_EQ(number(-0.25), "-0.3");
  EXPECT_EQ(number(1159.96), "1160");
}

}  // namespace
}  // namespace understudy
