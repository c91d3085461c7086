#pragma once
/// The keys of a world file: tables that its reader and its JSON Schema are made from.

#include "world/world_data.hpp"

namespace understudy {

/// A resource as a file describes it: its own fields, and the parts that have to wait until others are known.
struct ProjectDraft {
  model::Project project{};
  Node owner{}, access{}, environments{}, variables{}, activities{}, settings{}, capabilities{};
  Node organization{}, certificates{}, integrations{}, invitations{}, subscription{};
};
struct EnvironmentDraft {
  model::Environment environment{};
  Node variables{}, backups{}, deployment{}, domains{}, versions{}, commits{};
  bool has_type = false;
  bool has_head = false;
  bool has_deployment = false;
};
struct CommitDraft {
  std::string message = "Initial commit";
  Node author{}, files{};
  std::optional<Time> date{};
};
struct OrganizationDraft {
  model::Organization organization{};
  Node owner{}, members{}, invitations{};
};
struct TeamDraft {
  model::Team team{};
  Node organization{}, members{}, projects{};
};
struct InvitationDraft {
  model::Invitation invitation{};
  Node by{};
};
struct TokenDraft {
  model::ApiToken token{};
  Node user{};
};
struct ActivityDraft {
  model::Activity activity{};
  Node user{};
  std::vector<std::string> log{};
  bool has_state = false;
  bool has_result = false;
  bool has_text = false;
};
struct WorldDraft {
  std::optional<Time> clock{};
  Node auth{}, users{}, tokens{}, organizations{}, teams{}, projects{}, activity_types{}, crons{}, events{}, faults{};
  Node plans{}, regions{}, programs{};
};
struct AuthDraft {
  api::AuthSettings settings{};
  Node login{}, clients{};
};
struct EventDraft {
  engine::Happening happening{};
  Node cancel{}, revoke{}, remove{}, accept{}, start{}, project{}, environment{}, by{};
};

[[nodiscard]] const Keys<WorldDraft>& world_keys();
[[nodiscard]] const Keys<ProjectDraft>& project_keys();
[[nodiscard]] const Keys<EnvironmentDraft>& environment_keys();
[[nodiscard]] const Keys<TokenDraft>& token_keys();
[[nodiscard]] const Keys<OrganizationDraft>& organization_keys();
[[nodiscard]] const Keys<TeamDraft>& team_keys();
[[nodiscard]] const Keys<CommitDraft>& commit_keys();
[[nodiscard]] const Keys<InvitationDraft>& invitation_keys();
[[nodiscard]] const Keys<model::Subscription>& subscription_keys();
[[nodiscard]] const Keys<model::Record>& domain_keys();
[[nodiscard]] const Keys<model::Record>& certificate_keys();
[[nodiscard]] const Keys<model::Record>& integration_keys();
[[nodiscard]] const Keys<model::Record>& version_keys();
[[nodiscard]] const Keys<ActivityDraft>& activity_keys();
[[nodiscard]] const Keys<model::User>& user_keys();
[[nodiscard]] const Keys<model::Variable>& project_variable_keys();
[[nodiscard]] const Keys<model::Variable>& environment_variable_keys();
[[nodiscard]] const Keys<model::Backup>& backup_keys();
[[nodiscard]] const Keys<engine::Behaviour>& behaviour_keys();
[[nodiscard]] const Keys<AuthDraft>& auth_keys();
[[nodiscard]] const Keys<EventDraft>& event_keys();
[[nodiscard]] const Keys<engine::CronOptions>& cron_option_keys();
[[nodiscard]] const Keys<Fault>& fault_keys();
[[nodiscard]] Fault fault_from(const Node& node);  ///< throws InputError, also for one that does nothing

[[nodiscard]] Milliseconds duration_from(const Node& node);  ///< throws InputError

}  // namespace understudy
