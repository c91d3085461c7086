// Crons of a world: read, come due, hold what they hold.
#include <gmock/gmock.h>

#include "server_fixture.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

World world_of(const std::string& text) { return World::from_node(parse_documents(text, "w.yaml").front(), {}); }

std::string complaint_about(const std::string& text) {
  try {
    (void)world_of(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing";
}

std::string with_cron(const std::string& app, const std::string& more = "") {
  return "clock: '2026-03-01T02:50:00Z'\n" + more +
         "projects: {p: {environments: {main: {deployment: {webapps: {app: " + app + "}}}}}}\n";
}

std::vector<std::string> starts_of_crons(const MockServer& server) {
  std::vector<std::string> result;
  for (const json& activity : server.activities()) {
    if (activity["type"] == "environment.cron" && activity["started_at"].is_string())
      result.push_back(activity["started_at"].get<std::string>().substr(0, 16));
  }
  return result;
}

TEST(Crons, ComeDueAsTimePassesAndByTheTimeZoneOfTheirApp) {
  MockServer utc{{.world = world_of(with_cron("{crons: {a: {spec: '0,30 3 * * *', commands: {start: x}}}}"))}};
  utc.advance(24h);
  EXPECT_THAT(starts_of_crons(utc), ::testing::ElementsAre("2026-03-01T03:00", "2026-03-01T03:30"));

  MockServer paris{{.world = world_of(
                        with_cron("{timezone: Europe/Paris, crons: {a: {spec: '0 5 * * *', commands: {start: x}}}}"))}};
  paris.advance(24h);
  EXPECT_THAT(starts_of_crons(paris), ::testing::ElementsAre("2026-03-01T04:00"));
}

TEST(Crons, ARandomOffsetIsTheSameForTheSameSeed) {
  const std::string app = "{crons: {a: {spec: '0 3 * * *', commands: {start: x}}}}";
  const auto started = [&](int seed) {
    MockServer server{{.world = world_of(with_cron(app, "crons: {random_offset: " + std::to_string(seed) + "}\n"))}};
    server.advance(12h);
    return starts_of_crons(server);
  };
  EXPECT_EQ(started(7), started(7));
  std::set<std::vector<std::string>> all;
  for (int seed = 1; seed <= 8; ++seed) all.insert(started(seed));
  EXPECT_GT(all.size(), 2U) << "seeds differ";
}

TEST(Crons, ThatCannotBeUnderstoodAreRefusedWhereTheyStand) {
  EXPECT_THAT(complaint_about(with_cron("{crons: {a: {spec: '61 3 * * *'}}}")), HasSubstr("w.yaml:2:"));
  EXPECT_THAT(complaint_about(with_cron("{crons: {a: {commands: {start: x}}}}")), HasSubstr("needs a spec"));
  EXPECT_THAT(complaint_about(with_cron("{timezone: Europe/Pariss}")), HasSubstr("did you mean \"Europe/Paris\"?"));
}

TEST(Crons, OfWhatIsNotProductionPauseAndThePlatformSaysSo) {
  MockServer server{{.world = world_of("projects: {p: {environments: {main: {}, dev: {deployment: {webapps: {app: "
                                       "{crons: {a: {spec: '0 3 * * *', commands: {start: x}}}}}}}}}}\n"
                                       "events: [{after: 480h, start: redeploy, environment: dev}]\n")}};
  const auto status = [&] {
    return server.inspect("/projects/p/environments/dev").body["deployment_state"]["crons"]["status"];
  };
  server.advance(24h * 19);
  EXPECT_EQ(starts_of_crons(server).size(), 14U);
  EXPECT_EQ(status(), "paused");
  server.advance(24h * 3);
  EXPECT_EQ(starts_of_crons(server).size(), 16U) << "a deployment sets them going again";
  EXPECT_EQ(status(), "running");
}

TEST(Events, StartNothingInAnEnvironmentThatIsGone) {
  MockServer server{{.world = world_of("projects: {p: {environments: {main: {}, dev: {}}}}\n"
                                       "events: [{after: 1m, start: environment.delete, environment: dev}, "
                                       "{after: 1h, start: push, environment: dev}]\n")}};
  server.advance(2h);
  EXPECT_EQ(server.inspect("/projects/p/environments/dev").status, 404);
  ASSERT_EQ(server.activities().size(), 1U);
}

TEST(Events, NameTheirProjectWhereThereAreSeveral) {
  const std::string projects = "projects: {p: {}, q: {}}\nevents: ";
  MockServer server{{.world = world_of(projects + "[{after: 1m, start: push, project: q}]")}};
  server.advance(2min);
  ASSERT_EQ(server.activities().size(), 1U);
  EXPECT_EQ(server.activities().front()["project"], "q");

  EXPECT_THAT(complaint_about(projects + "[{after: 1m, start: push}]"), HasSubstr("start needs a project"));
  EXPECT_THAT(complaint_about(projects + "[{after: 1m, start: push, project: r}]"),
              HasSubstr("w.yaml:2:44: there is no project \"r\""));
  EXPECT_THAT(complaint_about(projects + "[{after: 1m, accept: a@b.c, project: q}]"), HasSubstr("there is none"));
}

TEST(Events, StartAnActivityAndAreCheckedWhenTheyAreRead) {
  MockServer server{{.world = world_of("projects: {p: {}}\nevents: [{after: 1m, start: push}]\n")}};
  server.advance(2min);
  ASSERT_EQ(server.activities().size(), 1U);
  EXPECT_EQ(server.activities().front()["type"], "environment.push");
  EXPECT_EQ(server.activities().front()["state"], "in_progress");

  const std::string projects = "projects: {p: {}}\nevents: ";
  EXPECT_THAT(complaint_about(projects + "[{after: 1m, start: push, environment: mian}]"),
              HasSubstr("w.yaml:2:48: there is no environment \"mian\"; did you mean \"main\"?"));
  EXPECT_THAT(complaint_about(projects + "[{after: 1m, start: environment.cron}]"), HasSubstr("crons start by"));
  EXPECT_THAT(complaint_about(projects + "[{after: 1m}]"),
              HasSubstr("one of cancel, revoke, remove, accept and start"));
  EXPECT_THAT(complaint_about(projects + "[{after: 1m, revoke: x, environment: main}]"), HasSubstr("there is none"));
}

}  // namespace
}  // namespace understudy
