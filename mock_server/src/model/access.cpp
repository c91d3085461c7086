#include "model/access.hpp"

#include <algorithm>
#include <stdexcept>

namespace understudy::model {
namespace {

bool always(const Environment&) { return true; }
bool is_inactive(const Environment& e) { return e.status == EnvironmentStatus::kInactive; }
bool is_paused(const Environment& e) { return e.status == EnvironmentStatus::kPaused; }
bool has_code(const Environment& e) { return !e.head_commit.empty() && e.status != EnvironmentStatus::kDeleting; }
bool has_no_code(const Environment& e) { return e.head_commit.empty(); }
bool has_staged(const Environment& e) { return !e.staged_activities.empty(); }
bool has_parent_and_runs(const Environment& e) { return e.parent.has_value() && is_running(e); }
bool can_pause(const Environment& e) { return is_running(e) && e.type != EnvironmentType::kProduction; }
bool can_deactivate(const Environment& e) {
  return (is_running(e) || is_paused(e)) && e.type != EnvironmentType::kProduction;
}

using enum Permission;
constexpr Operation kEnvironmentOperations[] = {
    {"#edit", "PATCH", "", kChangeSettings, always},
    {"#access", "GET", "/access", kView, always},
    {"#variables", "GET", "/variables", kView, always},
    {"#manage-variables", "POST", "/variables", kChangeSettings, always},
    {"#domains", "GET", "/domains", kView, always},
    {"#backup", "POST", "/backup", kRunActions, is_running},
    {"#redeploy", "POST", "/redeploy", kRunActions, is_running},
    {"#deploy", "POST", "/deploy", kRunActions, has_staged},
    {"#activate", "POST", "/activate", kRunActions, is_inactive},
    {"#deactivate", "POST", "/deactivate", kRunActions, can_deactivate},
    {"#delete", "DELETE", "", kRunActions, is_inactive},
    {"#branch", "POST", "/branch", kBranch, has_code},
    {"#merge", "POST", "/merge", kRunActions, has_parent_and_runs},
    {"#synchronize", "POST", "/synchronize", kRunActions, has_parent_and_runs},
    {"#pause", "POST", "/pause", kRunActions, can_pause},
    {"#resume", "POST", "/resume", kRunActions, is_paused},
    {"#initialize", "POST", "/initialize", kPushCode, has_no_code},
    {"#source-operations", "GET", "/source-operations", kView, always},
    {"#source-operation", "POST", "/source-operation", kRunActions, is_running, "source_operations"},
    {"#versions", "GET", "/versions", kView, always},
    {"#autoscaling", "GET", "/autoscaling/settings", kView, is_running},
    {"#manage-autoscaling", "PATCH", "/autoscaling/settings", kChangeSettings, is_running},
    {"#observability-pipeline", "GET", "/observability", kView, is_running},
};

constexpr std::string_view kOrganizationPermissions[] = {"admin", "billing",         "members",
                                                         "plans", "projects:create", "projects:list"};

Role least_role(Permission permission) {
  switch (permission) {
    case kNothing:
      return Role::kNone;
    case kView:
    case kBranch:
      return Role::kViewer;
    case kPushCode:
    case kSsh:
      return Role::kContributor;
    default:
      return Role::kAdmin;
  }
}

/// The member's permission that grants it; an administrator has them all.
std::string_view member_permission(Permission permission) {
  switch (permission) {
    case kManageBilling:
      return "billing";
    case kManageMembers:
      return "members";
    case kListSubscriptions:
      return "projects:list";
    case kCreateSubscriptions:
      return "projects:create";
    case kManageSubscriptions:
      return "plans";
    default:
      return "admin";
  }
}

bool has(const std::vector<std::string>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

void join(Access& into, const Access& other) {
  into.project = std::max(into.project, other.project);
  for (const auto& [type, role] : other.by_type) into.by_type[type] = std::max(into.by_type[type], role);
}

}  // namespace

bool is_running(const Environment& environment) {
  return environment.status == EnvironmentStatus::kActive || environment.status == EnvironmentStatus::kDirty;
}

Access access_of(const State& state, const Project& project, std::string_view user) {
  Access all;
  const auto own = project.access.find(user);
  if (own != project.access.end()) all = own->second;
  const Organization* organization = state.find_organization(project.organization);
  if (project.owner == user || (organization != nullptr && organization->owner == user)) all.project = Role::kAdmin;
  if (organization == nullptr) return all;
  const std::string key{user};
  for (const auto& [id, team] : state.teams) {
    if (!team.members.contains(key) || !team.projects.contains(project.id)) continue;
    if (const auto granted = access_from(team.permissions)) join(all, *granted);
  }
  return all;
}

Role role_on(const State& state, const Project& project, std::string_view user) {
  if (project.owner == user) return Role::kAdmin;  // what most requests ask
  const Access access = access_of(state, project, user);
  if (access.project == Role::kAdmin) return Role::kAdmin;
  const bool any = access.project != Role::kNone ||
                   std::ranges::any_of(access.by_type, [](const auto& entry) { return entry.second != Role::kNone; });
  return any ? Role::kViewer : Role::kNone;  // a role on any environment type makes the project visible
}

Role role_on(const State& state, const Project& project, std::string_view user, const Environment& environment) {
  if (project.owner == user) return Role::kAdmin;
  const Access access = access_of(state, project, user);
  if (access.project == Role::kAdmin) return Role::kAdmin;
  const auto by_type = access.by_type.find(environment.type);
  const Role here = by_type == access.by_type.end() ? Role::kNone : by_type->second;
  // Whoever has a role somewhere sees all environments of the project.
  return std::max(here, role_on(state, project, user));
}

bool may(const State& state, const Project& project, std::string_view user, Permission permission,
         const Environment* environment) {
  const Role role =
      environment == nullptr ? role_on(state, project, user) : role_on(state, project, user, *environment);
  return role >= least_role(permission);
}

bool may(const Organization& organization, std::string_view user, Permission permission) {
  if (permission == kNothing || organization.owner == user) return true;
  if (permission == kDeleteOrganization) return false;  // the owner's alone
  const auto member = organization.members.find(user);
  if (member == organization.members.end()) return false;
  if (permission == kViewOrganization) return true;
  return has(member->second.permissions, "admin") || has(member->second.permissions, member_permission(permission));
}

RoleNeeded role_needed(Permission permission) {
  if (permission == kNothing) return {};
  if (permission < kViewOrganization) {
    const Role role = least_role(permission);
    return {name_of(kRoleNames, role), static_cast<int>(role)};
  }
  if (permission == kViewOrganization) return {"member", 1};
  if (permission == kDeleteOrganization) return {"owner", 4};
  const std::string_view name = member_permission(permission);
  return {name, name == "admin" ? 3 : 2};
}

std::string role_in(const Organization& organization, std::string_view user) {
  if (organization.owner == user) return "owner";
  const auto member = organization.members.find(user);
  if (member == organization.members.end()) return "";
  const auto& permissions = member->second.permissions;
  if (has(permissions, "admin")) return "admin";
  std::string all;
  for (const std::string& one : permissions) all += (all.empty() ? "" : ", ") + one;
  return all.empty() ? "member" : all;
}

std::optional<Access> access_from(const std::vector<std::string>& permissions) {
  Access access;
  for (const std::string& permission : permissions) {
    const std::size_t colon = permission.find(':');
    if (colon == std::string::npos) {
      if (permission != "admin" && permission != "viewer") return std::nullopt;
      access.project = std::max(access.project, *value_of(kRoleNames, permission));
      continue;
    }
    const auto type = value_of(kTypeNames, std::string_view{permission}.substr(0, colon));
    const auto role = value_of(kRoleNames, std::string_view{permission}.substr(colon + 1));
    if (!type || !role || *role == Role::kNone) return std::nullopt;
    access.by_type[*type] = *role;
  }
  return access;
}

std::vector<std::string> permissions_of(const Access& access) {
  std::vector<std::string> result;
  if (access.project != Role::kNone) result.emplace_back(name_of(kRoleNames, access.project));
  for (const auto& [type, role] : access.by_type) {
    if (role == Role::kNone) continue;
    result.push_back(std::string{name_of(kTypeNames, type)} + ":" + std::string{name_of(kRoleNames, role)});
  }
  return result;
}

std::vector<std::string> organization_permissions() {
  return {std::begin(kOrganizationPermissions), std::end(kOrganizationPermissions)};
}

std::span<const Operation> environment_operations() { return kEnvironmentOperations; }

const Operation& environment_operation(std::string_view link) {
  for (const Operation& operation : kEnvironmentOperations) {
    if (operation.link == link) return operation;
  }
  throw std::out_of_range{"no environment operation " + std::string{link}};
}

bool is_available(const Operation& operation, const Environment& environment) {
  return operation.makes_sense(environment);
}

bool has_capability(const Project& project, std::string_view capability) {
  const auto found = project.capabilities.find(capability);
  return capability.empty() || found == project.capabilities.end() || found->value("enabled", true);
}

}  // namespace understudy::model
