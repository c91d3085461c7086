#pragma once
/// Organizations and what hangs on them, as one user sees them.

#include "wire/resources.hpp"

namespace understudy::wire {

[[nodiscard]] const Fields<model::Organization>& organization_fields();
[[nodiscard]] const Fields<model::Team>& team_fields();
[[nodiscard]] const Fields<model::Subscription>& subscription_fields();

[[nodiscard]] std::string organization_path(std::string_view organization);
[[nodiscard]] std::string subscription_path(const model::Subscription& subscription);
/// {"href": "/ref/users?in=..."}: the client fetches every link that is called `ref:users:0`.
[[nodiscard]] json refer_to_users(const std::vector<std::string>& users);

[[nodiscard]] json show_organization(const Viewer& viewer, const model::Organization& organization);
[[nodiscard]] json show_member(const Viewer& viewer, const model::Organization& organization,
                               const model::Member& member);
[[nodiscard]] json show_team(const Viewer& viewer, const model::Team& team);
[[nodiscard]] json show_team_member(const model::Team& team, const std::string& user, Time since);
[[nodiscard]] json show_team_project(const model::State& state, const model::Team& team, const std::string& project,
                                     Time since);
[[nodiscard]] json show_subscription(const Viewer& viewer, const model::Subscription& subscription);
/// Without what it invites to: `project_id` and `role`, or `organization_id` and `permissions`.
[[nodiscard]] json show_invitation(const Viewer& viewer, const model::Invitation& invitation);

}  // namespace understudy::wire
