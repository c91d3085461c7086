// The numbers that the project promises, as one table. Exit code 1 if a bar was missed.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "measure.hpp"

namespace understudy::bench {
namespace {

struct Measurement {
  std::string_view name;
  std::string_view help;
  std::vector<Row> (*measure)();
};

constexpr Measurement kMeasurements[] = {
    {"step", "what the harness adds to a step, in processor time", measure_step},
    {"fake", "a fake from constructed to first answer, and its end", measure_fake},
    {"http", "requests per second over 16 keep-alive connections", measure_http},
    {"scale", "reads of one resource as the world grows to 100 000, and its loading", measure_scale},
    {"engine", "the platform's simulation alone, 100 environments, in events per second", measure_engine},
    {"hunt", "the search for secrets: bytes per second, and its share of the shipped suite", measure_hunt},
    {"serve", "memory of a server as a million requests come", measure_serve},
    {"suite", "the shipped scenarios against the same commands under xargs", measure_suite},
};

int run(const std::vector<std::string>& chosen) {
  for (const std::string& name : chosen) {
    if (std::none_of(std::begin(kMeasurements), std::end(kMeasurements),
                     [&](const auto& m) { return m.name == name; })) {
      fmt::print(stderr, "unknown measurement \"{}\"; there are:\n", name);
      for (const Measurement& known : kMeasurements) fmt::print(stderr, "  {:<6} {}\n", known.name, known.help);
      return 2;
    }
  }
  std::vector<Row> rows;
  for (const Measurement& measurement : kMeasurements) {
    if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), measurement.name) == chosen.end()) continue;
    fmt::print(stderr, "measuring {}: {} ...\n", measurement.name, measurement.help);
    for (Row& row : measurement.measure()) rows.push_back(std::move(row));
  }
  print_table(rows);
  return all_ok(rows) ? 0 : 1;
}

}  // namespace
}  // namespace understudy::bench

int main(int argc, char** argv) {
  try {
    return understudy::bench::run({argv + 1, argv + argc});
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench: {}\n", problem.what());
    return 3;
  }
}
