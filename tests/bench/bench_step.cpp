// What the harness adds to a step, in processor time: /bin/true as the client, against a bare spawn of the same.

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "harness/process.hpp"
#include "measure.hpp"

namespace understudy::bench {
namespace {

constexpr double kBarMs = 3.0;
constexpr int kRounds = 9;
constexpr int kSpawnsInARound = 40;
constexpr int kStepsOfTheLongScenario = 201;

double cpu_ms_of_bare_spawn() {
  const double before = cpu_time().count();
  for (int i = 0; i < kSpawnsInARound; ++i) Child{{"/bin/true"}, {"PATH=/usr/bin:/bin"}}.wait();
  return (cpu_time().count() - before) / kSpawnsInARound;
}

double cpu_ms_of_driven_run(const std::filesystem::path& folder) {
  const double before = cpu_time().count();
  for (int i = 0; i < kSpawnsInARound; ++i) {
    run_command({.argv = {"/bin/true"}, .env = {{"PATH", "/usr/bin:/bin"}}, .working_directory = folder});
  }
  return (cpu_time().count() - before) / kSpawnsInARound;
}

std::string scenario_with_steps(int steps) {
  std::string text = "scenario: nothing at all\ngiven: {world: demo}\nsteps:\n";
  for (int i = 0; i < steps; ++i) text += "- run: webpaas nothing\n";
  return text;
}

/// Processor time of `understudy run FILE`, its workers and its clients. Throws if the run does not pass.
double cpu_ms_of_understudy(const std::filesystem::path& file, const std::filesystem::path& log) {
  std::vector<std::string> env = plain_env();
  env.emplace_back("UNDERSTUDY_CLIENT=/bin/true");
  const double before = cpu_time().count();
  const int code = Child{{UNDERSTUDY_BINARY, "run", "-j", "1", file}, env, log}.wait();
  if (code != 0) throw std::runtime_error{fmt::format("understudy run exited with {}:\n{}", code, read_file(log))};
  return cpu_time().count() - before;
}

Row row(std::string what, double ms, std::string remark) {
  return {.what = std::move(what),
          .value = fmt::format("{:+.2f} ms", ms),
          .bar = fmt::format("< {} ms", kBarMs),
          .ok = ms < kBarMs,
          .remark = std::move(remark)};
}

}  // namespace

std::vector<Row> measure_step() {
  const TempDir folder;
  write_file(folder.path() / "one.yaml", scenario_with_steps(1));
  write_file(folder.path() / "many.yaml", scenario_with_steps(kStepsOfTheLongScenario));
  std::vector<double> bare;
  std::vector<double> driven;
  std::vector<double> step;
  for (int round = 0; round < kRounds; ++round) {
    bare.push_back(cpu_ms_of_bare_spawn());
    driven.push_back(cpu_ms_of_driven_run(folder.path()));
    const double one = cpu_ms_of_understudy(folder.path() / "one.yaml", folder.path() / "log");
    const double many = cpu_ms_of_understudy(folder.path() / "many.yaml", folder.path() / "log");
    step.push_back((many - one) / (kStepsOfTheLongScenario - 1));
  }
  const double spawn = median(bare);
  return {row("step: a whole step of a scenario, over a bare spawn", median(step) - spawn,
              fmt::format("processor time; the spawn itself {:.2f} ms", spawn)),
          row("step: the process driver alone, over a bare spawn", median(driven) - spawn, "run_command of /bin/true")};
}

}  // namespace understudy::bench
