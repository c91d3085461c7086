// Which line may stand where. A ban is a row; a failure prints file, line and the reason.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "source_files.hpp"

namespace understudy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::SizeIs;

/// Where the path matches `where` (but not `except`), no line may match `line`. Patterns are RE2.
struct Ban {
  std::string_view name;
  std::string_view where;    // whole path, from the project's root
  std::string_view line;     // anywhere in the line
  std::string_view example;  // a line that this row catches
  std::string_view except;   // whole path; "" = no exception
  std::string_view reason;
  bool in_comments = false;  // the rule is about comments; else they are left out
};

void PrintTo(const Ban& ban, std::ostream* out) { *out << ban.name; }

constexpr std::string_view kCpp = R"((mock_server|harness|tests)/.*\.(cpp|hpp))";
constexpr std::string_view kProduct = R"((mock_server|harness)/.*\.(cpp|hpp))";

const Ban kBans[] = {
    {"SystemClock", kProduct, R"(system_clock::now|\btime\((NULL|nullptr|0)\)|gettimeofday|\blocaltime)",
     "auto now = std::chrono::system_clock::now();", R"(harness/src/report/.*)",
     "platform time comes from a Clock; only a report may say when it was written"},
    {"SteadyClock", kProduct, R"((steady|high_resolution)_clock::now|clock_gettime)",
     "auto start = std::chrono::steady_clock::now();",
     R"(mock_server/src/(http|journal)/.*|harness/src/process/.*|harness/include/harness/stopwatch\.hpp)",
     "real time is for deadlines and for measured wall times only"},
    {"Sleep", R"((mock_server|harness|tests/(unit|support|policy))/.*\.(cpp|hpp))",
     R"(sleep_(for|until)\s*\(|\bu?sleep\s*\(\s*\d|\bnanosleep\s*\()", "std::this_thread::sleep_for(2s);", "",
     "wait for a condition, not for time"},
    {"Detach", kCpp, R"(\.detach\(\))", "worker.detach();", "", "whoever starts a thread joins it"},
    {"Chance", kCpp, R"(\brand\(\)|random_device|uniform_\w+_distribution|std::shuffle)", "std::random_device seed;",
     "", "chance comes from one seeded engine, drawn by engine() % n"},
    {"Httplib", kProduct, R"(#include\s*<httplib\.h>)", "#include <httplib.h>", R"(mock_server/src/http/.*)",
     "one adapter knows the library"},
    {"BoostProcess", kCpp, R"(#include\s*<boost/(process|asio))", "#include <boost/process.hpp>",
     R"((harness/src|tests/unit)/process/.*)", "one folder knows how processes are started"},
    {"LibYaml", kCpp, R"(#include\s*<yaml\.h>)", "#include <yaml.h>", R"(mock_server/src/document/.*)",
     "one reader knows the library"},
    {"Sqlite", kProduct, R"(#include\s*<sqlite3\.h>)", "#include <sqlite3.h>", R"(harness/src/state/.*)",
     "one folder knows the library"},
    {"ModelStandsAlone", R"(mock_server/src/model/.*)", R"(#include\s*"(api|http|wire|world|engine)/)",
     "#include \"api/routes.hpp\"", "", "arrows go towards the model"},
    {"EngineKnowsNoHttp", R"(mock_server/src/engine/.*)", R"(#include\s*"(api|http|wire)/)",
     "#include \"wire/error.hpp\"", "", "arrows go towards the model"},
    {"WireKnowsNoHttp", R"(mock_server/src/wire/.*)", R"(#include\s*"(api|http)/)", "#include \"api/routes.hpp\"", "",
     "arrows go towards the model"},
    {"ApiKnowsNoSockets", R"(mock_server/src/api/.*)", R"(#include\s*("http/|<sys/socket|<netinet|<boost/asio))",
     "#include <sys/socket.h>", "", "a handler is a function of its arguments"},
    {"ServerKnowsNoHarness", R"(mock_server/.*)", R"(#include\s*"harness/)", "#include \"harness/process.hpp\"", "",
     "the harness uses the fake, never the other way round"},
    {"HarnessSeesPublicHeaders", R"(harness/.*)", R"(#include\s*"(.*mock_server/src/|(model|engine|wire|api|http)/))",
     "#include \"../../mock_server/src/model/model.hpp\"", "", "the harness sees public headers only"},
    {"NolintSaysWhy", kCpp, R"(NOLINT(NEXTLINE|BEGIN)?(\([^)]*\))?\s*$|NOLINT(NEXTLINE|BEGIN)?\s*:)",
     "int x;  // NOLINT(bugprone-foo)", "", "write NOLINT(check): reason", true},
    {"NothingSwallowed", kProduct, R"(catch\s*\(\.\.\.\)\s*\{\s*\})", "catch (...) {}", "",
     "an error is said where someone can act on it"},
    {"StdIsNamed", kCpp, R"(using namespace std;)", "using namespace std;", "", "names of std are written out"},
    {"PragmaOnce", kCpp, R"(#ifndef \w+_(H|HPP)_?$)", "#ifndef CLOCK_HPP", "", "headers begin with #pragma once"},
    {"WhatIsLeftIsAnIssue", kCpp, R"(\b(TODO|FIXME|XXX)\b)", "// TODO: later", "", "file an issue instead", true},
    {"MachinePaths", ".*", R"((^|[\s"'=:(])/(root|work|home/\w+)/\w)", "cd /root/project", "",
     "the path of one machine", true},
    {"RegistryHosts", ".*", R"(registry\.(npmjs|yarnpkg)|deb\.debian\.org|"resolved":)", R"("resolved": "https://...")",
     "", "hosts are the machine's configuration", true},
};

std::string without_comment(const std::string& line) {
  std::string code = line;
  RE2::Replace(&code, R"((^|\s)//.*)", "");
  return code;
}

/// "file:line: reason" for each line that `ban` forbids.
std::vector<std::string> breaches(const Ban& ban, const std::string& file, const std::vector<std::string>& lines) {
  const RE2 forbidden{std::string{ban.line}};
  std::vector<std::string> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = ban.in_comments ? lines[i] : without_comment(lines[i]);
    if (RE2::PartialMatch(line, forbidden)) found.push_back(fmt::format("{}:{}: {}", file, i + 1, ban.reason));
  }
  return found;
}

bool applies(const Ban& ban, const std::string& file) {
  if (file == "tests/policy/source_rules_test.cpp") return false;  // it spells out what is forbidden
  if (!RE2::FullMatch(file, std::string{ban.where})) return false;
  return ban.except.empty() || !RE2::FullMatch(file, std::string{ban.except});
}

/// Every file that a commit can hold. Those in the root are not named: one that a test has left there counts, too.
std::vector<std::string> our_files() {
  std::vector<std::string> files =
      files_below({".ci", "cmake", "fixtures", "harness", "mock_server", "scenarios", "tests"});
  for (const auto& entry : std::filesystem::directory_iterator{kSourceDir}) {
    std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && name != "compile_commands.json") files.push_back(std::move(name));  // see .gitignore
  }
  return files;
}

class SourceRules : public testing::TestWithParam<Ban> {};

TEST_P(SourceRules, Hold) {
  std::vector<std::string> found;
  for (const std::string& file : our_files()) {
    if (!applies(GetParam(), file)) continue;
    for (std::string& breach : breaches(GetParam(), file, read_lines(file))) found.push_back(std::move(breach));
  }

  EXPECT_THAT(found, IsEmpty());
}

TEST_P(SourceRules, CatchTheirExample) {
  const std::vector<std::string> lines{"", std::string{GetParam().example}};

  EXPECT_THAT(breaches(GetParam(), "some.cpp", lines), ElementsAre(fmt::format("some.cpp:2: {}", GetParam().reason)));
}

INSTANTIATE_TEST_SUITE_P(Bans, SourceRules, testing::ValuesIn(kBans),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(SourceFiles, EveryHeaderIsReadOnce) {
  std::vector<std::string> without;
  for (const std::string& file : files_below({"mock_server", "harness", "tests"})) {
    if (file.ends_with(".hpp") && read_text(file).find("#pragma once") == std::string::npos) without.push_back(file);
  }

  EXPECT_THAT(without, IsEmpty());
}

/// Of two types with one name in one program the linker takes one's destructor, and one's vectors, for both.
TEST(SourceFiles, TypesInHeadersHaveNamesOfTheirOwn) {
  const RE2 begins_scope{R"(^namespace ([\w:]+) \{)"};
  const RE2 begins_type{R"(^(?:struct|class|union|enum|enum class) (\w+)(?: final)?(?: :.*)? \{)"};
  std::map<std::string, std::string> places;
  std::vector<std::string> twice;
  for (const std::string& file : files_below({"mock_server", "harness"})) {
    if (!file.ends_with(".hpp")) continue;
    std::string scope;
    const std::vector<std::string> lines = read_lines(file);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      RE2::PartialMatch(lines[i], begins_scope, &scope);
      std::string name;
      if (!RE2::PartialMatch(lines[i], begins_type, &name)) continue;
      const std::string place = fmt::format("{}:{}", file, i + 1);
      const auto [first, is_new] = places.emplace(fmt::format("{}::{}", scope, name), place);
      if (!is_new) twice.push_back(fmt::format("{} at {} and {}", first->first, first->second, place));
    }
  }

  EXPECT_THAT(places, Contains(Key("understudy::JsonShape")));
  EXPECT_THAT(twice, IsEmpty());
}

TEST(SourceFiles, AreFound) { EXPECT_THAT(files_below({"dev", "tests/policy/source_rules_test.cpp"}), SizeIs(2)); }

}  // namespace
}  // namespace understudy
