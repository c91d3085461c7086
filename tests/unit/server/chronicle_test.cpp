// What happened on a platform, as the timeline of its server tells it.
#include "engine/chronicle.hpp"

#include <fmt/format.h>

#include "server_fixture.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

/// A project p1 whose main has `app`; at ten to three.
std::string world_with(const std::string& app, const std::string& more = "") {
  return "clock: '2026-03-01T02:50:00Z'\nusers: {alice: {}}\n" + more +
         "projects: {p1: {owner: alice, environments: {main: {deployment: {webapps: {app: " + app + "}}}, dev: {}}}}\n";
}
const std::string kNightly = "{crons: {nightly: {spec: '0 3 * * *', commands: {start: x}}}}";

std::string clock_of(Time time) {
  const std::string text = format_time(time).substr(11, 12);
  return text.ends_with(".000") ? text.substr(0, 8) : text;
}

/// "03:00:00-03:40:00 running run 1 (exit 0)", with "!" if it failed.
std::vector<std::string> spans_of(const Timeline& timeline, const std::string& lane) {
  std::vector<std::string> lines;
  for (const Span& span : timeline.spans) {
    if (span.lane != lane) continue;
    lines.push_back(fmt::format("{}-{} {}{}{}{}", clock_of(span.from), clock_of(span.to), to_string(span.kind),
                                span.failed ? "!" : "", span.label.empty() ? "" : " " + span.label,
                                span.detail.empty() ? "" : " (" + span.detail + ")"));
  }
  return lines;
}

std::vector<std::string> lanes_of(const Timeline& timeline) {
  std::vector<std::string> lines;
  for (const Lane& lane : timeline.lanes) lines.push_back(fmt::format("{} = {} [{}]", lane.id, lane.label, lane.group));
  return lines;
}

std::vector<std::string> marks_of(const Timeline& timeline, const std::string& lane) {
  std::vector<std::string> lines;
  for (const Mark& mark : timeline.marks) {
    if (mark.lane == lane) lines.push_back(fmt::format("{} {} -> {}", clock_of(mark.at), mark.label, mark.detail));
  }
  return lines;
}

/// "environment.push abc..", of the only one of its type.
std::string label_of(const MockServer& server, const std::string& type) {
  for (const nlohmann::json& activity : server.activities()) {
    if (activity["type"] == type) return engine::Chronicle::label_of(type, activity["id"].get<std::string>());
  }
  return "none";
}

TEST(ChronicleOfAServer, NothingHappened) {
  MockServer server{{.world = world_from(world_with(kNightly))}};
  server.advance(5min);
  const Timeline timeline = server.timeline();
  EXPECT_EQ(format_time(timeline.from), "2026-03-01T02:50:00.000000+00:00");
  EXPECT_EQ(timeline.to - timeline.from, 5min);
  EXPECT_THAT(timeline.lanes, IsEmpty());
  EXPECT_THAT(timeline.spans, IsEmpty());
  EXPECT_THAT(timeline.marks, IsEmpty());
}

TEST(ChronicleOfAServer, ADeployWaitsForACronAndHoldsTheSite) {
  MockServer server{{.world = world_from(world_with(kNightly,
                                                    "activity_types: {environment.cron: {duration: 40m}}\n"
                                                    "events: [{after: 15m, start: push, environment: main}]\n"))}};
  server.advance(2h);
  const Timeline timeline = server.timeline();
  const std::string push = label_of(server, "environment.push");
  EXPECT_THAT(push, testing::MatchesRegex("environment\\.push [a-z0-9]{3}\\.\\."));

  EXPECT_THAT(lanes_of(timeline), ElementsAre("site main = main: site [main]", "cron main/app/nightly = nightly [main]",
                                              "deploy main = deploys [main]"));
  EXPECT_THAT(spans_of(timeline, "cron main/app/nightly"), ElementsAre("03:00:00-03:40:00 running run 1"));
  EXPECT_THAT(spans_of(timeline, "deploy main"),
              ElementsAre("03:05:00-03:05:02 waiting " + push, "03:05:02-03:07:02 building " + push,
                          "03:07:02-03:40:00 stopping " + push + " (waited for cron nightly for 32m58s)",
                          "03:40:00-03:41:00 deploying " + push));
  EXPECT_THAT(spans_of(timeline, "site main"), ElementsAre("03:07:02-03:08:02 held (during " + push + ")",
                                                           "03:08:02-03:41:00 dropped (during " + push + ")"));
  EXPECT_EQ(to_json(server.timeline()), to_json(timeline)) << "looking changes nothing";
}

TEST(ChronicleOfAServer, ACronIsQueuedBehindActivitiesAndSkippedWhileItsLastRunIsNotOver) {
  MockServer server{{.world = world_from(world_with(
                         "{crons: {often: {spec: '*/10 * * * *', commands: {start: x}}}}",
                         "activity_types: {environment.backup: {duration: 12m}, environment.cron: {duration: 15m}}\n"
                         "events: [{after: 9m, start: environment.backup, environment: main}]\n"))}};
  server.advance(45min);
  const Timeline timeline = server.timeline();
  const std::string backup = label_of(server, "environment.backup");

  EXPECT_THAT(spans_of(timeline, "cron main/app/often"),
              ElementsAre("03:00:00-03:11:02 waiting run 1 (waited for " + backup + " for 11m2s)",
                          "03:10:00-03:10:00 skipped (skipped: the run before it was not over)",
                          "03:11:02-03:26:02 running run 1",
                          "03:20:00-03:20:00 skipped (skipped: the run before it was not over)",
                          "03:30:00-03:35:00 running run 2"))
      << "what is not over ends now";
  EXPECT_THAT(spans_of(timeline, "activity main environment.backup"),
              ElementsAre("02:59:00-02:59:02 waiting " + backup, "02:59:02-03:11:02 working " + backup));
  EXPECT_THAT(lanes_of(timeline), Contains("activity main environment.backup = backup [main]"));
}

TEST(ChronicleOfAServer, ACronOfTheParentHoldsAClone) {
  MockServer server{
      {.world = world_from("clock: '2026-03-01T02:50:00Z'\nactivity_types: {environment.cron: {duration: 40m}}\n"
                           "events: [{after: 15m, start: environment.activate, environment: dev}]\n"
                           "projects: {p1: {environments: {main: {deployment: {webapps: {app: " +
                           kNightly + "}}}, dev: {parent: main, status: inactive}}}}\n")}};
  server.advance(1h);
  EXPECT_THAT(spans_of(server.timeline(), "deploy dev"),
              Contains(AllOf(HasSubstr("-03:40:00 stopping environment.activate"),
                             HasSubstr("(waited for cron nightly of main for 33m38s)"))));
}

TEST(ChronicleOfAServer, AnEnvironmentThatIsDeletedKeepsItsLanes) {
  MockServer server{
      {.world = world_from(world_with("{}",
                                      "activity_types: {environment.backup: {duration: 1h}}\n"
                                      "events: [{after: 1m, start: environment.backup, environment: dev}, "
                                      "{after: 5m, start: environment.delete, environment: dev}, "
                                      "{after: 6m, cancel: environment.backup}]\n"))}};
  server.advance(2h);
  const Timeline timeline = server.timeline();
  EXPECT_THAT(spans_of(timeline, "activity dev environment.backup").back(), HasSubstr("02:51:02-02:56:00 working! "));
  EXPECT_THAT(spans_of(timeline, "activity dev environment.delete").front(),
              HasSubstr("02:55:00-02:56:00 waiting environment.delete"))
      << "it was there until then";
}

TEST(ChronicleOfAServer, WhoeverWentFirstIsNamed) {
  MockServer server{{.world = world_from(world_with(
                         "{}",
                         "activity_types: {environment.backup: {duration: 10m}, environment.push: {duration: 9m}, "
                         "environment.redeploy: {duration: 3m}}\n"
                         "events: [{after: 1m, start: environment.backup, environment: dev}, "
                         "{after: 2m, start: push, environment: dev}, "
                         "{after: 3m, start: redeploy, environment: dev}]\n"))}};
  server.advance(1h);
  const std::string backup = label_of(server, "environment.backup");
  const std::string push = label_of(server, "environment.push");
  const std::string redeploy = label_of(server, "environment.redeploy");
  EXPECT_THAT(spans_of(server.timeline(), "deploy dev"),
              IsSupersetOf({"02:52:00-03:01:02 waiting " + push + " (waited for " + backup + " for 9m2s)",
                            "02:53:00-03:10:02 waiting " + redeploy + " (waited for " + backup + " and " + push +
                                " for 17m2s)"}));
}

TEST(ChronicleOfAServer, WhatFailedWasCancelledOrTimedOutSaysSo) {
  MockServer server{
      {.world = world_from(world_with(
           "{crons: {long: {spec: '0 3 * * *', timeout: 600, commands: {start: x}}}}",
           "activity_types: {environment.cron: {duration: 1h}, environment.backup: {result: failure, duration: 2m}}\n"
           "events: [{after: 1m, start: environment.backup, environment: main}, "
           "{after: 30m, start: push, environment: main}, {after: 31m, cancel: push}]\n"))}};
  server.advance(2h);
  const Timeline timeline = server.timeline();
  EXPECT_THAT(spans_of(timeline, "cron main/app/long"),
              ElementsAre("03:00:00-03:10:00 running! run 1 (ran into its timeout of 10m)"));
  const std::string push = label_of(server, "environment.push");
  EXPECT_THAT(spans_of(timeline, "deploy main"),
              ElementsAre("03:20:00-03:20:02 waiting " + push, "03:20:02-03:21:00 building! " + push + " (cancelled)"));
  EXPECT_THAT(spans_of(timeline, "activity main environment.backup").back(),
              AllOf(HasSubstr("working!"), HasSubstr("(failed)")));
}

TEST(ChronicleOfAServer, WhatAWorldBeginsWithIsCutThere) {
  MockServer server{
      {.world = world_from("clock: '2026-03-01T02:50:00Z'\nprojects: {p1: {environments: {main: {}}, activities: "
                           "[{type: environment.backup, environments: [main], state: in_progress, created_at: "
                           "'2026-03-01T02:45:00Z'}]}}\n")}};
  server.advance(1min);
  const std::vector<std::string> spans = spans_of(server.timeline(), "activity main environment.backup");
  ASSERT_THAT(spans, SizeIs(1));
  EXPECT_THAT(spans.front(),
              AllOf(HasSubstr("02:50:00-02:51:00 working environment.backup"), HasSubstr("(since 2026-03-01 02:4")));
}

TEST(ChronicleOfAServer, SeveralProjectsAndAppsAreToldApart) {
  const std::string app = "{crons: {a: {spec: '0 3 * * *', commands: {start: x}}}}";
  MockServer server{{.world = world_from("clock: '2026-03-01T02:50:00Z'\nprojects:\n"
                                         "  p1: {environments: {main: {deployment: {webapps: {one: " +
                                         app + ", two: " + app +
                                         "}}}}}\n"
                                         "  p2: {environments: {main: {deployment: {webapps: {app: " +
                                         app + "}}}}}\n")}};
  server.advance(1h);
  EXPECT_THAT(lanes_of(server.timeline()),
              ElementsAre("site p1/main = p1/main: site [p1/main]", "cron p1/main/one/a = one/a [p1/main]",
                          "cron p1/main/two/a = two/a [p1/main]", "site p2/main = p2/main: site [p2/main]",
                          "cron p2/main/app/a = a [p2/main]"));
}

TEST(ChronicleOfAServer, IsTheSameForTheSameSeed) {
  const auto play = [](std::uint64_t seed) {
    MockServer server{
        {.world = world_from(world_with(kNightly, "events: [{after: 15m, start: push, environment: main}]\n")),
         .seed = seed}};
    server.advance(2h);
    return to_json(server.timeline());
  };
  EXPECT_EQ(play(1), play(1));
  EXPECT_NE(play(1), play(2)) << "ids are drawn from the seed";
}

class ChronicleOfRequests : public Server {};

TEST_F(ChronicleOfRequests, AreOnTheLaneOfTheirClientAndNoSecretIsInThem) {
  start();
  server->secrets().add({"word", "s3cr3t-word", SecretKind::kOther, SecretOrigin::kWorld});
  {
    const ClientSession session = server->attach("webpaas");
    log_in("bot");
    post(kMain + "/backup");
    get("/projects/s3cr3t-word");
  }
  server->advance(1min);
  get("/projects/p1");
  const Timeline timeline = server->timeline();
  EXPECT_EQ(lanes_of(timeline).at(0), "client webpaas = requests [client webpaas]");
  EXPECT_EQ(lanes_of(timeline).at(1), "client = requests [client]");
  const std::vector<std::string> marks = marks_of(timeline, "client webpaas");
  ASSERT_THAT(marks, SizeIs(3));
  EXPECT_THAT(marks[1], HasSubstr("POST /projects/p1/environments/main/backup -> 200"));
  EXPECT_THAT(marks[2], AllOf(HasSubstr("[secret word"), HasSubstr("-> 404")));
  EXPECT_THAT(to_json(timeline).dump(), Not(HasSubstr("s3cr3t-word")));
  EXPECT_THAT(marks_of(timeline, "client"), ElementsAre(HasSubstr("GET /projects/p1 -> 200")));
}

TEST_F(ChronicleOfRequests, ManyAtOnceAreOneButForThoseThatWrite) {
  start();
  log_in("bot");
  for (int i = 0; i < 6; ++i) get(i == 5 ? "/projects/nope" : "/projects/p1");
  post(kMain + "/backup");
  std::vector<std::string> marks = marks_of(server->timeline(), "client");
  for (std::string& mark : marks) mark.erase(0, mark.find(' ') + 1);
  EXPECT_THAT(marks, ElementsAre("6 requests that read: GET /projects/p1 to GET /projects/nope -> 200, 404",
                                 "POST /oauth2/token -> 200", "POST /projects/p1/environments/main/backup -> 200"));
}

TEST_F(ChronicleOfRequests, ADeletedProjectTakesItsActivitiesWithIt) {
  start(
      "clock: '2026-03-01T02:50:00Z'\nusers: {alice: {}}\n"
      "activity_types: {environment.backup: {duration: 1h}, environment.cron: {duration: 3h}}\n"
      "events: [{after: 12m, start: push, environment: main}]\n"
      "projects: {p1: {owner: alice, environments: {dev: {type: development}, main: {deployment: {webapps: {app: " +
      kNightly + "}}}}}}\n");
  log_in("alice");
  post("/projects/p1/environments/dev/backup");
  server->advance(20min);
  log_in("alice");  // the token has expired
  ASSERT_EQ(remove("/subscriptions/42")->status, 204);
  server->advance(5h);
  const Timeline timeline = server->timeline();
  for (const std::string lane :
       {"cron main/app/nightly", "activity dev environment.backup", "deploy main", "site main"}) {
    const std::vector<std::string> spans = spans_of(timeline, lane);
    ASSERT_FALSE(spans.empty()) << lane;
    EXPECT_THAT(spans.back(), AllOf(HasSubstr("-03:10:00 "), HasSubstr("! "), HasSubstr("its project was deleted")));
  }
}

TEST_F(ChronicleOfRequests, PollsAreLeftOut) {
  start();
  log_in("bot");
  const std::string id = body(post(kMain + "/backup"))["_embedded"]["activities"][0]["id"];
  for (int i = 0; i < 3; ++i) get("/projects/p1/activities/" + id);
  const std::vector<Exchange> exchanges = server->journal().entries();
  ASSERT_TRUE(std::ranges::any_of(exchanges, &Exchange::poll)) << "a poll to be left out";
  const auto others = std::ranges::count_if(exchanges, [](const Exchange& exchange) { return !exchange.poll; });
  EXPECT_THAT(server->timeline().marks, SizeIs(others));
}

// ---- what only who plays a run can tell

/// A project with one cron, driven by hand.
class ChronicleOfARun : public ::testing::Test, protected engine::Observer {
protected:
  ChronicleOfARun() {
    model::Project project;
    project.id = "p1";
    model::Environment main;
    main.id = "main";
    main.type = model::EnvironmentType::kProduction;
    main.deployment = nlohmann::json::parse(
        R"({"webapps": {"app": {"crons": {"nightly": {"spec": "0 3 * * *", "timeout": 36000}}}}})");
    project.environments.emplace("main", std::move(main));
    topology_.sync(start_, project, project.environments.at("main"));
    chronicle_.begin(start_);
    record_.id = "run1";
  }
  void run_started(engine::Index run) override {
    run_ = run;
    chronicle_.run_started(run, record_);
  }
  void run_to_stop(engine::Index run, engine::RunEnd why) override { chronicle_.run_to_stop(run, why); }
  void run_ended(engine::Index run, engine::RunEnd how) override { chronicle_.run_ended(run, how, record_); }

  [[nodiscard]] Time at(Milliseconds later) const { return start_ + later; }
  [[nodiscard]] std::vector<std::string> spans(Milliseconds now) const {
    return spans_of(chronicle_.timeline(at(now), {}), "cron main/app/nightly");
  }

  const Time start_ = *parse_time("2026-03-01T02:59:00Z");
  engine::Simulation simulation_{*this};
  engine::Topology topology_{simulation_, {.duration = 20min}, false};
  engine::Chronicle chronicle_{simulation_, topology_};
  model::Activity record_;
  engine::Index run_ = engine::kNoIndex;
};

TEST_F(ChronicleOfARun, IsBlockedWhileItsClientWaits) {
  simulation_.run_until(at(2min));
  chronicle_.blocked("run1", at(3min), at(8min), "waited for environment.backup abc..");
  chronicle_.blocked("run1", at(8min), at(15min), "waited for environment.backup abc..");
  chronicle_.blocked("unknown", at(8min), at(15min), "of nobody");
  EXPECT_THAT(spans(10min), ElementsAre("03:00:00-03:02:00 running run 1",
                                        "03:02:00-03:09:00 blocked run 1 (waited for environment.backup abc..)"))
      << "so far";
  chronicle_.exited("run1", 0);
  simulation_.run_until(at(1h));
  EXPECT_THAT(spans(1h), ElementsAre("03:00:00-03:02:00 running run 1",
                                     "03:02:00-03:14:00 blocked run 1 (waited for environment.backup abc..)",
                                     "03:14:00-03:20:00 running run 1 (exit 0)"));
}

TEST_F(ChronicleOfARun, ThatIsBlockedToItsEndSaysThereHowItEnded) {
  simulation_.run_until(at(2min));
  chronicle_.blocked("run1", at(1min), at(40min), "waited");
  chronicle_.exited("run1", 1);
  simulation_.run_until(at(1h));
  EXPECT_THAT(spans(1h), ElementsAre("03:00:00-03:20:00 blocked! run 1 (waited; exit 1)"));
}

TEST_F(ChronicleOfARun, RequestsOfItsClientAreOnItsLane) {
  simulation_.run_until(at(2min));
  const engine::Asked asked{.client = "run1", .at = at(90s), .method = "POST", .path = "/api/x", .status = 201};
  const Timeline timeline = chronicle_.timeline(at(2min), {asked});
  EXPECT_THAT(marks_of(timeline, "cron main/app/nightly"), ElementsAre("03:00:30 POST /x -> 201"));
  EXPECT_THAT(lanes_of(timeline), SizeIs(2)) << "the site and the cron";
}

TEST_F(ChronicleOfARun, CancelledByAUser) {
  simulation_.run_until(at(2min));
  EXPECT_TRUE(simulation_.cancel_run(at(5min), run_));
  EXPECT_THAT(spans(1h), ElementsAre("03:00:00-03:04:00 running! run 1 (cancelled)"));
}

}  // namespace
}  // namespace understudy
