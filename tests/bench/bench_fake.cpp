// A fake from constructed to first answer, and its end: each lifetime is one repetition, and medians are compared.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "bench_world.hpp"
#include "load_client.hpp"
#include "measure.hpp"
#include "mock_server/mock_server.hpp"

namespace understudy::bench {
namespace {

constexpr int kLifetimes = 201;
constexpr double kBarMs = 2.0;
const std::string kQuestion = "GET /users/me HTTP/1.1\r\nHost: localhost\r\n\r\n";  // answered by 401

double seconds_since(WallClock::time_point start) { return milliseconds_since(start) / 1e3; }

void construct_to_first_answer(benchmark::State& state) {
  const World world = bench_world();
  for (auto _ : state) {
    const auto start = WallClock::now();
    MockServer server{{.world = world}};
    ask_once(port_of(server.base_url()), kQuestion);
    state.SetIterationTime(seconds_since(start));
  }
}

void end_after_an_answer(benchmark::State& state) {
  const World world = bench_world();
  for (auto _ : state) {
    auto server = std::make_unique<MockServer>(MockServerOptions{.world = world});
    ask_once(port_of(server->base_url()), kQuestion);
    const auto start = WallClock::now();
    server.reset();
    state.SetIterationTime(seconds_since(start));
  }
}

void end_with_an_idle_connection(benchmark::State& state) {
  const World world = bench_world();
  for (auto _ : state) {
    auto server = std::make_unique<MockServer>(MockServerOptions{.world = world});
    const KeptConnection connection{port_of(server->base_url()), kQuestion};
    const auto start = WallClock::now();
    server.reset();
    state.SetIterationTime(seconds_since(start));
  }
}

/// Keeps the medians and prints nothing: they go into our own table.
class MedianReporter : public benchmark::BenchmarkReporter {
public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.aggregate_name == "median") medians_ms[run.run_name.function_name] = run.GetAdjustedRealTime();
    }
  }
  std::map<std::string, double> medians_ms;
};

}  // namespace

std::vector<Row> measure_fake() {
  struct Case {
    const char* name;
    void (*function)(benchmark::State&);
  };
  for (const Case& one : {Case{"fake: constructed to first answer", construct_to_first_answer},
                          Case{"fake: its end", end_after_an_answer},
                          Case{"fake: its end, with an idle connection open", end_with_an_idle_connection}}) {
    benchmark::RegisterBenchmark(one.name, one.function)
        ->Iterations(1)
        ->Repetitions(kLifetimes)
        ->ReportAggregatesOnly()
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  }
  MedianReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::ClearRegisteredBenchmarks();

  std::vector<Row> rows;
  for (const auto& [name, ms] : reporter.medians_ms) {
    rows.push_back({.what = name,
                    .value = fmt::format("{:.2f} ms", ms),
                    .bar = fmt::format("< {} ms", kBarMs),
                    .ok = ms < kBarMs,
                    .remark = fmt::format("median of {} lifetimes", kLifetimes)});
  }
  return rows;
}

}  // namespace understudy::bench
