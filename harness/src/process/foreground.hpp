#pragma once
/// Running a person's command where they typed it: with our own standard streams, in our own process group, so that a
/// terminal stays one and Ctrl-C reaches it.

#include <sys/types.h>
#include <termios.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace understudy {

struct ForegroundEnd {
  int exit_code = 0;      ///< 128 + signal if it was ended by one, as shells count
  bool stopped = false;   ///< by `stop`
  int start_failure = 0;  ///< errno if it could not be started; 0 if it was
};

/// One command. To be made when no child is awaited and before threads begin that are to live while it runs: SIGINT,
/// SIGQUIT, SIGTERM, SIGHUP and SIGCHLD are blocked as long as this lives, and taken by `run`.
class Foreground {
public:
  Foreground();
  Foreground(const Foreground&) = delete;
  Foreground& operator=(const Foreground&) = delete;
  ~Foreground();  ///< the terminal is as it was before

  /// Runs it to its end with the descriptors and signal settings that we were started with; nothing that it started
  /// stays. What a person sends to us with kill(1) is passed on; a command that has not ended 5 s after SIGTERM or
  /// SIGHUP is killed. `argv` is what it sees; `env` is all that it gets.
  [[nodiscard]] ForegroundEnd run(const std::filesystem::path& program, const std::vector<std::string>& argv,
                                  const std::map<std::string, std::string>& env);
  /// Ends the command that runs now, or the next one. Thread-safe.
  void stop();

private:
  [[nodiscard]] pid_t start(const std::filesystem::path& program, std::vector<std::string> argv,
                            const std::map<std::string, std::string>& env, int& failure) const;
  void close_ours_on_exec() const;
  [[nodiscard]] int wait_for(pid_t child);
  void pass_on(pid_t child, const siginfo_t& signal);
  void return_terminal() const;

  sigset_t taken_{};
  sigset_t blocked_before_{};
  struct sigaction broken_pipe_before_ {};
  std::set<int> inherited_;  // descriptors, but for the standard ones
  std::optional<termios> terminal_before_;
  std::optional<std::chrono::steady_clock::time_point> kill_at_;
  std::atomic<bool> stop_wanted_ = false;
};

}  // namespace understudy
