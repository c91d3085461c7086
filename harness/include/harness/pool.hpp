#pragma once
/// Scenarios in parallel, each in a worker process: then an orphan has one owner, and no client inherits the pipes of
/// another. The front (who calls `run_pool`) and its workers talk in JSON lines over a socket; when either side dies,
/// the other sees the end of it and cleans up.
///
///     front                                      worker (its own session, child subreaper)
///       {"settings": {...}, "folder": "..."} ->
///                                             <- {"ready": "5.11.1"} or {"fatal": "no client found ..."}
///       {"job": {...}}                       ->
///                                             <- {"result": {...}}
///       {"end": true}                        ->  removes its folder, exits with 0
///       end of file without it: ends its clients, removes its folder, exits with 1

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness/remains.hpp"
#include "harness/report.hpp"
#include "harness/result.hpp"

namespace understudy {

/// One scenario, as a worker is told of it.
struct PoolJob {
  ScenarioRef scenario{};
  std::size_t index = 0;  ///< among `load_scenarios(scenario.file)`
};
[[nodiscard]] nlohmann::json to_json(const PoolJob& job);
[[nodiscard]] PoolJob job_from_json(const nlohmann::json& json);

struct PoolOptions {
  int workers = 1;
  std::vector<std::string> worker_command{"/proc/self/exe", "worker"};
  nlohmann::json settings = nlohmann::json::object();  ///< given to each worker before its first job
  bool fail_fast = false;  ///< after a failure or an error, only what already runs is finished
};

struct PoolOutcome {
  std::vector<ScenarioResult> results;  ///< in the original order
  int interrupted_by = 0;               ///< SIGINT, SIGTERM or SIGHUP that came meanwhile, or 0
};

/// Runs `jobs`, handing them out in the order given. The first worker is made ready alone (it warms the client up),
/// then the others. While it runs, SIGINT, SIGTERM and SIGHUP end it early: nothing more is handed out, the workers end
/// their clients and remove their folders; a second signal kills the workers and cleans up after them. Throws
/// std::runtime_error if no worker can be started or one cannot be made ready. Makes the process a child subreaper and
/// takes every child that it did not start itself for an orphan: do not run other children meanwhile.
[[nodiscard]] PoolOutcome run_pool(const std::vector<PoolJob>& jobs, const PoolOptions& options, Listener& listener);

/// What a worker does with its messages.
struct WorkerHooks {
  /// Once, before the first job. `folder` is the worker's own, for sandboxes; what it throws is the run's fatal error.
  /// Returns the client's version.
  std::function<std::string(const nlohmann::json& settings, const std::filesystem::path& folder)> prepare{};
  std::function<ScenarioResult(const PoolJob& job)> run{};  ///< what it throws makes the scenario an error
};
/// The main of a worker: standard input is the socket to the front. When the front is gone or on SIGTERM, a second
/// thread ends every child, removes the folder and the process. Returns the exit code.
[[nodiscard]] int worker_main(const WorkerHooks& hooks);

/// Kills and reaps every child of this process that is not in `keep`, with all below it.
void end_orphans(const std::set<pid_t>& keep);

}  // namespace understudy
