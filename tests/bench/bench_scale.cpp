// Does a read stay flat as the world grows? GET of one variable, one environment and one page of activities, in worlds
// of 10, 1 000 and 100 000 of them; and how long such a world takes to load.

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

namespace understudy::bench {
namespace {

constexpr double kFlatBar = 1.5;
constexpr double kLoadBarMs = 1000;
constexpr std::array kSizes{10, 1'000, 100'000};
constexpr int kRounds = 9;
constexpr int kRequests = 1'500;

struct Kind {
  std::string name;
  std::string head;                  ///< of the world
  std::string (*entry)(int number);  ///< one resource more
  std::string path;                  ///< that is asked for
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> kKinds{
      {"a variable", "projects:\n  p1:\n    environments:\n      main:\n        variables:\n",
       [](int i) { return fmt::format("          VAR_{}: value\n", i); },
       "/projects/p1/environments/main/variables/VAR_7"},
      {"an environment", "projects:\n  p1:\n    environments:\n      main: {}\n",
       [](int i) { return fmt::format("      branch-{}: {{}}\n", i); }, "/projects/p1/environments/branch-7"},
      {"a page of activities", "projects:\n  p1:\n    activities:\n",
       [](int) { return std::string{"    - {type: push, environments: [main]}\n"}; },
       "/projects/p1/activities?count=10"},
  };
  return kKinds;
}

std::filesystem::path write_world(const TempDir& folder, const Kind& kind, int size) {
  std::string text = kind.head;
  for (int i = 0; i < size; ++i) text += kind.entry(i);
  const std::filesystem::path file = folder.path() / fmt::format("world-{}.yaml", size);
  write_file(file, text);
  return file;
}

/// A world of one size behind a server of its own.
struct Sized {
  explicit Sized(const World& world, const std::string& path) : server{{.world = world}} {
    port = port_of(server.base_url());
    request = fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n", path,
                          access_token(port, world));
  }
  MockServer server;
  int port = 0;
  std::string request{};
  std::vector<double> microseconds{};
};

std::vector<Row> rows_for(const Kind& kind) {
  const TempDir folder;
  std::vector<std::unique_ptr<Sized>> worlds;
  double load_ms = 0;
  for (const int size : kSizes) {
    const std::filesystem::path file = write_world(folder, kind, size);
    const auto start = WallClock::now();
    const World world = World::load(file, {});
    load_ms = milliseconds_since(start);
    worlds.push_back(std::make_unique<Sized>(world, kind.path));
  }
  for (int round = 0; round < kRounds; ++round) {
    for (const auto& world : worlds)
      world->microseconds.push_back(1e6 / requests_per_second(world->port, world->request, 1, kRequests));
  }
  std::vector<double> medians;
  for (const auto& world : worlds) medians.push_back(median(world->microseconds));
  const double ratio = *std::max_element(medians.begin(), medians.end()) / medians.front();
  return {{.what = fmt::format("scale: GET of {}, slowest world against the smallest", kind.name),
           .value = fmt::format("{:.2f} x", ratio),
           .bar = fmt::format("<= {} x", kFlatBar),
           .ok = ratio <= kFlatBar,
           .remark = fmt::format("{:.0f}, {:.0f}, {:.0f} us in worlds of 10, 1 000, 100 000", medians[0], medians[1],
                                 medians[2])},
          {.what = fmt::format("scale: a world of 100 000 loads ({})", kind.name),
           .value = fmt::format("{:.0f} ms", load_ms),
           .bar = fmt::format("< {} ms", kLoadBarMs),
           .ok = load_ms < kLoadBarMs,
           .remark = "file to World"}};
}

}  // namespace

std::vector<Row> measure_scale() {
  std::vector<Row> rows;
  for (const Kind& kind : kinds()) {
    for (Row& row : rows_for(kind)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace understudy::bench
