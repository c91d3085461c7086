// Crons and hooks of a world, run in containers while the fake's time passes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "container/isolation.hpp"
#include "harness/container.hpp"
#include "mock_server/mock_server.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// A client of a few lines: `webpaas ACTION [--no-wait]` does it to the environment main, and follows the log of the
/// activity that comes of it.
constexpr const char* kClient = R"sh(#!/bin/sh
ask() { /usr/bin/curl -s --noproxy '*' "$@"; }
token=$(ask -d grant_type=api_token -d client_id=x -d "api_token=$WEBPAAS_TOKEN" "$WEBPAAS_API_URL/oauth2/token" |
  sed 's/.*"access_token": *"\([^"]*\)".*/\1/')
auth="Authorization: Bearer $token"
answer=$(ask -X POST -H "$auth" -H 'Content-Type: application/json' -d '{}' \
  "$WEBPAAS_API_URL/api/projects/p/environments/main/$1")
id=$(printf %s "$answer" | grep -o '/api/projects/p/activities/[a-z0-9]*' | head -n 1)
if [ -z "$id" ]; then echo "no activity: $answer"; exit 1; fi
echo "asked for $1"
[ "$2" = --no-wait ] || ask -H "$auth" "$WEBPAAS_API_URL$id/log"
)sh";

class PlatformJobs : public testing::TestWithParam<Isolation> {
protected:
  void SetUp() override {
    if (GetParam() == Isolation::kNamespaces && !why_no_namespaces().empty()) GTEST_SKIP() << why_no_namespaces();
    std::filesystem::create_directories(folder_.path() / "boxes");
    app_.write("index.php", "<?php");
  }

  void start(const std::string& app, const std::string& more = "") {
    const std::string text =
        "clock: '2026-03-01T02:50:00Z'\n"
        "users: {bot: {}}\n"
        "projects: {p: {owner: bot, variables: {'env:WEBPAAS_TOKEN': {value: 0123456789abcdef0123456789abcdef, "
        "is_sensitive: true}}, environments: {main: {deployment: {webapps: {app: " +
        app + "}}}}}}\ntokens: {bot: {user: bot, value: 0123456789abcdef0123456789abcdef}}\n" + more;
    const World world = World::from_node(parse_documents(text, "w.yaml").front(), {});
    ContainerSettings settings{.folder = folder_.path() / "boxes",
                               .program = SHIM_PROGRAM,
                               .apps = {{"app", app_.path()}},
                               .isolation = GetParam()};
    settings.client.binary = folder_.write("client/program", kClient, true);
    settings.client.unpacked = folder_.path() / "client";
    settings.client.profile.executable = "webpaas";
    settings.client.profile.env_prefix = "WEBPAAS_";
    settings.client.profile.service_env_prefix = "PLATFORM_";
    settings.client.profile.config = {{"application", {{"executable", "webpaas"}}}};
    runner_ = std::make_unique<ContainerRunner>(settings);
    server_ = std::make_unique<MockServer>(MockServerOptions{.world = world, .jobs = runner_.get()});
  }
  void TearDown() override {
    server_.reset();
    runner_.reset();
  }

  [[nodiscard]] std::vector<JobRecord> jobs() const { return server_->history().jobs; }
  [[nodiscard]] json activity(const std::string& type, std::size_t which = 0) const {
    for (const json& each : server_->activities()) {
      if (each["type"] == type && which-- == 0) return each;
    }
    return {};
  }
  static std::string at(const Time& time) { return format_time(time).substr(11, 8); }

  TemporaryFolder folder_;
  TemporaryFolder app_;
  std::unique_ptr<ContainerRunner> runner_;
  std::unique_ptr<MockServer> server_;
};

TEST_P(PlatformJobs, ACronTakesThePlatformTimeThatItSleeps) {
  start("{crons: {a: {spec: '0 3 * * *', commands: {start: 'echo hello; sleep 600; echo done'}}}}");
  server_->advance(24h);
  const auto all = jobs();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].error, "");
  EXPECT_EQ(all[0].output, "hello\ndone\n");
  EXPECT_EQ(at(all[0].started), "03:00:00");
  EXPECT_EQ(at(all[0].ended.value()), "03:10:00");
  ASSERT_THAT(all[0].spent, SizeIs(1));
  const json run = activity("environment.cron");
  EXPECT_EQ(run["result"], "success");
  EXPECT_EQ(run["completed_at"].get<std::string>().substr(11, 8), "03:10:00");
}

TEST_P(PlatformJobs, ADeployWaitsForACronThatRuns) {
  start("{crons: {a: {spec: '0 3 * * *', commands: {start: 'sleep 1800'}}}}",
        "events: [{after: 11m, start: redeploy}]\n");
  server_->advance(24h);
  EXPECT_EQ(activity("environment.redeploy")["completed_at"].get<std::string>().substr(11, 8), "03:31:30");
  const auto sites = server_->history().sites;
  ASSERT_THAT(sites, SizeIs(3));
  EXPECT_EQ(at(sites[0].at), "03:01:02");
  EXPECT_EQ(sites[1].now, SiteChange::State::kDropped);
  EXPECT_EQ(sites[2].now, SiteChange::State::kOpen);
}

TEST_P(PlatformJobs, AClientInACronWaitsInPlatformTimeAndItsRequestsAreItsOwn) {
  start("{crons: {a: {spec: '0 3 * * *', commands: {start: 'webpaas backup; webpaas backup --no-wait'}}}}",
        "activity_types: {environment.backup: {duration: 12m}}\n");
  server_->advance(24h);
  const auto all = jobs();
  ASSERT_THAT(all, SizeIs(1));
  ASSERT_THAT(all[0].clients, SizeIs(2)) << all[0].output;
  EXPECT_EQ(all[0].clients[0].report.platform_time, 12min + 2s) << all[0].output;
  ASSERT_THAT(all[0].clients[0].report.waits, SizeIs(1));
  EXPECT_EQ(all[0].clients[0].report.waits[0].type, "environment.backup");
  EXPECT_EQ(all[0].clients[0].created, std::vector{all[0].clients[0].report.waits[0].activity});
  EXPECT_FALSE(all[0].clients[0].report.deadlock);
  EXPECT_EQ(all[0].clients[1].report.platform_time, 0ms) << all[0].output;
  EXPECT_THAT(all[0].output, HasSubstr("Created backup"));
  for (const Exchange& exchange : server_->journal().entries()) EXPECT_NE(exchange.client_id, 0U);
}

TEST_P(PlatformJobs, ARedeployThatACronWaitsForIsADeadlockUntilTheCronsTimeout) {
  start("{crons: {a: {spec: '0 3 * * *', timeout: 7200, commands: {start: 'webpaas redeploy'}}}}");
  server_->advance(12h);
  const auto all = jobs();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(at(all[0].ended.value()), "05:00:00") << all[0].output;
  EXPECT_EQ(all[0].exit_code, 143);
  ASSERT_THAT(all[0].clients, SizeIs(1));
  const std::string id = all[0].clients[0].created.at(0);
  EXPECT_EQ(all[0].clients[0].report.deadlock_reason,
            "environment.redeploy " + id + " waits for cron a waits for environment.redeploy " + id);
  EXPECT_EQ(activity("environment.cron")["result"], "failure");
  EXPECT_EQ(activity("environment.redeploy")["completed_at"].get<std::string>().substr(11, 8), "05:01:30");
}

TEST_P(PlatformJobs, TheBuildHookOfWhatRunsAlreadyTakesNoTimeAndTheCronSeesWhatItMade) {
  start(
      "{hooks: {build: 'sleep 3600; echo built > made'}, crons: {a: {spec: '0 3 * * *', commands: {start: 'cat "
      "made'}}}}");
  server_->advance(1h);
  const auto all = jobs();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_TRUE(all[0].before_time);
  EXPECT_EQ(all[1].output, "built\n");
  EXPECT_EQ(at(all[1].ended.value()), "03:00:00");
}

TEST_P(PlatformJobs, HooksTakePartInADeployAndAFailingBuildEndsIt) {
  start("{hooks: {build: 'echo b; sleep 60', deploy: 'echo d; sleep 120; false', post_deploy: 'sleep 30'}}",
        "events: [{after: 10m, start: push}]\n");
  server_->advance(1h);
  const json push = activity("environment.push");
  EXPECT_EQ(push["completed_at"].get<std::string>().substr(11, 8), "03:06:32");
  EXPECT_EQ(push["result"], "success");
  const auto all = jobs();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].name, "build");
  EXPECT_EQ(all[1].exit_code, 1);
  EXPECT_EQ(all[2].name, "post_deploy");
  EXPECT_EQ(at(server_->history().sites.back().at), "03:06:02") << "it is open while post_deploy runs";

  TearDown();
  start("{hooks: {build: 'exit 3', deploy: 'touch x'}}", "events: [{after: 10m, start: push}]\n");
  server_->advance(1h);
  EXPECT_EQ(activity("environment.push")["result"], "failure");
  EXPECT_THAT(jobs(), SizeIs(1));
}

TEST_P(PlatformJobs, ABuildThatHangsEndsAfterAnHour) {
  start("{hooks: {build: 'sleep 100000'}}", "events: [{after: 10m, start: push}]\n");
  server_->advance(3h);
  EXPECT_EQ(activity("environment.push")["result"], "failure");
  EXPECT_EQ(activity("environment.push")["completed_at"].get<std::string>().substr(11, 8), "04:02:02");
}

TEST_P(PlatformJobs, DifferentCronsOfAnAppTakeTurnsAndOneThatStillRunsIsNotStartedAgain) {
  start(
      "{crons: {a: {spec: '*/10 * * * *', commands: {start: 'sleep 1500'}}, b: {spec: '5 3 * * *', commands: {start: "
      "'true'}}}}");
  server_->advance(41min);
  std::vector<std::string> runs;
  for (const JobRecord& job : jobs()) runs.push_back(job.name + " " + at(job.started));
  EXPECT_THAT(runs, ElementsAre("a 03:00:00", "b 03:25:00", "a 03:30:00"));
  EXPECT_THAT(server_->history().skipped, SizeIs(2));
}

TEST_P(PlatformJobs, WhatACronSetsGoingComesBeforeWhatElseIsDueThen) {
  start(
      "{crons: {a: {spec: '0 3 * * *', commands: {start: 'true'}}, b: {spec: '0 3 * * *', commands: {start: 'sleep "
      "600'}}}}",
      "events: [{after: 9m58s, start: redeploy}]\n");
  server_->advance(1h);
  EXPECT_EQ(at(jobs().at(1).started), "03:00:00") << "a is over before the platform looks at the redeploy";
  EXPECT_EQ(activity("environment.redeploy")["completed_at"].get<std::string>().substr(11, 8), "03:11:30");
}

INSTANTIATE_TEST_SUITE_P(All, PlatformJobs, testing::Values(Isolation::kNamespaces, Isolation::kNone),
                         [](const testing::TestParamInfo<Isolation>& row) {
                           return row.param == Isolation::kNamespaces ? "InNamespaces" : "WithoutNamespaces";
                         });

}  // namespace
}  // namespace understudy
