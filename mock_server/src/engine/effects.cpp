#include "engine/effects.hpp"

#include <algorithm>

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
  environment->backups[result.id] = std::move(result);
  const bool production = environment->type == model::EnvironmentType::kProduction;
  keep_quota(*environment,
             production ? state.find_project(activity.project)->manual_backup_quota : kManualBackupsOfAPreview);
}

void restore(State& state, Time now, const Activity& activity) {
  Project& project = *state.find_project(activity.project);
  const std::string source = text_of(activity, "source_environment");
  const auto from = project.environments.find(source);
  Environment* environment = environment_of(state, activity);
  if (environment == nullptr || from == project.environments.end()) return;
  const auto found = from->second.backups.find(text_of(activity, "backup_name"));
  if (found == from->second.backups.end()) return;
  const Backup held = found->second;
  environment->variables = held.variables;
  if (flag_of(activity, "restore_code")) environment->head_commit = held.commit_id;
  environment->updated_at = now;
}

void delete_backup(State& state, Time, const Activity& activity) {
  Environment* environment = environment_of(state, activity);
  if (environment != nullptr) environment->backups.erase(text_of(activity, "backup_name"));
}

struct Effect {
  std::string_view type;
  void (*apply)(State&, Time, const Activity&);
};
constexpr Effect kEffects[] = {
    {"environment.backup", backup},
    {"environment.backup.delete", delete_backup},
    {"environment.restore", restore},
};

}  // namespace

void take_effect(State& state, Time now, const Activity& activity) {
  for (const Effect& effect : kEffects) {
    if (effect.type == activity.type) effect.apply(state, now, activity);
  }
}

}  // namespace understudy::engine
