#include <thread>

#include "server_fixture.hpp"

namespace understudy {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr std::string_view kTwelveMinutes = R"(
auth: {token_lifetime: 1d}
projects: {p1: {environments: {main: {}, dev: {}, other: {}}}}
activity_types: {backup: {duration: 12m}, redeploy: {duration: 1m}}
)";

struct PlatformTime : Server {
  void SetUp() override { set_up(kTwelveMinutes); }
  void set_up(std::string_view yaml) {
    start(yaml);
    log_in("alice");
  }
  std::string begin_backup(const std::string& environment = kMain) {
    return body(post(environment + "/backup"))["_embedded"]["activities"][0]["id"];
  }
  std::string state_of(const std::string& id) { return server->inspect("/projects/p1/activities/" + id).body["state"]; }
  httplib::Result follow_log(const std::string& id) {
    httplib::Client other{server->base_url()};  // as the real client does: a connection of its own
    return other.Get("/projects/p1/activities/" + id + "/log", bearer);
  }
};

TEST_F(PlatformTime, StandsStillWhileNobodyWaits) {
  const Time before = server->now();
  const std::string id = begin_backup();
  get("/projects/p1/activities/" + id);

  EXPECT_EQ(server->now(), before);
  EXPECT_EQ(state_of(id), "pending");
}

TEST_F(PlatformTime, JumpsForWhoeverHoldsALogOpen) {
  const Time before = server->now();
  ClientSession session = server->attach("step");
  const std::string id = begin_backup();

  const auto log = follow_log(id);

  EXPECT_EQ(server->now(), before + minutes{12} + seconds{2});
  EXPECT_EQ(state_of(id), "complete");
  EXPECT_THAT(log->body, HasSubstr("Creating a backup of Main"));
  EXPECT_TRUE(log->body.ends_with("\"seal\":true}\n")) << log->body;
  const ClientReport report = session.report();
  EXPECT_EQ(report.platform_time, minutes{12} + seconds{2});
  ASSERT_EQ(report.waits.size(), 1U);
  EXPECT_EQ(report.waits[0].type, "environment.backup");
  EXPECT_EQ(report.polls, 1);
}

TEST_F(PlatformTime, JumpsForWhoeverAsksTheSameAgain) {
  ClientSession session = server->attach("step");
  const std::string id = begin_backup();
  const std::string path = "/projects/p1/activities/" + id;

  EXPECT_EQ(body(get(path))["state"], "pending") << "asking once is not waiting";
  EXPECT_EQ(session.report().platform_time, seconds{0});
  EXPECT_EQ(body(get(path))["state"], "complete");

  EXPECT_EQ(session.report().platform_time, minutes{12} + seconds{2});
  EXPECT_EQ(session.report().polls, 1);
  EXPECT_TRUE(server->journal().entries().back().poll);
}

TEST_F(PlatformTime, AnotherClientMayAskOnceAsWell) {
  const std::string path = "/projects/p1/activities/" + begin_backup();
  {
    ClientSession first = server->attach("first");
    get(path);
  }
  ClientSession second = server->attach("second");

  EXPECT_EQ(body(get(path))["state"], "pending");
  EXPECT_EQ(second.report().platform_time, seconds{0});
}

TEST_F(PlatformTime, DoesNotPassWhileTheClientStillAsksForOtherThings) {
  ClientSession session = server->attach("step");
  const std::string id = begin_backup();
  follow_log(id);
  const Time after = server->now();

  get("/users/me");
  get(kMain);

  EXPECT_EQ(server->now(), after);
}

TEST_F(PlatformTime, OneActivityAtATimeOnAnEnvironmentTwoInAProject) {
  const std::string first = begin_backup();
  const std::string same = begin_backup();
  const std::string second = begin_backup("/projects/p1/environments/dev");
  const std::string third = begin_backup("/projects/p1/environments/other");

  server->advance(seconds{2});
  EXPECT_EQ(state_of(first), "in_progress");
  EXPECT_EQ(state_of(same), "pending");
  EXPECT_EQ(state_of(second), "in_progress");
  EXPECT_EQ(state_of(third), "pending");
  EXPECT_THAT(server->inspect("/projects/p1/activities/" + same).body["log"],
              "Waiting for other activities to complete\n");

  server->advance(minutes{12});
  EXPECT_EQ(state_of(first), "complete");
  EXPECT_EQ(state_of(same), "in_progress") << "production goes first";
  EXPECT_EQ(state_of(third), "in_progress");
}

TEST_F(PlatformTime, ABackupIsThereWhenItsActivityIsOver) {
  const std::string id = begin_backup();
  EXPECT_TRUE(body(get(kMain + "/backups")).empty());

  follow_log(id);

  const nlohmann::json backups = body(get(kMain + "/backups"));
  ASSERT_EQ(backups.size(), 1U);
  const std::string name = server->inspect("/projects/p1/activities/" + id).body["payload"]["backup_name"];
  EXPECT_EQ(backups[0]["id"], name);
  EXPECT_EQ(body(get(kMain + "/backups/" + name))["safe"], true);
}

TEST_F(PlatformTime, OneMoreBackupThanTheQuotaDropsTheOldest) {
  std::vector<std::string> names;
  for (int i = 0; i < 3; ++i) {
    const std::string id = begin_backup();
    server->advance(minutes{13});
    names.push_back(server->inspect("/projects/p1/activities/" + id).body["payload"]["backup_name"]);
  }

  const nlohmann::json backups = body(get(kMain + "/backups"));

  ASSERT_EQ(backups.size(), 2U);
  EXPECT_EQ(backups[0]["id"], names[2]) << "newest first";
  EXPECT_EQ(backups[1]["id"], names[1]);
}

TEST_F(PlatformTime, ARestoreBringsBackWhatTheBackupHeld) {
  post(kMain + "/variables", {{"name", "A"}, {"value", "old"}});
  server->advance(minutes{5});
  const std::string id = begin_backup();
  server->advance(minutes{13});
  const std::string name = server->inspect("/projects/p1/activities/" + id).body["payload"]["backup_name"];
  patch(kMain + "/variables/A", {{"value", "new"}});
  server->advance(minutes{5});

  EXPECT_EQ(post(kMain + "/backups/" + name + "/restore", {{"environment_name", "main"}})->status, 200);
  EXPECT_EQ(body(get(kMain + "/variables/A"))["value"], "new") << "not before it is done";
  server->advance(minutes{10});

  EXPECT_EQ(body(get(kMain + "/variables/A"))["value"], "old");
  EXPECT_EQ(post(kMain + "/backups/" + name + "/restore", {{"environment_name", "fresh"}, {"branch_from", "nowhere"}})
                ->status,
            400);
  EXPECT_EQ(remove(kMain + "/backups/" + name)->status, 200);
  EXPECT_EQ(body(get(kMain + "/backups/" + name))["status"], "DELETING");
  server->advance(minutes{1});
  EXPECT_EQ(get(kMain + "/backups/" + name)->status, 404);
}

TEST_F(PlatformTime, CancellingEndsAnActivityAndFreesItsPlace) {
  const std::string first = begin_backup();
  const std::string second = begin_backup();
  server->advance(seconds{3});

  EXPECT_EQ(post("/projects/p1/activities/" + first + "/cancel?count=10&state=pending")->status, 200);

  EXPECT_EQ(state_of(first), "cancelled");
  EXPECT_EQ(state_of(second), "in_progress");
  const auto again = post("/projects/p1/activities/" + first + "/cancel");
  EXPECT_EQ(again->status, 400);
  EXPECT_THAT(again->body, HasSubstr("cannot be cancelled"));
}

TEST_F(PlatformTime, TheLogOfAFinishedActivityComesAtOnceAndWhole) {
  const std::string id = begin_backup();
  server->advance(minutes{13});

  const auto log = get("/projects/p1/activities/" + id + "/log?start_at=0&max_items=0&max_delay=-1");

  EXPECT_THAT(log->body, HasSubstr("Created backup"));
  EXPECT_TRUE(log->body.ends_with("\"seal\":true}\n"));
}

TEST_F(PlatformTime, ActivitiesAreFilteredAndPaged) {
  begin_backup();
  post(kMain + "/redeploy");
  server->advance(minutes{30});
  begin_backup("/projects/p1/environments/dev");

  const auto count = [&](const std::string& query) { return body(get("/projects/p1/activities?" + query)).size(); };
  EXPECT_EQ(count("type=environment.backup"), 2U);
  EXPECT_EQ(count("type=environment.backup&type=environment.redeploy"), 3U);
  EXPECT_EQ(count("state=pending&state=in_progress"), 1U);
  EXPECT_EQ(count("result=success"), 2U);
  EXPECT_EQ(count("count=1"), 1U);
  EXPECT_EQ(count("starts_at=2026-03-01T03:00:00.000000+00:00"), 2U);
  EXPECT_EQ(body(get(kMain + "/activities")).size(), 2U);
  EXPECT_EQ(body(get("/projects/p1/activities"))[0]["environments"][0], "dev") << "newest first";
}

struct Deadlock : PlatformTime {
  void SetUp() override { set_up("projects: {p1: {}}\nactivity_types: {backup: {stays: in_progress}}\n"); }
};

TEST_F(Deadlock, IsSaidWhenNothingCanReleaseTheClient) {
  std::string reason;
  std::mutex mutex;
  std::condition_variable said;
  server->on_deadlock([&](const std::string& why) {
    const std::scoped_lock lock{mutex};
    reason = why;
    said.notify_all();
  });
  std::optional<ClientSession> session{server->attach("step")};
  const std::string id = begin_backup();
  std::thread waiter{[&] { follow_log(id); }};

  {
    std::unique_lock lock{mutex};
    ASSERT_TRUE(said.wait_for(lock, seconds{20}, [&] { return !reason.empty(); }));
    EXPECT_THAT(reason, HasSubstr("activity " + id + " (environment.backup), which is in_progress"));
  }
  EXPECT_TRUE(session->report().deadlock);
  session.reset();  // the client has ended: its connection is let go
  waiter.join();
}

TEST_F(Deadlock, APollerIsAnsweredAllTheSame) {
  ClientSession session = server->attach("step");
  const std::string path = "/projects/p1/activities/" + begin_backup();

  get(path);
  get(path);
  EXPECT_EQ(body(get(path))["state"], "in_progress");

  EXPECT_TRUE(session.report().deadlock);
}

TEST_F(Deadlock, IsOneEvenIfCronsComeRoundForEver) {
  set_up(
      "projects: {p1: {environments: {main: {deployment: {webapps: {app: {crons: {often: {spec: '*/5 * * * *', "
      "commands: {start: x}}}}}}}}}}\nactivity_types: {backup: {stays: in_progress}}\n");
  ClientSession session = server->attach("step");
  const std::string path = "/projects/p1/activities/" + begin_backup();

  get(path);
  get(path);

  EXPECT_TRUE(session.report().deadlock);
}

TEST_F(Deadlock, IsNoneWhileSomethingElseThatIsWatchedGoesOn) {
  set_up(
      "projects: {p1: {environments: {main: {}, dev: {}}}}\nactivity_types: {backup: {stays: in_progress}, "
      "redeploy: {duration: 10m, log: [Redeploying]}}\n");
  ClientSession session = server->attach("step");
  post("/projects/p1/environments/dev/redeploy");
  begin_backup();  // the newer one, so the first in the list

  get("/projects/p1/activities");
  const nlohmann::json after = body(get("/projects/p1/activities"));

  EXPECT_FALSE(session.report().deadlock);
  EXPECT_EQ(session.report().platform_time, minutes{10} + seconds{2});
  EXPECT_EQ(after[1]["state"], "complete");
}

TEST_F(PlatformTime, EventsHappenOnTheirOwn) {
  set_up("projects: {p1: {}}\nactivity_types: {backup: {duration: 12m}}\nevents: [{after: 5m, cancel: backup}]\n");
  const std::string id = begin_backup();

  follow_log(id);

  EXPECT_EQ(state_of(id), "cancelled");
  EXPECT_EQ(server->now(), *parse_time("2026-03-01T03:05:00Z"));
}

TEST_F(PlatformTime, AFaultCanTakePlatformTime) {
  set_up("faults: [{on: GET /users/me, delay: 35s, times: 1}]");
  ClientSession session = server->attach("step");

  EXPECT_EQ(get("/users/me")->status, 200);
  EXPECT_EQ(session.report().platform_time, seconds{35});
  EXPECT_EQ(get("/users/me")->status, 200);
  EXPECT_EQ(session.report().platform_time, seconds{35});
}

TEST_F(PlatformTime, FaultsAnswerInThePlatformsPlace) {
  set_up(
      "faults: [{on: GET /users/me, skip: 1, times: 1, status: 503, body: {message: no}}, {on: GET /me, drop: true}]");

  EXPECT_EQ(get("/users/me")->status, 200);
  EXPECT_EQ(get("/users/me")->status, 503);
  EXPECT_EQ(get("/users/me")->status, 200);
  EXPECT_FALSE(get("/me"));
  EXPECT_EQ(server->journal().entries().back().status, 0);
}

struct Lifetime : Server {};

TEST_F(Lifetime, ManyServersShareNothing) {
  std::vector<std::unique_ptr<MockServer>> servers;
  const World shared = world_from("projects: {p1: {}}");
  for (int i = 0; i < 20; ++i) servers.push_back(std::make_unique<MockServer>(MockServerOptions{.world = shared}));

  servers[0]->advance(minutes{5});

  EXPECT_EQ(servers[1]->now(), servers[0]->now() - minutes{5});
  EXPECT_NE(servers[0]->base_url(), servers[1]->base_url());
  EXPECT_EQ(httplib::Client{servers[19]->base_url()}.Get("/users/me")->status, 401);
  EXPECT_EQ(servers[0]->journal().size(), 0U);
}

TEST_F(Lifetime, IdleConnectionsAndOpenLogsDoNotHoldTheEnd) {
  start("projects: {p1: {}}\nactivity_types: {backup: {stays: pending}}");
  log_in("alice");
  const std::string id = body(post(kMain + "/backup"))["_embedded"]["activities"][0]["id"];
  std::thread waiter{
      [&, url = server->base_url()] { httplib::Client{url}.Get("/projects/p1/activities/" + id + "/log", bearer); }};
  ASSERT_TRUE(server->journal().wait_for([](const Exchange& e) { return e.path.ends_with("/log"); }, seconds{20}));

  server.reset();  // would take the keep-alive time of minutes if anything held it

  waiter.join();
  SUCCEED();  // reaching this line is the claim: the test's own time limit is shorter than the keep-alive time
}

TEST_F(Lifetime, TheSameSeedDrawsTheSame) {
  std::vector<std::string> answers;
  for (const std::uint64_t seed : {1U, 1U, 2U}) {
    start(kSmallWorld, seed);
    log_in("alice");
    answers.push_back(post(kMain + "/backup")->body + bearer.find("Authorization")->second);
  }

  EXPECT_EQ(answers[0], answers[1]);
  EXPECT_NE(answers[0], answers[2]);
}

TEST_F(Lifetime, ManyClientsAtOnceAreAllAnswered) {
  start();
  log_in("alice");
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      httplib::Client own{server->base_url()};
      own.set_keep_alive(true);
      for (int n = 0; n < 20; ++n) answered += own.Get(kMain, bearer)->status == 200 ? 1 : 0;
    });
  }
  for (std::thread& thread : clients) thread.join();

  EXPECT_EQ(answered, 320);
  EXPECT_EQ(server->journal().size(), 321U);
  std::uint64_t number = 0;
  for (const Exchange& exchange : server->journal().entries()) EXPECT_EQ(exchange.number, ++number);
}

}  // namespace
}  // namespace understudy
