// A value with several lines, each of which is shown with something before it: a log, a comment, a quotation.
#include <gmock/gmock.h>

#include "mock_server/secret_hunter.hpp"

namespace understudy {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kValue = "first aq93Kfu3xW\nsecond kd9fZx8q\r\n  third 5TwqLp2v\nno\nlast Yt7mBs4n";

TEST(SecretLines, AreCoveredWhereverTheyStand) {
  const SecretHunter hunter{{{"LINES", kValue}}};
  const std::string log =
      "12:00 app: first aq93Kfu3xW\n12:00 app: second kd9fZx8q\n12:00 app: third 5TwqLp2v\n12:00 app: no\n12:00 app: "
      "last Yt7mBs4n\n";
  EXPECT_THAT(hunter.find(log), SizeIs(2));  // the beginning and the end
  EXPECT_THAT(hunter.cover(log), AllOf(Not(HasSubstr("aq93Kfu3")), Not(HasSubstr("kd9fZx8q")),
                                       Not(HasSubstr("5TwqLp2v")), Not(HasSubstr("Yt7mBs4n")), HasSubstr("app: no\n")));
  EXPECT_THAT(hunter.cover(R"({"log": "> second kd9fZx8q\n> "})"), Not(HasSubstr("kd9fZx8q")));
}

TEST(SecretLines, AreNoEvidence) {
  const SecretHunter hunter{{{"LINES", kValue}}};
  EXPECT_THAT(hunter.find("> second kd9fZx8q\n"), IsEmpty());
  EXPECT_THAT(hunter.cover("> second kd9f\n"), HasSubstr("second kd9f"));
  const SecretHunter words{{{"LINES", "first aq93Kfu3xW\naaaaaaaaaaaaaaaa\nlast Yt7mBs4nQp5w"}}};
  EXPECT_EQ(words.cover("aaaaaaaaaaaaaaaa\n"), "aaaaaaaaaaaaaaaa\n");
}

}  // namespace
}  // namespace understudy
