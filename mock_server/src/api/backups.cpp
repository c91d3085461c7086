#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"

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

/// Where a restore goes: the environment that the body names, which the user has to be allowed to change as well.
Environment& target_of(Context& context, const std::string& name) {
  const auto target = context.project->environments.find(name);
  if (target == context.project->environments.end()) {
    throw ApiError{400, "Bad Request", {{"environment_name", "there is no environment " + name}}};
  }
  if (!context.sees_all && !context.viewer().may(*context.project, model::Permission::kRunActions, &target->second)) {
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
  backup.restorable = false;
  return accepted(context, 200,
                  {begin(context, {.type = "environment.backup.delete",
                                   .environment = context.environment->id,
                                   .subjects = {{"backup", backup.id, backup.id}},
                                   .payload = {{"backup_name", backup.id}}})});
}

Response restore_backup(Context& context) {
  const Backup& backup = backup_of_path(context);
  if (!backup.restorable) throw ApiError{400, "The backup cannot be restored"};
  const auto named = context.body.find("environment_name");
  if (named != context.body.end() && !named->is_string())
    throw ApiError{400, "Bad Request", {{"environment_name", "expected a string"}}};
  const Environment& target =
      target_of(context, named == context.body.end() ? context.environment->id : named->get<std::string>());
  return accepted(context, 200,
                  {begin(context, {.type = "environment.restore",
                                   .environment = target.id,
                                   .subjects = {{"backup", backup.id, backup.id}},
                                   .payload = {{"backup_name", backup.id},
                                               {"source_environment", context.environment->id},
                                               {"restore_code", flag_of_body(context, "restore_code", true)}}})});
}

}  // namespace understudy::api
