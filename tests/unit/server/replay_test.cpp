// Answers from a recording, through the platform: beside the model or instead of it, and what of them takes time.
#include "mock_server/replay.hpp"

#include <chrono>

#include "server_fixture.hpp"

namespace understudy {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

RecordedExchange recorded(std::string method, std::string path, std::string answer) {
  return {.method = std::move(method),
          .server = "https://api.example.com",
          .path = std::move(path),
          .status = 200,
          .response_body = std::move(answer),
          .content_type = "application/json"};
}

class Replay : public Server {
protected:
  void play(std::vector<RecordedExchange> exchanges, bool loose = false, double stream_speed = 0) {
    Recording recording;
    recording.exchanges = std::move(exchanges);
    player = std::make_shared<Player>(std::move(recording), ReplayOptions{.loose = loose});
    world = world_from(kSmallWorld);
    server.emplace(MockServerOptions{.world = world, .player = player, .stream_speed = stream_speed});
    client.emplace(server->base_url());
    client->set_tcp_nodelay(true);
  }
  Exchange last() { return server->journal().entries().back(); }

  std::shared_ptr<Player> player;
};

TEST_F(Replay, AnswersWithItsOwnAddressAndSaysSoInTheJournal) {
  RecordedExchange project = recorded("GET", "/projects/p9", R"({"self":"https://api.example.com/projects/p9"})");
  project.response_headers = {{"X-Request-Id", "abc"}, {"Content-Length", "999"}};
  play({project});

  const auto answer = client->Get("/projects/p9");

  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"self":")" + server->base_url() + R"(/projects/p9"})");
  EXPECT_EQ(answer->get_header_value("X-Request-Id"), "abc");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json");
  EXPECT_EQ(last().note, "recording");
  EXPECT_EQ(last().route, "/projects/{project}");
}

TEST_F(Replay, StrictlyWhatWasNotRecordedIsAMissAndTheModelIsNotAsked) {
  play({recorded("GET", "/projects/p1", "{}")});

  const auto answer = client->Post("/projects/p1/variables", R"({"name":"A"})", "application/json");

  EXPECT_EQ(answer->status, 501);
  EXPECT_THAT(answer->body, HasSubstr("Not in the recording"));
  EXPECT_EQ(last().note, "not recorded");
  ASSERT_EQ(player->misses().size(), 1U);
  EXPECT_EQ(player->misses()[0].number, last().number);
  EXPECT_EQ(player->misses()[0].request, "POST /projects/p1/variables");
}

TEST_F(Replay, LooselyTheModelAnswersWhereTheRecordingIsSilent) {
  play({recorded("GET", "/projects/p9", R"({"id":"p9"})")}, true);
  log_in("alice");

  EXPECT_EQ(body(get("/projects/p9"))["id"], "p9");
  EXPECT_EQ(last().note, "recording");
  EXPECT_EQ(body(get("/projects/p1"))["id"], "p1");
  EXPECT_NE(last().note, "recording");
  EXPECT_TRUE(player->misses().empty());
}

TEST_F(Replay, ADroppedConnectionIsDroppedAgain) {
  RecordedExchange dropped = recorded("GET", "/projects/p9", "");
  dropped.status = 0;
  play({dropped});

  EXPECT_FALSE(client->Get("/projects/p9"));
  EXPECT_EQ(last().status, 0);
}

RecordedExchange log_of_twelve_minutes() {
  RecordedExchange log = recorded("GET", "/projects/p9/activities/a1/log", "one\ntwo\n");
  log.content_type = "text/plain";
  log.chunks = {{2s, 4}, {12min, 4}};
  return log;
}

TEST_F(Replay, AnAnswerThatDidNotComeToItsEndDoesNotAgain) {
  for (const double speed : {0.0, 1e6}) {
    RecordedExchange log = log_of_twelve_minutes();
    log.is_cut = true;
    RecordedExchange list = recorded("GET", "/projects", R"([{"id":)");
    list.is_cut = true;
    RecordedExchange head = recorded("GET", "/me", "");
    head.is_cut = true;
    play({log, list, head}, false, speed);

    for (const auto& [path, got] : {std::pair{log.path, log.response_body}, {list.path, list.response_body}}) {
      std::string text;
      const auto answer = client->Get(path, [&](const char* bytes, std::size_t size) {
        text.append(bytes, size);
        return true;
      });
      EXPECT_FALSE(answer) << path;
      EXPECT_EQ(text, got);
      EXPECT_EQ(last().response_body, got);
    }
    EXPECT_FALSE(client->Get("/me")) << "nothing of it got through";
  }
}

TEST_F(Replay, AStreamTakesThePlatformTimeThatItTook) {
  play({recorded("POST", "/projects/p9/environments/main/backup",
                 R"({"_embedded":{"activities":[{"id":"a1","type":"environment.backup"}]}})"),
        log_of_twelve_minutes()});
  const Time before = server->now();
  const ClientSession session = server->attach("step");

  const auto log = client->Get("/projects/p9/activities/a1/log");

  EXPECT_EQ(log->body, "one\ntwo\n");
  EXPECT_EQ(server->now(), before + 12min);
  const ClientReport report = session.report();
  EXPECT_EQ(report.platform_time, 12min);
  ASSERT_EQ(report.waits.size(), 1U);
  EXPECT_EQ(report.waits[0].type, "environment.backup");
  EXPECT_EQ(report.waits[0].activity, "a1");
}

TEST_F(Replay, AStreamCanBePlayedInRealTime) {
  play({log_of_twelve_minutes()}, false, 3600);  // twelve minutes in 0.2 s
  const Time before = server->now();
  std::vector<std::string> parts;
  const auto began = std::chrono::steady_clock::now();

  const auto log = client->Get("/projects/p9/activities/a1/log", [&](const char* bytes, std::size_t size) {
    parts.emplace_back(bytes, size);
    return true;
  });

  EXPECT_GE(std::chrono::steady_clock::now() - began, 200ms);
  EXPECT_EQ(parts, (std::vector<std::string>{"one\n", "two\n"}));
  EXPECT_EQ(server->now(), before);
  EXPECT_EQ(last().response_body, "one\ntwo\n");
}

TEST_F(Replay, WhoWaitsInRealTimeIsLetGoWhenTheServerEnds) {
  RecordedExchange log = log_of_twelve_minutes();
  log.chunks = {{0s, 4}, {24h, 4}};
  play({log}, false, 1);

  const auto answer = client->Get("/projects/p9/activities/a1/log", [&](const char*, std::size_t) { return false; });
  const auto began = std::chrono::steady_clock::now();
  server.reset();

  EXPECT_FALSE(answer);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
}

TEST_F(Replay, WhoPollsWaitsUntilTheAnswerWasRecorded) {
  RecordedExchange pending = recorded("GET", "/projects/p9/activities/a1", R"({"id":"a1","state":"pending"})");
  RecordedExchange complete = recorded("GET", "/projects/p9/activities/a1", R"({"id":"a1","state":"complete"})");
  play({pending, complete});
  const Time before = server->now();
  play({pending, [&] {
          complete.started = before + 90s;
          return complete;
        }()});
  const ClientSession session = server->attach("step");

  client->Get("/projects/p9/activities/a1");
  EXPECT_EQ(server->now(), before);
  const auto answer = client->Get("/projects/p9/activities/a1");

  EXPECT_EQ(body(answer)["state"], "complete");
  EXPECT_EQ(server->now(), before + 90s);
  EXPECT_EQ(session.report().platform_time, 90s);
  EXPECT_TRUE(last().poll);
}

TEST_F(Replay, FaultsComeFirst) {
  Recording recording;
  recording.exchanges = {recorded("GET", "/projects/p9", "{}")};
  player = std::make_shared<Player>(std::move(recording));
  world = world_from("faults: [{on: GET /projects/p9, status: 503, times: 1}]");
  server.emplace(MockServerOptions{.world = world, .player = player});
  client.emplace(server->base_url());

  EXPECT_EQ(client->Get("/projects/p9")->status, 503);
  EXPECT_EQ(client->Get("/projects/p9")->status, 200);
}

}  // namespace
}  // namespace understudy
