#pragma once
/// What happened when, in platform time: lanes of spans, for a picture of it. Holds no secret.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"

namespace understudy {

/// A row of the picture.
struct Lane {
  enum class Kind { kSite, kCron, kActivity, kDeploy, kClient };
  std::string id{};     ///< "site main", "cron main/app/backup", "activity main environment.backup", "client webpaas"
  std::string label{};  ///< "backup", "main: site"
  Kind kind = Kind::kActivity;
  std::string group{};  ///< environment, or "client webpaas"; rows of a group stand together
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

[[nodiscard]] std::string_view to_string(Lane::Kind kind);  ///< "site", "cron", "activity", "deploy", "client"
[[nodiscard]] std::string_view to_string(Span::Kind kind);  ///< "waiting", "working", ...

/// Times as seconds from `from`; `start` as text, `seconds` the whole length. What is empty or false is left out.
[[nodiscard]] nlohmann::json to_json(const Timeline& timeline);
/// Throws InputError (`timeline: ...`) for a key that is missing, a value of the wrong type and an unknown kind.
[[nodiscard]] Timeline timeline_from_json(const nlohmann::json& json);

/// The part from `from` to `to`: spans that reach over an edge are cut there and say so in their detail, lanes with
/// nothing in the part are left out. Throws std::invalid_argument if `to` is before `from`.
[[nodiscard]] Timeline clip(const Timeline& timeline, Time from, Time to);

}  // namespace understudy
