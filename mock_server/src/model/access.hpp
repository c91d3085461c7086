#pragma once
/// Who may do what: the one place that decides it, asked by every route and by every link that a resource shows.
/// Source: platform-semantics.md, section 7; of organizations and teams: the published API description's permissions.

#include <span>

#include "model/model.hpp"

namespace understudy::model {

enum class Permission {
  kNothing,  ///< open to everybody who is logged in
  // On a project or one of its environments.
  kView,
  kBranch,
  kPushCode,
  kSsh,
  kChangeSettings,  ///< of an environment (its variables too), or of the project
  kRunActions,      ///< backup, redeploy, merge, synchronize, cancel ...
  kManageAccess,
  // On an organization.
  kViewOrganization,
  kEditOrganization,
  kDeleteOrganization,
  kManageBilling,
  kManageMembers,  ///< and teams
  kListSubscriptions,
  kCreateSubscriptions,
  kManageSubscriptions,  ///< change plans, delete projects
};

/// What `user` may do on `project` by all ways together: as its owner, as owner of its organization, by an access of
/// their own, through teams.
[[nodiscard]] Access access_of(const State& state, const Project& project, std::string_view user);
/// Role on one environment: a project admin is admin everywhere; otherwise what the environment's type grants.
[[nodiscard]] Role role_on(const State& state, const Project& project, std::string_view user,
                           const Environment& environment);
[[nodiscard]] Role role_on(const State& state, const Project& project,
                           std::string_view user);  ///< kAdmin, kViewer or kNone

/// `environment` null: the question is about the project as a whole.
[[nodiscard]] bool may(const State& state, const Project& project, std::string_view user, Permission permission,
                       const Environment* environment = nullptr);
[[nodiscard]] bool may(const Organization& organization, std::string_view user, Permission permission);

/// The weakest role that grants a permission, by name, and how strong it is: those of projects and of organizations can
/// be compared among themselves.
struct RoleNeeded {
  std::string_view name{};  ///< "viewer"; of an organization "member", what a member has ("billing"), "admin", "owner"
  int strength = 0;         ///< 0: everybody who is logged in
};
[[nodiscard]] RoleNeeded role_needed(Permission permission);
/// "owner", "admin", "billing, plans", "member"; "" of who is none.
[[nodiscard]] std::string role_in(const Organization& organization, std::string_view user);

/// Reads "admin", "viewer", "production:viewer" ... ; nullopt if one of them is none of these.
[[nodiscard]] std::optional<Access> access_from(const std::vector<std::string>& permissions);
[[nodiscard]] std::vector<std::string> permissions_of(const Access& access);
[[nodiscard]] std::vector<std::string> organization_permissions();  ///< all that a member can have, and an owner has

/// Something that can be done to an environment, the link that offers it, who may, and when it makes sense at all.
struct Operation {
  std::string_view link;    ///< "#backup"
  std::string_view method;  ///< that the client uses on it
  std::string_view path;    ///< below the environment's own path: "/backup"
  Permission needed;
  bool (*makes_sense)(const Environment&);
  std::string_view capability{};  ///< of the project, without which there is no such thing; "" for none
};
[[nodiscard]] std::span<const Operation> environment_operations();
[[nodiscard]] const Operation& environment_operation(std::string_view link);  ///< throws std::out_of_range
[[nodiscard]] bool is_available(const Operation& operation, const Environment& environment);
/// Whether the project's plan has it at all.
[[nodiscard]] bool has_capability(const Project& project, std::string_view capability);
[[nodiscard]] bool is_running(const Environment& environment);  ///< its containers are there

}  // namespace understudy::model
