#pragma once
/// A cron and what was read from its text, and what `static_findings` says of the token of those that call the client.

#include <vector>

#include "rehearsal/client_calls.hpp"
#include "rehearsal/guards.hpp"
#include "rehearsal/static_findings.hpp"

namespace understudy {

struct CronReading {
  const Application& app;
  const CronDefinition& cron;
  std::vector<Guard> guards{};
  std::vector<ClientCall> calls{};
};

/// About the client's token: those that the repository tells, and those that the world does.
void find_in_variables(const std::vector<CronReading>& crons, const AppProject& project, const AppWorld& world,
                       const ClientProfile& client, std::vector<Finding>& findings);

}  // namespace understudy
