// How fast secrets are looked for, in processor time of one core, and what the hunt adds to the suite.

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/runner.hpp"
#include "harness/scenario.hpp"
#include "lifelike_data.hpp"
#include "measure.hpp"
#include "mock_server/secret_hunter.hpp"
#include "run/step_hunt.hpp"

namespace understudy::bench {
namespace {

constexpr std::size_t kSecrets = 50;
constexpr std::size_t kSize = 8 << 20;  // of each kind of data: more than the second level of caches
constexpr int kSpeedRounds = 40;
constexpr int kRounds = 5;         // of what is shorter
constexpr double kBarPlain = 500;  // MB/s
constexpr double kBarOther = 150;  // MB/s: full of escapes, or of what has to be tried as something compressed

constexpr double kBarPercent = 5;

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double seconds_of(const std::function<void()>& work) {
  const double before = thread_seconds();
  work();
  return thread_seconds() - before;
}

double median_seconds_of(const std::function<void()>& work) {
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) seconds.push_back(seconds_of(work));
  return median(seconds);
}

struct Kind {
  std::string_view what;
  std::string data;
  double bar = 0;  ///< MB/s
  std::vector<double> seconds{};
};

Row speed_row(const Kind& kind) {
  const auto speed = [&](double seconds) { return static_cast<double>(kind.data.size()) / 1e6 / seconds; };
  const double fastest = speed(*std::ranges::min_element(kind.seconds));
  return {.what = fmt::format("hunt: {} secrets in {}", kSecrets, kind.what),
          .value = fmt::format("{:.0f} MB/s", fastest),
          .bar = fmt::format("> {:.0f} MB/s", kind.bar),
          .ok = fastest > kind.bar,
          .remark = fmt::format("processor time; fastest of {} rounds of {} MB, median {:.0f} MB/s", kSpeedRounds,
                                kind.data.size() / 1'000'000, speed(median(kind.seconds)))};
}

/// The kinds take turns. Of each the fastest round counts: it does the same each time, and whatever else runs on the
/// machine, or beside it on the same core, makes it slower and never faster.
std::vector<Row> speeds(const SecretHunter& hunter, std::vector<Kind> kinds) {
  std::size_t found = 0;
  for (int round = 0; round < kSpeedRounds; ++round) {
    for (Kind& kind : kinds) kind.seconds.push_back(seconds_of([&] { found += hunter.find(kind.data).size(); }));
  }
  if (found != 0) throw std::runtime_error{fmt::format("{} secrets found where none are", found)};
  std::vector<Row> rows;
  std::ranges::transform(kinds, std::back_inserter(rows), speed_row);
  return rows;
}

/// Every so many of the shipped scenarios, but for those that go through the client's commands one by one.
std::vector<Scenario> part_of_the_suite() {
  constexpr std::size_t kEvery = 3;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{SOURCE_DIR "/scenarios"}) {
    const std::string name = entry.path().string();
    if (name.ends_with(".yaml") && name.find("/commands/") == std::string::npos) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Scenario> part;
  std::size_t number = 0;
  for (const std::filesystem::path& file : files) {
    for (Scenario& scenario : load_scenarios(file)) {
      if (number++ % kEvery == 0) part.push_back(std::move(scenario));
    }
  }
  return part;
}

/// The hunt's share of the wall time of scenarios that run one after the other in this process.
Row share_of_the_suite() {
  const TempDir folder;
  RunSettings settings = default_settings(folder.path());
  settings.program = UNDERSTUDY_BINARY;
  prepare(settings);
  std::chrono::duration<double, std::milli> hunt{};
  double wall_ms = 0;
  std::size_t scenarios = 0;
  std::size_t steps = 0;
  const std::vector<Scenario> part = part_of_the_suite();
  for (const Scenario& scenario : part) {
    const std::chrono::nanoseconds hunt_before = StepHunt::time_taken();
    const auto start = WallClock::now();
    const ScenarioResult result = run_scenario(scenario, settings);
    const double took_ms = milliseconds_since(start);
    if (result.verdict != Verdict::kPassed)
      continue;  // what needs more than this process has; its time is not counted either
    hunt += StepHunt::time_taken() - hunt_before;
    wall_ms += took_ms;
    steps += result.steps.size();
    ++scenarios;
  }
  if (scenarios < part.size() / 2)
    throw std::runtime_error{fmt::format("only {} of {} scenarios passed", scenarios, part.size())};
  const double percent = 100 * hunt.count() / wall_ms;
  return {.what = "hunt: its share of the suite's wall time",
          .value = fmt::format("{:.1f} %", percent),
          .bar = fmt::format("< {:.0f} %", kBarPercent),
          .ok = percent < kBarPercent,
          .remark = fmt::format("{:.1f} ms of {:.0f} ms a step; {} of {} scenarios, {} steps",
                                hunt.count() / static_cast<double>(steps), wall_ms / static_cast<double>(steps),
                                scenarios, part.size(), steps)};
}

}  // namespace

std::vector<Row> measure_hunt() {
  LifelikeData data{5};
  const std::vector<Secret> secrets = data.secrets(kSecrets);
  const SecretHunter hunter{secrets};
  std::vector<Row> rows = speeds(hunter, {{"access logs", data.access_log(kSize), kBarPlain},
                                          {"deploy logs", data.deploy_log(kSize), kBarPlain},
                                          {"prose", data.prose(kSize), kBarPlain},
                                          {"random base64", data.base64_lines(kSize), kBarPlain},
                                          {"terminal output", data.terminal_output(kSize), kBarOther},
                                          {"JSON of the API", data.json_responses(kSize), kBarOther},
                                          {"binaries", data.binary(kSize), kBarOther},
                                          {"this program", read_file("/proc/self/exe"), kBarOther}});
  const double building = median_seconds_of([&] { const SecretHunter fresh{secrets}; });
  rows.push_back({.what = fmt::format("hunt: making ready for {} secrets", kSecrets),
                  .value = fmt::format("{:.2f} ms", building * 1e3),
                  .remark = "once whenever a secret comes up"});
  constexpr int kTexts = 10'000;
  const std::string line = data.access_log(1).substr(0, 80);
  std::size_t size = 0;
  const double covering = median_seconds_of([&] {
    for (int i = 0; i < kTexts; ++i) size += hunter.cover(line).size();
  });
  rows.push_back({.what = "hunt: covering a text of 80 bytes",
                  .value = fmt::format("{:.0f} ns", covering / kTexts * 1e9),
                  .remark = fmt::format("mean of {}; {} bytes came out", kTexts, size)});
  rows.push_back(share_of_the_suite());
  return rows;
}

}  // namespace understudy::bench
