// `understudy check` as a program: what it refuses before anything is run, and what is left when it is interrupted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "harness/stopwatch.hpp"
#include "stand_in_root.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kTwoApps =
    "api: {source: {root: /api}, type: 'nodejs:20', crons: {backup: {spec: '0 3 * * *', cmd: 'true'}}}\n"
    "web: {source: {root: /web}, type: 'php:8.2', crons: {backup: {spec: '0 3 * * *', cmd: 'true'}, clean: {spec: '0 4 "
    "* * *', cmd: 'true'}}}\n";

class Check : public StandInRoot {
protected:
  Check() {
    set_up("#!/bin/sh\nexec 9>" + fifo_.path() + "\necho ready >&9\nsleep 1000 &\nsleep 1000\n");
    root_.write(".platform/applications.yaml", kTwoApps);
  }

  [[nodiscard]] pid_t start_check(std::vector<std::string> words = {}) const {
    words.insert(words.begin(), "check");
    return start(std::move(words));
  }
  /// What it says when it refuses; exit code 2, and the client was not called.
  [[nodiscard]] std::string refusal(const std::vector<std::string>& words) const {
    const int code = end_of(start_check(words));
    if (fifo_.has_something()) return "the client was called";
    return code == 2 ? output() : "exit code " + std::to_string(code) + ": " + output();
  }
  /// Soon: what cleans up after a killed program is no child of ours that could be waited for.
  [[nodiscard]] bool nothing_is_left() const {
    const Stopwatch stopwatch;
    while (!fs::is_empty(root_.path() / "tmp")) {
      if (stopwatch.elapsed() > std::chrono::milliseconds{kPatienceMs}) return false;
      std::this_thread::yield();
    }
    return true;
  }
};

TEST_F(Check, RefusesTimesThatAreNone) {
  EXPECT_THAT(refusal({"--for", "soon"}), HasSubstr("--for \"soon\": expected a time, for instance 24h or 7d"));
  EXPECT_THAT(refusal({"--for", "0s"}), HasSubstr("--for \"0s\""));
  EXPECT_THAT(refusal({"--for", "400d"}), HasSubstr("a year is the most"));
  EXPECT_THAT(refusal({"--from", "noon"}), HasSubstr("--from \"noon\": expected a time"));
}

TEST_F(Check, RefusesWhatIsNotThere) {
  EXPECT_THAT(refusal({"nowhere"}), HasSubstr("nowhere: there is no such file or folder"));
  EXPECT_THAT(refusal({"--json", "out.json"}), HasSubstr("write --json=out.json"));
  EXPECT_THAT(refusal({"--world", "my/world.yaml"}), HasSubstr("--world my/world.yaml: there is no such file"));
  EXPECT_THAT(refusal({"--world", "mine"}), HasSubstr("there is no world \"mine\""));
  EXPECT_THAT(refusal({"--client", "webpass"}), HasSubstr("webpaas"));
  EXPECT_THAT(refusal({"tmp"}), HasSubstr(".platform.app.yaml"));
}

TEST_F(Check, RefusesFilesThatItCouldNotWrite) {
  static_cast<void>(root_.write("file", ""));
  for (const char* option : {"--html", "--emit-scenario"}) {
    EXPECT_THAT(refusal({option, "tmp"}), AllOf(HasSubstr(option), HasSubstr("it is a folder")));
    EXPECT_THAT(refusal({option, "file/below"}), HasSubstr("file is no folder"));
  }
  EXPECT_THAT(refusal({"--json=tmp"}), HasSubstr("it is a folder"));
  EXPECT_THAT(refusal({"--json", "--html", "-"}), HasSubstr("only one of"));
}

TEST_F(Check, NeverOverwritesAScenarioUnlessForced) {
  static_cast<void>(root_.write("mine.yaml", "precious"));

  EXPECT_THAT(refusal({"--emit-scenario", "mine.yaml"}), HasSubstr("it is there already; --force overwrites it"));
  EXPECT_EQ(content_of(root_.path() / "mine.yaml"), "precious");
  EXPECT_THAT(refusal({"--force"}), HasSubstr("--force is about"));
}

TEST_F(Check, KnowsTheCronsThatCanBeNamed) {
  EXPECT_THAT(refusal({"--cron", "backup"}), HasSubstr("--emit-scenario FILE writes"));
  EXPECT_THAT(refusal({"--emit-scenario", "new.yaml", "--cron", "backup"}),
              HasSubstr("which one? there are api/backup, web/backup, web/clean"));
  EXPECT_THAT(refusal({"--emit-scenario", "new.yaml", "--cron", "web/clear"}),
              HasSubstr("there is no such cron; did you mean \"web/clean\"?"));
}

TEST_F(Check, NamesThePlaceOfAMistake) {
  static_cast<void>(root_.write(".platform/applications.yaml", "app:\n  type: 'php:8.2'\n  crons: {a: {cmd: x}}\n"));
  EXPECT_THAT(refusal({}), HasSubstr("applications.yaml:3:"));
}

class Interrupted : public Check, public testing::WithParamInterface<int> {};

TEST_P(Interrupted, LeavesNeitherProcessNorFile) {
  const pid_t pid = start_check();
  ASSERT_TRUE(fifo_.wait_for("ready")) << output();

  ::kill(pid, GetParam());

  EXPECT_EQ(end_of(pid), GetParam() == SIGKILL ? -SIGKILL : 128 + GetParam());
  EXPECT_TRUE(fifo_.wait_for(""));
  EXPECT_TRUE(nothing_is_left());
}

INSTANTIATE_TEST_SUITE_P(BySignal, Interrupted, testing::Values(SIGINT, SIGTERM, SIGHUP, SIGKILL));

// ---- with the real client

/// An app as people write it, checked with the client that scenarios run, where that is installed.
class CheckOfAnApp : public testing::Test {
protected:
  void SetUp() override {
    if (!fs::exists(client())) GTEST_SKIP() << "the real client is not installed: ./dev setup";
  }
  static fs::path client() { return fs::path{SOURCE_DIR} / "node_modules/@upsun/cli-linux-x64/bin/upsun"; }

  void write(const std::string& cron) {
    app_.write(".environment", "export PATH=\"$HOME/.platformsh/bin:$PATH\"\n");
    app_.write(".platform.app.yaml",
               "name: app\ntype: 'php:8.2'\n"
               "hooks: {build: 'curl -sS https://platform.sh/cli/installer | php'}\n"
               "crons:\n  nightly:\n    spec: '0 5 * * *'\n    timeout: 7200\n    commands:\n      start: |\n        " +
                   cron + "\n");
  }
  struct Done {
    int code = 0;
    std::string output{};
  };
  /// From four in the morning for four hours.
  Done check(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"check", app_.path().string(), "--for", "4h"};
    words.insert(words.end(), more.begin(), more.end());
    if (std::ranges::find(more, "--from") == more.end()) words.insert(words.end(), {"--from", "2026-03-01T04:00:00Z"});
    return understudy(words);
  }
  Done understudy(const std::vector<std::string>& words) {
    std::string line =
        "cd '" + folder_.path().string() + "' && env -i PATH=/usr/bin:/bin HOME=" + folder_.path().string() +
        " UNDERSTUDY_ROOT=" SOURCE_DIR " UNDERSTUDY_CLIENT=" + client().string() + " " UNDERSTUDY_PROGRAM;
    for (const std::string& word : words) line += " '" + word + "'";
    const fs::path output = folder_.path() / "output";
    line += " >'" + output.string() + "' 2>&1";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(output)};
  }

  TemporaryFolder app_;
  TemporaryFolder folder_;
};

TEST_F(CheckOfAnApp, NamesTheCommandThatWaitsAndWhatADeployLosesAndHowItShouldRead) {
  write("webpaas backup:create --yes --wait");
  const Done done = check();
  EXPECT_EQ(done.code, 1) << done.output;
  EXPECT_THAT(done.output, HasSubstr("webpaas backup:create --yes --wait  waits 3m2s for environment.backup"));
  EXPECT_THAT(done.output, HasSubstr("+ webpaas backup:create --yes --no-wait"));
  EXPECT_THAT(done.output, HasSubstr("a deploy at 04:59:58 takes 2h1m2s (3m2s without this cron); with --no-wait on"));
  EXPECT_THAT(done.output, HasSubstr("cron nightly waits for environment.backup"));
}

TEST_F(CheckOfAnApp, IsGreenWithNoWaitAndTellsTheWeakestRole) {
  write("if [ \"$PLATFORM_BRANCH\" = master ]; then webpaas backup:create --yes --no-wait; fi");
  const Done done = check();
  EXPECT_EQ(done.code, 0) << done.output;
  EXPECT_THAT(done.output,
              AllOf(HasSubstr(", master, "), HasSubstr("1 ok"), HasSubstr("admin on production is enough")));
}

TEST_F(CheckOfAnApp, SaysWhatOnlyTheGuessSaves) {
  write("webpaas backup:create --yes");
  const Done done = check();
  EXPECT_EQ(done.code, 0) << done.output;
  EXPECT_THAT(done.output, HasSubstr("only the client's guess keeps backup:create from waiting"));
  EXPECT_EQ(check({"--strict"}).code, 1);
}

TEST_F(CheckOfAnApp, SpellsTheCircleOfARedeployOut) {
  write("webpaas redeploy --yes --wait");
  const Done done = check();
  EXPECT_EQ(done.code, 1) << done.output;
  EXPECT_THAT(done.output,
              AllOf(HasSubstr("waits for cron nightly\n"), HasSubstr("cron nightly waits for environment.redeploy"),
                    HasSubstr("ended by the timeout of the cron nightly, 2h later")));
}

TEST_F(CheckOfAnApp, LooksAtTheRunThatWaitsEvenIfTheDayEndsBeforeIt) {
  app_.write(".platform.app.yaml",
             "name: app\ntype: 'php:8.2'\nmounts: {var: {source: local, source_path: var}}\n"
             "crons:\n  often:\n    spec: '*/30 * * * *'\n    commands:\n      start: |\n"
             "        if [ -e var/ran ]; then webpaas redeploy --yes --wait; else touch var/ran; fi\n");
  const Done done = check();
  EXPECT_EQ(done.code, 1) << done.output;
  EXPECT_THAT(done.output, AllOf(HasSubstr("1 deadlock"), HasSubstr("cron often waits for environment.redeploy")));
}

TEST_F(CheckOfAnApp, IsNoProofWhereAGuardLetNothingRun) {
  write("if [ \"$PLATFORM_ENVIRONMENT_TYPE\" = staging ]; then webpaas backup:create --yes --wait; fi");
  const Done done = check();
  EXPECT_EQ(done.code, 0) << done.output;
  EXPECT_THAT(done.output, HasSubstr("its guard (PLATFORM_ENVIRONMENT_TYPE = staging) let nothing run on main"));
  EXPECT_EQ(check({"--environment", "staging"}).code, 1) << "there it is proved";
}

TEST_F(CheckOfAnApp, MakesAScenarioThatHoldsTheCronCured) {
  write("webpaas backup:create --yes --wait");
  const std::string file = (folder_.path() / "nightly.yaml").string();
  EXPECT_EQ(check({"--emit-scenario", file}).code, 1);
  const Done as_it_is = understudy({"run", file});
  EXPECT_EQ(as_it_is.code, 1) << as_it_is.output;
  EXPECT_THAT(as_it_is.output, HasSubstr("environment.backup"));
  write("webpaas backup:create --yes --no-wait");
  EXPECT_EQ(check({"--emit-scenario", file, "--force"}).code, 0);
  const Done cured = understudy({"run", file});
  EXPECT_EQ(cured.code, 0) << cured.output;
}

TEST_F(CheckOfAnApp, SaysThatTheClientIsNotOnPath) {
  write("webpaas backup:create --yes --wait");
  app_.write(".environment", "");
  const Done done = check();
  EXPECT_THAT(done.output, HasSubstr("webpaas is not on PATH"));
  EXPECT_THAT(done.output, HasSubstr("1 failed"));
}

TEST_F(CheckOfAnApp, LooksAtWhatIsDueWhenItBeginsInTheUsersWorld) {
  write("webpaas backup:create --yes --wait; bin/console report");
  const std::string world =
      folder_
          .write("world.yaml",
                 "users: {alice: {}}\n"
                 "tokens: {ci: {user: alice, value: aaaabbbbccccddddeeeeffff0000111122223333}}\n"
                 "projects: {p1: {owner: alice, environments: {main: {variables: "
                 "{'env:OVHCLOUD_WEBPAAS_CLI_TOKEN': aaaabbbbccccddddeeeeffff0000111122223333}}}}}\n"
                 "activity_types: {backup: {duration: 12m}}\nprograms: {bin/console: 2m}\n")
          .string();
  const Done done = check({"--from", "2026-03-01T05:00:00Z", "--world", world});
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.output,
              AllOf(HasSubstr("waits 12m2s for environment.backup"), HasSubstr("a deploy at 04:59:58 takes"),
                    HasSubstr("this token: owner of the project"), HasSubstr("[role-too-strong]"),
                    HasSubstr("[token-not-sensitive]"), Not(HasSubstr("not here"))));
  EXPECT_THAT(done.output, Not(HasSubstr("aaaabbbbcccc")));
}

TEST_F(CheckOfAnApp, LooksAtTheTokenThatEachCronUses) {
  app_.write(".platform.app.yaml",
             "name: app\ntype: 'php:8.2'\ncrons:\n"
             "  first: {spec: '0 5 * * *', cmd: 'OVHCLOUD_WEBPAAS_CLI_TOKEN=$OTHER webpaas backup:create --yes "
             "--no-wait; sleep 600'}\n"
             "  second: {spec: '1 5 * * *', cmd: 'webpaas backup:list'}\n");
  const std::string world =
      folder_
          .write("world.yaml",
                 "users: {alice: {}, bob: {machine: true}}\n"
                 "tokens: {a: {user: alice, value: aaaabbbbccccddddeeeeffff0000111122223333},\n"
                 "  b: {user: bob, value: bbbbbbbbccccddddeeeeffff0000111122223333}}\n"
                 "projects: {p1: {owner: alice, access: {bob: viewer}, environments: {main: {variables: {\n"
                 "  'env:OTHER': aaaabbbbccccddddeeeeffff0000111122223333,\n"
                 "  'env:OVHCLOUD_WEBPAAS_CLI_TOKEN': bbbbbbbbccccddddeeeeffff0000111122223333}}}}}\n")
          .string();
  EXPECT_THAT(check({"--world", world}).output,
              AllOf(HasSubstr("admin on production is enough; this token: owner of the project"),
                    HasSubstr("viewer on production is enough; this token: viewer of the project")));
}

TEST_F(CheckOfAnApp, SaysTheSameEachTime) {
  write("webpaas backup:create --yes --wait; sleep 60; mktemp; webpaas redeploy --yes");
  const Done first = check({"--json"});
  EXPECT_EQ(first.code, 1);
  EXPECT_EQ(check({"--json"}).output, first.output);
}

}  // namespace
}  // namespace understudy
