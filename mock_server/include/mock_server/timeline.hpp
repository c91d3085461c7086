#pragma once
/// What happened when, in platform time: lanes of spans, for a picture of it. Holds no secret.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mock_server/clock.hpp"

namespace understudy {

/// A row of the picture.
struct Lane {
  enum class Kind { kSite, kCron, kActivity, kDeploy };
  std::string id{};     ///< "site main", "cron main/app/backup", "activity main environment.backup"
  std::string label{};  ///< "backup", "main: site"
  Kind kind = Kind::kActivity;
  std::string group{};  ///< environment; rows of a group stand together
};

/// Something that lasted. `from` == `to` is drawn as a dot.
struct Span {
  /// kWaiting: pending, or due and not started. kHeld, kDropped: of the site. kSkipped: a run that never came.
  enum class Kind {
    kWaiting,
    kWorking,
    kBuilding,
    kStopping,
    kDeploying,
    kRunning,
    kBlocked,
    kHeld,
    kDropped,
    kSkipped
  };
  std::string lane{};
  Kind kind = Kind::kWorking;
  Time from{};
  Time to{};
  std::string label{};   ///< "environment.backup 3fq..", "run 12"
  std::string detail{};  ///< one line for people: "waited for cron backup", "exit 0"
  bool failed = false;
};

/// A request of a client, at the lane of what sent it.
struct Mark {
  std::string lane{};
  Time at{};
  std::string label{};   ///< "POST /projects/x/environments/main/backup"
  std::string detail{};  ///< "201"
};

struct Timeline {
  Time from{};
  Time to{};
  std::vector<Lane> lanes{};
  std::vector<Span> spans{};  ///< by start
  std::vector<Mark> marks{};
};
[[nodiscard]] nlohmann::json to_json(const Timeline& timeline);  ///< times as seconds from `from`; `start` as text
[[nodiscard]] Timeline timeline_from_json(const nlohmann::json& json);

}  // namespace understudy
