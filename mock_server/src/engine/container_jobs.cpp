#include "engine/container_jobs.hpp"

#include <algorithm>
#include <utility>

#include "engine/activity_types.hpp"
#include "model/container_env.hpp"

namespace understudy::engine {
namespace {

using model::json;

std::string text_at(const json& from, const char* outer, const char* inner) {
  const auto map = from.find(outer);
  if (map == from.end() || !map->is_object()) return "";
  const auto text = map->find(inner);
  return text != map->end() && text->is_string() ? text->get<std::string>() : "";
}

const char* hook_name(JobKind kind) {
  if (kind == JobKind::kBuildHook) return "build";
  return kind == JobKind::kDeployHook ? "deploy" : "post_deploy";
}

std::string hook_command(const json& configuration, JobKind kind) {
  return text_at(configuration, "hooks", hook_name(kind));
}

/// `cmd` is the deprecated form of `commands.start` (platform-semantics.md, section 4).
std::string start_command(const json& definition) {
  const std::string start = text_at(definition, "commands", "start");
  const auto cmd = definition.find("cmd");
  return start.empty() && cmd != definition.end() && cmd->is_string() ? cmd->get<std::string>() : start;
}

std::vector<std::string> apps_of(const model::Environment& environment) {
  std::vector<std::string> apps;
  if (!environment.deployment) return apps;
  const auto webapps = environment.deployment->find("webapps");
  if (webapps == environment.deployment->end() || !webapps->is_object()) return apps;
  for (const auto& [app, configuration] : webapps->items()) apps.push_back(app);
  return apps;
}

}  // namespace

std::vector<Hook> ContainerJobs::hooks_for(std::string_view type, const model::Environment& target) const {
  const DeployKind kind = deploy_kind(type);
  if (!is_open() || kind == DeployKind::kNone) return {};
  std::vector<JobKind> kinds;
  if (kind == DeployKind::kBuilds) kinds.push_back(JobKind::kBuildHook);
  // Source: platform-semantics.md, section 3: only post_deploy runs on a redeploy, which changes nothing.
  if (type != "environment.redeploy") kinds.push_back(JobKind::kDeployHook);
  kinds.push_back(JobKind::kPostDeployHook);
  std::vector<Hook> hooks;
  for (const JobKind each : kinds) {
    for (const std::string& app : apps_of(target)) {
      std::string command = hook_command(*model::find_app(target, app), each);
      if (!command.empty()) hooks.push_back({each, app, std::move(command)});
    }
  }
  return hooks;
}

bool ContainerJobs::start_cron(const model::State& state, const CronPlace& cron, Index run,
                               const std::string& activity) {
  const model::Project* project = state.find_project(cron.project);
  if (project == nullptr) return false;
  const auto environment = project->environments.find(cron.environment);
  if (environment == project->environments.end()) return false;
  const json definition = json::parse(cron.definition);
  start({.kind = JobKind::kCron,
         .name = cron.name,
         .app = cron.app,
         .command = start_command(definition),
         .stop_command = text_at(definition, "commands", "stop"),
         .env = {},
         .activity = activity},
        *project, environment->second, {Waiter::Kind::kRun, run});
  return true;
}

bool ContainerJobs::start_hook(const model::State& state, const model::Activity& activity, Index task,
                               const Hook& hook) {
  const model::Project* project = state.find_project(activity.project);
  if (project == nullptr) return false;
  const auto environment = project->environments.find(activity.target);
  if (environment == project->environments.end()) return false;
  start({.kind = hook.kind,
         .name = hook_name(hook.kind),
         .app = hook.app,
         .command = hook.command,
         .env = {},
         .activity = activity.id},
        *project, environment->second, {Waiter::Kind::kTask, task});
  return true;
}

void ContainerJobs::start(Job job, const model::Project& project, const model::Environment& environment, Waiter owner) {
  if (job.kind != JobKind::kBuildHook) build_before_time(project, environment, job.app);
  fill(job, project, environment);
  owners_[job.number = ++last_] = owner;
  desk_->start(std::move(job));
}

/// What ran already when the world began was built once, too.
void ContainerJobs::build_before_time(const model::Project& project, const model::Environment& environment,
                                      const std::string& app) {
  if (!deployed_.emplace(project.id, environment.id, app).second) return;
  const json* configuration = model::find_app(environment, app);
  if (configuration == nullptr) return;
  std::string command = hook_command(*configuration, JobKind::kBuildHook);
  if (command.empty()) return;
  Job job{.number = ++last_,
          .kind = JobKind::kBuildHook,
          .name = hook_name(JobKind::kBuildHook),
          .app = app,
          .command = std::move(command),
          .env = {},
          .before_time = true};
  fill(job, project, environment);
  desk_->start(std::move(job));
}

void ContainerJobs::fill(Job& job, const model::Project& project, const model::Environment& environment) {
  job.project = project.id;
  job.environment = environment.id;
  const json* configuration = model::find_app(environment, job.app);
  if (configuration == nullptr) return;
  job.configuration = *configuration;
  if (job.kind == JobKind::kBuildHook) {
    job.env = model::container_env(project, environment, job.app, model::Phase::kBuild);
    return;
  }
  const auto [env, is_new] = env_.try_emplace({project.id, environment.id, job.app});
  if (is_new) env->second = model::container_env(project, environment, job.app, model::Phase::kRuntime);
  job.env = env->second;
}

void ContainerJobs::renew_env(const model::Project& project, const model::Environment& environment) {
  if (!is_open()) return;
  for (const std::string& app : apps_of(environment))
    env_[{project.id, environment.id, app}] = model::container_env(project, environment, app, model::Phase::kRuntime);
}

void ContainerJobs::stop(Waiter waiter) {
  if (const auto job = job_of(waiter)) desk_->stop(*job);
}

void ContainerJobs::kill(Waiter waiter) {
  if (const auto job = job_of(waiter)) desk_->kill(*job);
}

void ContainerJobs::start_containers(const model::Project& project, const model::Environment& environment) {
  if (!is_open()) return;
  for (const std::string& app : apps_of(environment)) {
    deployed_.emplace(project.id, environment.id, app);
    desk_->deployed(project.id, environment.id, app);
  }
}

std::optional<Waiter> ContainerJobs::ended(std::uint64_t number) {
  const auto owner = owners_.extract(number);
  return owner.empty() ? std::nullopt : std::optional{owner.mapped()};
}

std::optional<Waiter> ContainerJobs::owner_of(std::uint64_t number) const {
  const auto owner = owners_.find(number);
  return owner == owners_.end() ? std::nullopt : std::optional{owner->second};
}

std::optional<std::uint64_t> ContainerJobs::job_of(Waiter waiter) const {
  const auto found = std::ranges::find_if(owners_, [&](const auto& entry) { return entry.second == waiter; });
  return found == owners_.end() ? std::nullopt : std::optional{found->first};
}

}  // namespace understudy::engine
