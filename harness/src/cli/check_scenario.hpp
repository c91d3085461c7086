#pragma once
/// `understudy check --emit-scenario`.

#include <optional>
#include <string>

#include "harness/rehearsal.hpp"

namespace understudy {

/// The cron that `text` names, "backup" or "app/backup". Throws UsageError if there is none, or more than one.
[[nodiscard]] CronKey find_cron(const AppProject& project, const std::string& text);

/// A scenario for the cron, or for each. Throws UsageError if none of them was due.
[[nodiscard]] std::string emitted_scenario(const RehearsalOptions& asked, const AppProject& project,
                                           const Rehearsal& rehearsal, const std::optional<CronKey>& cron);

}  // namespace understudy
