// What is kept of a platform: is it there after kill -9, how fast it is written, and how fast it is carried out again.

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench_world.hpp"
#include "kill_rounds.hpp"
#include "load_client.hpp"
#include "measure.hpp"
#include "mock_server/ledger.hpp"
#include "mock_server/mock_server.hpp"
#include "state/state_file.hpp"

namespace understudy::bench {
namespace {

constexpr int kRounds = 200;
constexpr int kWrites = 20'000;
constexpr int kSafeWrites = 4'000;
constexpr double kReplayBar = 20'000;  // entries per second
constexpr std::size_t kPlenty = std::size_t{1} << 30U;

struct Load {
  std::string name;
  std::string method;
  std::string path;
  std::string body;
};

std::string request_of(const Load& load, const std::string& token) {
  return fmt::format(
      "{} {} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      load.method, load.path, token, load.body.size(), load.body);
}

double written_per_second(Ledger* ledger, const World& world, const Load& load, int connections, int total) {
  const MockServer server{{.world = world, .ledger = ledger}};
  const int port = port_of(server.base_url());
  return requests_per_second(port, request_of(load, access_token(port, world)), connections, total);
}

Row replayed(const Load& load) {
  const World world = bench_world();
  const TempDir folder;
  const std::filesystem::path file = folder.path() / "state";
  {
    Ledger ledger{memory_store({world.text(), 1}, kPlenty)};
    (void)written_per_second(&ledger, world, load, 4, kWrites);
    replace_state_file(file, read_snapshot(ledger.snapshot(*ledger.mark())));
  }
  std::vector<double> rates;
  for (int i = 0; i < 3; ++i) {
    const auto start = WallClock::now();
    Ledger ledger{open_state_file(file, {world.text(), 1})};
    const MockServer server{{.world = world, .ledger = &ledger}};
    rates.push_back(kWrites / (milliseconds_since(start) / 1e3));
  }
  const double rate = median(rates);
  return {
      .what = fmt::format("state: a start carries out what was kept ({})", load.name),
      .value = fmt::format("{:.0f} entries/s", rate),
      .bar = fmt::format(">= {:.0f}", kReplayBar),
      .ok = rate >= kReplayBar,
      .remark = fmt::format("{} entries, {} bytes of file each", kWrites, std::filesystem::file_size(file) / kWrites)};
}

Row written(const Load& load, int connections) {
  const World world = bench_world();
  const TempDir folder;
  Ledger ledger{open_state_file(folder.path() / "state", {world.text(), 1})};
  const double safe = written_per_second(&ledger, world, load, connections, kSafeWrites);
  const double unkept = written_per_second(nullptr, world, load, connections, kSafeWrites);
  return {.what = fmt::format("state: writes over {} connections, each on the disk before its answer", connections),
          .value = fmt::format("{:.0f} /s", safe),
          .remark = fmt::format("{:.0f} /s without a state file", unkept)};
}

Row killed() {
  const TempDir folder;
  const KillReport report = kill_rounds({.program = STATE_SERVER, .folder = folder.path(), .rounds = kRounds});
  for (const std::string& problem : report.problems) fmt::print(stderr, "  {}\n", problem);
  return {.what = fmt::format("state: acknowledged writes lost in {} rounds of kill -9 under load", report.rounds),
          .value = fmt::format("{} of {}", report.lost, report.acknowledged),
          .bar = "none",
          .ok = report.lost == 0 && report.problems.empty() && report.rounds == kRounds,
          .remark = fmt::format("{} not answered yet, {} of them kept as a whole, the rest not at all",
                                report.in_flight, report.of_those_kept)};
}

}  // namespace

std::vector<Row> measure_state() {
  const Load change{"changes of a variable", "PATCH", kVariable, R"({"value": "another value"})"};
  const Load work{"backups", "POST", kProject + "/environments/main/backup", "{}"};
  std::vector<Row> rows{killed()};
  for (const int connections : {1, 16}) rows.push_back(written(change, connections));
  for (const Load& load : {change, work}) rows.push_back(replayed(load));
  return rows;
}

}  // namespace understudy::bench
