// `understudy run`: from the arguments to the exit code.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>

#include "cli/coverage_record.hpp"
#include "cli/pausing.hpp"
#include "cli/reports.hpp"
#include "cli/run_options.hpp"
#include "cli/settings.hpp"
#include "cli/subcommands.hpp"
#include "cli/updating.hpp"
#include "harness/cli.hpp"
#include "run/run_folder.hpp"
#include "scenario/covered_errors.hpp"

namespace understudy {
namespace {

constexpr const char* kRecord = ".understudy/last-run.json";

bool is_ci() {
  const char* ci = std::getenv("CI");
  const std::string value = ci == nullptr ? "" : ci;
  return !value.empty() && value != "false" && value != "0";
}

int worker_count(const std::string& jobs) {
  if (jobs == "auto") return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  int count = 0;
  const auto parsed = std::from_chars(jobs.data(), jobs.data() + jobs.size(), count);
  if (parsed.ec != std::errc{} || parsed.ptr != jobs.data() + jobs.size() || count < 1) {
    throw UsageError{fmt::format("--jobs \"{}\": expected a number from 1 on, or auto", jobs)};
  }
  return count;
}

std::vector<Candidate> chosen_scenarios(const RunOptions& options) {
  Selection selection{.filter = options.filter, .exclude = options.exclude, .tags = options.tags};
  if (options.last_failed) selection.only = LastRun{kRecord}.broken();
  const std::vector<std::string> everywhere{"scenarios"};
  return select(find_scenarios(options.paths.empty() ? everywhere : options.paths), selection);
}

nlohmann::json list_entry(const Scenario& scenario) {
  return {{"id", scenario.id()},
          {"file", scenario.file},
          {"line", scenario.at.line},
          {"name", covered(scenario.title(), scenario)},
          {"tags", scenario.tags},
          {"client", scenario.client},
          {"skip", covered(scenario.skip, scenario)}};
}

int print_list(const std::vector<Candidate>& candidates, bool as_json) {
  nlohmann::json entries = nlohmann::json::array();
  for (const Candidate& candidate : candidates) {
    const Scenario& scenario = candidate.scenario;
    entries.push_back(list_entry(scenario));
    if (as_json) continue;
    std::cout << scenario.id() << "  " << printable(covered(scenario.title(), scenario));
    if (!scenario.tags.empty()) std::cout << fmt::format("  [{}]", fmt::join(scenario.tags, ", "));
    std::cout << '\n';
  }
  if (as_json) std::cout << nlohmann::json{{"scenarios", entries}}.dump(2) << '\n';
  return 0;
}

/// What a rerun must say to be the same run.
std::string rerun_options(const RunOptions& options) {
  const RunOptions usual;
  std::string words;
  if (options.client != usual.client) words += " --client " + options.client;
  if (options.worlds != usual.worlds) words += " --worlds " + options.worlds;
  if (!options.timeout.empty()) words += " --timeout " + options.timeout;
  return fmt::format("--seed {}{}", options.seed, words);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : std::string{};
}

RunInfo run_info(const RunOptions& options, std::size_t total, int workers) {
  return {.version = UNDERSTUDY_VERSION,
          .client = options.client,
          .client_version = client_version_text(options),
          .seed = options.seed,
          .total = total,
          .workers = static_cast<int>(std::min(total, static_cast<std::size_t>(workers))),
          .repeats = options.repeat,
          .program = options.program,
          .rerun_options = rerun_options(options),
          .hostname = host_name(),
          .started = current_timestamp()};
}

int run(RunOptions options) {
  if (options.pause_on_failure && is_ci())
    throw UsageError{"--pause-on-failure is refused under CI=true: nobody is there to go on"};
  if (options.update && is_ci())
    throw UsageError{"--update is refused under CI=true: expectations are blessed by people"};
  const std::vector<Candidate> candidates = chosen_scenarios(options);
  if (options.list) return print_list(candidates, options.list_json);

  std::optional<RunFolder> left;  // gone at the end, or with the next run if this one is killed
  if (options.pause_on_failure) prepare_pausing(options, left.emplace().of_worker(0));
  const std::vector<PoolJob> jobs = plan_jobs(candidates, options.repeat, options.shuffle, options.seed);
  const PoolOptions pool{
      .workers = worker_count(options.jobs), .settings = settings_json(options), .fail_fast = options.fail_fast};
  const std::unique_ptr<Listener> reports = make_reports(options);
  Updating updating{*reports};
  Listener& updated = options.update ? static_cast<Listener&>(updating) : *reports;
  Pausing pausing{updated, options, std::cerr};
  Listener& listener = options.pause_on_failure ? static_cast<Listener&>(pausing) : updated;

  const Stopwatch stopwatch;
  reports->on_run_started(run_info(options, jobs.size(), pool.workers));
  PoolOutcome outcome = run_pool(jobs, pool, listener);
  if (options.update) updating.accept(outcome.results);
  Summary summary = summarize(outcome.results, jobs.size());
  summary.interrupted_by = outcome.interrupted_by;
  summary.wall_time = stopwatch.elapsed();
  LastRun{kRecord}.record(outcome.results);
  CoverageRecord{kCoverageRecord}.record(outcome.results);
  reports->on_run_finished(summary, outcome.results);
  if (options.update && !updating.write(std::cerr)) return std::max(1, exit_code(summary));
  return exit_code(summary);
}

}  // namespace

Action declare_run(CLI::App& app) {
  const auto options = std::make_shared<RunOptions>();
  declare_options(app, *options);
  return [options](const std::string& program) {
    options->program = program;
    return run(*options);
  };
}

}  // namespace understudy
