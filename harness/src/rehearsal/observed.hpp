#pragma once
/// What a play shows of one cron and of a deploy.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/rehearsal.hpp"
#include "mock_server/worst_moment.hpp"
#include "rehearsal/stage.hpp"

namespace understudy {

/// All its runs in the play, also skipped ones, by when they were due.
[[nodiscard]] std::vector<CronRunReport> runs_of(const Played& played, const std::string& environment,
                                                 const CronKey& cron);
/// The run that was due then; nullptr if there is none.
[[nodiscard]] const CronRunReport* run_due_at(const std::vector<CronRunReport>& runs, Time due);

/// The deploy that was asked for, and what it did. `cron`: that is played; the others are delayed.
[[nodiscard]] DeployReport deploy_report(const Played& played, const std::string& environment, const CronKey& cron);

/// How long an activity of a type takes if nothing stands in its way.
using ActivityDuration = std::function<Milliseconds(const std::string& type)>;
/// What the run that was due then did, for the search for the worst moment.
[[nodiscard]] std::vector<RecordedStep> steps_of(const Played& played, const std::string& environment,
                                                 const CronKey& cron, Time due, const ActivityDuration& duration);

/// Platform time that the hooks of the first deploy took.
struct HookTimes {
  Milliseconds build{};
  Milliseconds deploy{};
};
[[nodiscard]] HookTimes hook_times(const Played& played, const std::string& environment);

}  // namespace understudy
