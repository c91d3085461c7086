// Does a replay stay as fast as the recording grows? Every request of a recording of 100 entries, and of one of 10 000,
// again and again: reads of resources by path, of lists by query, with addresses and placeholders in their answers.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "bench_world.hpp"
#include "load_client.hpp"
#include "measure.hpp"
#include "mock_server/mock_server.hpp"
#include "mock_server/replay.hpp"

namespace understudy::bench {
namespace {

constexpr double kFlatBar = 1.2;
constexpr std::array kSizes{100, 10'000};
constexpr int kConnections = 16;
constexpr int kRequests = 10'000;  // each of the larger recording once
constexpr int kRounds = 15;
constexpr const char* kServer = "https://api.example.com";

std::string answer_of(int number) {
  const std::string self =
      fmt::format("{}/api/projects/p{}/environments/main/variables/VAR_{}", kServer, number % 50, number);
  return fmt::format(
      R"({{"id":"VAR_{0}","name":"env:VAR_{0}","value":"{1}","owner":"understudy-email-{2}@example.com",)"
      R"("is_json":false,)"
      R"("is_enabled":true,"created_at":"2026-03-01T03:00:00.000000+00:00","_links":{{"self":{{"href":"{3}"}},)"
      R"("#edit":{{"href":"{3}"}},"#delete":{{"href":"{3}"}}}}}})",
      number, std::string(400, 'v'), number % 10, self);
}

Recording recording_of(int size) {
  Recording recording;
  for (int i = 0; i < 10; ++i) recording.placeholders[fmt::format("understudy-email-{}@example.com", i)] = "e-mail";
  for (int i = 0; i < size; ++i) {
    const bool is_list = i % 4 == 0;
    recording.exchanges.push_back({.method = "GET",
                                   .server = kServer,
                                   .path = fmt::format("/projects/p{}/environments/main/variables{}", i % 50,
                                                       is_list ? "" : fmt::format("/VAR_{}", i)),
                                   .query = is_list ? fmt::format("page={}&count=20", i) : "",
                                   .status = 200,
                                   .response_body = answer_of(i),
                                   .content_type = "application/json"});
  }
  return recording;
}

struct Sized {
  explicit Sized(int size) {
    Recording recording = recording_of(size);
    for (const RecordedExchange& exchange : recording.exchanges) {
      requests.push_back(fmt::format("GET {}{}{} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t\r\n\r\n",
                                     exchange.path, exchange.query.empty() ? "" : "?", exchange.query));
    }
    const auto start = WallClock::now();
    player = std::make_shared<Player>(std::move(recording));
    load_ms = milliseconds_since(start);
  }
  double measure() {
    const MockServer server{{.player = player}};  // a new one each time: its journal grows
    return requests_per_second(port_of(server.base_url()), requests, kConnections, kRequests);
  }
  std::vector<std::string> requests{};
  std::shared_ptr<Player> player{};
  double load_ms = 0;
  std::vector<double> rates{};
};

}  // namespace

std::vector<Row> measure_replay() {
  std::vector<std::unique_ptr<Sized>> recordings;
  for (const int size : kSizes) recordings.push_back(std::make_unique<Sized>(size));
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& recording : recordings) recording->rates.push_back(recording->measure());
  }
  const double small = median(recordings.front()->rates);
  const double large = median(recordings.back()->rates);
  // Round by round, since the machine may have become slower meanwhile.
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    const auto index = static_cast<std::size_t>(round);
    ratios.push_back(recordings.front()->rates[index] / recordings.back()->rates[index]);
  }
  const double ratio = std::max(median(ratios), 1 / median(ratios));
  return {{.what = "replay: requests per second from 100 entries against 10 000",
           .value = fmt::format("{:.2f} x", ratio),
           .bar = fmt::format("<= {} x", kFlatBar),
           .ok = ratio <= kFlatBar,
           .remark = fmt::format("{:.0f} and {:.0f} a second", small, large)},
          {.what = "replay: a recording of 10 000 entries is indexed",
           .value = fmt::format("{:.0f} ms", recordings.back()->load_ms),
           .remark = "from memory"}};
}

}  // namespace understudy::bench
