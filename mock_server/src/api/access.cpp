// Who has access to a project: by role and environment type (organizations off), by permissions (centralized), and by
// invitation. Source: endpoints.md, "Access"; platform-semantics.md, section 7.
#include <fmt/format.h>

#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/invitations.hpp"
#include "api/lists.hpp"
#include "wire/links.hpp"
#include "wire/organization.hpp"

namespace understudy::api {
namespace {

using model::Access;
using model::EnvironmentType;
using model::Invitation;
using model::Project;
using model::Role;

EnvironmentType type_of_path(const Context& context) {
  const auto type = model::value_of(model::kTypeNames, context.param("type"));
  if (!type) throw ApiError{404, "Environment type not found: " + context.param("type")};
  return *type;
}

json type_access(const Context& context, EnvironmentType type, const std::string& user, Role role) {
  json result{{"id", user}, {"role", model::name_of(model::kRoleNames, role)}};
  const std::string self = wire::project_path(context.project->id) + "/environment-types/" +
                           std::string{model::name_of(model::kTypeNames, type)} + "/access/" +
                           wire::encode_segment(user);
  wire::link(result, "self", self);
  if (context.viewer().may(*context.project, model::Permission::kManageAccess)) {
    wire::link(result, "#edit", self);
    wire::link(result, "#delete", self);
  }
  return result;
}

/// Role that `user` was given for `type`, kNone without one; an admin of the project is admin of each type.
Role role_for_type(const Context& context, const std::string& user, EnvironmentType type) {
  const Access access = model::access_of(context.core.state, *context.project, user);
  if (access.project == Role::kAdmin) return Role::kAdmin;
  const auto role = access.by_type.find(type);
  return role == access.by_type.end() ? Role::kNone : role->second;
}

/// Everybody with an access of their own, the owner first.
std::vector<std::string> members(const Project& project) {
  std::vector<std::string> result{project.owner};
  for (const auto& [user, access] : project.access) {
    if (user != project.owner) result.push_back(user);
  }
  return result;
}

const std::string& member_of_path(const Context& context) {
  const std::string& user = context.param("user");
  const bool known = context.core.state.find_user(user) != nullptr &&
                     model::role_on(context.core.state, *context.project, user) != Role::kNone;
  if (!known) throw ApiError{404, "This user has no access to the project"};
  return user;
}

/// What the list of a project's users shows: not who comes through a team or as owner of the organization.
const std::string& listed_member_of_path(const Context& context) {
  const std::string& user = context.param("user");
  if (user != context.project->owner && !context.project->access.contains(user))
    throw ApiError{404, "This user has no access of their own to the project"};
  return user;
}

Access& own_access_of_path(Context& context) {
  const std::string& user = member_of_path(context);
  if (user == context.project->owner) throw ApiError{400, "The access of the project's owner cannot be changed"};
  const auto found = context.project->access.find(user);
  if (found == context.project->access.end()) throw ApiError{404, "This user has no access of their own"};
  return found->second;
}

Role role_of_body(const Context& context, bool of_project) {
  const std::string name = needed_text(context, "role");
  const auto role = model::value_of(model::kRoleNames, name);
  const bool fits = role && *role != Role::kNone && (!of_project || *role != Role::kContributor);
  if (!fits) throw bad_request("role", "there is no role " + name);
  return *role;
}

Access access_of_body(const Context& context) {
  const std::vector<std::string> permissions = texts_of_body(context, "permissions");
  const auto access = model::access_from(permissions);
  if (permissions.empty() || !access) throw bad_request("permissions", "holds something that is no permission");
  return *access;
}

/// A viewer of the project as a whole who is left without any role is no member any more.
void drop_if_empty(Context& context, const std::string& user) {
  const auto found = context.project->access.find(user);
  if (found == context.project->access.end()) return;
  if (found->second.project == Role::kNone && found->second.by_type.empty()) context.project->access.erase(found);
}

json shown_invitation(const Context& context, const Invitation& invitation) {
  json result = wire::show_invitation(context.viewer(), invitation);
  const auto access = model::access_from(invitation.permissions);
  result["project_id"] = context.project->id;
  result["role"] =
      model::name_of(model::kRoleNames, access && access->project == Role::kAdmin ? Role::kAdmin : Role::kViewer);
  result["environments"] = json::array();
  result["permissions"] = json::array();
  for (const std::string& permission : invitation.permissions) {
    const std::size_t colon = permission.find(':');
    if (colon == std::string::npos) continue;
    result["permissions"].push_back({{"type", permission.substr(0, colon)}, {"role", permission.substr(colon + 1)}});
  }
  const std::string self = wire::project_path(context.project->id) + "/invitations/" + invitation.id;
  wire::link(result, "self", self);
  wire::link(result, "#delete", self);
  return result;
}

/// `role`, and `permissions` as a list of {type, role}; older clients say `environments`.
std::vector<std::string> invited_as(const Context& context) {
  std::vector<std::string> result{text_of_body(context, "role", "viewer")};
  const auto listed = context.body.find("permissions");
  if (listed != context.body.end() && !listed->is_array()) throw bad_request("permissions", "expected a list");
  for (const json& one : listed == context.body.end() ? json::array() : *listed) {
    if (!one.is_object()) throw bad_request("permissions", "expected {type, role}");
    result.push_back(one.value("type", "") + ":" + one.value("role", ""));
  }
  if (!model::access_from(result)) throw bad_request("permissions", "holds something that is no permission");
  return result;
}

}  // namespace

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
    const Role role = role_for_type(context, user, type);
    if (role != Role::kNone) items.push_back(type_access(context, type, user, role));
  }
  return json_response(200, std::move(items));
}

Response get_type_access(Context& context) {
  const EnvironmentType type = type_of_path(context);
  const Role role = role_for_type(context, context.param("user"), type);
  if (role == Role::kNone) throw ApiError{404, "This user has no role for this type"};
  return json_response(200, type_access(context, type, context.param("user"), role));
}

Response create_type_access(Context& context) {
  const EnvironmentType type = type_of_path(context);
  const std::string user = needed_text(context, "user");
  if (context.core.state.find_user(user) == nullptr) throw bad_request("user", "there is no user " + user);
  const Role role = role_of_body(context, false);
  Access& access = context.project->access[user];
  if (access.granted_at == Time{}) access.granted_at = context.now;
  if (access.by_type.contains(type)) throw ApiError{409, "This user has a role for this type already"};
  access.by_type[type] = role;
  return accepted(context, 201, {}, type_access(context, type, user, role));
}

Response update_type_access(Context& context) {
  const EnvironmentType type = type_of_path(context);
  const Role role = role_of_body(context, false);
  Access& access = own_access_of_path(context);
  if (!access.by_type.contains(type)) throw ApiError{404, "This user has no role for this type"};
  access.by_type[type] = role;
  return accepted(context, 200, {}, type_access(context, type, context.param("user"), role));
}

Response delete_type_access(Context& context) {
  const EnvironmentType type = type_of_path(context);
  if (own_access_of_path(context).by_type.erase(type) == 0) throw ApiError{404, "This user has no role for this type"};
  drop_if_empty(context, context.param("user"));
  return accepted(context, 200, {});
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

Response update_access(Context& context) {
  const Role role = role_of_body(context, true);
  own_access_of_path(context).project = role;
  return accepted(context, 200, {}, wire::show_access(context.viewer(), *context.project, context.param("user")));
}

Response delete_access(Context& context) {
  (void)own_access_of_path(context);
  context.project->access.erase(context.param("user"));
  return accepted(context, 200, {});
}

Response get_environment_access(Context& context) {
  const std::string& user = member_of_path(context);
  const Role role = model::role_on(context.core.state, *context.project, user, *context.environment);
  json result{{"id", user}, {"role", model::name_of(model::kRoleNames, role)}};
  wire::link(result, "self", wire::environment_path(*context.environment) + "/access/" + wire::encode_segment(user));
  return json_response(200, std::move(result));
}

Response list_user_access(Context& context) {
  std::vector<json> items;
  for (const std::string& user : members(*context.project)) {
    if (context.core.state.find_user(user) != nullptr)
      items.push_back(wire::show_user_access(context.viewer(), *context.project, user));
  }
  json result = list_answer(context, std::move(items));
  result["_links"]["ref:users:0"] = wire::refer_to_users(members(*context.project));
  return json_response(200, std::move(result));
}

Response get_user_access(Context& context) {
  const std::string& user = listed_member_of_path(context);
  json result = wire::show_user_access(context.viewer(), *context.project, user);
  result["_links"]["ref:users:0"] = wire::refer_to_users({user});
  return json_response(200, std::move(result));
}

Response update_user_access(Context& context) {
  Access changed = access_of_body(context);
  Access& access = own_access_of_path(context);
  changed.granted_at = access.granted_at;
  access = changed;
  return {.status = 204};
}

Response delete_user_access(Context& context) {
  (void)own_access_of_path(context);
  context.project->access.erase(context.param("user"));
  return {.status = 204};
}

Response list_invitations(Context& context) {
  json items = json::array();
  for (const auto& [id, invitation] : context.project->invitations)
    items.push_back(shown_invitation(context, invitation));
  return json_response(200, std::move(items));
}

Response create_invitation(Context& context) {
  const std::string email = invited_address(context);
  std::vector<std::string> permissions = invited_as(context);
  const model::User* known = context.core.state.find_user_by_email(email);
  if (known != nullptr && (known->id == context.project->owner || context.project->access.contains(known->id)))
    throw ApiError{400, "This user has access to the project already"};
  return json_response(201,
                       shown_invitation(context, invite(context, context.project->invitations, email, permissions)));
}

Response delete_invitation(Context& context) { return cancel_invitation(context, context.project->invitations); }

}  // namespace understudy::api
