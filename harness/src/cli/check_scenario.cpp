#include "cli/check_scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "harness/cli.hpp"
#include "rehearsal/scenario_file.hpp"

namespace understudy {
namespace {

const CronReport* find_report(const Rehearsal& rehearsal, const CronKey& cron) {
  const auto found = std::ranges::find_if(
      rehearsal.crons, [&](const CronReport& report) { return report.app == cron.app && report.name == cron.name; });
  return found == rehearsal.crons.end() ? nullptr : &*found;
}

}  // namespace

CronKey find_cron(const AppProject& project, const std::string& text) {
  std::vector<CronKey> found;
  std::vector<std::string> known;
  for (const Application& app : project.apps) {
    for (const CronDefinition& cron : app.crons) {
      const std::string whole = app.name + "/" + cron.name;
      if (text == cron.name || text == whole) found.push_back({app.name, cron.name});
      known.push_back(project.apps.size() > 1 ? whole : cron.name);
    }
  }
  if (found.size() == 1) return found.front();
  const std::string list = fmt::format("there are {}", fmt::join(known, ", "));
  if (!found.empty()) throw UsageError{fmt::format("--cron {}: which one? {}", text, list)};
  const std::string hint = did_you_mean(text, known);
  throw UsageError{fmt::format("--cron {}: there is no such cron; {}", text,
                               !hint.empty()   ? hint
                               : known.empty() ? "there are none at all"
                                               : list)};
}

std::string emitted_scenario(const RehearsalOptions& asked, const AppProject& project, const Rehearsal& rehearsal,
                             const std::optional<CronKey>& cron) {
  const ClientProfile client = asked.settings.clients.find(asked.settings.client, {"--client", 0, 0});
  WorldLibrary library = asked.settings.worlds;
  Node written;
  Node base;
  if (asked.world) {
    written = load_world_node(*asked.world);
    base = unfold_extends(written, library);
  }
  const AppWorld world = make_app_world({.project = project,
                                         .client = client,
                                         .environment = asked.environment,
                                         .world = asked.world ? &written : nullptr,
                                         .library = library,
                                         .from = asked.from});
  try {
    return scenario_file({.rehearsal = rehearsal,
                          .project = project,
                          .world = world,
                          .client = client,
                          .world_name = asked.world ? asked.world->stem().string() : "",
                          .base = base},
                         cron ? find_report(rehearsal, *cron) : nullptr);
  } catch (const std::invalid_argument& error) {
    throw UsageError{fmt::format("--emit-scenario: {}", error.what())};
  }
}

}  // namespace understudy
