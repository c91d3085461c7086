#pragma once
/// A cron as a scenario, so that it stays cured.

#include <string>

#include "harness/client_profile.hpp"
#include "harness/rehearsal.hpp"
#include "rehearsal/app_world.hpp"

namespace understudy {

struct ScenarioFileSource {
  const Rehearsal& rehearsal;
  const AppProject& project;
  const AppWorld& world;        ///< as make_app_world makes it of `project`
  const ClientProfile& client;  ///< that the scenario names
  std::string world_name{};     ///< of the user's world; "" = one is made up, and is written into the scenario
  Node base{};                  ///< the user's world, with nothing that it extends; ignored without a name
};

/// A document of the cron, or for each cron if `cron` is null. Each lets one run come due and expects that it does not
/// wait for the platform. Values of tokens, and of variables that look like secrets, are not in it: the scenario draws
/// its own. Throws std::invalid_argument if the cron, or all of them, never came due, so that there is no run.
[[nodiscard]] std::string scenario_file(const ScenarioFileSource& source, const CronReport* cron);

}  // namespace understudy
