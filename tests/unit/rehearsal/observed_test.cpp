#include "rehearsal/observed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy {
namespace {

using nlohmann::json;
using testing::ElementsAre;

constexpr const char* kMain = "main";

Time at(const std::string& clock) { return parse_time("2026-03-01T" + clock + "Z").value(); }

json activity(const std::string& type, const std::string& environment, const std::string& asked,
              const std::string& started, const std::string& ended) {
  return {{"id", type + asked},
          {"type", type},
          {"environments", {environment}},
          {"created_at", format_time(at(asked))},
          {"started_at", format_time(at(started))},
          {"completed_at", format_time(at(ended))}};
}

json run(const std::string& cron, const std::string& environment, const std::string& due, const std::string& started,
         const std::string& ended) {
  json result = activity("environment.cron", environment, due, started, ended);
  result["payload"] = {{"cron", {{"app", "app"}, {"name", cron}}}};
  return result;
}

/// A deploy that waits ten minutes for the cron `long`.
Played deploy_behind_a_cron() {
  return {.from = at("03:00:00"),
          .to = at("04:00:00"),
          .activities = {run("long", kMain, "03:00:00", "03:00:00", "03:10:00"),
                         activity(kDeployType, kMain, "03:00:01", "03:00:03", "03:12:00")}};
}

TEST(DeployReportOf, NamesOtherCronsThatCameLateOrNotAtAll) {
  Played played = deploy_behind_a_cron();
  played.activities.push_back(run("short", kMain, "03:05:00", "03:12:00", "03:12:01"));
  played.history.skipped = {{"p", kMain, "app", "short", at("03:10:00")}};

  EXPECT_THAT(deploy_report(played, kMain, {"app", "long"}).delayed,
              ElementsAre("short came up to 7m late", "short was skipped once"));
}

TEST(DeployReportOf, DelaysNoCronOfAnotherEnvironment) {
  Played played = deploy_behind_a_cron();
  played.activities.push_back(run("long", "staging", "03:05:00", "03:12:00", "03:12:01"));
  played.activities.push_back(run("short", "staging", "03:05:00", "03:12:00", "03:12:01"));
  played.history.skipped = {{"p", "staging", "app", "short", at("03:10:00")}};

  EXPECT_THAT(deploy_report(played, kMain, {"app", "long"}).delayed, ElementsAre());
}

}  // namespace
}  // namespace understudy
