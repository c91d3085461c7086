#include <gmock/gmock.h>

#include "evidence.hpp"

namespace understudy {
namespace {

using namespace testing_support;
using testing::ElementsAre;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

TEST(Cases, MakeAScenarioOfEach) {
  const std::vector<Scenario> scenarios = parse_scenarios(R"(scenario: backup waits
tags: [backup]
given: {world: demo, backup: {state: complete, takes: 12m}}
env: {A: "1", B: "2"}
cases:
- name: --no-wait returns at once
  tags: quick
  given: {backup: {state: pending}}
  env: {B: "3"}
  run: webpaas backup:create --yes --no-wait
- name: without it, it waits
  run: webpaas backup:create --yes
  exit: 1
)",
                                                          "s.yaml");

  ASSERT_THAT(scenarios, SizeIs(2));
  EXPECT_EQ(scenarios[0].title(), "backup waits / --no-wait returns at once");
  EXPECT_EQ(scenarios[0].given.to_json(),
            nlohmann::json::parse(R"({"extends": "demo", "backup": {"state": "pending", "takes": "12m"}})"));
  EXPECT_THAT(scenarios[0].env, UnorderedElementsAre(Pair("A", "1"), Pair("B", "3")));
  EXPECT_THAT(scenarios[0].tags, ElementsAre("backup", "quick"));
  EXPECT_EQ(scenarios[0].at.line, 6);
  EXPECT_EQ(scenarios[1].tags, std::vector<std::string>{"backup"});
  EXPECT_EQ(scenarios[1].steps.at(0).command, "webpaas backup:create --yes");
  EXPECT_EQ(scenarios[1].given.to_json()["backup"]["state"], "complete");
}

TEST(Cases, ReplaceTheirVariablesEverywhere) {
  const std::vector<Scenario> scenarios = parse_scenarios(R"(scenario: "$NAME costs $$5"
files: {"$NAME.txt": "$WAIT"}
steps:
- run: webpaas $NAME $WAIT '$$WAIT' $DB_PASS
  exit: $CODE
cases:
- {name: "case $NAME", NAME: backup, WAIT: "", CODE: 1}
- {name: other, NAME: redeploy, WAIT: --no-wait, CODE: 0}
)",
                                                          "s.yaml");

  ASSERT_THAT(scenarios, SizeIs(2));
  EXPECT_EQ(scenarios[0].case_name, "case backup");
  EXPECT_EQ(scenarios[0].steps.at(0).command, "webpaas backup  '$$WAIT' $DB_PASS");
  EXPECT_EQ(scenarios[0].files.at(0).path, "backup.txt");
  EXPECT_EQ(scenarios[0].files.at(0).content, "");
  EXPECT_EQ(scenarios[1].files.at(0).content, "--no-wait");
  EXPECT_THAT(scenarios[1].variables,
              UnorderedElementsAre(Pair("CODE", "0"), Pair("NAME", "redeploy"), Pair("WAIT", "--no-wait")));
  StepEvidence evidence = quiet_step();
  evidence.finished.outcome = Exited{1};
  EXPECT_TRUE(scenarios[0].steps.at(0).checks.at(0)->evaluate(evidence).empty());
  EXPECT_FALSE(scenarios[1].steps.at(0).checks.at(0)->evaluate(evidence).empty());
}

TEST(Cases, KeepWholeOutputsAsTheyStandInTheFile) {
  const std::vector<Scenario> scenarios = parse_scenarios(R"(scenario: s
run: webpaas get $NAME
stdout:
  is: |
    Name: $NAME
    Value: old
cases: [{name: a, NAME: x1}]
)",
                                                          "s.yaml");
  StepEvidence evidence = with_stdout("Name: x1\nValue: new\n");
  evidence.variables = scenarios.at(0).variables;

  const std::vector<Failure> failures = scenarios.at(0).steps.at(0).checks.at(0)->evaluate(evidence);

  ASSERT_THAT(failures, SizeIs(1));
  ASSERT_TRUE(failures[0].rewrite.has_value());
  EXPECT_EQ(failures[0].rewrite->new_text, "Name: $NAME\nValue: new\n");
}

struct BadCase {
  std::string name;
  std::string text;
  std::string message;
};
class CaseErrors : public testing::TestWithParam<BadCase> {};

TEST_P(CaseErrors, SayWhereAndWhatToDo) {
  EXPECT_EQ(complaint("scenario: s\nrun: a $X\n" + GetParam().text), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, CaseErrors,
    testing::Values(
        BadCase{"none", "cases: []\n", "s.yaml:3:8: a list of no cases runs nothing; leave it out"},
        BadCase{"no_name", "cases: [{X: 1}]\n", "s.yaml:3:9: a case needs the key \"name\""},
        BadCase{"unused", "cases: [{name: n, X: 1, Y: 2}]\n",
                "s.yaml:3:25: the variable Y is used nowhere in the scenario; did you mean \"X\"?"},
        BadCase{"lower", "cases: [{name: n, X: 1, wait: 2}]\n",
                "s.yaml:3:25: unknown key \"wait\" in a case; variables are in capitals"},
        BadCase{"misspelt", "cases: [{name: n, X: 1, stdot: 2}]\n",
                "s.yaml:3:25: unknown key \"stdot\" in a case; did you mean \"stdout\"?"},
        BadCase{"null", "cases: [{name: n, X: }]\n",
                "s.yaml:3:19: the variable X has no value; write \"\" for the empty text"},
        BadCase{"lacking", "cases: [{name: n, X: 1}, {name: m}]\n",
                "s.yaml:3:27: the case lacks the variable X, which other cases give"},
        BadCase{"same_name", "cases: [{name: n, X: 1}, {name: n, X: 2}]\n",
                "s.yaml:3:27: two scenarios of this file are called \"s / n\"; the first is in line 3"},
        BadCase{"steps_too", "cases: [{name: n, X: 1, steps: [{run: b $X}]}]\n",
                "s.yaml:2:6: \"run\" belongs to a step, and this scenario has steps:; put it under one of them"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
