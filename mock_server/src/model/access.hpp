#pragma once
/// Who may do what: the one place that decides it, asked by every route and by every link that a resource shows.
/// Source: platform-semantics.md, section 7.

#include <span>

#include "model/model.hpp"

namespace understudy::model {

enum class Permission {
  kNothing,  ///< open to everybody who is logged in
  kView,
  kBranch,
  kPushCode,
  kSsh,
  kChangeSettings,  ///< of an environment (its variables too), or of the project
  kRunActions,      ///< backup, redeploy, merge, synchronize, cancel ...
  kManageAccess,
};

/// Role on one environment: a project admin is admin everywhere; otherwise what the environment's type grants.
[[nodiscard]] Role role_on(const Project& project, std::string_view user, const Environment& environment);
[[nodiscard]] Role role_on(const Project& project, std::string_view user);  ///< kAdmin, kViewer or kNone

/// `environment` null: the question is about the project as a whole.
[[nodiscard]] bool may(const Project& project, std::string_view user, Permission permission,
                       const Environment* environment = nullptr);

/// Something that can be done to an environment, the link that offers it, who may, and when it makes sense at all.
struct Operation {
  std::string_view link;  ///< "#backup"
  std::string_view path;  ///< below the environment's own path: "/backup"
  Permission needed;
  bool only_active = false;  ///< an inactive or paused environment does not offer it
};
[[nodiscard]] std::span<const Operation> environment_operations();
[[nodiscard]] const Operation& environment_operation(std::string_view link);  ///< throws std::out_of_range
[[nodiscard]] bool is_available(const Operation& operation, const Environment& environment);

}  // namespace understudy::model
