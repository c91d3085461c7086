#pragma once
/// A cron and what was read from its text; and the parts that `static_findings` is put together from.

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

/// Does something in the repository put the client where the app's crons find it: an installer or a package manager in
/// its build hook, a dependency, or a file of the tree?
[[nodiscard]] bool installs_client(const Application& app, const ClientProfile& client);

/// Does its build hook run an installer that containers here answer? Then the client is where that puts it.
[[nodiscard]] bool runs_installer(const Application& app);

/// Does a command of the cron, or the app's `.environment`, set the variable?
[[nodiscard]] bool sets_variable(const CronReading& reading, const std::string& name);

/// About the client's token: those that the repository tells, and those that the world does.
void find_in_variables(const std::vector<CronReading>& crons, const AppProject& project, const AppWorld& world,
                       const ClientProfile& client, std::vector<Finding>& findings);

}  // namespace understudy
