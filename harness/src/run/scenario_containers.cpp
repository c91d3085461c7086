#include "run/scenario_containers.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "check/lines.hpp"
#include "harness/shim.hpp"
#include "run/inside_container.hpp"
#include "run/step_report.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kOutputLines = 3;

std::string made_folder(const Sandbox& sandbox) {
  const fs::path folder = sandbox.path() / "containers";
  fs::create_directory(folder);
  return folder.string();
}

ContainerSettings settings_of(const ScenarioContainers::Parts& parts, const std::string& folder,
                              const std::string& proxy_url) {
  ContainerSettings settings{.folder = folder, .program = parts.program};
  if (settings.program.empty()) settings.program = shim_program();
  if (parts.spec.apps.empty()) settings.other_apps = parts.sandbox.work() / parts.spec.app;
  for (const auto& [app, below] : parts.spec.apps) settings.apps[app] = parts.sandbox.work() / below;
  settings.client = parts.client;
  settings.client_aliases = {parts.alias};
  settings.proxy_url = proxy_url;
  for (const auto& [program, takes] : parts.world.programs()) settings.stand_ins[program] = {.takes = takes};
  settings.shell = parts.spec.shell;
  settings.client_on_path = parts.spec.client_on_path;
  settings.real_time_limit = parts.real_time_limit;
  return settings;
}

std::string name_of(const JobRecord& job) { return (job.kind == JobKind::kCron ? "cron " : "hook ") + job.name; }

std::string outcome_of(const JobRecord& job, Time now) {
  std::string outcome =
      job.ended ? fmt::format("exited with {} after {}", job.exit_code, format_duration(*job.ended - job.started))
                : fmt::format("still runs after {}", format_duration(now - job.started));
  for (const JobRecord::Client& client : job.clients) {
    const std::string waits = describe_waits(client.report);
    if (!waits.empty()) outcome += "; its client waited for " + waits;
    if (client.report.deadlock) outcome += ", for ever: " + client.report.deadlock_reason;
  }
  return outcome;
}

std::vector<std::string> last_lines(const std::string& text) {
  std::vector<std::string> lines = split_lines(without_trailing_blanks(text));
  if (lines.size() > kOutputLines) lines.erase(lines.begin(), lines.end() - kOutputLines);
  return lines;
}

}  // namespace

ScenarioContainers::ScenarioContainers(const Parts& parts)
    : folder_{made_folder(parts.sandbox)}, runner_{settings_of(parts, folder_, proxy_.url())} {}

History ScenarioContainers::named(History history, Places& places) const {
  for (JobRecord& job : history.jobs) {
    for (const JobRecord::Client& client : job.clients) places.add_port(client.base_url, "[API]");
  }
  for (JobRecord& job : history.jobs) {
    job.output = places.hide(inside_container(std::move(job.output), folder_));
    job.error = places.hide(inside_container(std::move(job.error), folder_));
  }
  return history;
}

std::vector<JobLine> JobLines::since_last(const History& history, Time now,
                                          const std::function<std::string(const std::string&)>& cover) {
  std::vector<JobLine> lines;
  std::string broken;
  for (std::size_t i = 0; i < history.jobs.size(); ++i) {
    const JobRecord& job = history.jobs[i];
    if (i < known_ && !running_.contains(job.number)) continue;
    lines.push_back({.name = name_of(job),
                     .environment = job.environment,
                     .outcome = outcome_of(job, now),
                     .output = last_lines(cover(job.output))});
    job.ended ? (void)running_.erase(job.number) : (void)running_.insert(job.number);
    if (!job.error.empty() && broken.empty()) {
      broken = fmt::format("the {} of {} could not be run: {}", name_of(job), job.environment, job.error);
    }
  }
  known_ = history.jobs.size();
  if (!broken.empty()) throw std::runtime_error{broken};
  return lines;
}

}  // namespace understudy
