#include "engine/effects.hpp"

#include <algorithm>

#include "engine/activity_types.hpp"
#include "model/access.hpp"
#include "model/branching.hpp"
#include "model/defaults.hpp"
#include "model/git.hpp"

namespace understudy::engine {
namespace {

using model::Activity;
using model::Backup;
using model::Environment;
using model::Project;
using model::State;

// Source: platform-semantics.md, section 5 ("Backups"); production's quota is the plan's and stands in the project.
constexpr int kManualBackupsOfAPreview = 2;
constexpr std::chrono::days kBackupLifetime{14};  // (ours)

/// "" if a world's own activity does not say it.
std::string text_of(const Activity& activity, const char* key) {
  const auto found = activity.payload.find(key);
  return found == activity.payload.end() || !found->is_string() ? "" : found->get<std::string>();
}

/// True unless it says false.
bool flag_of(const Activity& activity, const char* key) {
  return activity.payload.value(key, model::json(true)) != model::json(false);
}

Environment* environment_of(State& state, const Activity& activity) {
  if (activity.environments.empty()) return nullptr;
  Project& project = *state.find_project(activity.project);
  const auto found = project.environments.find(activity.environments.front());
  return found == project.environments.end() ? nullptr : &found->second;
}

/// One more than the quota drops the oldest manual one.
void keep_quota(Environment& environment, int quota) {
  std::vector<std::pair<Time, std::string>> manual;
  for (const auto& [id, backup] : environment.backups) {
    if (!backup.automated) manual.emplace_back(backup.created_at, id);
  }
  std::ranges::sort(manual);
  for (std::size_t i = 0; i + static_cast<std::size_t>(quota) < manual.size(); ++i)
    environment.backups.erase(manual[i].second);
}

void backup(State& state, Time now, const Activity& activity) {
  Environment* environment = environment_of(state, activity);
  const std::string id = text_of(activity, "backup_name");
  if (environment == nullptr || id.empty()) return;
  Backup result;
  result.id = id;
  result.created_at = activity.created_at;
  result.updated_at = now;
  result.expires_at = now + kBackupLifetime;
  result.environment = environment->id;
  result.commit_id = environment->head_commit;
  result.safe = flag_of(activity, "safe");
  result.variables = environment->variables;
  result.containers = model::containers_of(*environment);
  environment->last_backup_at = now;
  environment->backups[result.id] = std::move(result);
  const bool production = environment->type == model::EnvironmentType::kProduction;
  keep_quota(*environment,
             production ? state.find_project(activity.project)->manual_backup_quota : kManualBackupsOfAPreview);
}

void activate(State& state, Time now, const Activity& activity);

void restore(State& state, Time now, const Activity& activity) {
  Project& project = *state.find_project(activity.project);
  const std::string source = text_of(activity, "source_environment");
  const auto from = project.environments.find(source);
  Environment* environment = environment_of(state, activity);
  if (environment == nullptr || from == project.environments.end()) return;
  const auto found = from->second.backups.find(text_of(activity, "backup_name"));
  if (found == from->second.backups.end()) return;
  const Backup held = found->second;
  if (!model::is_running(*environment)) activate(state, now, activity);  // a new environment, or one that was at rest
  environment->variables = held.variables;
  if (held.containers && flag_of(activity, "restore_resources")) model::set_containers(*environment, *held.containers);
  if (flag_of(activity, "restore_code")) {
    model::keep_head(state, project, *environment);
    environment->head_commit = held.commit_id;
  }
  environment->updated_at = now;
}

void delete_backup(State& state, Time, const Activity& activity) {
  Environment* environment = environment_of(state, activity);
  if (environment != nullptr) environment->backups.erase(text_of(activity, "backup_name"));
}

void set_status(State& state, Time now, const Activity& activity, model::EnvironmentStatus status) {
  Environment* environment = environment_of(state, activity);
  if (environment == nullptr) return;
  environment->status = status;
  environment->updated_at = now;
}

/// What its parent runs, under routes of its own.
void deploy_from_parent(State& state, const Activity& activity, Environment& environment) {
  if (environment.deployment) return;
  environment.deployment = model::Deployment::usual(activity.project, environment.id);
  const Project& project = *state.find_project(activity.project);
  const auto parent = project.environments.find(environment.parent.value_or(""));
  if (parent == project.environments.end() || !parent->second.deployment) return;
  for (const char* part : {"webapps", "workers", "services", "tasks"}) {
    const auto held = parent->second.deployment->find(part);
    if (held != parent->second.deployment->end()) environment.deployment.change()[part] = *held;
  }
}

void activate(State& state, Time now, const Activity& activity) {
  Environment* environment = environment_of(state, activity);
  if (environment == nullptr) return;
  deploy_from_parent(state, activity, *environment);
  set_status(state, now, activity, model::EnvironmentStatus::kActive);
}

void deactivate(State& state, Time now, const Activity& activity) {
  Environment* environment = environment_of(state, activity);
  if (environment == nullptr) return;
  environment->deployment.reset();
  environment->next.reset();
  environment->backups.clear();  // its data is gone, and what was saved of it
  set_status(state, now, activity, model::EnvironmentStatus::kInactive);
}

void pause(State& state, Time now, const Activity& activity) {
  set_status(state, now, activity, model::EnvironmentStatus::kPaused);
}

void remove(State& state, Time, const Activity& activity) {
  Project& project = *state.find_project(activity.project);
  if (activity.environments.empty()) return;
  const std::string& gone = activity.environments.front();
  const auto found = project.environments.find(gone);
  if (found == project.environments.end()) return;
  const std::optional<std::string> heir = found->second.parent;
  for (auto& [id, environment] : project.environments) {
    if (environment.parent == gone) environment.parent = heir;
  }
  project.environments.erase(found);
}

/// What the head of `into` is when the code of `from` has come into it.
void merge_code(State& state, Time now, const Activity& activity, Environment& into, const Environment& from) {
  Project& project = *state.find_project(activity.project);
  const model::User* user = state.find_user(activity.user);
  const model::Commit merge{.message = "Merge branch '" + from.id + "' into " + into.id,
                            .author = user == nullptr ? "Platform" : user->full_name(),
                            .email = user == nullptr ? "bot@example.com" : user->email,
                            .date = now};
  const std::string head = model::merge_heads(project.repository, into.head_commit, from.head_commit, merge);
  model::keep_head(state, project, into);  // only now: what is made up for it is no history
  into.head_commit = head;
  into.updated_at = now;
}

void merge(State& state, Time now, const Activity& activity) {
  const Environment* child = environment_of(state, activity);
  Project& project = *state.find_project(activity.project);
  if (child == nullptr || !child->parent) return;
  const auto parent = project.environments.find(*child->parent);
  if (parent != project.environments.end()) merge_code(state, now, activity, parent->second, *child);
}

void synchronize(State& state, Time now, const Activity& activity) {
  Environment* child = environment_of(state, activity);
  const Project& project = *state.find_project(activity.project);
  if (child == nullptr || !child->parent) return;
  const auto parent = project.environments.find(*child->parent);
  if (parent == project.environments.end()) return;
  const auto asked = [&](const char* what) { return activity.parameters.value(what, false); };
  if (asked("synchronize_code")) merge_code(state, now, activity, *child, parent->second);
  const std::optional<model::json> containers = model::containers_of(parent->second);
  if (asked("synchronize_resources") && containers) model::set_containers(*child, *containers);
  child->updated_at = now;
}

/// A new commit on top of what there was.
void commit(State& state, Time now, const Activity& activity, const std::string& message, const model::Files& files) {
  Environment* environment = environment_of(state, activity);
  if (environment == nullptr) return;
  Project& project = *state.find_project(activity.project);
  model::Repository& repository = project.repository;
  model::keep_head(state, project, *environment);
  const model::User* user = state.find_user(activity.user);
  model::Commit made{.tree = model::add_tree(repository, files),
                     .parents = {},
                     .message = message,
                     .author = user == nullptr ? "Platform" : user->full_name(),
                     .email = user == nullptr ? "bot@example.com" : user->email,
                     .date = now};
  if (!environment->head_commit.empty()) made.parents.push_back(environment->head_commit);
  environment->head_commit = model::add_commit(repository, made);
}

void initialize(State& state, Time now, const Activity& activity) {
  commit(state, now, activity, "Initialize with the profile " + text_of(activity, "profile"), model::default_files());
  activate(state, now, activity);
}

void source_operation(State& state, Time now, const Activity& activity) {
  const Environment* environment = environment_of(state, activity);
  if (environment == nullptr) return;
  const model::Repository& repository = state.find_project(activity.project)->repository;
  const auto head = repository.commits.find(environment->head_commit);
  const bool known = head != repository.commits.end();
  model::Files files = known ? model::files_of(repository, head->second.tree) : model::default_files();
  files["OPERATION"] = text_of(activity, "operation") + "\n";
  commit(state, now, activity, "Source operation " + text_of(activity, "operation"), files);
}

/// Resources that were asked for are what runs from now on, whoever's deployment it is.
void deploy_next(State& state, Time, const Activity& activity) {
  Environment* environment = environment_of(state, activity);
  if (environment == nullptr || !environment->next) return;
  environment->deployment = std::move(environment->next);
  environment->next.reset();
}

/// All that was staged goes live, in the order in which it was asked for.
void deploy(State& state, Time now, const Activity& activity) {
  const Environment* environment = environment_of(state, activity);
  if (environment == nullptr) return;
  deploy_next(state, now, activity);
  const std::vector<std::string> all = state.find_project(activity.project)->activities_by_environment[environment->id];
  for (const std::string& id : all) {
    Activity& waiting = state.activities.at(id);
    if (!environment->staged_activities.contains(id)) continue;
    waiting.state = model::ActivityState::kComplete;
    waiting.result = model::ActivityResult::kSuccess;
    waiting.completion_percent = 100;
    waiting.started_at = activity.started_at;
    waiting.completed_at = waiting.updated_at = now;
    ++waiting.version;
    state.note_state(waiting);
    take_effect(state, now, waiting);
  }
}

struct Effect {
  std::string_view type;
  void (*apply)(State&, Time, const Activity&);
};
constexpr Effect kEffects[] = {
    {"environment.backup", backup},
    {"environment.backup.delete", delete_backup},
    {"environment.restore", restore},
    {"environment.activate", activate},
    {"environment.branch", activate},
    {"environment.deactivate", deactivate},
    {"environment.delete", remove},
    {"environment.pause", pause},
    {"environment.resume", activate},
    {"environment.merge", merge},
    {"environment.synchronize", synchronize},
    {"environment.initialize", initialize},
    {"environment.source-operation", source_operation},
    {"environment.deploy", deploy},
    {"environment.redeploy", deploy_next},
    {"environment.resources.update", deploy_next},
};

}  // namespace

void accept_invitations(State& state, Time now, const std::string& email, const std::string& new_user) {
  const model::User* known = state.find_user_by_email(email);
  if (known == nullptr) {
    model::User user;
    user.id = new_user;
    user.email = email;
    user.username = user.first_name = email.substr(0, email.find('@'));
    user.created_at = user.updated_at = now;
    known = &(state.users[new_user] = user);
  }
  const auto take_up = [&](model::Invitation& invitation) {
    if (invitation.email != email || invitation.state != model::InvitationState::kPending) return false;
    invitation.state = model::InvitationState::kAccepted;
    invitation.updated_at = now;
    return true;
  };
  for (auto& [id, project] : state.projects) {
    for (auto& [key, invitation] : project.invitations) {
      if (!take_up(invitation)) continue;
      project.access[known->id] = model::access_from(invitation.permissions).value_or(model::Access{});
      project.access[known->id].granted_at = now;
      state.add_member(project.organization, known->id, now);
    }
  }
  for (auto& [id, organization] : state.organizations) {
    for (auto& [key, invitation] : organization.invitations) {
      if (!take_up(invitation)) continue;
      state.add_member(id, known->id, now, invitation.permissions);
    }
  }
}

void add_project(State& state, Time now, const model::Subscription& subscription) {
  Project project;
  project.id = subscription.project;
  project.title = subscription.project_title;
  project.region = subscription.project_region;
  project.default_branch = subscription.default_branch;
  project.owner = subscription.owner;
  project.organization = subscription.organization;
  project.subscription = subscription.id;
  project.plan = subscription.plan;
  project.settings = model::default_settings();
  project.capabilities = model::default_capabilities();
  project.created_at = project.updated_at = now;
  Environment environment;
  environment.id = environment.name = environment.title = subscription.default_branch;
  environment.project = project.id;
  environment.machine_name = subscription.default_branch + "-" + project.id.substr(0, 7);
  environment.type = model::EnvironmentType::kProduction;
  environment.status = model::EnvironmentStatus::kInactive;  // (ours) nothing runs before there is code
  environment.created_at = environment.updated_at = now;
  project.environments[environment.id] = environment;
  if (!subscription.creator.empty() && subscription.creator != project.owner)
    project.access[subscription.creator] = {.project = model::Role::kAdmin, .by_type = {}, .granted_at = now};
  state.projects[project.id] = project;
}

void take_back(State& state, const Activity& activity) {
  Environment* environment = environment_of(state, activity);
  if (environment == nullptr) return;
  if (activity.type == "environment.delete") environment->status = model::EnvironmentStatus::kInactive;
  if (activity.type == "environment.backup.delete") {
    const auto backup = environment->backups.find(text_of(activity, "backup_name"));
    if (backup != environment->backups.end()) backup->second.deleting = false;
  }
}

void note_deployment(State& state, Time now, const Activity& activity) {
  if (deploy_kind(activity.type) == DeployKind::kNone) return;
  Project& project = *state.find_project(activity.project);
  const auto target = project.environments.find(activity.target);
  if (target == project.environments.end()) return;
  target->second.last_deployment_at = now;
  const auto state_of_crons = target->second.extra.find("deployment_state");
  if (state_of_crons != target->second.extra.end() && state_of_crons->is_object() && state_of_crons->contains("crons"))
    (*state_of_crons)["crons"]["status"] = "running";
  target->second.last_deployment_successful = activity.result == model::ActivityResult::kSuccess;
}

void take_effect(State& state, Time now, const Activity& activity) {
  for (const Effect& effect : kEffects) {
    if (effect.type == activity.type) effect.apply(state, now, activity);
  }
}

}  // namespace understudy::engine
