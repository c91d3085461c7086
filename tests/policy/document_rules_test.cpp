// What the README says must be so.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <set>
#include <string>
#include <vector>

#include "source_files.hpp"

namespace understudy {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// First groups of every match of `pattern` in `text`.
std::set<std::string> all_matches(const std::string& text, const std::string& pattern) {
  const RE2 expression{pattern};
  re2::StringPiece rest{text};
  std::set<std::string> found;
  for (std::string match; RE2::FindAndConsume(&rest, expression, &match);) found.insert(match);
  return found;
}

std::string help_of_dev() {
  const std::string script = read_text("dev");
  const std::size_t begin = script.find("\nUsage: ");
  return script.substr(begin, script.find("\nEND\n", begin) - begin);
}

const std::string kHelpLine = R"((?m)^  ([a-z]+) )";

TEST(Readme, NamesOnlyCommandsThatDevHas) {
  const std::set<std::string> commands = all_matches(help_of_dev(), kHelpLine);
  const std::set<std::string> named = all_matches(read_text("README.md"), R"(\./dev ([a-z]+))");

  EXPECT_THAT(named, Not(IsEmpty()));
  for (const std::string& command : named) EXPECT_THAT(commands, Contains(command));
}

TEST(Dev, CarriesOutEveryCommandThatItsHelpNames) {
  const std::string script = read_text("dev");

  for (const std::string& command : all_matches(help_of_dev(), kHelpLine)) {
    EXPECT_THAT(script, HasSubstr("\ncmd_" + command + "()"));
  }
}

TEST(Readme, SaysWhyEachDependencyIsThere) {
  const std::string readme = read_text("README.md");
  const std::string build = read_text("cmake/dependencies.cmake");
  std::set<std::string> names = all_matches(build, R"((?m)^\s*find_package\((\S+))");
  names.merge(all_matches(build, R"(IMPORTED_TARGET (\S+?)\))"));
  names.erase("Threads");    // the C library's own
  names.erase("PkgConfig");  // finds, is not linked

  EXPECT_THAT(names, Not(IsEmpty()));
  for (const std::string& name : names) EXPECT_THAT(readme, HasSubstr("`" + name + "`"));
}

/// What no compiler looks at: a merge that was left half done would stay there.
TEST(Documents, HoldNoMarksOfAMerge) {
  std::size_t read = 0;
  for (const std::string& file : files_below({"README.md", "scenarios", "fixtures", "harness", "tests"})) {
    if (!RE2::PartialMatch(file, R"(\.(md|css|html|js|mjs)$)")) continue;
    ++read;
    EXPECT_THAT(all_matches(read_text(file), R"((?m)^(<{7}|>{7})( |$))"), IsEmpty()) << file;
  }

  EXPECT_GT(read, 20U);
}

TEST(Client, IsPinnedWithAnIntegrityHashAndNoHost) {
  const std::string lock = read_text("package-lock.json");

  EXPECT_THAT(read_text("package.json"), HasSubstr(R"("@upsun/cli-linux-x64": "5.11.1")"));
  EXPECT_THAT(lock, HasSubstr(R"("lockfileVersion": 3)"));
  EXPECT_THAT(lock, HasSubstr(R"("integrity": "sha512-)"));
  EXPECT_THAT(lock, Not(HasSubstr("://")));
}

}  // namespace
}  // namespace understudy
