#pragma once
/// The front's side of one worker: its process and the socket to it.

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace understudy {

class WorkerProcess {
public:
  /// In a session of its own, so that a terminal's Ctrl-C reaches only the front. Throws std::runtime_error.
  explicit WorkerProcess(const std::vector<std::string>& command);
  ~WorkerProcess();  ///< kills it if it still runs
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  [[nodiscard]] int descriptor() const { return socket_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

  void send(const nlohmann::json& message) const;  ///< a worker that is gone is noticed by `receive`
  /// What has arrived, without waiting. False when the worker has closed its end: it is gone, or about to be.
  [[nodiscard]] bool receive(std::vector<nlohmann::json>& messages);
  void hang_up() const;  ///< the worker sees the end of its input, and cleans up
  void kill() const;
  /// Waits for the end of a worker that has closed its socket: "exited with 1", "died by signal 9".
  std::string reap();

private:
  pid_t pid_ = -1;
  int socket_ = -1;
  std::string buffer_;
};

}  // namespace understudy
