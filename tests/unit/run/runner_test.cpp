// Whole scenarios with a client of forty lines of bash: it speaks HTTP through /dev/tcp and prints what it is told to.

#include "harness/runner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tiny_client.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr const char* kClient = R"(#!/bin/bash
request() {  # METHOD URL-OF-SERVER TARGET
  local host=${2#http://}
  exec 3<>"/dev/tcp/${host%:*}/${host#*:}"
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "$3" "$host" >&3
  local line; read -r line <&3; echo "${line%$'\r'}"
}
case "$1" in
  get) request GET "$T_API_URL" "$2" ;;
  foreign) request CONNECT "$https_proxy" example.com:443 ;;
  env) while IFS= read -r -d '' variable; do echo "$variable"; done < /proc/$$/environ ;;
  exit) exit "$2" ;;
  say) shift; echo "$@" ;;
  where) echo "$PWD $HOME $T_API_URL" ;;
  ask) printf 'Sure? '; read -r answer; echo "<$answer>" ;;
  hang) /bin/sleep 30 ;;
  leave) /bin/sleep 31 >/dev/null 2>&1 & ;;
esac
)";

struct Runner : TinyClient {
  Runner() : TinyClient{kClient} {}

  ScenarioResult run(const std::string& text) const {
    const std::vector<Scenario> scenarios = parse_scenarios(text, "s.yaml");
    EXPECT_EQ(scenarios.size(), 1U);
    return run_scenario(scenarios.front(), settings);
  }

  std::size_t sandboxes() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{settings.sandbox_folder}, fs::directory_iterator{}));
  }
};

std::vector<std::string> subjects(const StepResult& step) {
  std::vector<std::string> result;
  for (const Failure& failure : step.failures) result.push_back(failure.subject);
  return result;
}

TEST_F(Runner, CarriesOutStepsAndCleansUp) {
  const ScenarioResult result = run(R"(
scenario: it says what it is told
tags: [a, b]
steps:
- run: tiny say 'hello  world'
  stdout: hello  world
- run: tiny exit 3
  exit: 3
)");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << result.reason;
  EXPECT_EQ(result.id, "s.yaml:2");
  EXPECT_EQ(result.name, "it says what it is told");
  EXPECT_THAT(result.tags, ElementsAre("a", "b"));
  EXPECT_EQ(result.client, "tiny");
  ASSERT_THAT(result.steps, SizeIs(2));
  EXPECT_EQ(result.steps[0].command, "tiny say 'hello  world'");
  EXPECT_EQ(result.steps[0].stdout_text, "hello  world\n");
  EXPECT_EQ(result.steps[1].outcome, "exited with 3");
  EXPECT_EQ(sandboxes(), 0U);
}

TEST_F(Runner, StopsAtAFailureButDoesWhatComesFinally) {
  const ScenarioResult result = run(R"(
scenario: something fails
steps:
- run: tiny exit 1
- run: tiny say never
finally:
- run: tiny say at last
)");

  EXPECT_EQ(result.verdict, Verdict::kFailed);
  ASSERT_THAT(result.steps, SizeIs(2));
  EXPECT_THAT(subjects(result.steps[0]), ElementsAre("exit"));
  EXPECT_EQ(result.steps[1].stdout_text, "at last\n");
}

TEST_F(Runner, ShowsRequestsWithoutTheServersPort) {
  const ScenarioResult result = run(R"(
scenario: it asks for something
run: tiny get /users/me
requests: [GET /users/me]
stdout: HTTP/1.1 401
allow: [{auth: bearer-missing, reason: this client has none}]
)");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << to_json(result).dump(2);
  ASSERT_THAT(result.steps[0].requests, SizeIs(1));
  EXPECT_EQ(result.steps[0].requests[0].target, "/users/me");
  EXPECT_EQ(result.steps[0].requests[0].status, 401);
}

TEST_F(Runner, GivesPlacesNames) {
  const ScenarioResult result = run(R"(
scenario: it says where it is
steps:
- run: tiny where
  stdout: $WORK $HOME $API_URL
  capture: {URL: 'HOME. (\S+)'}
- run: tiny say $URL $WORK
)");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << to_json(result).dump(2);
  EXPECT_EQ(result.steps[0].stdout_text, "[WORK] [HOME] [API]\n");
  EXPECT_EQ(result.steps[1].command, "tiny say [API] [WORK]");
}

constexpr const char* kTwoTokens = R"(given:
  users: {alice: {}, bob: {}}
  tokens: {ci: {user: alice}, spare: {user: bob}}
)";

TEST_F(Runner, GivesTheEnvironmentThatIsSaidAndNoOther) {
  ::setenv("UNDERSTUDY_AMBIENT", "leaks", 1);
  const ScenarioResult result = run(std::string{"scenario: env\n"} + kTwoTokens + R"(
env: {ONE: "1", TWO: "1", TZ: null}
steps:
- run: tiny env
  env: {TWO: "2", SPARE: $TOKEN_SPARE, NO_COLOR: null}
)");
  ::unsetenv("UNDERSTUDY_AMBIENT");

  const std::string& env = result.steps.at(0).stdout_text;
  EXPECT_THAT(env, AllOf(HasSubstr("ONE=1\n"), HasSubstr("TWO=2\n"), HasSubstr("HOME=[HOME]\n"),
                         HasSubstr("T_API_URL=[API]\n"), HasSubstr("T_NO_INTERACTION=1\n"),
                         HasSubstr("PATH=[SANDBOX]/bin\n"), HasSubstr("https_proxy=[PROXY]\n")));
  EXPECT_THAT(env, AllOf(Not(HasSubstr("AMBIENT")), Not(HasSubstr("TZ=")), Not(HasSubstr("NO_COLOR="))));
  EXPECT_THAT(env, AllOf(HasSubstr("T_TOKEN=[secret "), HasSubstr("SPARE=[secret "))) << "tokens are shown by name";
}

TEST_F(Runner, TheClientGetsTheTokenThatTheScenarioNames) {
  const ScenarioResult none = run(std::string{"scenario: none\n"} + kTwoTokens + "  token: none\nrun: tiny env\n");
  EXPECT_THAT(none.steps.at(0).stdout_text, Not(HasSubstr("T_TOKEN=")));

  const ScenarioResult spare =
      run(std::string{"scenario: spare\n"} + kTwoTokens + "  token: spare\nsh: test \"$T_TOKEN\" = \"$TOKEN_SPARE\"\n");
  EXPECT_EQ(spare.verdict, Verdict::kPassed);

  const ScenarioResult unknown =
      run(std::string{"scenario: unknown\n"} + kTwoTokens + "  token: spar\nrun: tiny env\n");
  EXPECT_EQ(unknown.verdict, Verdict::kError);
  EXPECT_TRUE(unknown.bad_input);
  EXPECT_EQ(unknown.reason, "s.yaml:1:1: the world has no token \"spar\"; did you mean \"spare\"?");
}

TEST_F(Runner, ShowsNoSecret) {
  const std::string text = R"(
scenario: a secret is written everywhere
secrets: {DB_PASS: random 24, GIVEN: hunter2hunter2}
files: {kept.txt: $DB_PASS}
steps:
- run: tiny say $DB_PASS $GIVEN
  stdout: {not: $DB_PASS}
)";
  settings.keep = Keep::kAll;
  const std::string shown = to_json(run(text)).dump();

  EXPECT_THAT(shown, AllOf(HasSubstr("[secret DB_PASS #"), HasSubstr("[secret GIVEN #"), Not(HasSubstr("hunter2"))));
}

TEST_F(Runner, DrawsTheSameSecretsFromTheSameSeed) {
  const std::string text = "scenario: s\nsecrets: {A: random 24, B: random 24}\nrun: tiny say $A $B\n";
  const std::string first = run(text).steps.at(0).stdout_text;
  const std::string second = run(text).steps.at(0).stdout_text;
  settings.seed = 2;

  EXPECT_EQ(first, second);
  EXPECT_NE(run(text).steps.at(0).stdout_text, first);
}

nlohmann::json without_wall_times(const ScenarioResult& result) {
  nlohmann::json json = to_json(result);
  json.erase("wall_us");
  for (nlohmann::json& step : json["steps"]) {
    step.erase("wall_us");
    for (nlohmann::json& request : step["requests"]) request.erase("wall_us");
  }
  return json;
}

TEST_F(Runner, TwoRunsDifferInWallTimesOnly) {
  const std::string text = std::string{"scenario: everything\n"} + kTwoTokens + R"(
secrets: {S: random 24}
allow:
- {auth: bearer-missing, reason: this client has none}
- {secret: API token ci, in: stdout, reason: it prints its environment}
steps:
- run: tiny where
- run: tiny env
- run: tiny get /users/me
- run: tiny leave
- run: tiny foreign
)";
  const ScenarioResult first = run(text);

  EXPECT_EQ(first.verdict, Verdict::kFailed);
  EXPECT_THAT(first.steps.at(3).remarks, ElementsAre("left behind: \"/bin/sleep 31\" outlived the client"));
  EXPECT_EQ(without_wall_times(first), without_wall_times(run(text)));
}

TEST_F(Runner, AForeignHostIsAFailureUnlessAllowed) {
  const ScenarioResult refused = run("scenario: out\nrun: tiny foreign\n");
  EXPECT_THAT(subjects(refused.steps.at(0)), ElementsAre("hosts"));
  EXPECT_EQ(refused.steps[0].stdout_text, "HTTP/1.1 403 Forbidden\n");
  EXPECT_THAT(refused.steps[0].remarks, ElementsAre("foreign host contacted: CONNECT example.com:443"));

  EXPECT_EQ(run("scenario: out\nany-host: true\nrun: tiny foreign\n").verdict, Verdict::kPassed);
}

TEST_F(Runner, AHangIsAFailure) {
  const ScenarioResult result = run("scenario: hang\ntimeout: 300ms\nrun: tiny hang\n");

  EXPECT_EQ(result.verdict, Verdict::kFailed);
  EXPECT_EQ(result.steps.at(0).outcome, "still ran after 300 ms");
}

TEST_F(Runner, TalksOnATerminal) {
  const ScenarioResult result = run("scenario: ask\nrun: tiny ask\ntty: [{expect: 'Sure?', send: y}]\nscreen: <y>\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << to_json(result).dump(2);
}

TEST_F(Runner, LetsPlatformTimePass) {
  const ScenarioResult result = run("scenario: time\nsteps:\n- advance: 20m\n- run: tiny say later\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed);
  EXPECT_EQ(result.steps.at(0).outcome, "20m of platform time passed");
}

TEST_F(Runner, AShellReplacesVariablesItself) {
  const ScenarioResult result = run(R"(
scenario: shell
secrets: {PASS: "it's $5 only"}
tools: [cat]
steps:
- sh: printf '%s|%s' "$PASS" '$PASS' | cat > out
  files: {out: "it's $$5 only|$$PASS"}
  allow: &out [{secret: PASS, in: file out, reason: it is written there}]
- sh: test -z "$PASS"; ls
  allow: *out
  exit: 127
)");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << to_json(result).dump(2);
}

TEST_F(Runner, FilesAreThereBeforeTheStep) {
  const ScenarioResult result = run(R"(
scenario: files
secrets: {PASS: random 12}
tools: [cat]
files: {a/b.txt: first}
steps:
- run: cat a/b.txt c.txt
  write: {c.txt: second $PASS}
  stdout: firstsecond $PASS
  allow: [{secret: PASS, in: stdout, reason: it is shown}]
)");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << to_json(result).dump(2);
}

TEST_F(Runner, SaysWhichProgramIsNotInTheSandbox) {
  const ScenarioResult result =
      run("scenario: git\nsteps:\n- run: tiny say first\n- run: git status\nfinally:\n- run: tiny say last\n");

  EXPECT_EQ(result.verdict, Verdict::kError);
  EXPECT_TRUE(result.bad_input);
  EXPECT_EQ(result.reason,
            "s.yaml:4:8: there is no program \"git\" in the sandbox; the client is there, and what tools: names");
  EXPECT_EQ(result.steps.back().stdout_text, "last\n");
}

TEST_F(Runner, SaysWhichToolThisMachineLacks) {
  const ScenarioResult result = run("scenario: tool\ntools: [no-such-tool]\nrun: tiny say x\n");

  EXPECT_EQ(result.verdict, Verdict::kError);
  EXPECT_THAT(result.reason, StartsWith("tools: no-such-tool is not on this machine"));
  EXPECT_EQ(sandboxes(), 0U);
}

TEST_F(Runner, ABadWorldIsAnErrorWithItsPlace) {
  const ScenarioResult result = run("scenario: world\ngiven: {world: no-such-world}\nrun: tiny say x\n");

  EXPECT_EQ(result.verdict, Verdict::kError);
  EXPECT_TRUE(result.bad_input);
  EXPECT_THAT(result.reason, StartsWith("s.yaml:2:"));
}

TEST_F(Runner, SkipsWithTheReason) {
  const auto reason = [&](const std::string& key) {
    const ScenarioResult result = run("scenario: skip\n" + key + "\nrun: tiny exit 1\n");
    return result.verdict == Verdict::kSkipped ? result.reason : std::string{to_string(result.verdict)};
  };
  EXPECT_EQ(reason("skip: not yet"), "not yet");
  EXPECT_EQ(reason("only-if: client >= 6"), "only if client >= 6: it is 5.11.1");
  EXPECT_EQ(reason("only-if: [linux, client >= 5.9]"), "failed");
  EXPECT_EQ(reason("only-if: not client >= 5.9"), "only if not client >= 5.9: it is 5.11.1");
  EXPECT_EQ(reason("only-if: has no-such-program"), "only if has no-such-program: it is not installed");
  EXPECT_EQ(reason("only-if: [has sh, has browser]"), "failed");
  EXPECT_EQ(reason("only-if: macos"), "only if macos: this is linux");
}

TEST_F(Runner, ASecretIsFoundBehindWhatIsShownOfTheOutput) {
  const ScenarioResult result = run(R"(
scenario: much is written
secrets: {P: Zq8rT5vKp2mW9xYc7LdB}
sh: 'line="nothing of interest, but there is so much of it"; i=0; while [ $i -lt 13 ]; do line="$line
  $line"; i=$((i+1)); done; i=0; while [ $i -lt 25 ]; do echo "$line"; i=$((i+1)); done; echo "$P"'
)");
  ASSERT_THAT(result.steps, SizeIs(1));
  ASSERT_THAT(result.steps[0].failures, SizeIs(1)) << result.reason;
  EXPECT_EQ(result.steps[0].failures[0].subject, "secrets");
  EXPECT_EQ(result.steps[0].failures[0].actual, "in stdout (byte 9830400): as it is");
  EXPECT_EQ(result.steps[0].stdout_text.size(), std::size_t{8} << 20U);
  EXPECT_THAT(result.steps[0].remarks, ElementsAre(HasSubstr("bytes of output beyond the limit are not shown")));
}

TEST_F(Runner, WhatIsSkippedShowsNoSecretEither) {
  const ScenarioResult result =
      run("scenario: it takes Zq8rT5vKp2mW9xYc7LdB\nsecrets: {P: Zq8rT5vKp2mW9xYc7LdB}\nskip: Zq8rT5vKp2mW9xYc7LdB is "
          "wrong\nrun: tiny exit 1\n");
  EXPECT_EQ(result.verdict, Verdict::kSkipped);
  EXPECT_THAT(result.reason, AllOf(StartsWith("[secret P #"), Not(HasSubstr("Zq8rT5vK"))));
  EXPECT_THAT(result.name, Not(HasSubstr("Zq8rT5vK")));
}

TEST_F(Runner, KeepsTheSandboxOfAFailureToBeLookedAt) {
  settings.keep = Keep::kFailed;
  const std::string text = std::string{"scenario: kept\n"} + kTwoTokens + "env: {MODE: it's}\nrun: tiny exit 1\n";

  const ScenarioResult result = run(text);

  ASSERT_EQ(sandboxes(), 1U);
  const fs::path sandbox = result.sandbox;
  EXPECT_EQ(sandbox.parent_path(), settings.sandbox_folder);
  EXPECT_EQ(result.steps.at(0).by_hand, "cd " + (sandbox / "work").string() + " && . ../env && tiny exit 1");
  EXPECT_EQ(fs::status(sandbox / "env").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const std::string env = content_of(sandbox / "env");
  EXPECT_THAT(env, AllOf(HasSubstr("export MODE='it'\\''s'\n"), HasSubstr("export T_TOKEN=  # [secret ")));

  settings.keep = Keep::kNone;
  EXPECT_EQ(run(text).sandbox, "");
  EXPECT_EQ(sandboxes(), 1U);
}

constexpr const char* kWaits = R"(
scenario: a client waits
given: {clock: '2026-03-01T03:00:00Z', faults: [{on: GET /slow, delay: 5m, status: 200}], events: [{after: 1m, start: push}],
        projects: {p: {}}}
steps:
- run: tiny get /slow
- run: tiny get /quick
)";

TEST_F(Runner, RecordsATimelineOnlyIfItIsAskedForOne) {
  EXPECT_FALSE(run(kWaits).timeline);

  settings.timeline = true;
  const ScenarioResult result = run(kWaits);
  ASSERT_TRUE(result.timeline);
  const Timeline& timeline = *result.timeline;

  EXPECT_EQ(timeline.to - timeline.from, std::chrono::minutes{5});
  ASSERT_THAT(timeline.lanes, SizeIs(3));
  EXPECT_EQ(timeline.lanes[0].id, "client tiny");
  EXPECT_EQ(timeline.lanes[1].id, "site main");
  EXPECT_EQ(timeline.lanes[2].id, "deploy main");
  std::vector<std::string> blocked;
  for (const Span& span : timeline.spans) {
    if (span.kind == Span::Kind::kBlocked)
      blocked.push_back(span.lane + ": " + span.label + ": " + span.detail + ": " +
                        format_duration(span.to - span.from));
  }
  EXPECT_THAT(blocked, ElementsAre(AllOf(StartsWith("client tiny: tiny get /slow: waited for "), HasSubstr("/slow"),
                                         testing::EndsWith(": 5m"))));
  ASSERT_THAT(timeline.marks, SizeIs(2));
  EXPECT_EQ(timeline.marks[1].label, "GET /quick");
  EXPECT_EQ(to_json(*run(kWaits).timeline), to_json(timeline));
}

}  // namespace
}  // namespace understudy
