#pragma once
/// Running one program to its end, whatever it does: captured, bounded, on a deadline, with its whole tree ended.

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace understudy {

/// One turn of a conversation on a pseudo-terminal: when `expect` has appeared (after the last turn's), `send` is
/// typed.
struct TerminalTurn {
  std::string expect;
  std::string send;  ///< as typed; the driver adds no newline
};

struct Command {
  std::vector<std::string> argv;              ///< argv[0] is the absolute path of the program
  std::map<std::string, std::string> env{};   ///< the whole environment; nothing is inherited
  std::filesystem::path working_directory{};  ///< ours if empty
  std::optional<std::string> stdin_text{};    ///< /dev/null if not given
  /// Given (even empty): stdin, stdout and stderr are one pseudo-terminal, `columns` wide and 24 lines high. It adds no
  /// carriage returns, and a turn is typed when the program reads.
  std::optional<std::vector<TerminalTurn>> terminal{};
  int columns = 200;
  std::chrono::milliseconds timeout{60'000};
  std::size_t output_limit_bytes = 8 << 20;  ///< for each stream; what comes after is read, counted and dropped
  bool watch_processes = true;               ///< fill in `Finished::processes`
};

/// A program that a process became, as it was given to execve(2) or execveat(2): of a script the script itself, not its
/// interpreter. What it makes of its own memory later (setproctitle) is not in here. Holds secrets: not to be shown.
struct SeenProcess {
  int pid = 0;                      ///< as this process sees it, whatever namespace it is in
  int parent = 0;                   ///< when it began
  std::string program{};            ///< the path, relative to its own folder if it was given so
  std::vector<std::string> argv{};  ///< any bytes but zero
  std::vector<std::string> env{};   ///< "NAME=value"
};

struct Exited {
  int code = 0;
};
struct Signaled {
  int signal = 0;
};
struct TimedOut {
  std::chrono::milliseconds limit{};
};
struct Stopped {
  std::string reason;
};  ///< ended by us on request, for instance because it would wait for ever
using Outcome = std::variant<Exited, Signaled, TimedOut, Stopped>;
[[nodiscard]] std::string describe(const Outcome& outcome);  ///< "exited with 1", "still ran after 2000 ms", ...

struct Finished {
  Outcome outcome;
  std::string stdout_text;  ///< with a terminal: everything that it showed
  std::string stderr_text;
  std::size_t dropped_bytes = 0;          ///< output beyond the limit
  std::vector<std::string> leaks;         ///< "pid 4242 \"sleep 21\" still held stdout", "... outlived the client"
  std::optional<std::string> unmet_turn;  ///< terminal: the text that never appeared
  std::chrono::microseconds wall_time{};
  /// All that ran in the client's tree, in the order of their beginning: the client is the first. Each different
  /// (program, argv, env) is there once, with the first that had it. A program that could not be run counts too; of a
  /// search of PATH only the last place.
  std::vector<SeenProcess> processes{};
  std::size_t unseen_processes = 0;  ///< more of them, not kept for want of room (32 MB), or not wholly read
  /// "" if all were seen. Else why not; if the kernel does not tell of them, those in `processes` are what a look at
  /// /proc every 20 ms has found.
  std::string why_processes_unseen{};
};

/// Asks a running `run_command` to end its client; thread-safe; the first reason wins. One per command.
class StopRequest {
public:
  StopRequest();
  ~StopRequest();
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;
  void stop(std::string reason);

private:
  friend Finished run_command(const Command&, StopRequest*);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Runs `command` in a session of its own. When the client has ended, its pipes get 100 ms; then the process group,
/// then every orphan that came to this process (it makes itself a child subreaper) is killed and reaped. Only one at a
/// time in a process. Throws std::runtime_error (with the program's path and errno's text) if it cannot be started.
Finished run_command(const Command& command, StopRequest* stop = nullptr);

/// Kills and reaps every descendant of this process, whatever session it is in; the jobs of a ContainerRunner are not
/// touched, they have an owner. Returns their command lines.
std::vector<std::string> end_all_descendants();

}  // namespace understudy
