// What scenario files say, and what is said about those that cannot be understood.
#include <gmock/gmock.h>

#include "evidence.hpp"

namespace understudy {
namespace {

using namespace testing_support;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Scenario parse_one(const std::string& text) {
  std::vector<Scenario> scenarios = parse_scenarios(text, "s.yaml");
  EXPECT_THAT(scenarios, SizeIs(1));
  return scenarios.at(0);
}

TEST(ScenarioFile, ReadsEveryKeyOfAScenario) {
  const Scenario scenario = parse_one(R"(# a comment
scenario: it works
tags: [variable, security]
client: upsun
given: {world: demo, token: viewer, projects: {x: {}}}
secrets: {DB_PASS: random 24, FIXED: hunter22}
files:
  a/b.txt: hello
  run.sh: {text: "#!/bin/sh", executable: true}
env: {A: b, N: 1, GONE: null}
tools: git
only-if: [client >= 5.0, linux, not has git]
skip: not today
timeout: 1m30s
strict: true
any-host: true
steps:
- run: webpaas list
- advance: 20m
- sh: echo hi | cat
finally:
- run: webpaas logout
)");

  EXPECT_EQ(scenario.name, "it works");
  EXPECT_EQ(scenario.id(), "s.yaml:2");
  EXPECT_EQ(scenario.title(), "it works");
  EXPECT_THAT(scenario.tags, ElementsAre("variable", "security"));
  EXPECT_EQ(scenario.client, "upsun");
  EXPECT_EQ(scenario.token, "viewer");
  EXPECT_EQ(scenario.given.to_json(), nlohmann::json::parse(R"({"extends": "demo", "projects": {"x": {}}})"));
  ASSERT_THAT(scenario.secrets, SizeIs(2));
  EXPECT_EQ(scenario.secrets[0].name, "DB_PASS");
  EXPECT_EQ(scenario.secrets[0].random_length, 24);
  EXPECT_EQ(scenario.secrets[1].value, "hunter22");
  ASSERT_THAT(scenario.files, SizeIs(2));
  EXPECT_EQ(scenario.files[0].path, "a/b.txt");
  EXPECT_EQ(scenario.files[0].content, "hello");
  EXPECT_TRUE(scenario.files[1].executable);
  EXPECT_THAT(scenario.env, UnorderedElementsAre(Pair("A", "b"), Pair("N", "1")));
  EXPECT_THAT(scenario.env_removed, ElementsAre("GONE"));
  EXPECT_THAT(scenario.tools, ElementsAre("git"));
  ASSERT_THAT(scenario.only_if, SizeIs(3));
  EXPECT_EQ(scenario.only_if[0].kind, Condition::Kind::kClientVersion);
  EXPECT_EQ(scenario.only_if[0].operation, ">=");
  EXPECT_EQ(scenario.only_if[0].value, "5.0");
  EXPECT_EQ(scenario.only_if[1].kind, Condition::Kind::kPlatform);
  EXPECT_EQ(scenario.only_if[2].kind, Condition::Kind::kHas);
  EXPECT_TRUE(scenario.only_if[2].negated);
  EXPECT_EQ(scenario.skip, "not today");
  EXPECT_EQ(scenario.timeout, std::chrono::seconds{90});
  EXPECT_TRUE(scenario.strict);
  EXPECT_TRUE(scenario.any_host);
  ASSERT_THAT(scenario.steps, SizeIs(3));
  EXPECT_EQ(scenario.steps[0].kind, Step::Kind::kRun);
  EXPECT_EQ(scenario.steps[0].at.line, 18);
  EXPECT_EQ(scenario.steps[1].kind, Step::Kind::kAdvance);
  EXPECT_EQ(scenario.steps[1].advance, std::chrono::minutes{20});
  EXPECT_THAT(scenario.steps[1].checks, SizeIs(1));  // no secret escapes
  EXPECT_EQ(scenario.steps[2].kind, Step::Kind::kShell);
  EXPECT_EQ(scenario.steps[2].command, "echo hi | cat");
  EXPECT_THAT(scenario.finally, SizeIs(1));
}

TEST(ScenarioFile, ReadsEveryKeyOfAStep) {
  const Scenario scenario = parse_one(R"yaml(
scenario: it works
steps:
- run: webpaas auth:api-token-login
  client: platform
  env: {A: b}
  write: {x.txt: y}
  timeout: 5
  tty:
  - {expect: "token:", send: abc}
  - {expect: "sure?", send: y, raw: true}
  - {expect: "done"}
  capture:
    ID: $.items[0].id
    NAME: 'name: (\w+)'
    GRANT: {request: POST /oauth2/token, matches: "grant_type=(\\w+)"}
    ALL: {from: stdout}
- run: cat
  stdin: hello
)yaml");

  const Step& step = scenario.steps.at(0);
  EXPECT_EQ(step.client, "platform");
  EXPECT_THAT(step.env, ElementsAre(Pair("A", "b")));
  EXPECT_THAT(step.files, SizeIs(1));
  EXPECT_EQ(step.timeout, std::chrono::seconds{5});
  ASSERT_TRUE(step.terminal.has_value());
  ASSERT_THAT(*step.terminal, SizeIs(3));
  EXPECT_EQ(step.terminal->at(0).send, "abc\r");
  EXPECT_EQ(step.terminal->at(1).send, "y");
  EXPECT_EQ(step.terminal->at(2).send, "");
  ASSERT_THAT(step.captures, SizeIs(4));
  EXPECT_EQ(step.captures[0].json_path, "$.items[0].id");
  EXPECT_EQ(step.captures[1].pattern, "name: (\\w+)");
  EXPECT_EQ(step.captures[2].source, Capture::Source::kRequest);
  EXPECT_EQ(step.captures[2].request, "POST /oauth2/token");
  EXPECT_EQ(scenario.steps.at(1).stdin_text, "hello");
}

TEST(ScenarioFile, AcceptsJson) {
  const Scenario scenario = parse_one(R"({"scenario": "json", "steps": [{"run": "webpaas list", "exit": [0, 1]}]})");

  EXPECT_EQ(scenario.steps.at(0).command, "webpaas list");
}

TEST(ScenarioFile, KnowsWhichLinesAreWhose) {
  const std::vector<Scenario> scenarios = parse_scenarios(R"(scenario: one
run: a

---
# about two
scenario: two
cases:
- name: x
  run: a

- name: y
  run: b
tags: t
---
scenario: three
run: c
)",
                                                          "s.yaml");

  ASSERT_THAT(scenarios, SizeIs(4));
  const auto selected = [&](int line) {
    std::vector<std::string> titles;
    for (const Scenario& scenario : scenarios) {
      if (scenario.holds_line(line)) titles.push_back(scenario.title());
    }
    return titles;
  };
  EXPECT_THAT(selected(1), ElementsAre("one"));
  EXPECT_THAT(selected(3), ElementsAre("one"));
  EXPECT_THAT(selected(5), ElementsAre("two / x", "two / y"));
  EXPECT_THAT(selected(6), ElementsAre("two / x", "two / y"));
  EXPECT_THAT(selected(9), ElementsAre("two / x"));
  EXPECT_THAT(selected(10), ElementsAre("two / x"));
  EXPECT_THAT(selected(12), ElementsAre("two / y"));
  EXPECT_THAT(selected(13), ElementsAre("two / x", "two / y"));
  EXPECT_THAT(selected(16), ElementsAre("three"));
  EXPECT_EQ(scenarios[1].id(), "s.yaml:8");
}

struct BadRow {
  std::string name;
  std::string text;
  std::string message;
};
class ScenarioFileErrors : public testing::TestWithParam<BadRow> {};

TEST_P(ScenarioFileErrors, SayWhereAndWhatToDo) { EXPECT_EQ(complaint(GetParam().text), GetParam().message); }

const std::string kHead = "scenario: s\n";

INSTANTIATE_TEST_SUITE_P(
    Scenarios, ScenarioFileErrors,
    testing::Values(
        BadRow{"empty", "# nothing\n", "s.yaml:1:1: there is no scenario in this file"},
        BadRow{"no_map", "- a\n", "s.yaml:1:1: expected a map, found a list"},
        BadRow{"no_name", "run: a\n", "s.yaml:1:1: a scenario needs the key \"scenario\""},
        BadRow{"unknown_key", kHead + "tag: a\nrun: a\n",
               "s.yaml:2:1: unknown key \"tag\" in a scenario; did you mean \"tags\"?"},
        BadRow{"no_steps", kHead, "s.yaml:1:1: this scenario does nothing; it needs run: or steps:"},
        BadRow{"empty_steps", kHead + "steps: []\n", "s.yaml:2:8: a list of no steps runs nothing"},
        BadRow{"step_without_command", kHead + "steps:\n- exit: 1\n",
               "s.yaml:3:3: this step does nothing; it needs run:, sh: or advance:"},
        BadRow{"two_commands", kHead + "steps:\n- run: a\n  sh: b\n",
               "s.yaml:4:7: a step does one thing, and this one has run and sh; make two steps of it"},
        BadRow{"step_key_beside_steps", kHead + "exit: 1\nsteps: [{run: a}]\n",
               "s.yaml:2:7: \"exit\" belongs to a step, and this scenario has steps:; put it under one of them"},
        BadRow{"unknown_step_key", kHead + "steps:\n- run: a\n  exist: 1\n",
               "s.yaml:4:3: unknown key \"exist\" in a step; did you mean \"exit\"?"},
        BadRow{"empty_command", kHead + "run: ' '\n", "s.yaml:2:6: the command is empty"},
        BadRow{"unclosed_quote", kHead + "run: a 'b\n", "s.yaml:2:6: a ' is not closed"},
        BadRow{"twice", kHead + "run: a\n---\nscenario: s\nrun: b\n",
               "s.yaml:4:1: two scenarios of this file are called \"s\"; the first is in line 1"},
        BadRow{"strict_yes", kHead + "run: a\nstrict: yes\n",
               "s.yaml:3:9: \"yes\" is a text in YAML 1.2; write true or false"},
        BadRow{"duration", kHead + "run: a\ntimeout: soon\n",
               "s.yaml:3:10: \"soon\" is no duration; write 250ms, 20s, 12m or 1h30m"},
        BadRow{"advance", kHead + "advance: 0s\n",
               "s.yaml:2:10: \"0s\" is no duration; write 250ms, 20s, 12m or 1h30m"},
        BadRow{"condition", kHead + "run: a\nonly-if: client newer\n",
               "s.yaml:3:10: \"client newer\" is no condition; write linux, macos, \"client >= 5.0\" or \"has git\", "
               "with not before it for the opposite"},
        BadRow{"file_outside", kHead + "run: a\nfiles: {../x: y}\n",
               "s.yaml:3:9: \"../x\" is no path below the working directory; write it without / or ~ at the start, and "
               "without .."},
        BadRow{"file_null", kHead + "run: a\nfiles: {x: null}\n",
               "s.yaml:3:9: a file that is given needs a text; only a step's files: can say null: absent"},
        BadRow{"secret_name", kHead + "run: a\nsecrets: {pass: random 24}\n",
               "s.yaml:3:11: \"pass\" is no name of a secret; write it in capitals: it is used as $NAME"},
        BadRow{"secret_short", kHead + "run: a\nsecrets: {P: abc}\n",
               "s.yaml:3:14: a secret like this cannot be told from other text: it has 3 characters, 8 are needed; for "
               "instance random 24"},
        BadRow{"secret_common", kHead + "run: a\nsecrets: {P: changeme}\n",
               "s.yaml:3:14: a secret like this cannot be told from other text: it is a common word; for instance "
               "random 24"},
        BadRow{"secret_random", kHead + "run: a\nsecrets: {P: random 2}\n",
               "s.yaml:3:14: a random secret has 8 to 4096 characters"},
        BadRow{"env_name", kHead + "run: a\nenv: {a-b: c}\n",
               "s.yaml:3:7: \"a-b\" is no name of an environment variable"},
        BadRow{"world_twice", kHead + "run: a\ngiven: {world: a, extends: b}\n",
               "s.yaml:3:9: world and extends mean the same; leave one out"},
        BadRow{"tag", kHead + "run: a\ntags: [a, not]\n",
               "s.yaml:3:7: \"not\" is no tag; letters, digits, - _ . and :, but for and, or, not"},
        BadRow{"tool", kHead + "run: a\ntools: /bin/sh\n",
               "s.yaml:3:8: \"/bin/sh\" is no name of a program; write it as you would type it: git"}),
    [](const auto& row) { return row.param.name; });

TEST(ScenarioFile, ComplaintsQuoteNoSecretOfTheFile) {
  const std::string value = "Zq8rT5vKp2mW9xYc7LdB";
  const std::string shown = shown_as({"P", value, SecretKind::kOther, SecretOrigin::kWorld});
  const std::string secret = "secrets: {P: " + value + "}\n";

  EXPECT_EQ(complaint(kHead + secret + "run: a\n" + value + ": 1\n"),
            "s.yaml:4:1: unknown key \"" + shown + "\" in a scenario");
  EXPECT_THAT(complaint(kHead + "run: a\nstdout: {matches: '(" + value + "'}\n" + secret),
              testing::HasSubstr("(" + shown));
  const std::string in_cases = "cases:\n- {name: one, V: " + value + ", exit: " + value + "}\n";
  EXPECT_THAT(complaint(kHead + "run: a\nsecrets: {P: $V}\n" + in_cases), testing::StartsWith("s.yaml:5:"));
  EXPECT_THAT(complaint(kHead + "run: a\nsecrets: {P: $V}\n" + in_cases), testing::Not(testing::HasSubstr(value)));
}

const std::string kRun = "scenario: s\nrun: a\n";

INSTANTIATE_TEST_SUITE_P(
    Steps, ScenarioFileErrors,
    testing::Values(
        BadRow{"tty_false", kRun + "tty: false\n", "s.yaml:3:6: tty: false is how it is anyway; leave it out"},
        BadRow{"tty_stdin", kRun + "tty: true\nstdin: a\n",
               "s.yaml:2:6: a step has tty or stdin, not both; on a terminal, write {expect, send}"},
        BadRow{"tty_turn", kRun + "tty: [{send: y}]\n",
               "s.yaml:3:7: a turn of the conversation needs the key \"expect\""},
        BadRow{"screen", kRun + "screen: a\n",
               "s.yaml:3:9: screen: needs a terminal; add tty: true, or write stdout: or stderr:"},
        BadRow{"tty_stderr", kRun + "tty: true\nstderr: a\n",
               "s.yaml:4:9: on a terminal, standard error cannot be told from standard output; write screen:"},
        BadRow{
            "advance_exit", kHead + "advance: 1m\nexit: 0\n",
            "s.yaml:3:7: \"exit\" expects something of a command, and advance: runs none; put it under the next step"},
        BadRow{"exit_word", kRun + "exit: timout\n",
               "s.yaml:3:7: \"timout\" is no way to exit; did you mean \"timeout\"?"},
        BadRow{"exit_range", kRun + "exit: 256\n", "s.yaml:3:7: an exit code is a number from 0 to 255"},
        BadRow{"empty_text", kRun + "stdout: ''\n",
               "s.yaml:3:9: an empty text is contained in everything; write {empty: true} if nothing may be there"},
        BadRow{"text_key", kRun + "stdout: {contain: a}\n",
               "s.yaml:3:10: unknown key \"contain\" in an expectation on a text; did you mean \"contains\"?"},
        BadRow{"pattern", kRun + "stdout: {matches: 'a('}\n",
               "s.yaml:3:19: the pattern cannot be understood: missing ): (?m)a(; it is RE2's syntax"},
        BadRow{"json_path", kRun + "stdout: {json: {'$.a[x]': 1}}\n",
               "s.yaml:3:17: \"$.a[x]\" is no JSON path: [x] is neither a number nor a quoted name; they look like "
               "$.items[0].id"},
        BadRow{"lines", kRun + "stdout: {lines: many}\n",
               "s.yaml:3:17: \"many\" is no count; write 3, \"2..3\", \"2..\", \"..3\" or never"},
        BadRow{"requests_map", kRun + "requests: {GET /x: null}\n",
               "s.yaml:3:12: requests stand in a list; write a dash before \"GET /x\""},
        BadRow{"requests_method", kRun + "requests: [PST /x]\n",
               "s.yaml:3:12: \"PST /x\" is no request; did you mean \"POST\"?"},
        BadRow{"requests_path", kRun + "requests: [GET x]\n", "s.yaml:3:12: the path \"x\" has to begin with /"},
        BadRow{"requests_empty", kRun + "requests: []\n",
               "s.yaml:3:11: an empty list expects nothing; write none if no request may be sent"},
        BadRow{"requests_detail", kRun + "requests:\n- GET /x:\n    jsn: {a: b}\n",
               "s.yaml:5:5: unknown key \"jsn\" in a request; did you mean \"json\"?"},
        BadRow{"requests_indent", kRun + "requests:\n- GET /x:\n  status: 200\n",
               "s.yaml:4:3: a request is one METHOD /path with its details below it; indent the details further than "
               "the request"},
        BadRow{"activity_state", kRun + "activity: {backup: pendig}\n",
               "s.yaml:3:20: \"pendig\" is no state of an activity; did you mean \"pending\"?"},
        BadRow{"state_path", kRun + "state: {projects/x: absent}\n",
               "s.yaml:3:9: the path \"projects/x\" has to begin with /"},
        BadRow{"state_value", kRun + "state: {/projects/x: gone}\n",
               "s.yaml:3:22: expected partial JSON, absent, present or {status: 404}, found a text"},
        BadRow{"blocks_polls", kRun + "blocks: 5 polls\n",
               "s.yaml:3:9: \"5 polls\" is no duration; a client that would never end is `blocks: forever`"},
        BadRow{"blocks_no_on", kRun + "blocks: {for: no, on: backup}\n",
               "s.yaml:3:9: what does not block waits for nothing; write blocks: no"},
        BadRow{"capture_name", kRun + "capture: {id: $.id}\n",
               "s.yaml:3:11: \"id\" is no name for a captured value; write it in capitals: it is used as $NAME"},
        BadRow{"capture_group", kRun + "capture: {ID: id}\n",
               "s.yaml:3:15: the pattern needs one group; put ( ) around what is wanted"}),
    [](const auto& row) { return row.param.name; });

const std::string kStep = "scenario: s\nsteps:\n- run: a\n";

INSTANTIATE_TEST_SUITE_P(
    FilesOfSteps, ScenarioFileErrors,
    testing::Values(
        BadRow{
            "outside", kStep + "  files: {/etc/passwd: a}\n",
            "s.yaml:4:11: \"/etc/passwd\" is outside of the sandbox; paths start in the working directory, or with ~/"},
        BadRow{"mode", kStep + "  files: {a: {mode: rw}}\n", "s.yaml:4:21: \"rw\" is no mode; write \"0600\""},
        BadRow{"absent_content", kStep + "  files: {a: {absent: true, contains: b}}\n",
               "s.yaml:4:14: a file that is absent has neither mode nor content"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
