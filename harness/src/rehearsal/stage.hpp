#pragma once
/// Plays of a rehearsal: an application's crons, run for real in a fresh fake, for some platform time.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/application.hpp"
#include "harness/client_profile.hpp"
#include "harness/rehearsal.hpp"
#include "mock_server/history.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/timeline.hpp"
#include "rehearsal/app_world.hpp"

namespace understudy {

inline constexpr const char* kHookShell = "/bin/dash";   ///< by which the client takes a container for a hook
inline constexpr const char* kOtherShell = "/bin/bash";  ///< by which it does not

struct PlayOptions {
  Time from{};
  Time to{};  ///< at the latest
  std::optional<Time> deploy_at{};
  std::string shell = kHookShell;
  std::set<std::string> add_no_wait{};  ///< commands that get --no-wait
  /// The play may end when the run of this cron that is due then is over, and the deploy, if there is one.
  struct Until {
    CronKey cron{};
    Time due{};
  };
  std::optional<Until> until{};
  std::optional<Node> world{};  ///< instead of the stage's: laid on it already
};

/// What came of it. Texts hold no secret and no place of this machine.
struct Played {
  Time from{};
  Time to{};
  History history{};
  std::vector<nlohmann::json> activities{};
  std::vector<Exchange> exchanges{};  ///< of clients in containers
  Timeline timeline{};
  std::set<std::string> stood_in_for{};  ///< and of which the world does not say how long they take
  std::string why_not_isolated{};

  [[nodiscard]] const nlohmann::json* activity(const std::string& id) const;  ///< null if there is none
  /// The deploy that was asked for: the first of its type in the environment.
  [[nodiscard]] const nlohmann::json* deploy(const std::string& environment) const;
};

inline constexpr const char* kDeployType = "environment.push";

/// Where a rehearsal plays. One play at a time.
class Stage {
public:
  /// The options' settings must hold the warm client.
  Stage(const RehearsalOptions& options, const AppProject& project, const AppWorld& world, WarmClient client);

  [[nodiscard]] Played play(const PlayOptions& options);
  [[nodiscard]] const AppWorld& world() const { return world_; }
  [[nodiscard]] Time begin() const { return begin_; }  ///< of the world, as it is written

private:
  [[nodiscard]] World world_for(const PlayOptions& options) const;

  const RehearsalOptions& options_;
  const AppProject& project_;
  const AppWorld& world_;
  WarmClient client_;
  Time begin_;
  int plays_ = 0;
};

}  // namespace understudy
