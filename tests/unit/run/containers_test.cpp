// Scenarios whose crons and hooks are run, with a client of a few lines of bash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "harness/runner.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kClient = R"(#!/bin/bash
case "$1" in
  get) host=${T_API_URL#http://}
    exec 3<>"/dev/tcp/${host%:*}/${host#*:}"
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "$host" >&3
    read -r line <&3; echo "${line%$'\r'}" ;;
  where) echo "$PWD $T_API_URL ${T_API_URL#http://}" ;;
  foreign) exec 3<>"/dev/tcp/127.0.0.1/${https_proxy##*:}"
    printf 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n' >&3; read -r line <&3; echo "$line" ;;
esac
)";

class ContainerScenario : public testing::Test {
protected:
  ContainerScenario() {
    settings_.sandbox_folder = folder_.path() / "sandboxes";
    fs::create_directory(settings_.sandbox_folder);
    settings_.program = SHIM_PROGRAM;
    const ClientProfile profile{.name = "tiny",
                                .executable = "tiny",
                                .env_prefix = "T_",
                                .service_env_prefix = "PLATFORM_",
                                .config = {{"application", 1}}};
    settings_.client = "tiny";
    fs::create_directory(folder_.path() / "unpacked");
    settings_.warm["tiny"] = {.profile = profile,
                              .binary = folder_.write("client", kClient, true),
                              .unpacked = folder_.path() / "unpacked",
                              .version = "5.11.1"};
  }

  /// With a cron `c` at three that runs `command`, five minutes before.
  [[nodiscard]] ScenarioResult run(const std::string& command, const std::string& rest,
                                   const std::string& more_of_the_app = "",
                                   const std::string& more_of_the_world = "") const {
    const std::string text =
        "scenario: s\ngiven:\n  clock: '2026-03-01T02:55:00Z'\n  users: {bot: {}}\n" + more_of_the_world +
        "  programs: {vendor/bin/long: 7m}\n  faults: [{on: GET /slow, delay: 30m, status: 200}]\n"
        "  projects: {p: {owner: bot, variables: {'env:PASSWORD': {value: hunter2hunter2, is_sensitive: true}},\n"
        "    environments: {main: {deployment: {webapps: {app: {" +
        more_of_the_app + "crons: {c: {spec: '0 3 * * *', commands: {start: '" + command + "'}}}}}}}}}}\n" + rest;
    return run_scenario(parse_scenarios(text, "s.yaml").at(0), settings_);
  }

  [[nodiscard]] std::size_t sandboxes() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{settings_.sandbox_folder}, fs::directory_iterator{}));
  }

  TemporaryFolder folder_;
  RunSettings settings_;
};

std::string shown(const ScenarioResult& result) { return to_json(result).dump(2); }

TEST_F(ContainerScenario, RunsACronInAContainerWithItsFilesAndLeavesNothing) {
  const ScenarioResult result = run("pwd; cat greeting; sleep 600; vendor/bin/long; touch x", R"(
files: {greeting: hello}
containers: true
steps:
- advance: 15m
  crons: {c: {state: running}}
- advance: 15m
  crons: {c: {runs: 1, took: 17m, exit: 1, output: {contains: ["/app", hello], not: understudy}}}
)");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
  ASSERT_THAT(result.steps.at(1).jobs, SizeIs(1));
  EXPECT_EQ(result.steps[1].jobs[0].name, "cron c");
  EXPECT_EQ(result.steps[1].jobs[0].outcome, "exited with 1 after 17m");
  EXPECT_THAT(result.steps[1].jobs[0].output, Not(IsEmpty()));
  EXPECT_EQ(sandboxes(), 0U);
}

TEST_F(ContainerScenario, TemporaryFilesHaveNoRandomNames) {
  const ScenarioResult result = run("mktemp; cd $(mktemp -d); pwd",
                                    "containers: true\nadvance: 10m\n"
                                    "crons: {c: {output: {is: \"/tmp/tmp.[RANDOM]\\n/tmp/tmp.[RANDOM]\\n\"}}}\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
}

TEST_F(ContainerScenario, OutputThatWasDroppedIsNotTakenForSearched) {
  const ScenarioResult result =
      run("head -c 2000000 /dev/zero | tr \"\\\\0\" x; echo \"$$PASSWORD\"", "containers: true\nadvance: 10m\n");

  ASSERT_THAT(result.steps.at(0).failures, SizeIs(1)) << shown(result);
  EXPECT_EQ(result.steps[0].failures[0].subject, "secrets");
  EXPECT_EQ(result.steps[0].failures[0].actual,
            "in output of cron c: it was not looked into: the last 951439 bytes of it");
}

TEST_F(ContainerScenario, RunsNothingWithoutContainers) {
  const ScenarioResult result = run("exit 3", "steps:\n- advance: 2h\n  activity: {cron: success}\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
  EXPECT_THAT(result.steps.at(0).jobs, IsEmpty());
}

TEST_F(ContainerScenario, AStepsRequestsAreThoseOfItsOwnClient) {
  const ScenarioResult result = run("tiny get /users/me", R"(
containers: true
steps:
- run: tiny get /slow
  requests: {only: [GET /slow]}
  blocks: 30m
  crons: {c: {runs: 1, output: HTTP/1.1 401}}
)");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
  EXPECT_THAT(result.steps.at(0).requests, SizeIs(1));
}

TEST_F(ContainerScenario, TheUsualNameOfTheClientWorksWhateverItsBrand) {
  const ScenarioResult result = run("webpaas where; tiny where", R"(
containers: true
advance: 10m
crons: {c: {exit: 0, output: {is: "/app [API] [API]\n/app [API] [API]\n"}}}
)");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
}

TEST_F(ContainerScenario, TheClientIsNotThereIfABuildHookWasToInstallIt) {
  const ScenarioResult result =
      run("tiny where", "containers: {client: build}\nadvance: 10m\ncrons: {c: {exit: 127, output: not found}}\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
}

TEST_F(ContainerScenario, TheShellIsWhatItSays) {
  const ScenarioResult result =
      run("echo $SHELL", "containers: {shell: /bin/zsh}\nadvance: 10m\ncrons: {c: {output: {is: \"/bin/zsh\\n\"}}}\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
}

TEST_F(ContainerScenario, EachAppHasItsFolder) {
  const std::string rest = R"(
files: {site/index: site, other: x}
advance: 10m
)";
  const ScenarioResult all = run("ls", rest + "containers: {app: site}\ncrons: {c: {output: {is: \"index\\n\"}}}\n");
  const ScenarioResult named =
      run("ls", rest + "containers: {app: {app: site}}\ncrons: {c: {output: {is: \"index\\n\"}}}\n");
  const ScenarioResult unnamed =
      run("ls", rest + "containers: {app: {web: site}}\ncrons: {c: {output: {empty: true}}}\n");

  EXPECT_EQ(all.verdict, Verdict::kPassed) << shown(all);
  EXPECT_EQ(named.verdict, Verdict::kPassed) << shown(named);
  EXPECT_EQ(unnamed.verdict, Verdict::kPassed) << shown(unnamed);
}

TEST_F(ContainerScenario, AnAppWithoutItsFolderIsAnError) {
  const ScenarioResult result = run("true", "containers: {app: site}\nadvance: 10m\n");

  EXPECT_EQ(result.verdict, Verdict::kError);
  EXPECT_EQ(result.reason, "the cron c of main could not be run: there is no folder [WORK]/site for the app");
}

TEST_F(ContainerScenario, ABuildTakesTheFilesAsTheyAreThen) {
  const ScenarioResult result =
      run("cat made", R"(
files: {version: one}
containers: true
steps:
- advance: 10m
  hooks: {build: {runs: 1, took: 0s, output: one}}
  crons: {c: {output: {is: "one\n"}}}
- run: tiny where
  write: {version: two}
- advance: 1h
  activity: {push: success}
  hooks: {build: {runs: 2, output: two}}
)",
          "hooks: {build: 'cat version; cp version made; echo >>made'}, ", "  events: [{after: 20m, start: push}]\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
  EXPECT_EQ(result.steps.at(0).jobs.at(0).name, "hook build");
}

TEST_F(ContainerScenario, ShowsNoSecretOfAJob) {
  const ScenarioResult result =
      run("echo my $PASSWORD", "containers: true\nadvance: 10m\ncrons: {c: {output: other}}\n");

  EXPECT_EQ(result.verdict, Verdict::kFailed);
  EXPECT_THAT(result.steps.at(0).jobs.at(0).output, ElementsAre(HasSubstr("my [secret ")));
  EXPECT_THAT(shown(result), Not(HasSubstr("hunter2")));
}

TEST_F(ContainerScenario, RemarksOnOtherHostsThatAContainerTriesToReach) {
  const ScenarioResult result = run("tiny foreign", "containers: true\nadvance: 10m\n");

  EXPECT_THAT(result.steps.at(0).remarks,
              ElementsAre("foreign host contacted from a container: CONNECT example.com:443"));
}

TEST_F(ContainerScenario, WhatAJobWasStillDoingEndsWithTheScenario) {
  const ScenarioResult result =
      run("trap \"\" TERM; sleep 100000", "containers: true\nadvance: 10m\ncrons: {c: {state: running}}\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
  EXPECT_EQ(result.steps.at(0).jobs.at(0).outcome, "still runs after 5m");
  EXPECT_EQ(sandboxes(), 0U);
}

TEST_F(ContainerScenario, AKeptSandboxHoldsTheAppAndCanBeRemoved) {
  settings_.keep = Keep::kAll;

  const ScenarioResult result = run("echo hello >data/x", R"(
files: {sub/greeting: hello}
containers: true
advance: 10m
crons: {c: {exit: 0}}
)",
                                    "mounts: {data: {source: local}}, ");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
  const fs::path containers = fs::path{result.sandbox} / "containers";
  EXPECT_THAT(std::distance(fs::directory_iterator{containers}, fs::directory_iterator{}), 1);
  const fs::path tree = containers / "app-1/tree-1";
  ASSERT_TRUE(fs::exists(tree / "sub/greeting"));
  for (const fs::path& each : {tree, tree / "sub", tree / "sub/greeting"}) {
    EXPECT_NE(fs::status(each).permissions() & fs::perms::owner_write, fs::perms::none) << each;
  }
  EXPECT_TRUE(fs::exists(containers / "app-1/mounts/0/x"));
}

/// Whoever cancels a cron and the cron itself would compute at the same time, and what a step sees would be chance.
TEST_F(ContainerScenario, WhatIsCancelledHasReactedWhenTheAnswerComes) {
  const ScenarioResult result =
      run("trap \"i=0; while test \\$i -lt 100000; do i=\\$((i+1)); done; echo tidy; exit 3\" TERM; sleep 7200 & wait",
          R"yaml(
containers: true
tools: [curl, sed, grep, head]
steps:
- advance: 10m
  crons: {c: {state: running}}
- sh: |
    token=$(curl -s -d grant_type=api_token -d client_id=x -d "api_token=$T_TOKEN" "$T_API_URL/oauth2/token" |
      sed 's/.*"access_token": *"\([^"]*\)".*/\1/')
    own="Authorization: Bearer $token"
    path=$(curl -s -H "$own" "$T_API_URL/api/projects/p/activities" | grep -o '/api/projects/p/activities/[a-z0-9]*' | head -n 1)
    curl -s -X POST -H "$own" "$T_API_URL$path/cancel"
  blocks: no
  allow: [{secret: "*", in: argument of curl, reason: it is taken by hand}]
  crons: {
  c : {
  state:
    ended, exit : 3, output : tidy
  }}
  activity: {cron: cancelled}
)yaml",
          "", "  tokens: {bot: {user: bot}}\n");

  EXPECT_EQ(result.verdict, Verdict::kPassed) << shown(result);
}

TEST_F(ContainerScenario, TwoRunsDifferInWallTimesOnly) {
  const std::string rest = "containers: true\nsteps: [{run: tiny get /slow}, {advance: 1h}]\n";
  const auto of_one = [&] {
    nlohmann::json json = to_json(run("tiny where; tiny get /users/me; sleep 60; tiny where", rest));
    json.erase("wall_us");
    for (nlohmann::json& step : json["steps"]) {
      step.erase("wall_us");
      for (nlohmann::json& request : step["requests"]) request.erase("wall_us");
    }
    return json;
  };

  const nlohmann::json first = of_one();
  EXPECT_EQ(first, of_one());
  EXPECT_THAT(first.dump(), AllOf(HasSubstr("[API]"), Not(HasSubstr("127.0.0.1:"))));
}

}  // namespace
}  // namespace understudy
