#include "rehearsal/observed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

Time time_of(const json& activity, const char* key) { return *parse_time(activity.at(key).get<std::string>()); }
bool has_time(const json& activity, const char* key) { return activity.contains(key) && activity[key].is_string(); }

bool is_run_in(const json& activity, const std::string& environment) {
  const json& where = activity["environments"];
  return activity["type"] == "environment.cron" && std::find(where.begin(), where.end(), environment) != where.end();
}

bool is_run_of(const json& activity, const std::string& environment, const CronKey& cron) {
  if (!is_run_in(activity, environment)) return false;
  const json& about = activity["payload"]["cron"];
  return about["name"] == cron.name && about["app"] == cron.app;
}

/// "backup:create": the first word that is no option.
std::string command_of(const std::vector<std::string>& argv) {
  for (std::size_t i = 1; i < argv.size(); ++i) {
    if (!argv[i].starts_with('-')) return argv[i];
  }
  return "";
}

CallReport call_report(const JobRecord::Client& client) {
  CallReport call{.command = command_of(client.argv),
                  .line = fmt::format("{}", fmt::join(client.argv, " ")),
                  .exit_code = client.exit_code,
                  .blocked = client.report.platform_time,
                  .deadlock = client.report.deadlock_reason};
  const std::size_t slash = client.argv.empty() ? 0 : client.argv.front().rfind('/') + 1;
  call.line.erase(0, slash);  // where the client was installed says nothing
  const auto longest = std::ranges::max_element(client.report.waits, {}, &ClientReport::Wait::duration);
  if (longest != client.report.waits.end()) call.on = longest->type;
  return call;
}

const JobRecord* job_of_activity(const Played& played, const std::string& activity) {
  const auto job = std::ranges::find(played.history.jobs, activity, &JobRecord::activity);
  return job == played.history.jobs.end() ? nullptr : &*job;
}

bool says_timeout(const json& activity) {
  return activity.value("log", "").find("ran into its timeout") != std::string::npos;
}

/// Length of what happens within [from, to) while the site is in `state`.
Milliseconds site_time(const Played& played, const std::string& environment, SiteChange::State state, Time from,
                       Time to) {
  Milliseconds sum{};
  std::optional<Time> since;
  for (const SiteChange& change : played.history.sites) {
    if (change.environment != environment) continue;
    if (since) sum += std::max(std::min(change.at, to) - std::max(*since, from), 0ms);
    since.reset();
    if (change.now == state) since = change.at;
  }
  if (since) sum += std::max(to - std::max(*since, from), 0ms);
  return sum;
}

std::vector<std::string> delayed_crons(const Played& played, const std::string& environment, const CronKey& but) {
  std::map<std::string, std::pair<Milliseconds, int>> others;  // longest wait, skipped
  for (const json& activity : played.activities) {
    if (!is_run_in(activity, environment) || is_run_of(activity, environment, but)) continue;
    const Time due = time_of(activity, "created_at");
    const Time came = has_time(activity, "started_at") ? time_of(activity, "started_at") : played.to;
    Milliseconds& longest = others[activity["payload"]["cron"]["name"]].first;
    longest = std::max(longest, came - due);
  }
  for (const SkippedRun& skipped : played.history.skipped) {
    const bool is_other = skipped.app != but.app || skipped.name != but.name;
    if (is_other && skipped.environment == environment) ++others[skipped.name].second;
  }
  std::vector<std::string> result;
  for (const auto& [name, what] : others) {
    const auto& [late, skipped] = what;
    if (late > 0ms) result.push_back(fmt::format("{} came up to {} late", name, format_duration(late)));
    if (skipped > 0)
      result.push_back(
          fmt::format("{} was skipped {}", name, skipped == 1 ? "once" : fmt::format("{} times", skipped)));
  }
  return result;
}

}  // namespace

std::vector<CronRunReport> runs_of(const Played& played, const std::string& environment, const CronKey& cron) {
  std::vector<CronRunReport> runs;
  for (const json& activity : played.activities) {
    if (!is_run_of(activity, environment, cron)) continue;
    CronRunReport run{.due = time_of(activity, "created_at")};
    if (has_time(activity, "started_at")) run.started = time_of(activity, "started_at");
    if (has_time(activity, "completed_at")) run.ended = time_of(activity, "completed_at");
    run.timed_out = says_timeout(activity);
    if (const JobRecord* job = job_of_activity(played, activity["id"]); job != nullptr) {
      run.exit_code = job->exit_code;
      run.output = job->output;
      run.error = job->error;
      std::ranges::transform(job->clients, std::back_inserter(run.calls), call_report);
    }
    runs.push_back(std::move(run));
  }
  for (const SkippedRun& skipped : played.history.skipped) {
    if (skipped.environment == environment && skipped.app == cron.app && skipped.name == cron.name)
      runs.push_back({.due = skipped.due});
  }
  std::ranges::stable_sort(runs, {}, &CronRunReport::due);
  return runs;
}

const CronRunReport* run_due_at(const std::vector<CronRunReport>& runs, Time due) {
  const auto found = std::ranges::find(runs, due, &CronRunReport::due);
  return found == runs.end() ? nullptr : &*found;
}

DeployReport deploy_report(const Played& played, const std::string& environment, const CronKey& cron) {
  DeployReport report;
  const json* deploy = played.deploy(environment);
  if (deploy == nullptr) return report;
  report.asked = time_of(*deploy, "created_at");
  if (has_time(*deploy, "completed_at")) report.ended = time_of(*deploy, "completed_at");
  const Time end = report.ended.value_or(played.to);
  report.took = end - report.asked;
  report.held = site_time(played, environment, SiteChange::State::kHeld, report.asked, end);
  report.dropped = site_time(played, environment, SiteChange::State::kDropped, report.asked, end);
  for (const CronRunReport& run : runs_of(played, environment, cron)) {
    for (const CallReport& call : run.calls) {
      if (call.deadlock.empty()) continue;
      report.deadlock = call.deadlock;
      if (run.timed_out) report.ended_by = fmt::format("the timeout of the cron {}", cron.name);
    }
  }
  report.delayed = delayed_crons(played, environment, cron);
  return report;
}

std::vector<RecordedStep> steps_of(const Played& played, const std::string& environment, const CronKey& cron, Time due,
                                   const ActivityDuration& duration) {
  const JobRecord* job = nullptr;
  for (const json& activity : played.activities) {
    if (is_run_of(activity, environment, cron) && time_of(activity, "created_at") == due)
      job = job_of_activity(played, activity["id"]);
  }
  if (job == nullptr) return {};

  std::vector<std::pair<Time, RecordedStep>> steps;
  for (const JobRecord::Spent& spent : job->spent)
    steps.push_back({spent.from, {.kind = RecordedStep::Kind::kSpend, .duration = spent.to - spent.from}});
  for (const JobRecord::Client& client : job->clients) {
    for (const std::string& id : client.created) {
      const json* activity = played.activity(id);
      if (activity == nullptr || !(*activity)["environments"].is_array() || (*activity)["environments"].empty())
        continue;
      RecordedStep step{.kind = RecordedStep::Kind::kCreate, .type = (*activity)["type"]};
      step.duration = duration(step.type);
      const std::string where = (*activity)["environments"].front();
      if (where != environment) step.environment = where;
      step.safe_backup = (*activity)["payload"].value("safe", json(true)) != json(false);
      steps.push_back({client.started, std::move(step)});
    }
    const auto own = [&](const ClientReport::Wait& wait) {
      return std::ranges::find(client.created, wait.activity) != client.created.end();
    };
    for (const ClientReport::Wait& wait : client.report.waits) {
      if (own(wait))
        steps.push_back({client.started, {.kind = RecordedStep::Kind::kAwait}});
      else
        steps.push_back({client.started, {.kind = RecordedStep::Kind::kSpend, .duration = wait.duration}});
    }
  }
  std::ranges::stable_sort(steps, {}, [](const auto& step) { return step.first; });
  std::vector<RecordedStep> result;
  for (auto& [_, step] : steps) result.push_back(std::move(step));
  return result;
}

HookTimes hook_times(const Played& played, const std::string& environment) {
  HookTimes times;
  for (const JobRecord& job : played.history.jobs) {
    if (job.kind == JobKind::kCron || job.before_time || job.environment != environment || !job.ended) continue;
    (job.kind == JobKind::kBuildHook ? times.build : times.deploy) += *job.ended - job.started;
  }
  return times;
}

}  // namespace understudy
