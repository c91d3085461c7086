#pragma once
/// Application containers: crons and hooks, run for real. A job's command is run by dash in a copy of the app, which is
/// at /app and read-only but for its mounts and /tmp (a hook that builds may write). `sleep` and programs that are not
/// there take platform time, and the real client is on PATH as it is in a container.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/client_profile.hpp"
#include "harness/process.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/jobs.hpp"

namespace understudy {

/// How a program that is not there behaves.
struct StandIn {
  Milliseconds takes{};
  int exit_code = 0;
};

enum class Isolation {
  kBest,        ///< namespaces where bubblewrap works, else none
  kNamespaces,  ///< by bubblewrap: throws std::runtime_error where it does not work
  kNone,        ///< the app is where its folder is, read-only by mode bits; /tmp is the machine's
};

/// Programs of this machine that are on a container's PATH, as far as they are installed.
[[nodiscard]] std::vector<std::string> usual_tools();

struct ContainerSettings {
  std::filesystem::path folder{};   ///< is there; all is made below it, and removed by the destructor
  std::filesystem::path program{};  ///< one whose main calls `shim_main` for "--shim"
  std::map<std::string, std::filesystem::path> apps{};  ///< source tree by name
  std::filesystem::path other_apps{};  ///< source tree of each app that `apps` does not name; "" = an empty folder
  WarmClient client{};
  std::set<std::string> client_aliases{};           ///< further names of the client on PATH
  std::map<std::string, std::string> client_env{};  ///< more for the client than what it needs to find the fake
  std::string proxy_url{};                          ///< all ways out lead there; "" = none is set
  std::vector<std::string> tools = usual_tools();
  /// By the name in the command ("drush", "vendor/bin/drush"), or for an interpreter that is not there by what it is
  /// given ("bin/console" in `php bin/console x`).
  std::map<std::string, StandIn> stand_ins{};
  StandIn default_stand_in{};       ///< for programs that a command names and that are not there
  std::string shell = "/bin/dash";  ///< value of SHELL, by which the client guesses which one it talks to
  /// The cure: client commands (patterns as of glob(7), "backup:create", "environment:*") that get `--no-wait`, and
  /// whose `--wait` is taken away.
  std::set<std::string> add_no_wait{};
  bool client_on_path = true;                         ///< false: it is there only if a build hook installs it
  std::chrono::milliseconds real_time_limit{60'000};  ///< of computing without a word; a job beyond it is killed
  std::size_t output_limit_bytes = 1 << 20;           ///< what comes after it is counted and dropped
  Isolation isolation = Isolation::kBest;
  bool watch_processes = true;  ///< for take_processes
};

/// What ran in a job: the three fields are as in `Finished`. The first processes are those that make the container.
struct JobProcesses {
  std::uint64_t job = 0;
  std::vector<SeenProcess> processes{};
  std::size_t unseen_processes = 0;
  std::string why_processes_unseen{};
  std::size_t dropped_output = 0;  ///< bytes of its output that nobody has
};

/// Runs jobs, each in processes of its own. Thread-safe. Constructed means that containers can be started; destroyed
/// means that every process, thread and file is gone. The host has to be there until `shut_down` has returned, and lets
/// go what it holds.
class ContainerRunner : public JobRunner {
public:
  /// Throws std::runtime_error if `program` or the asked-for isolation is not there.
  explicit ContainerRunner(ContainerSettings settings);
  ~ContainerRunner() override;

  void connect(JobHost& host) override;
  void shut_down() override;
  void start(const Job& job) override;
  void stop(std::uint64_t number) override;
  void kill(std::uint64_t number) override;
  bool is_quiet(std::uint64_t number) override;
  void deployed(const std::string& project, const std::string& environment, const std::string& app) override;

  /// What has been seen since the last call, one for each job, by number; of a running job what it did so far. All of
  /// it once the host has heard of the job's end. What nobody takes is kept up to 64 MB.
  [[nodiscard]] std::vector<JobProcesses> take_processes();
  /// "" = jobs are in namespaces of their own; else why they are not: "bubblewrap (bwrap) is not installed".
  [[nodiscard]] std::string why_not_isolated() const;
  /// Programs that commands named, that are not there and were stood in for, sorted.
  [[nodiscard]] std::vector<std::string> stood_in_for() const;
  /// The destructor leaves what apps have on disk (app-1/tree-1, app-1/tmp ...), all of which its owner may change and
  /// remove.
  void keep();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What a command can run.
struct Programs {
  std::set<std::string> on_path{};   ///< by name
  std::set<std::string> not_ours{};  ///< the client's names and the like: not there means not there
  std::filesystem::path tree{};      ///< the app's
};
/// Words in command position of shell text that are no programs, builtins of dash, keywords or functions of its own, in
/// the order of their appearance: names ("drush"), and paths relative to the app's root ("vendor/bin/drush"). Words
/// that the shell makes up at run time ("$DRUSH") are not known. Scripts of the tree that it runs are read too.
[[nodiscard]] std::vector<std::string> missing_programs(std::string_view command, const Programs& programs);

}  // namespace understudy
