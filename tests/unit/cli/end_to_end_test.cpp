// The program itself, from its arguments to what it leaves behind. The client is a script; the fake, the sandbox and
// the workers are real.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <nlohmann/json.hpp>

#include "stand_in_root.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kClient = R"(#!/bin/sh
case "$1" in
  --version) echo "Stand-in 5.11.1" ;;
  auth:info) mkdir -p "$OVHCLOUD_WEBPAAS_CLI_TMP/sub" && echo x > "$OVHCLOUD_WEBPAAS_CLI_TMP/sub/php" ;;
  *) echo "hello from the client" ;;
esac
)";

constexpr const char* kGood = R"(scenario: greets
steps:
- run: webpaas help
  stdout: hello
)";

constexpr const char* kBad = R"(scenario: does not part
steps:
- run: webpaas help
  stdout: goodbye
)";

class EndToEnd : public StandInRoot {
protected:
  EndToEnd() { set_up(kClient); }

  [[nodiscard]] fs::path write(const std::string& name, const std::string& text) const {
    return root_.write(name, text);
  }
  /// Says "ready" through the fifo, which it and all that it leaves behind hold open, and hangs.
  void write_hanging(const std::string& name) const {
    static_cast<void>(write(name, "scenario: hangs\ntools: [sleep]\nsteps:\n- sh: exec 9> " + fifo_.path() +
                                      "; echo ready >&9; sleep 1000 & sleep 1000\n"));
  }

  [[nodiscard]] std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{root_.path() / "tmp"})
      names.push_back(entry.path().filename().string());
    return names;
  }
};

TEST_F(EndToEnd, PassesFailsAndRefuses) {
  static_cast<void>(write("scenarios/good.yaml", kGood));
  EXPECT_EQ(run({"run"}), 0) << output();
  EXPECT_THAT(output(), HasSubstr("ok    scenarios/good.yaml:1  greets"));

  static_cast<void>(write("scenarios/bad.yaml", kBad));
  EXPECT_EQ(run({"run"}), 1);
  EXPECT_THAT(output(), HasSubstr("      at scenarios/bad.yaml:4:11\n"));
  EXPECT_THAT(output(), HasSubstr("run scenarios/bad.yaml:1 --seed 1 --keep\n"));

  EXPECT_EQ(run({"run", "--last-failed"}), 1);
  EXPECT_THAT(output(), Not(HasSubstr("good.yaml")));

  static_cast<void>(write("scenarios/ugly.yaml", "scenario: x\nstpes: []\n"));
  EXPECT_EQ(run({"run"}), 2);
  EXPECT_THAT(output(), HasSubstr("scenarios/ugly.yaml:2:1: unknown key \"stpes\""));
  EXPECT_EQ(run({"lint"}), 2);
  EXPECT_THAT(output(), HasSubstr("1 problem in 3 files"));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(EndToEnd, ADanglingReferenceInAWorldIsBadInput) {
  static_cast<void>(
      write("scenarios/lost.yaml", "scenario: x\ngiven: {world: atlantis}\nsteps:\n- run: webpaas help\n"));

  EXPECT_EQ(run({"run"}), 2);
  EXPECT_THAT(output(), HasSubstr("scenarios/lost.yaml:2:"));
}

TEST_F(EndToEnd, AMissingClientIsAnErrorWithTheCure) {
  static_cast<void>(write("scenarios/good.yaml", kGood));
  fs::remove(root_.path() / "client");

  EXPECT_EQ(run({"run"}), 3);
  EXPECT_THAT(output(), HasSubstr("understudy: error: "));
  EXPECT_THAT(output(), HasSubstr("UNDERSTUDY_CLIENT"));
}

json without_wall(const json& value) {
  if (!value.is_structured()) return value;
  json out = value.is_array() ? json::array() : json::object();
  for (const auto& [key, member] : value.items()) {
    if (value.is_array()) out.push_back(without_wall(member));
    if (value.is_object() && !key.starts_with("wall")) out[key] = without_wall(member);
  }
  return out;
}

TEST_F(EndToEnd, TwoRunsDifferInWallTimesOnly) {
  static_cast<void>(write("scenarios/good.yaml", kGood));
  static_cast<void>(write("scenarios/bad.yaml", kBad));

  EXPECT_EQ(run({"run", "-j1", "--json", "one.json"}), 1);
  EXPECT_EQ(run({"run", "-j2", "--shuffle", "--keep=all", "--json", "two.json"}), 1);

  EXPECT_EQ(json::parse(content_of(root_.path() / "one.json")).at("client_version"), "5.11.1");
  const json one = without_wall(json::parse(content_of(root_.path() / "one.json")));
  const json two = without_wall(json::parse(content_of(root_.path() / "two.json")));
  EXPECT_EQ(one.dump(1), two.dump(1));
  EXPECT_THAT(left_behind(), testing::SizeIs(1)) << "what --keep keeps";
}

TEST_F(EndToEnd, APageShowsWhatHappenedOnThePlatformAndIsTheSameEachTime) {
  static_cast<void>(write("scenarios/good.yaml", kGood));
  static_cast<void>(write("scenarios/bad.yaml", kBad));
  static_cast<void>(write("scenarios/cron.yaml", R"(scenario: a push waits for a cron
given:
  clock: '2026-03-01T02:59:00Z'
  projects: {p: {environments: {main: {deployment: {webapps: {app: {crons: {nightly: {spec: '0 3 * * *', commands: {start: x}}}}}}}}}}
  activity_types: {environment.cron: {duration: 10m}}
  events: [{after: 2m, start: push}]
steps:
- advance: 30m
)"));

  EXPECT_EQ(run({"run", "-j1", "--html", "pages/one.html", "--json", "one.json"}), 1) << output();
  EXPECT_EQ(run({"run", "-j2", "--shuffle", "--keep=all", "--html", "two.html"}), 1);
  EXPECT_EQ(run({"run", "-j1", "--json", "without.json"}), 1);

  const std::string page = content_of(root_.path() / "pages/one.html");
  EXPECT_EQ(page, content_of(root_.path() / "two.html"));
  EXPECT_THAT(page, HasSubstr("2 passed, 1 failed; client webpaas 5.11.1, seed 1."));
  EXPECT_THAT(page, HasSubstr("<h2>a push waits for a cron</h2><span class=\"badge passed\">"));
  EXPECT_THAT(page, HasSubstr("waited for cron nightly for 6m58s"));
  EXPECT_THAT(page, HasSubstr("<h2>does not part</h2><span class=\"badge failed\">"));
  EXPECT_THAT(page, HasSubstr("expected  contains &quot;goodbye&quot;"));
  EXPECT_THAT(page, Not(HasSubstr("<h2>greets</h2>"))) << "nothing happened in it";
  EXPECT_EQ(without_wall(json::parse(content_of(root_.path() / "one.json"))),
            without_wall(json::parse(content_of(root_.path() / "without.json"))))
      << "a page changes no other report";
}

TEST_F(EndToEnd, APageThatCouldNotBeWrittenIsRefusedBeforeAnythingRuns) {
  static_cast<void>(write("scenarios/good.yaml", kGood));

  EXPECT_EQ(run({"run", "--html", "scenarios"}), 2);
  EXPECT_THAT(output(), HasSubstr("--html scenarios: it is a folder"));
  EXPECT_EQ(run({"run", "--html", "client/pages/page.html"}), 2);
  EXPECT_THAT(output(), testing::AllOf(HasSubstr("--html client/pages/page.html: client is no folder"),
                                       Not(HasSubstr("greets"))));
  EXPECT_EQ(run({"run", "--html", "-", "--tap"}), 2);
  EXPECT_THAT(output(), HasSubstr("only one of --tap, --json -, --junit -, --html - and --exchanges -"));
}

TEST_F(EndToEnd, UpdateAcceptsWhatCame) {
  const fs::path file =
      write("scenarios/whole.yaml", "scenario: whole\nsteps:\n- run: webpaas help\n  stdout:\n    is: |\n      old\n");

  EXPECT_EQ(run({"run", "-u"}), 0) << output();
  EXPECT_THAT(content_of(file), HasSubstr("    is: |\n      hello from the client\n"));
  EXPECT_EQ(run({"run"}), 0) << output();
}

struct Ending {
  std::string name;
  int signal;
  int status;
};
void PrintTo(const Ending& ending, std::ostream* out) { *out << ending.name; }

class EndedEarly : public EndToEnd, public testing::WithParamInterface<Ending> {};

TEST_P(EndedEarly, LeavesNoProcessAndNoFile) {
  static_cast<void>(write("scenarios/a.yaml", kGood));
  write_hanging("scenarios/b.yaml");
  const pid_t front = start({"run", "-j1", "--junit", "report.xml"});
  ASSERT_TRUE(fifo_.wait_for("ready\n"));

  ::kill(front, GetParam().signal);

  EXPECT_EQ(end_of(front), GetParam().status);
  EXPECT_TRUE(fifo_.wait_for("")) << "a process is left";
  if (GetParam().status > 0) {
    EXPECT_THAT(output(), HasSubstr("interrupted: 1 passed, 1 not run"));
    EXPECT_THAT(content_of(root_.path() / "report.xml"), HasSubstr("tests=\"1\" failures=\"0\""));
    EXPECT_THAT(left_behind(), IsEmpty());
  } else {
    // Nobody says when the last worker of a killed front has gone; the next run cleans up what a worker had no time
    // for.
    fs::remove(root_.path() / "scenarios/b.yaml");
    EXPECT_EQ(run({"run"}), 0);
    EXPECT_THAT(left_behind(), IsEmpty());
  }
}

INSTANTIATE_TEST_SUITE_P(Signals, EndedEarly,
                         testing::Values(Ending{"Interrupted", SIGINT, 130}, Ending{"Terminated", SIGTERM, 143},
                                         Ending{"Killed", SIGKILL, -SIGKILL}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
