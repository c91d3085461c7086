// `given: recording:`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/scenario.hpp"

namespace understudy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Scenario scenario_with(const std::string& given) {
  return parse_scenarios("scenario: s\ngiven: " + given + "\nrun: webpaas list\n", "s.yaml").at(0);
}

std::string complaint_about(const std::string& given) {
  try {
    scenario_with(given);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(RecordingSpec, IsAFileAlone) {
  const Scenario scenario = scenario_with("{recording: demo.har}");

  ASSERT_TRUE(scenario.recording.has_value());
  EXPECT_EQ(scenario.recording->file, "demo.har");
  EXPECT_FALSE(scenario.recording->loose);
  EXPECT_FALSE(scenario.recording->unused_allowed);
  EXPECT_EQ(scenario.given.find("recording"), nullptr);
}

TEST(RecordingSpec, IsAMapBesideAWorld) {
  const Scenario scenario = scenario_with(
      "{world: demo, recording: {file: a, mode: loose, match: {query: {ignore: [page]}, headers: [Accept]}}}");

  ASSERT_TRUE(scenario.recording.has_value());
  EXPECT_TRUE(scenario.recording->loose);
  EXPECT_THAT(scenario.recording->match.query.ignore, ElementsAre("page"));
  EXPECT_THAT(scenario.recording->match.headers, ElementsAre("Accept"));
  EXPECT_NE(scenario.given.find("extends"), nullptr);
}

TEST(RecordingSpec, MayBeUsedInPart) {
  EXPECT_TRUE(scenario_with("{recording: {file: a, unused: allowed}}").recording->unused_allowed);
}

TEST(RecordingSpec, ComplaintsSayWhereAndWhat) {
  EXPECT_EQ(complaint_about("{recording: {file: a, mode: lose}}"),
            "s.yaml:2:36: \"lose\" is no mode of a replay; did you mean \"loose\"?");
  EXPECT_THAT(complaint_about("{recording: {mode: loose}}"), HasSubstr("needs the key \"file\""));
  EXPECT_THAT(complaint_about("{recording: {file: a, mtach: {}}}"), HasSubstr("did you mean \"match\"?"));
  EXPECT_THAT(complaint_about("{recording: {file: a, match: {json: {ignore: [id]}}}}"), HasSubstr("write $.id"));
  EXPECT_THAT(complaint_about("{recording: {file: a, mode: loose, unused: allowed}}"), HasSubstr("leave unused: out"));
  EXPECT_THAT(complaint_about("{recording: ''}"), HasSubstr("the recording"));
}

}  // namespace
}  // namespace understudy
