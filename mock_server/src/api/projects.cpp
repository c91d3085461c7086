#include "api/handlers.hpp"
#include "wire/links.hpp"

namespace understudy::api {
namespace {

using model::EnvironmentType;
using model::Project;
using model::Role;

EnvironmentType type_of_path(const Context& context) {
  const auto type = model::value_of(model::kTypeNames, context.param("type"));
  if (!type) throw ApiError{404, "Environment type not found: " + context.param("type")};
  return *type;
}

json type_access(const Project& project, EnvironmentType type, const std::string& user, Role role) {
  json result{{"id", user}, {"role", model::name_of(model::kRoleNames, role)}};
  const std::string self = wire::project_path(project.id) + "/environment-types/" +
                           std::string{model::name_of(model::kTypeNames, type)} + "/access/" +
                           wire::encode_segment(user);
  wire::link(result, "self", self);
  return result;
}

/// Role that `user` was given for `type`, kNone without one; an admin of the project is admin of each type.
Role role_for_type(const Project& project, const std::string& user, EnvironmentType type) {
  if (model::role_on(project, user) == Role::kAdmin) return Role::kAdmin;
  const auto access = project.access.find(user);
  if (access == project.access.end()) return Role::kNone;
  const auto role = access->second.by_type.find(type);
  return role == access->second.by_type.end() ? Role::kNone : role->second;
}

/// Everybody with access, the owner first.
std::vector<std::string> members(const Project& project) {
  std::vector<std::string> result{project.owner};
  for (const auto& [user, access] : project.access) {
    if (user != project.owner) result.push_back(user);
  }
  return result;
}

const std::string& member_of_path(const Context& context) {
  const std::string& user = context.param("user");
  if (model::role_on(*context.project, user) == Role::kNone || context.core.state.find_user(user) == nullptr) {
    throw ApiError{404, "This user has no access to the project"};
  }
  return user;
}

}  // namespace

Response list_projects(Context& context) {
  json items = json::array();
  for (const auto& [id, project] : context.core.state.projects) {
    const bool visible = context.sees_all || model::may(project, context.user->id, model::Permission::kView);
    if (visible) items.push_back(wire::show_project(context.viewer(), project));
  }
  return json_response(200, std::move(items));
}

Response get_project(Context& context) {
  return json_response(200, wire::show_project(context.viewer(), *context.project));
}

Response update_project(Context& context) {
  const std::string old_title = context.project->title;
  apply_or_refuse(*context.project, wire::project_fields(), context.body, wire::kPatch);
  context.project->updated_at = context.now;
  std::vector<std::string> activities;
  if (context.project->title != old_title) {
    activities.push_back(context.core.engine.create(
        context.core.state, context.now,
        {.type = "project.modify.title", .project = context.project->id, .user = context.viewer().user}));
  }
  return json_response(
      200, wire::accepted(context.viewer(), 200, activities, wire::show_project(context.viewer(), *context.project)));
}

Response get_settings(Context& context) {
  return json_response(200, wire::show_settings(context.viewer(), *context.project));
}

Response update_settings(Context& context) {
  json problems = json::object();
  json settings = context.project->settings;
  for (const auto& [key, value] : context.body.items()) {
    if (!settings.contains(key)) continue;
    const json& old = settings.at(key);
    const bool fits =
        old.is_null() || value.is_null() || (old.is_number() && value.is_number()) || old.type() == value.type();
    if (!fits)
      problems[key] = std::string{"expected "} + old.type_name() + ", found " + value.type_name();
    else if (old.is_object() && value.is_object())
      settings[key].merge_patch(value);
    else
      settings[key] = value;
  }
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
  context.project->settings = std::move(settings);
  context.project->updated_at = context.now;
  return json_response(
      200, wire::accepted(context.viewer(), 200, {}, wire::show_settings(context.viewer(), *context.project)));
}

Response get_capabilities(Context& context) {
  json result = context.project->capabilities;
  wire::link(result, "self", wire::project_path(context.project->id) + "/capabilities");
  return json_response(200, std::move(result));
}

Response list_environment_types(Context& context) {
  json items = json::array();
  for (const auto& row : model::kTypeNames)
    items.push_back(wire::show_environment_type(context.viewer(), *context.project, row.value));
  return json_response(200, std::move(items));
}

Response get_environment_type(Context& context) {
  return json_response(200, wire::show_environment_type(context.viewer(), *context.project, type_of_path(context)));
}

Response list_type_access(Context& context) {
  const EnvironmentType type = type_of_path(context);
  json items = json::array();
  for (const std::string& user : members(*context.project)) {
    const Role role = role_for_type(*context.project, user, type);
    if (role != Role::kNone) items.push_back(type_access(*context.project, type, user, role));
  }
  return json_response(200, std::move(items));
}

Response get_type_access(Context& context) {
  const EnvironmentType type = type_of_path(context);
  const Role role = role_for_type(*context.project, context.param("user"), type);
  if (role == Role::kNone) throw ApiError{404, "This user has no role for this type"};
  return json_response(200, type_access(*context.project, type, context.param("user"), role));
}

Response list_access(Context& context) {
  json items = json::array();
  for (const std::string& user : members(*context.project)) {
    if (context.core.state.find_user(user) != nullptr)
      items.push_back(wire::show_access(context.viewer(), *context.project, user));
  }
  return json_response(200, std::move(items));
}

Response get_access(Context& context) {
  return json_response(200, wire::show_access(context.viewer(), *context.project, member_of_path(context)));
}

Response list_user_access(Context& context) {
  json items = json::array();
  std::string ids;
  for (const std::string& user : members(*context.project)) {
    if (context.core.state.find_user(user) == nullptr) continue;
    items.push_back(wire::show_user_access(context.viewer(), *context.project, user));
    ids += (ids.empty() ? "" : ",") + user;
  }
  json result{{"items", items}};
  wire::link(result, "ref:users:0", "/ref/users?in=" + ids);
  return json_response(200, std::move(result));
}

Response get_user_access(Context& context) {
  const std::string& user = member_of_path(context);
  json result = wire::show_user_access(context.viewer(), *context.project, user);
  wire::link(result, "ref:users:0", "/ref/users?in=" + user);
  return json_response(200, std::move(result));
}

}  // namespace understudy::api
