// Codes: no-guard, spec-too-frequent, not-installed; token-in-repository, token-not-sensitive, token-not-env,
// token-inheritable, token-visible-in-build, no-token (token_findings.cpp).

#include "rehearsal/static_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "container/workshop.hpp"
#include "mock_server/cron_schedule.hpp"
#include "rehearsal/cron_reading.hpp"
#include "rehearsal/installed_client.hpp"

namespace understudy {
namespace {

using Level = Finding::Level;

constexpr std::chrono::minutes kProfessionalPeriod{5};  // platform-semantics.md, section 4

/// "backup:create", "backup:create and redeploy", "a, b and c"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  return text;
}

std::vector<std::string> writing_commands(const CronReading& reading) {
  std::vector<std::string> names;
  for (const ClientCall& call : reading.calls) {
    if (call.writes && std::ranges::find(names, call.command) == names.end()) names.push_back(call.command);
  }
  return names;
}

Finding about(const CronReading& reading, Level level, std::string code, std::string text, std::string hint) {
  return {level,           std::move(code), reading.cron.start_at, reading.app.name, reading.cron.name,
          std::move(text), std::move(hint)};
}

void find_missing_guard(const CronReading& reading, const ClientProfile& client, std::vector<Finding>& findings) {
  const std::vector<std::string> names = writing_commands(reading);
  if (names.empty()) return;
  const auto is_other = [](const Guard& guard) { return guard.kind == Guard::Kind::kOther; };
  if (!std::ranges::all_of(reading.guards, is_other)) return;
  const std::string hint =
      fmt::format("Run it in production only, with if [ \"${}ENVIRONMENT_TYPE\" = production ]; then ... fi around it.",
                  container_prefix(client));
  if (reading.guards.empty()) {
    findings.push_back(about(reading, Level::kWarning, "no-guard",
                             fmt::format("The cron \"{}\" runs {} without asking which environment it is in, so it "
                                         "does so in every active environment.",
                                         reading.cron.name, listed(names)),
                             hint));
    return;
  }
  findings.push_back(about(reading, Level::kNote, "no-guard",
                           fmt::format("The cron \"{}\" looks at ${} but not at which environment it is in, so it may "
                                       "run {} in every active environment.",
                                       reading.cron.name, reading.guards.front().variable, listed(names)),
                           hint));
}

/// Told once for each app.
void find_missing_client(const CronReading& reading, const ClientProfile& client, std::vector<Finding>& findings) {
  const bool told = std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.code == "not-installed" && finding.app == reading.app.name;
  });
  if (told) return;
  const auto elsewhere = std::ranges::find_if(reading.calls, [](const ClientCall& call) { return !call.is_in_tree; });
  if (elsewhere == reading.calls.end() || installs_client(reading.app, client)) return;
  findings.push_back(about(reading, Level::kError, "not-installed",
                           fmt::format("The cron \"{}\" calls {}, and the build hook of the app \"{}\" does not "
                                       "install it.",
                                       reading.cron.name, elsewhere->name, reading.app.name),
                           "Install the client in the build hook, and put its folder on PATH in .environment."));
}

/// Plans whose crons may run every minute are not sold as Professional.
bool is_above_professional(std::string_view plan) {
  return plan.find("enterprise") != std::string_view::npos || plan.find("elite") != std::string_view::npos;
}

std::string plan_of(const AppWorld& world) {
  if (world.is_made_up) return "";
  for (const World::ProjectOutline& project : world.world.projects()) {
    if (project.id == world.project) return project.plan;
  }
  return "";
}

/// The shortest one between two runs of the same hour on the first day that it is due; max() if there is none. What is
/// between two hours does not count: the vendor's own "*/19" comes three minutes after the one at 57.
std::chrono::minutes shortest_period(const CronSchedule& schedule) {
  using std::chrono::floor;
  using std::chrono::hours;
  using std::chrono::minutes;
  minutes shortest = minutes::max();
  std::optional<Time> before = schedule.next(Time{});
  if (!before) return shortest;
  const Time end = *before + std::chrono::days{1};
  for (std::optional<Time> due = schedule.next(*before); due && *due < end; due = schedule.next(*due)) {
    if (floor<hours>(*due) == floor<hours>(*before)) shortest = std::min(shortest, floor<minutes>(*due - *before));
    before = due;
  }
  return shortest;
}

void find_short_period(const CronReading& reading, const AppWorld& world, std::vector<Finding>& findings) {
  const CronDefinition& cron = reading.cron;
  const std::chrono::minutes period = shortest_period(CronSchedule::parse(cron.spec, 0, cron.spec_at));
  const std::string plan = plan_of(world);
  if (period >= kProfessionalPeriod || is_above_professional(plan)) return;
  const std::string of_project = plan.empty() ? "" : fmt::format(" (this project's plan is {})", plan);
  findings.push_back(
      {Level::kWarning, "spec-too-frequent", cron.spec_at, reading.app.name, cron.name,
       fmt::format("The cron \"{}\" is due again after {}, and a Professional plan allows no less than {}{}.",
                   cron.name, counted(static_cast<std::size_t>(period.count()), "minute"),
                   counted(static_cast<std::size_t>(kProfessionalPeriod.count()), "minute"), of_project),
       "Let it run every 5 minutes, unless the project has a larger plan."});
}

}  // namespace

std::string_view name_of(Finding::Level level) {
  switch (level) {
    case Level::kError:
      return "error";
    case Level::kWarning:
      return "warning";
    case Level::kNote:
      return "note";
  }
  return "";
}

std::vector<Finding> static_findings(const AppProject& project, const AppWorld& world, const ClientProfile& client) {
  std::vector<CronReading> crons;
  for (const Application& app : project.apps) {
    for (const CronDefinition& cron : app.crons) {
      crons.push_back({.app = app,
                       .cron = cron,
                       .guards = find_guards(cron.start, app.root, container_prefix(client)),
                       .calls = find_client_calls(cron.start, app.root, client_names(client))});
    }
  }
  std::vector<Finding> findings;
  for (const CronReading& reading : crons) {
    find_missing_guard(reading, client, findings);
    find_missing_client(reading, client, findings);
    find_short_period(reading, world, findings);
  }
  find_in_variables(crons, project, world, client, findings);
  sort_by_place(findings);
  return findings;
}

void sort_by_place(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, {}, [](const Finding& finding) {
    return std::tie(finding.at.file, finding.at.line, finding.at.column);
  });
}

}  // namespace understudy
