#pragma once
/// `understudy replay`: a recording instead of the platform, for a command or until somebody ends it.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/result.hpp"
#include "mock_server/replay.hpp"

namespace understudy {

/// What becomes of requests that are not in the file, and of a file that is not there.
enum class ReplayMode {
  kNone,  ///< nothing is recorded: they are misses
  kOnce,  ///< as kNone, but a file that is not there is recorded first
  kNew,   ///< they go to the upstream, and are added to the file
  kAll,   ///< the file is recorded anew
};

struct ReplayCommand {
  std::filesystem::path file{};
  ReplayMode mode = ReplayMode::kNone;
  MatchRules match{};
  bool loose = false;
  std::string world{};  ///< what answers in a loose replay, or is recorded if there is no upstream; "" = demo
  std::string token{};  ///< of that world, or none
  std::string client = "webpaas";
  double speed = 1;                     ///< of streams, in real time; 0: they come as fast as they can
  bool all_used = false;                ///< what nobody asked for is a failure
  std::uint16_t port = 0;               ///< to be served at if there is no command; 0 = any
  std::string upstream{};               ///< URL of the API; "" = none, or where everything is recorded a fake of ours
  std::string auth{};                   ///< URL of its OAuth 2 endpoints; "" = the API's
  std::filesystem::path authorities{};  ///< certificates to believe beside the system's
  bool anonymize = false;
  std::vector<std::string> command{};  ///< none: served until a signal comes
};

struct Replayed {
  int exit_code = 0;
  std::vector<std::string> lines{};        ///< what is to be said: misses, what was never asked, what was added
  std::optional<ScenarioResult> result{};  ///< of a command: one step, as of `execute`
};

/// Without a command it lasts until SIGINT, SIGTERM or SIGHUP, and what to export is printed. Throws InputError as
/// read_har, OfflineSandbox and `record` do, and std::runtime_error for a recording that may hold secrets still.
[[nodiscard]] Replayed replay(const ReplayCommand& command);

}  // namespace understudy
