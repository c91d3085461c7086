#pragma once
/// What the platform runs in containers: crons and hooks. The fake knows when one is due and what environment it gets;
/// running programs is somebody else's business (the harness), who tells when they have ended.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mock_server/clock.hpp"

namespace understudy {

enum class JobKind { kCron, kBuildHook, kDeployHook, kPostDeployHook };

struct Job {
  std::uint64_t number = 0;  ///< from 1, in the order in which they start
  JobKind kind = JobKind::kCron;
  std::string name{};  ///< of the cron; "build", "deploy", "post_deploy"
  std::string project{};
  std::string environment{};               ///< id
  std::string app{};                       ///< name of the application
  std::string command{};                   ///< for dash; may have several lines; may be empty
  std::string stop_command{};              ///< run when a user cancels it; "" = SIGTERM
  std::map<std::string, std::string> env;  ///< the container's (platform-semantics.md, section 3); holds secrets
  nlohmann::json configuration{};          ///< the app's, as in the API's deployment: mounts, hooks ...
  std::string activity{};                  ///< id of the activity that it is part of
  /// The build of what runs already when the world begins: takes no platform time.
  bool before_time = false;
};

struct JobEnd {
  int exit_code = 0;     ///< of the shell; 128 + signal if it was ended by one
  std::string output{};  ///< stdout and stderr as they came
  std::string error{};   ///< why it could not be run at all (by us), else ""
};

/// What a container asks of the platform while its jobs run. Thread-safe; may block for as long as platform time stands
/// still. When a job has ended, what blocks for it returns.
class JobHost {
public:
  JobHost() = default;
  JobHost(const JobHost&) = delete;
  JobHost& operator=(const JobHost&) = delete;
  virtual ~JobHost() = default;
  virtual void job_ended(std::uint64_t number, JobEnd end) = 0;
  struct Client {
    std::uint64_t id = 0;
    std::string base_url{};  ///< "http://127.0.0.1:PORT", a port of its own: its requests are told apart. "" = no more
  };
  /// A client command of the job is about to run. Blocks until it is this one's turn.
  virtual Client client_started(std::uint64_t number, const std::vector<std::string>& argv) = 0;
  /// Before the job goes on. -1: it was killed together with who watches it.
  virtual void client_ended(std::uint64_t id, int exit_code_or_minus1) = 0;
  /// Lets platform time pass for the job: `sleep 60`, `drush cron`. Returns when it has; false: all is being stopped.
  virtual bool spend(std::uint64_t number, Milliseconds duration, const std::string& what) = 0;
};

/// Runs jobs. `start` to `deployed` are called from the fake's threads, while it holds its lock: each returns at once
/// and calls nothing of the host; the job then says what becomes of it from a thread of the runner's.
class JobRunner {
public:
  JobRunner() = default;
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;
  virtual ~JobRunner() = default;
  virtual void connect(JobHost& host) = 0;  ///< before the first `start`
  /// Kills what runs and waits for its end, of which the host is told. Nothing starts any more.
  virtual void shut_down() = 0;

  /// Whatever happens, its end is told.
  virtual void start(const Job& job) = 0;
  /// A user cancelled it: its stop command is run in its container, or SIGTERM sent to its process group.
  virtual void stop(std::uint64_t number) = 0;
  virtual void kill(std::uint64_t number) = 0;  ///< SIGKILL, to whatever is left of it
  /// True if nothing of the job computes at the moment, but for the processes below its attached clients (which the
  /// fake knows to wait): all of it sleeps, and has slept since the last look.
  virtual bool is_quiet(std::uint64_t number) = 0;
  /// What was built last for this app of this environment is what runs from now on.
  virtual void deployed(const std::string& project, const std::string& environment, const std::string& app) = 0;
};

}  // namespace understudy
