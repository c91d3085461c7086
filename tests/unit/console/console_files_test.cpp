// What is handed out to browsers: all of the console, and nothing in it that its Content-Security-Policy forbids or
// that would make markup of what a server says.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "harness/console.hpp"

namespace understudy {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::filesystem::path kFolder = std::filesystem::path{SOURCE_DIR} / "harness/console";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<StaticFile> scripts() {
  std::vector<StaticFile> result;
  for (const StaticFile& file : console_files()) {
    if (file.path.ends_with(".js")) result.push_back(file);
  }
  return result;
}

TEST(Console, HoldsEveryFileByteForByte) {
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{kFolder}) {
    const std::string type = entry.path().extension().string();
    if (entry.is_regular_file() && type != ".json" && type != ".md")  // for people and tools
      there.insert(std::filesystem::relative(entry.path(), kFolder).string());
  }

  std::set<std::string> held;
  for (const StaticFile& file : console_files()) {
    held.insert(file.path);
    EXPECT_EQ(file.bytes, text_of(kFolder / file.path)) << file.path;
  }

  EXPECT_EQ(held, there);
  EXPECT_THAT(held, Contains("index.html"));
}

TEST(Console, SaysWhatItsFilesAre) {
  std::set<std::string> types;
  for (const StaticFile& file : console_files()) types.insert(file.content_type);

  EXPECT_THAT(types, testing::UnorderedElementsAre("text/html; charset=utf-8", "text/css; charset=utf-8",
                                                   "text/javascript; charset=utf-8", "image/svg+xml"));
}

TEST(Console, HasEveryModuleThatOneImports) {
  std::set<std::string> held;
  for (const StaticFile& file : console_files()) held.insert(file.path);

  std::size_t imports = 0;
  for (const StaticFile& file : scripts()) {
    re2::StringPiece rest{file.bytes};
    std::string name;
    while (RE2::FindAndConsume(&rest, R"(from '([^']+)')", &name)) {
      ++imports;
      const std::filesystem::path wanted = (std::filesystem::path{file.path}.parent_path() / name).lexically_normal();
      EXPECT_THAT(held, Contains(wanted.string())) << "imported by " << file.path;
    }
  }

  EXPECT_GT(imports, 20U);
}

TEST(Console, PageHasNoScriptAndNoStyleOfItsOwn) {
  const std::string page = text_of(kFolder / "index.html");

  EXPECT_FALSE(RE2::PartialMatch(page, R"(<script[^>]*>[^<])"));
  EXPECT_THAT(page, Not(HasSubstr("<style")));
  EXPECT_FALSE(RE2::PartialMatch(page, R"(\s(style|on\w+)=)"));
}

/// What no script may do, and what it is forbidden for.
struct Ban {
  const char* pattern;
  const char* reason;
};

class ConsoleScripts : public testing::TestWithParam<Ban> {};

TEST_P(ConsoleScripts, DoNot) {
  std::vector<std::string> found;
  for (const StaticFile& file : console_files()) {
    if (RE2::PartialMatch(file.bytes, GetParam().pattern)) found.push_back(file.path);
  }

  EXPECT_THAT(found, IsEmpty()) << GetParam().reason;
}

INSTANTIATE_TEST_SUITE_P(
    Bans, ConsoleScripts,
    testing::Values(Ban{R"(innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser)",
                        "what a server says is text, never markup"},
                    Ban{R"(\beval\(|new Function|setTimeout\(['"])", "text is no program"},
                    Ban{R"(localStorage|indexedDB|document\.cookie|caches\.)", "what a tab knows ends with it"},
                    Ban{R"(setAttribute\('style')", "the policy of the page forbids it"},
                    Ban{R"(https?://[^w])",
                        "nothing is loaded from elsewhere (www.w3.org is the name of a namespace)"}),
    [](const auto& row) { return fmt::format("Row{}", row.index); });

TEST(Console, HasManyScripts) { EXPECT_THAT(scripts(), SizeIs(testing::Gt(20U))); }

}  // namespace
}  // namespace understudy
