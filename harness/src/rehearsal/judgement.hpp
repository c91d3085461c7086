#pragma once
/// What is said of a cron when everything has been played.

#include <string>
#include <vector>

#include "harness/rehearsal.hpp"

namespace understudy {

[[nodiscard]] bool waits(const CronRunReport& run);
[[nodiscard]] std::string last_line(const std::string& text);
/// Commands that waited in any play, or in the day.
[[nodiscard]] std::vector<std::string> commands_to_cure(const CronReport& report);

struct JudgedCron {
  const Application& app;
  const CronDefinition& cron;
  const ClientProfile& client;
  const std::string& environment;
};
/// Sets verdict and reason.
void judge(CronReport& report, const JudgedCron& what);

}  // namespace understudy
