// Platform time as a multiple of real time, and logs that are followed in it.

#include "http/pace.hpp"

#include <future>

#include "http/platform.hpp"
#include "service_fixture.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

TEST_F(Served, TimeGoesOnByItself) {
  put("/speed", {{"speed", 1000}});
  const std::string backup = begin_backup();

  // Three minutes are less than a second; the server sleeps until then, and the log ends it.
  httplib::Client other{service->base_url()};
  other.set_read_timeout(60);
  const auto log = other.Get("/projects/p1/activities/" + backup + "/log", alice());

  EXPECT_THAT(log->body, HasSubstr("\"seal\":true"));
  EXPECT_EQ(body(ask("/projects/p1/activities/" + backup)).at("state"), "complete");
  EXPECT_GE(service->now() - *parse_time("2026-03-01T03:00:00Z"), 3min);
}

TEST_F(Served, ByHandNothingHappensUntilSomebodySaysSo) {
  const std::string backup = begin_backup();
  httplib::Client other{service->base_url()};
  other.set_read_timeout(60);
  std::promise<void> first_line;
  std::string log;
  auto following = std::async(std::launch::async, [&] {
    bool told = false;
    return other.Get("/projects/p1/activities/" + backup + "/log", alice(), [&](const char* bytes, std::size_t size) {
      log.append(bytes, size);
      if (!std::exchange(told, true)) first_line.set_value();
      return true;
    });
  });
  ASSERT_TRUE(service->journal().wait_for([](const Exchange& e) { return e.path.ends_with("/log"); }, 20s));

  EXPECT_EQ(body(ask("/projects/p1/activities/" + backup)).at("state"), "pending") << "a poll is answered at once";
  EXPECT_EQ(body(ask("/projects/p1/activities/" + backup)).at("state"), "pending");
  EXPECT_EQ(service->now(), *parse_time("2026-03-01T03:00:00Z"));
  post("/advance", {{"by", "5m"}});
  first_line.get_future().get();  // it is sent when it is written, not when all is over
  post("/advance", {{"by", "1h"}});

  following.get();
  EXPECT_THAT(log, HasSubstr("\"seal\":true"));
}

TEST_F(Served, WhoHangsUpIsNoticedWhileNothingIsWritten) {
  const std::string backup = begin_backup();
  for (int i = 0; i < 300; ++i) {  // more than there is room for
    httplib::Client other{service->base_url()};
    const httplib::Result cut = other.Get(
        "/projects/p1/activities/" + backup + "/log", alice(),
        [](const httplib::Response&) { return false; },  // the head is enough
        [](const char*, std::size_t) { return true; });
    EXPECT_FALSE(cut);
  }

  httplib::Client last{service->base_url()};
  last.set_read_timeout(20);
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  int seen = 0;
  while (seen != 200 && std::chrono::steady_clock::now() < deadline) {  // until they have been noticed
    const httplib::Result answer = last.Get(path("/status"), control());
    if (answer) seen = answer->status;
  }
  EXPECT_EQ(seen, 200);
}

TEST_F(Served, AnAnswerThatIsLateComesByItself) {
  put("/speed", {{"speed", 1000}});
  post("/faults", {{"on", "GET /projects/**"}, {"delay", "60s"}});
  httplib::Client other{service->base_url()};
  other.set_read_timeout(20);

  const auto answer = other.Get("/projects/p1", alice());

  ASSERT_TRUE(answer) << "nothing else happened that could have woken it";
  EXPECT_EQ(answer->status, 200);
}

TEST_F(Served, WhatHangsDoesSoUntilThePeerGivesUp) {
  post("/faults", {{"on", "GET /projects/**"}, {"hang", true}});
  httplib::Client other{service->base_url()};
  other.set_read_timeout(0, 200'000);
  EXPECT_FALSE(other.Get("/projects/p1", alice()));

  httplib::Client patient{service->base_url()};
  patient.set_read_timeout(60);
  auto hanging = std::async(std::launch::async, [&] { return patient.Get("/projects/p1", alice()); });
  ASSERT_TRUE(service->journal().wait_for([](const Exchange& e) { return e.number == 2; }, 20s));
  service.reset();  // returns
  EXPECT_FALSE(hanging.get());
}

TEST_F(Served, ANewWorldLetsGoOfWhoWaitsForTheOld) {
  const std::string backup = begin_backup();
  httplib::Client other{service->base_url()};
  other.set_read_timeout(60);
  auto following =
      std::async(std::launch::async, [&] { return other.Get("/projects/p1/activities/" + backup + "/log", alice()); });
  ASSERT_TRUE(service->journal().wait_for([](const Exchange& e) { return e.path.ends_with("/log"); }, 20s));

  service->load(world_from("projects: {}"), "another");

  following.get();
  EXPECT_EQ(status().at("world"), "another");
  EXPECT_EQ(status().at("url"), service->base_url()) << "at the same port";
}

TEST(Pace, IsNeverBehindNorAhead) {
  Platform platform{World{}, 1, {.jumps = false}};
  const Time start = platform.now();
  const auto before = std::chrono::steady_clock::now();  // the pace begins when it is made
  Pace pace{platform, 100};
  do pace.catch_up();
  while (platform.now() < start + 2s);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;

  EXPECT_GE(took.count(), 0.019) << "two seconds are two hundredths of one";
  pace.set_speed(0);
  const Time stopped = platform.now();
  pace.catch_up();
  EXPECT_EQ(platform.now(), stopped);
  pace.advance_to(stopped + 24h);
  EXPECT_EQ(platform.now(), stopped + 24h);
}

}  // namespace
}  // namespace understudy
