// Scenarios that a recording answers, with a client of a few lines of bash.
#include "mock_server/recording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/runner.hpp"
#include "run/scenario_recording.hpp"
#include "tiny_client.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

// Asks one thing after the other, METHOD TARGET each, and prints statuses and bodies; "token" prints its own.
constexpr const char* kClient = R"(#!/bin/bash
if [ "$1" = token ]; then echo "$T_TOKEN"; exit; fi
while [ $# -gt 0 ]; do
  host=${T_API_URL#http://}
  exec 3<>"/dev/tcp/${host%:*}/${host#*:}"
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer t\r\nConnection: close\r\n\r\n' "$1" "$2" "$host" >&3
  read -r line <&3; echo "${line%$'\r'}"
  while read -r line <&3 && [ "$line" != $'\r' ]; do :; done
  /bin/cat <&3; echo
  shift 2
done
)";

RecordedExchange recorded(std::string method, std::string path, std::string answer) {
  return {.started = *parse_time("2025-05-05T05:05:05Z"),
          .method = std::move(method),
          .server = "https://api.example.com",
          .path = std::move(path),
          .status = 200,
          .response_body = std::move(answer),
          .content_type = "application/json"};
}

struct RecordingScenario : TinyClient {
  RecordingScenario() : TinyClient{kClient} {
    settings.root = folder.path();
    settings.worlds.folders = {fs::path{SOURCE_DIR} / "fixtures/worlds"};
    fs::create_directories(folder.path() / "fixtures/recordings");
  }
  void record(std::vector<RecordedExchange> exchanges, const std::string& name = "demo.har") const {
    Recording recording;
    recording.exchanges = std::move(exchanges);
    recording.placeholders = {{"understudy-api-token-1", "API token 1"}};
    std::ofstream{folder.path() / "fixtures/recordings" / name} << to_har(recording);
  }
  [[nodiscard]] ScenarioResult run(const std::string& text) const {
    return run_scenario(parse_scenarios(text, (folder.path() / "s.yaml").string()).at(0), settings);
  }
  static std::vector<Failure> failures(const ScenarioResult& result) {
    std::vector<Failure> all;
    for (const StepResult& step : result.steps) all.insert(all.end(), step.failures.begin(), step.failures.end());
    return all;
  }
};

void expect_passed(const ScenarioResult& result) {
  EXPECT_EQ(result.verdict, Verdict::kPassed) << result.reason << to_json(result).dump(1);
}

TEST_F(RecordingScenario, PassesWithEverythingAnsweredFromIt) {
  record({recorded("GET", "/projects/p9", R"({"self":"https://api.example.com/projects/p9"})")});

  const ScenarioResult result =
      run("scenario: s\n"
          "given: {recording: demo.har}\n"
          "run: tiny GET /projects/p9\n"
          "stdout: '[API]/projects/p9'\n");

  expect_passed(result);
  ASSERT_THAT(result.steps.at(0).requests, SizeIs(1));
  EXPECT_EQ(result.steps[0].requests[0].note, "recording");
}

TEST_F(RecordingScenario, FailsForWhatWasNotRecordedAndShowsTheNearest) {
  record({recorded("GET", "/projects/p9/variables", "[]")});

  const ScenarioResult result =
      run("scenario: s\n"
          "given: {recording: demo}\n"
          "run: tiny GET /projects/p9/variables GET /projects/p9/variabels\n");

  EXPECT_EQ(result.verdict, Verdict::kFailed) << result.reason;
  ASSERT_THAT(failures(result), SizeIs(1));
  const Failure failure = failures(result)[0];
  EXPECT_EQ(failure.subject, "recording");
  EXPECT_EQ(failure.actual, "GET /projects/p9/variabels: no such request was recorded");
  EXPECT_THAT(failure.detail, AllOf(HasSubstr("demo.har:"), HasSubstr("path    - /projects/p9/variables\n"),
                                    HasSubstr("+ /projects/p9/variabels")));
  EXPECT_EQ(failure.culprits, (std::vector<std::uint64_t>{2}));
}

TEST_F(RecordingScenario, AMissIsTheStepsInWhichItHappened) {
  record({recorded("GET", "/projects/p9", "{}")});

  const ScenarioResult result =
      run("scenario: s\n"
          "given: {recording: demo}\n"
          "steps:\n"
          "- run: tiny GET /projects/p9\n"
          "- run: tiny GET /projects/p8\n");

  ASSERT_THAT(result.steps, SizeIs(2));
  EXPECT_THAT(result.steps[0].failures, IsEmpty());
  EXPECT_THAT(result.steps[1].failures, SizeIs(1));
}

TEST_F(RecordingScenario, FailsIfSomethingWasNeverAskedUnlessThatIsAllowed) {
  record({recorded("GET", "/projects/p9", "{}"), recorded("DELETE", "/projects/p9", "{}")});
  const std::string begin = "scenario: s\nrun: tiny GET /projects/p9\n";

  const ScenarioResult refused = run(begin + "given: {recording: demo}\n");
  const ScenarioResult allowed = run(begin + "given: {recording: {file: demo, unused: allowed}}\n");

  EXPECT_EQ(refused.verdict, Verdict::kFailed);
  ASSERT_THAT(failures(refused), SizeIs(1));
  EXPECT_EQ(failures(refused)[0].actual, "1 recorded request nobody asked for");
  EXPECT_THAT(failures(refused)[0].detail, AllOf(HasSubstr("demo.har:"), HasSubstr("DELETE /projects/p9")));
  expect_passed(allowed);
}

TEST_F(RecordingScenario, LooselyTheWorldAnswersTheRest) {
  record({recorded("GET", "/projects/p9", R"({"id":"p9"})"), recorded("GET", "/never", "{}")});

  const ScenarioResult result =
      run("scenario: s\n"
          "given: {projects: {p1: {}}, recording: {file: demo, mode: loose}}\n"
          "run: tiny GET /projects/p9 GET /projects/p1\n"
          "stdout: [p9, HTTP/1.1 401]\n");

  expect_passed(result);
}

TEST_F(RecordingScenario, PlatformTimeBeginsWithTheRecordingUnlessTheScenarioSaysOtherwise) {
  record({recorded("GET", "/projects/p9", "{}")});
  const std::string scenario =
      "scenario: s\n"
      "run: tiny GET /projects/p9\n"
      "state: {/projects/p1/activities: [{updated_at: '#matches 2025-05-05T.*'}]}\n";
  const std::string world = "projects: {p1: {environments: {main: {}}, activities: [{type: environment.backup}]}}";

  const ScenarioResult recorded_time = run(scenario + "given: {recording: {file: demo, mode: loose}, " + world + "}\n");
  const ScenarioResult own_time =
      run(scenario + "given: {recording: {file: demo, mode: loose}, clock: 2026-01-01T00:00:00Z, " + world + "}\n");

  expect_passed(recorded_time);
  EXPECT_EQ(own_time.verdict, Verdict::kFailed) << own_time.reason;
}

TEST_F(RecordingScenario, TheClientHasTheRecordedTokenWhereTheWorldHasNone) {
  RecordedExchange token = recorded("POST", "/oauth2/token", R"({"access_token":"t"})");
  token.request_headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  token.request_body = "grant_type=api_token&api_token=understudy-api-token-1";
  record({token});

  const ScenarioResult result =
      run("scenario: s\n"
          "given: {recording: {file: demo, unused: allowed}}\n"
          "run: tiny token\n"
          "stdout: understudy-api-token-1\n");

  expect_passed(result);
}

TEST_F(RecordingScenario, TheFileBesideTheScenarioComesFirst) {
  record({recorded("GET", "/a", "{}")});
  std::ofstream{folder.path() / "demo.har"} << "";
  const RecordingSpec spec{.file = "demo.har"};

  EXPECT_EQ(find_recording(spec, folder.path() / "s.yaml", folder.path()), folder.path() / "demo.har");
  EXPECT_EQ(find_recording(spec, folder.path() / "elsewhere/s.yaml", folder.path()),
            folder.path() / "fixtures/recordings/demo.har");
}

TEST_F(RecordingScenario, AFileThatIsNotThereIsAnErrorWithAHint) {
  record({recorded("GET", "/a", "{}")});

  const ScenarioResult result = run("scenario: s\ngiven: {recording: dmo.har}\nrun: tiny GET /a\n");

  EXPECT_EQ(result.verdict, Verdict::kError);
  EXPECT_TRUE(result.bad_input);
  EXPECT_THAT(result.reason, AllOf(HasSubstr("s.yaml:2:20: "), HasSubstr("did you mean \"demo.har\"?")));
}

}  // namespace
}  // namespace understudy
