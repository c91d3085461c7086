// How many events a second the platform's simulation carries out by itself: a project with 100 environments, each with
// an app and five crons, of which some ask for a backup and wait, and a deploy now and then.

#include <fmt/format.h>

#include <string>
#include <vector>

#include "engine/simulation.hpp"
#include "measure.hpp"

namespace understudy::bench {
namespace {

using namespace std::chrono_literals;
using namespace engine;

constexpr double kBar = 1'000'000;
constexpr int kRounds = 5;
constexpr Index kEnvironments = 100;
constexpr std::chrono::days kDays{10};

class Counter final : public Observer {
public:
  void run_ended(Index, RunEnd) override { ++ended; }
  void task_ended(Index) override { ++ended; }
  std::uint64_t ended = 0;
};

Time start() { return *parse_time("2026-03-01T00:00:00Z"); }

void add_crons(Simulation& simulation, Index environment) {
  const Index container = simulation.add_container(environment);
  const Index backup = simulation.add_template({.environments = {environment, kNoIndex},
                                                .queue = QueueKind::kBackup,
                                                .pick_up = 2s,
                                                .phases = {{Phase::Kind::kWork, 3min}}});
  const auto add = [&](const char* spec, std::vector<ScriptStep> script) {
    simulation.add_cron(start(), {.container = container,
                                  .schedule = CronSchedule::parse(spec, environment, {}),
                                  .zone = &utc(),
                                  .script = std::move(script)});
  };
  const ScriptStep short_work{ScriptStep::Kind::kSpend, 20s};
  for (const char* spec : {"*/5 * * * *", "H/10 * * * *", "H/15 * * * *", "H * * * *"}) add(spec, {short_work});
  add("H 3 * * *", {{ScriptStep::Kind::kCreate, 0ms, backup}, {ScriptStep::Kind::kAwait}});
}

double events_per_second(std::uint64_t& events) {
  Counter counter;
  Simulation simulation{counter};
  const Index project = simulation.add_project();
  for (Index i = 0; i < kEnvironments; ++i) add_crons(simulation, simulation.add_environment(project, i == 0));
  for (int hour = 0; hour < 24 * kDays.count(); ++hour) {
    const Index environment = static_cast<Index>(hour) % kEnvironments;
    simulation.add_task(start() + std::chrono::hours{hour}, {.project = project,
                                                             .environments = {environment, kNoIndex},
                                                             .target = environment,
                                                             .pick_up = std::chrono::hours{hour},
                                                             .phases = {{Phase::Kind::kWork, 60s},
                                                                        {Phase::Kind::kStop, 0ms, Phase::Site::kHeld},
                                                                        {Phase::Kind::kWork, 30s}}});
  }
  const auto began = WallClock::now();
  simulation.run_until(start() + kDays);
  const double seconds = milliseconds_since(began) / 1000;
  events = simulation.events();
  return static_cast<double>(events) / seconds;
}

}  // namespace

std::vector<Row> measure_engine() {
  std::vector<double> rates;
  std::uint64_t events = 0;
  for (int i = 0; i < kRounds; ++i) rates.push_back(events_per_second(events));
  const double rate = median(rates);
  return {{.what = "engine: events a second, 100 environments in a project",
           .value = fmt::format("{:.2f} million", rate / 1e6),
           .bar = fmt::format(">= {:.0f} million", kBar / 1e6),
           .ok = rate >= kBar,
           .remark = fmt::format("{} events of {} days, one core", events, kDays.count())}};
}

}  // namespace understudy::bench
