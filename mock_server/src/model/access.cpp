#include "model/access.hpp"

#include <stdexcept>

namespace understudy::model {
namespace {

constexpr Operation kEnvironmentOperations[] = {
    {"#edit", "", Permission::kChangeSettings},
    {"#variables", "/variables", Permission::kView},
    {"#manage-variables", "/variables", Permission::kChangeSettings},
    {"#backup", "/backup", Permission::kRunActions, true},
    {"#redeploy", "/redeploy", Permission::kRunActions, true},
};

Role least_role(Permission permission) {
  switch (permission) {
    case Permission::kNothing:
      return Role::kNone;
    case Permission::kView:
    case Permission::kBranch:
      return Role::kViewer;
    case Permission::kPushCode:
    case Permission::kSsh:
      return Role::kContributor;
    case Permission::kChangeSettings:
    case Permission::kRunActions:
    case Permission::kManageAccess:
      return Role::kAdmin;
  }
  return Role::kAdmin;
}

}  // namespace

Role role_on(const Project& project, std::string_view user) {
  if (project.owner == user) return Role::kAdmin;
  const auto found = project.access.find(user);
  if (found == project.access.end()) return Role::kNone;
  if (found->second.project == Role::kAdmin) return Role::kAdmin;
  return Role::kViewer;  // a role on any environment type makes the project visible
}

Role role_on(const Project& project, std::string_view user, const Environment& environment) {
  const Role on_project = role_on(project, user);
  if (on_project != Role::kViewer) return on_project;
  const Access& access = project.access.find(user)->second;
  const auto by_type = access.by_type.find(environment.type);
  return by_type == access.by_type.end() ? access.project : std::max(by_type->second, access.project);
}

bool may(const Project& project, std::string_view user, Permission permission, const Environment* environment) {
  const Role role = environment == nullptr ? role_on(project, user) : role_on(project, user, *environment);
  return role >= least_role(permission);
}

std::span<const Operation> environment_operations() { return kEnvironmentOperations; }

const Operation& environment_operation(std::string_view link) {
  for (const Operation& operation : kEnvironmentOperations) {
    if (operation.link == link) return operation;
  }
  throw std::out_of_range{"no environment operation " + std::string{link}};
}

bool is_available(const Operation& operation, const Environment& environment) {
  if (!operation.only_active) return true;
  return environment.status == EnvironmentStatus::kActive || environment.status == EnvironmentStatus::kDirty;
}

}  // namespace understudy::model
