// `containers:` of a scenario, and what it is needed for.
#include <gmock/gmock.h>

#include "evidence.hpp"

namespace understudy {
namespace {

using namespace testing_support;

std::optional<ContainerSpec> containers(const std::string& value) {
  return parse_scenarios("scenario: s\ncontainers: " + value + "\nadvance: 1h\n", "s.yaml").at(0).containers;
}

TEST(Containers, AreThereIfTheyAreAskedFor) {
  EXPECT_FALSE(parse_scenarios("scenario: s\nadvance: 1h\n", "s.yaml").at(0).containers);
  EXPECT_FALSE(containers("false"));

  const auto usual = containers("true");
  ASSERT_TRUE(usual);
  EXPECT_EQ(usual->app, "");
  EXPECT_TRUE(usual->apps.empty());
  EXPECT_EQ(usual->shell, "/bin/dash");
  EXPECT_TRUE(usual->client_on_path);
}

TEST(Containers, SayWhereAppsAreAndHowTheClientFindsThem) {
  const auto one = containers("{app: site, shell: /bin/bash, client: build}");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->app, "site");
  EXPECT_EQ(one->shell, "/bin/bash");
  EXPECT_FALSE(one->client_on_path);

  const auto several = containers("{app: {web: ., api: service/api}, client: path}");
  ASSERT_TRUE(several);
  EXPECT_EQ(several->apps, (std::map<std::string, std::string>{{"web", ""}, {"api", "service/api"}}));
  EXPECT_TRUE(several->client_on_path);
}

TEST(Containers, ACaseAddsToThem) {
  const auto scenarios = parse_scenarios(
      "scenario: s\ncontainers: {app: site}\nadvance: 1h\ncases:\n- name: a\n- {name: b, containers: {shell: "
      "/bin/sh}}\n"
      "- {name: c, containers: false}\n",
      "s.yaml");

  EXPECT_EQ(scenarios.at(0).containers->shell, "/bin/dash");
  EXPECT_EQ(scenarios.at(1).containers->shell, "/bin/sh");
  EXPECT_EQ(scenarios.at(1).containers->app, "site");
  EXPECT_FALSE(scenarios.at(2).containers);
}

struct Mistake {
  std::string name;
  std::string line;  ///< the second one of the scenario
  std::string complaint;
};
class ContainerMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(ContainerMistakes, AreSaidWithTheirPlace) {
  EXPECT_EQ(complaint("scenario: s\n" + GetParam().line + "\nadvance: 1h\n"), GetParam().complaint);
}

INSTANTIATE_TEST_SUITE_P(
    All, ContainerMistakes,
    testing::Values(
        Mistake{"unknown_key", "containers: {apps: x}",
                "s.yaml:2:14: unknown key \"apps\" in containers; did you mean \"app\"?"},
        Mistake{"no_map", "containers: 3", "s.yaml:2:13: expected a map, found a whole number"},
        Mistake{"outside", "containers: {app: ../x}",
                "s.yaml:2:19: \"../x\" is no path below the working directory; write it without / or ~ at the start, "
                "and without .."},
        Mistake{"no_app", "containers: {app: {}}", "s.yaml:2:19: an empty map names no app; leave it out"},
        Mistake{"shell", "containers: {shell: bash}",
                "s.yaml:2:21: \"bash\" is no absolute path; SHELL is one: /bin/bash"},
        Mistake{"client", "containers: {client: built}",
                "s.yaml:2:22: \"built\" is no way for the client to get into a container; did you mean \"build\"?"},
        Mistake{"crons_without", "crons: {a: {runs: 1}}",
                "s.yaml:2:8: \"crons\" expects something of what runs in containers; write containers: true at the "
                "scenario"},
        Mistake{"hooks_without", "hooks: {build: {runs: 1}}",
                "s.yaml:2:8: \"hooks\" expects something of what runs in containers; write containers: true at the "
                "scenario"},
        Mistake{"no_hook", "hooks: {deploys: {runs: 1}}",
                "s.yaml:2:9: there is no hook \"deploys\"; did you mean \"deploy\"?"},
        Mistake{"no_cron", "crons: {}", "s.yaml:2:8: an empty map expects nothing"},
        Mistake{"nothing", "crons: {a: {environment: main}}", "s.yaml:2:12: nothing is expected of it"},
        Mistake{"skipped_hook", "hooks: {build: {skipped: 1}}", "s.yaml:2:17: unknown key \"skipped\" in a hook"},
        Mistake{"exit", "crons: {a: {exit: 256}}", "s.yaml:2:19: an exit code is a number from 0 to 255"},
        Mistake{"state", "crons: {a: {state: runing}}",
                "s.yaml:2:20: \"runing\" is no state of a run; did you mean \"running\"?"},
        Mistake{"took", "crons: {a: {took: soon}}", "s.yaml:2:19: \"soon\" is no duration; write 12m, 1m30s or 0s"},
        Mistake{"blocks", "crons: {a: {blocks: {for: no}}}",
                "s.yaml:2:21: what does not block waits for nothing; write blocks: no"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
