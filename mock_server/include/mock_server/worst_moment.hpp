#pragma once
/// When a deploy would have to be asked for to lose the most to a cron: found by the platform's simulation from what
/// the cron's run did, not by trying. Source of the rules: platform-semantics.md, sections 4 to 6.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/clock.hpp"

namespace understudy {

/// Something that a run of a cron did. Names of environments: "" is the run's own.
struct RecordedStep {
  enum class Kind { kSpend, kCreate, kAwait } kind = Kind::kSpend;  ///< kAwait: what was created last
  Milliseconds duration{};            ///< kSpend: platform time; kCreate: of the activity, if nothing stands in its way
  std::string type{};                 ///< kCreate: "environment.backup"
  std::string environment{};          ///< kCreate: that the activity works on
  bool safe_backup = true;            ///< kCreate of a backup: it holds requests for a moment
  std::optional<std::string> also{};  ///< kCreate: a second environment that it works on
  std::optional<std::string> target{};  ///< kCreate: whose containers it stops, if it is not `environment`
  std::optional<std::string> source{};  ///< kCreate: whose data it copies (branch, activate, sync)
};

/// A cron of the environment, and what one of its runs did. All its runs are taken to do the same.
struct RecordedCron {
  std::string app{};  ///< each app has a container of its own
  std::string name{};
  std::string spec{};      ///< "H 3 * * *"
  std::string timezone{};  ///< IANA name; "" is UTC
  std::uint64_t hash = 0;  ///< what `H` stands for follows from it
  Milliseconds timeout = std::chrono::hours{24};
  Milliseconds shutdown_timeout = std::chrono::seconds{10};
  std::vector<RecordedStep> steps{};
  Time due{};  ///< of that run: one of the times that `spec` gives
};

struct WorstMomentOptions {
  bool production = true;                                  ///< what else the crons work on is taken not to be
  Milliseconds pick_up = std::chrono::seconds{2};          ///< until the platform looks at a new activity
  std::string deploy = "environment.push";                 ///< type of the activity
  Milliseconds deploy_duration = std::chrono::minutes{3};  ///< without what its hooks take
  Milliseconds build_hooks{};                              ///< after the build
  Milliseconds deploy_hooks{};                             ///< after the deployment
  Milliseconds hold_limit = std::chrono::minutes{1};       ///< of requests during a deploy; moves no time
};

struct WorstMoment {
  std::string app{};  ///< of the cron whose run this is about
  std::string name{};
  Time at{};                   ///< when the deploy is asked for: the earliest of the worst; `due` if nothing delays it
  Milliseconds delay{};        ///< by which it is over later than without this cron; never negative
  Milliseconds undisturbed{};  ///< from `at` to its end without this cron, but with the others
  bool deadlock = false;       ///< a circle of waiting that only the cron's timeout ends
  /// Deploys asked for in [at, at + window) fare alike: they run into the deadlock, too; without a deadlock, they lose
  /// less than a second less. 0 if nothing delays a deploy.
  Milliseconds window{};
  Milliseconds usual_delay{};  ///< the longest outside of deadlocks; 0 if there is none
  Time usual_at{};             ///< `due` if there is none
};

/// One for each cron, in the order given. Deploys are looked at, to the millisecond, that are asked for from so long
/// before `due` that they would be over by then, until `pick_up` after the run's end if nobody deploys: then the
/// platform has looked at everything that the run created. Nothing is known of what was before the earliest `due` of
/// all, so the simulation begins there, or with the first of these deploys. Deterministic.
/// Throws std::invalid_argument for a time zone that does not exist, a `due` that is none of the spec's times and an
/// environment that a step names twice; InputError (with no place) for a spec that is none.
[[nodiscard]] std::vector<WorstMoment> worst_moments(const std::vector<RecordedCron>& crons,
                                                     const WorstMomentOptions& options);

}  // namespace understudy
