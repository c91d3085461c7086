#pragma once
/// One job, from its start to its end.

#include <atomic>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "container/app_folders.hpp"
#include "container/line_channel.hpp"
#include "container/quiet.hpp"
#include "container/workshop.hpp"
#include "process/exec_watch.hpp"
#include "process/protected_child.hpp"

namespace understudy {

/// Runs in a thread of its own from its construction on, and one more for each program of the container that talks to
/// us. Its members return at once. The destructor waits for all of these threads.
class RunningJob {
public:
  RunningJob(Workshop& workshop, JobHost& host, AppFolders& folders, Job job, std::filesystem::path folder);
  ~RunningJob();
  RunningJob(const RunningJob&) = delete;
  RunningJob& operator=(const RunningJob&) = delete;

  void stop();
  void kill();
  void wait() { thread_.join(); }  ///< until it has ended; once
  [[nodiscard]] bool is_quiet();
  /// What has been seen since the last call; all of it once the host has heard of the job's end.
  [[nodiscard]] Sightings take_processes();
  /// Bytes of output that were dropped since the last call.
  [[nodiscard]] std::size_t take_dropped_output() { return untold_dropped_bytes_.exchange(0); }
  [[nodiscard]] bool is_over() const { return living_threads_ == 0; }  ///< nothing of it is left, no thread either

private:
  struct Server {
    explicit Server(LineChannel talks) : channel{std::move(talks)} {}
    LineChannel channel;
    std::atomic<bool> done = false;
    std::jthread thread{};  // last: it uses the above
  };

  void run();
  void run_in_container();
  [[nodiscard]] Box prepare();
  void add_stand_ins(const Box& box);
  void start_keeper(const Box& box);
  void watch();
  bool read_output();
  void accept();
  void fail(const std::string& why);
  [[nodiscard]] std::vector<ThreadSample> sample();
  void finish();
  [[nodiscard]] int exit_code() const;

  void serve(LineChannel& channel);
  void serve_message(LineChannel& channel, const nlohmann::json& message);
  void serve_keeper(LineChannel& channel);
  void serve_shell(LineChannel& channel, const std::string& name);
  void serve_spender(LineChannel& channel, Milliseconds duration, const std::string& what, int exit_code);
  void serve_client(LineChannel& channel, const std::vector<std::string>& argv);
  [[nodiscard]] nlohmann::json shell_order(const std::string& name, const std::string& command) const;
  void kill_locked();
  void stop_locked();

  Workshop& workshop_;
  JobHost& host_;
  AppFolders& folders_;
  const Job job_;
  const std::filesystem::path folder_;
  JobEnd end_;
  std::size_t dropped_bytes_ = 0;
  std::atomic<std::size_t> untold_dropped_bytes_ = 0;
  ContainerPlaces places_;
  std::optional<LineListener> listener_;
  Handle output_;
  Handle process_;                  ///< pidfd of what was started
  Handle keeper_process_;           ///< pidfd of the keeper: with namespaces it ends when all in them have
  std::atomic<pid_t> started_ = 0;  ///< child_'s
  std::optional<ExecWatch> watch_;  ///< made, and never removed, under mutex_
  std::optional<ProtectedChild> child_;

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable keeper_heard_out_;
  LineChannel* keeper_ = nullptr;
  pid_t keeper_pid_ = 0;
  pid_t shell_ = 0;  ///< of the job: also its process group
  std::optional<int> status_;
  bool stop_wanted_ = false;
  bool kill_wanted_ = false;
  bool ended_ = false;          ///< its processes are gone, or about to be
  std::set<pid_t> attached_;    ///< shims for which the host knows that they wait
  std::set<pid_t> threads_;     ///< ours that serve it
  int unborn_threads_ = 0;      ///< that will be among them
  std::uint64_t messages_ = 0;  ///< came or went
  std::vector<ThreadSample> last_sample_;
  bool places_are_told_ = false;  ///< the kernel tells what processes in there sleep for
  std::uint64_t last_messages_ = 0;
  std::string failure_;  ///< ours or the host's

  std::atomic<int> living_threads_ = 1;
  std::list<Server> servers_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace understudy
