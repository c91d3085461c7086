#pragma once
/// `understudy replay`: a recording instead of the platform, for a command or until somebody ends it.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/replay.hpp"
#include "offline/exec.hpp"

namespace understudy {

/// What becomes of requests that are not in the file, and of a file that is not there.
enum class ReplayMode {
  kNone,  ///< nothing is recorded: they are misses
  kOnce,  ///< as kNone, but a file that is not there is recorded
  kNew,   ///< they go to the upstream, and are added to the file
  kAll,   ///< everything goes to the upstream, and the file is made anew
};

struct ReplayCommand {
  std::filesystem::path file{};
  ReplayMode mode = ReplayMode::kNone;
  ReplayOptions options{};
  std::string world{};  ///< what answers in a loose replay: a name, or a file; "" = demo
  std::string token{};  ///< of that world, or none
  std::string client = "webpaas";
  double speed = 1;       ///< of streams, in real time; 0: they come as fast as they can
  bool all_used = false;  ///< what nobody asked for is a failure
  int port = 0;           ///< to be served at if there is no command; 0 = any
  std::vector<std::string> command{};
  bool journal = false;  ///< the requests are wanted afterwards
};

struct Replayed {
  int exit_code = 0;
  std::vector<std::string> lines{};        ///< what is to be said: misses, and what was never asked
  std::optional<ScenarioResult> result{};  ///< of a command: one step, as of `execute`
};

/// Throws InputError as read_har does, and as OfflineSandbox.
[[nodiscard]] Replayed replay_command(const ReplayCommand& command);
/// Without a command: until SIGINT, SIGTERM or SIGHUP. Prints to standard output what to export.
[[nodiscard]] Replayed replay_until_signal(const ReplayCommand& command);

}  // namespace understudy
