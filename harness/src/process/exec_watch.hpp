#pragma once
/// Seeing every program that a process and all below it become, with arguments and environment.

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "process/exec_notices.hpp"
#include "process/handles.hpp"
#include "process/seen_processes.hpp"

namespace understudy {

/// Watches what one child starts. A thread of its own answers the kernel, for nobody goes on before that: neither the
/// child, nor whoever waits for its exec. Where the kernel has no such filter, the thread looks at /proc now and then.
class ExecWatch {
public:
  static constexpr const char* kThreadName = "exec-watch";  ///< for people, and tests

  /// `below` names the processes to look at in /proc; thread-safe, and called only if that is needed. `why_not`: a
  /// filter must not be installed; "" = it may.
  explicit ExecWatch(std::function<std::vector<pid_t>()> below, const std::string& why_not = "");
  ExecWatch(const ExecWatch&) = delete;
  ExecWatch& operator=(const ExecWatch&) = delete;
  ~ExecWatch() { stop(); }

  /// What the child gives to install_exec_filter; -1 if it must not install one.
  [[nodiscard]] int childs_end() const { return childs_end_.get(); }
  /// The processes are gone. Later than that, an exec fails.
  void stop();
  /// What has been seen since the last call; all of it after `stop`.
  [[nodiscard]] Sightings take();

  /// The thread that answers; 0 if it has not begun, or nobody waits for it.
  [[nodiscard]] pid_t answering_thread() const { return answering_thread_; }
  /// Is it at work for somebody who waits? Not so while the question is still on its way: then the thread runs.
  [[nodiscard]] bool is_answering() const { return is_answering_; }

private:
  void run();
  void answer(Handle listener);
  void keep(ExecQuestion question);
  void sample();
  void sample_once();
  [[nodiscard]] bool wait_for_stop(int milliseconds) const;  ///< true once it has come

  std::function<std::vector<pid_t>()> below_;
  Handle our_end_;
  Handle childs_end_;
  Handle stop_;
  std::mutex mutex_;
  SeenProcesses seen_;  ///< guarded by mutex_
  std::atomic<pid_t> answering_thread_ = 0;
  std::atomic<bool> is_answering_ = false;
  std::thread thread_;  // last: it uses the above
};

}  // namespace understudy
