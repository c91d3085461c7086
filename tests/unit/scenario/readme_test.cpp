// scenarios/README.md has to be true: its examples can be read, and no key is missing.
#include <gmock/gmock.h>
#include <re2/re2.h>

#include <fstream>
#include <sstream>

#include "check/request_pattern.hpp"
#include "check/text_expectation.hpp"
#include "evidence.hpp"
#include "scenario/steps.hpp"

namespace understudy {
namespace {

using namespace testing_support;

std::string readme() {
  std::ostringstream text;
  text << std::ifstream{SOURCE_DIR "/scenarios/README.md"}.rdbuf();
  return text.str();
}

std::vector<std::string> matches_of(const std::string& text, const std::string& pattern) {
  std::vector<std::string> found;
  re2::StringPiece rest{text};
  std::string match;
  while (RE2::FindAndConsume(&rest, pattern, &match)) found.push_back(match);
  return found;
}

TEST(Readme, MentionsEveryKey) {
  const std::string text = readme();
  std::vector<std::string> keys;
  const nlohmann::json schema = scenario_schema({{"properties", nlohmann::json::object()}});
  for (const auto& [key, unused] : schema["properties"].items()) keys.push_back(key);
  for (const Key<StepDraft>& key : step_keys()) keys.push_back(key.name);
  for (const Key<TextExpectation>& key : TextExpectation::keys()) keys.push_back(key.name);
  for (const Key<RequestPattern>& key : RequestPattern::keys()) keys.push_back(key.name);
  ASSERT_GT(keys.size(), 40U);

  for (const std::string& key : keys) EXPECT_THAT(text, testing::HasSubstr("`" + key + "`"));
}

TEST(Readme, ShowsAScenarioThatCanBeRead) {
  const std::vector<std::string> blocks = matches_of(readme(), "(?s)```yaml\n(.*?)```");
  ASSERT_FALSE(blocks.empty());

  for (const std::string& block : blocks) EXPECT_EQ(complaint(block), "");
}

/// Does `example` stand anywhere in a scenario?
bool can_be_read(const std::string& example) {
  const std::string step = "scenario: s\nsteps:\n- run: a\n  ";
  const bool whole = example.starts_with("scenario:");
  for (const std::string& text :
       {whole ? example + "\nrun: a\n" : "scenario: s\n" + example + "\nrun: a\n", "scenario: s\n" + example + "\n",
        "scenario: s\nrun: a $TOKEN\n" + example + "\n", step + example + "\n", step + "tty: true\n  " + example + "\n",
        "scenario: s\ncontainers: true\nrun: a\n" + example + "\n", step + "stdout: " + example + "\n",
        step + "requests:\n  - GET /x:\n      " + example + "\n"}) {
    if (complaint(text).empty()) return true;
  }
  return false;
}

TEST(Readme, GivesExamplesThatCanBeRead) {
  const std::vector<std::string> examples = matches_of(readme(), "(?m)^\\|.*\\| `([^`]+)` \\|$");
  ASSERT_GT(examples.size(), 40U);

  for (std::string example : examples) {
    RE2::GlobalReplace(&example, R"(\\\|)", "|");
    EXPECT_TRUE(can_be_read(example)) << example;
  }
}

}  // namespace
}  // namespace understudy
