#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "model/branching.hpp"

namespace understudy::api {
namespace {

using model::Backup;
using model::Environment;

constexpr std::size_t kBackupIdLength = 26;

Backup& backup_of_path(Context& context) {
  const auto found = context.environment->backups.find(context.param("backup"));
  if (found == context.environment->backups.end()) throw ApiError{404, "Backup not found: " + context.param("backup")};
  return found->second;
}

/// Where a restore goes that names an environment which does not exist yet: a new one below `branch_from`, or below the
/// backup's own environment.
Environment& new_target(Context& context, const std::string& name) {
  if (!model::is_branch_name(name)) throw bad_request("environment_name", "is no branch name");
  const std::string parent_name = text_of_body(context, "branch_from", context.environment->id);
  const auto parent = context.project->environments.find(parent_name);
  if (parent == context.project->environments.end())
    throw bad_request("branch_from", "there is no environment " + parent_name);
  if (!context.may(*context.project, model::Permission::kBranch, &parent->second))
    throw ApiError{403, "You do not have the permission to branch from " + parent_name};
  return context.project->environments[name] = model::child_of(parent->second, name, context.core.ids, context.now);
}

/// Where a restore goes: the environment that the body names, which the user has to be allowed to change as well.
Environment& target_of(Context& context, const std::string& name) {
  const auto target = context.project->environments.find(name);
  if (target == context.project->environments.end()) return new_target(context, name);
  if (!context.sees_all && !context.may(*context.project, model::Permission::kRunActions, &target->second)) {
    throw ApiError{403, "You do not have the permission to restore into " + name};
  }
  return target->second;
}

}  // namespace

Response create_backup(Context& context) {
  if (!model::is_available(model::environment_operation("#backup"), *context.environment)) {
    throw ApiError{400, "The environment is not active"};
  }
  const bool safe = flag_of_body(context, "safe", true);
  const std::string id = context.core.ids.draw(kBackupIdLength, "abcdefghijklmnopqrstuvwxyz234567");
  return accepted(context, 200,
                  {begin(context, {.type = "environment.backup",
                                   .environment = context.environment->id,
                                   .subjects = {{"backup", id, id}},
                                   .payload = {{"backup_name", id}, {"safe", safe}}})});
}

Response list_backups(Context& context) {
  // Newest first: the client takes the first one as the default.
  std::vector<const Backup*> backups;
  for (const auto& [id, backup] : context.environment->backups) backups.push_back(&backup);
  std::ranges::stable_sort(backups, [](const Backup* a, const Backup* b) { return a->created_at > b->created_at; });
  json items = json::array();
  for (const Backup* backup : backups)
    items.push_back(wire::show_backup(context.viewer(), *context.environment, *backup));
  return json_response(200, std::move(items));
}

Response get_backup(Context& context) {
  return json_response(200, wire::show_backup(context.viewer(), *context.environment, backup_of_path(context)));
}

Response delete_backup(Context& context) {
  Backup& backup = backup_of_path(context);
  if (backup.deleting) throw ApiError{409, "The backup is being deleted already"};
  backup.deleting = true;
  return accepted(context, 200,
                  {begin(context, {.type = "environment.backup.delete",
                                   .environment = context.environment->id,
                                   .subjects = {{"backup", backup.id, backup.id}},
                                   .payload = {{"backup_name", backup.id}}})});
}

Response restore_backup(Context& context) {
  const Backup& backup = backup_of_path(context);
  if (!backup.restorable || backup.deleting) throw ApiError{400, "The backup cannot be restored"};
  const Environment& target = target_of(context, text_of_body(context, "environment_name", context.environment->id));
  return accepted(
      context, 200,
      {begin(context, {.type = "environment.restore",
                       .environment = target.id,
                       .subjects = {{"backup", backup.id, backup.id}},
                       .payload = {{"backup_name", backup.id},
                                   {"source_environment", context.environment->id},
                                   {"restore_code", flag_of_body(context, "restore_code", true)},
                                   {"restore_resources", flag_of_body(context, "restore_resources", true)}}})});
}

}  // namespace understudy::api
