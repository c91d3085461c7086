#pragma once
/// The fields of each resource, and each resource as one user sees it (links included).
/// Source of the names: the published API description; of the needs: endpoints.md, "Resource shapes".

#include "model/access.hpp"
#include "model/model.hpp"
#include "wire/fields.hpp"

namespace understudy::wire {

[[nodiscard]] const Fields<model::User>& user_fields();
[[nodiscard]] const Fields<model::ApiToken>& api_token_fields();
[[nodiscard]] const Fields<model::Project>& project_fields();
[[nodiscard]] const Fields<model::Environment>& environment_fields();
[[nodiscard]] const Fields<model::Variable>& project_variable_fields();
[[nodiscard]] const Fields<model::Variable>& environment_variable_fields();
[[nodiscard]] const Fields<model::Activity>& activity_fields();
[[nodiscard]] const Fields<model::Backup>& backup_fields();

/// Who looks, and at what: decides which links a resource carries.
struct Viewer {
  const model::State& state;
  std::string user{};     ///< id
  bool sees_all = false;  ///< the harness's own look at the state

  [[nodiscard]] bool may(const model::Project& project, model::Permission permission,
                         const model::Environment* environment = nullptr) const {
    return sees_all || model::may(state, project, user, permission, environment);
  }
  [[nodiscard]] bool may(const model::Organization& organization, model::Permission permission) const {
    return sees_all || model::may(organization, user, permission);
  }
};

[[nodiscard]] std::string encode_segment(std::string_view id);  ///< "feat/x" -> "feat%2Fx"
[[nodiscard]] std::string project_path(std::string_view project);
[[nodiscard]] std::string environment_path(const model::Environment& environment);

[[nodiscard]] json show_user(const model::User& user);
/// GET /me: the account as the older API shows it, with stubs of every project that the user can see.
[[nodiscard]] json show_account(const Viewer& viewer);
[[nodiscard]] json show_api_token(const model::ApiToken& token, bool with_value);
[[nodiscard]] json show_project(const Viewer& viewer, const model::Project& project);
[[nodiscard]] json show_settings(const Viewer& viewer, const model::Project& project);
[[nodiscard]] json show_environment(const Viewer& viewer, const model::Environment& environment);
[[nodiscard]] json show_environment_settings(const Viewer& viewer, const model::Environment& environment);
[[nodiscard]] json show_environment_type(const Viewer& viewer, const model::Project& project,
                                         model::EnvironmentType type);
[[nodiscard]] json show_access(const Viewer& viewer, const model::Project& project, const std::string& user);
[[nodiscard]] json show_user_access(const Viewer& viewer, const model::Project& project, const std::string& user);
[[nodiscard]] json show_variable(const Viewer& viewer, const model::Project& project, const model::Variable& variable);
/// `inherited`: the variable stands on an ancestor of `environment` and is seen from here.
[[nodiscard]] json show_variable(const Viewer& viewer, const model::Environment& environment,
                                 const model::Variable& variable, bool inherited);
[[nodiscard]] json show_activity(const Viewer& viewer, const model::Activity& activity);
[[nodiscard]] json show_backup(const Viewer& viewer, const model::Environment& environment,
                               const model::Backup& backup);
[[nodiscard]] json show_deployment(const Viewer& viewer, const model::Environment& environment);

/// {"status", "code", "_embedded": {"entity", "activities"}}: the answer to every change (contract, 3.6).
[[nodiscard]] json accepted(const Viewer& viewer, int code, const std::vector<std::string>& activities,
                            const std::optional<json>& entity = std::nullopt);

}  // namespace understudy::wire
