#include "api/routes.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>

#include "api/handlers.hpp"
#include "api/path_segments.hpp"

namespace understudy::api {
namespace {

using enum model::Permission;
constexpr bool kOpen = false;
constexpr bool kLogin = true;

constexpr Route kRoutes[] = {
    // OAuth 2 (contract, section 2)
    {"POST", "/oauth2/token", exchange_token, kOpen, kNothing, "", Body::kForm},
    {"POST", "/oauth2/revoke", revoke_token, kOpen, kNothing, "", Body::kForm},
    {"GET", "/oauth2/authorize", authorize, kOpen, kNothing, "", Body::kNone},

    // Users and their tokens
    {"GET", "/me", get_account, kLogin, kNothing, "get-current-user-deprecated"},
    {"GET", "/users/me", get_user, kLogin, kNothing, "get-current-user"},
    {"GET", "/users/{user}", get_user, kLogin, kNothing, "get-user"},
    {"GET", "/users/email={email}", get_user, kLogin, kNothing, "get-user-by-email-address"},
    {"GET", "/users/username={username}", get_user, kLogin, kNothing, "get-user-by-username"},
    {"GET", "/users/{user}/api-tokens", list_api_tokens, kLogin, kNothing, "list-api-tokens"},
    {"POST", "/users/{user}/api-tokens", create_api_token, kLogin, kNothing, "create-api-token"},
    {"GET", "/users/{user}/api-tokens/{token}", get_api_token, kLogin, kNothing, "get-api-token"},
    {"DELETE", "/users/{user}/api-tokens/{token}", delete_api_token, kLogin, kNothing, "delete-api-token"},
    {"GET", "/users/{user}/extended-access", list_extended_access, kLogin, kNothing, "list-user-extended-access"},
    {"GET", "/ref/users", refer_users, kLogin, kNothing, "list-referenced-users"},
    {"GET", "/ref/projects", refer_projects, kLogin, kNothing, "list-referenced-projects"},
    {"GET", "/ref/organizations", refer_organizations, kLogin, kNothing, "list-referenced-orgs"},
    {"GET", "/ref/teams", refer_teams, kLogin, kNothing, "list-referenced-teams"},
    {"POST", "/ssh", sign_ssh_key, kLogin, kNothing, ""},
    {"POST", "/ssh_keys", create_ssh_key, kLogin, kNothing, "create-ssh-key"},
    {"GET", "/ssh_keys/{key}", get_ssh_key, kLogin, kNothing, "get-ssh-key"},
    {"DELETE", "/ssh_keys/{key}", delete_ssh_key, kLogin, kNothing, "delete-ssh-key"},
    {"POST", "/me/verification", get_verification, kLogin, kNothing, "get-current-user-verification-status-full"},
    {"POST", "/users/{user}/phonenumber", begin_phone_verification, kLogin, kNothing, "verify-phone-number"},
    {"POST", "/users/{user}/phonenumber/{sid}", check_phone_code, kLogin, kNothing, "confirm-phone-number"},

    // Projects
    {"GET", "/projects", list_projects, kLogin, kNothing, ""},
    {"GET", "/projects/{project}", get_project, kLogin, kView, "get-projects"},
    {"PATCH", "/projects/{project}", update_project, kLogin, kChangeSettings, "update-projects"},
    {"GET", "/projects/{project}/settings", get_settings, kLogin, kView, "get-projects-settings"},
    {"PATCH", "/projects/{project}/settings", update_settings, kLogin, kChangeSettings, "update-projects-settings"},
    {"GET", "/projects/{project}/capabilities", get_capabilities, kLogin, kView, "get-projects-capabilities"},

    // Access
    {"GET", "/projects/{project}/environment-types", list_environment_types, kLogin, kView,
     "list-projects-environment-types"},
    {"GET", "/projects/{project}/environment-types/{type}", get_environment_type, kLogin, kView,
     "get-environment-type"},
    {"GET", "/projects/{project}/environment-types/{type}/access", list_type_access, kLogin, kView, ""},
    {"POST", "/projects/{project}/environment-types/{type}/access", create_type_access, kLogin, kManageAccess, ""},
    {"GET", "/projects/{project}/environment-types/{type}/access/{user}", get_type_access, kLogin, kView, ""},
    {"PATCH", "/projects/{project}/environment-types/{type}/access/{user}", update_type_access, kLogin, kManageAccess,
     ""},
    {"DELETE", "/projects/{project}/environment-types/{type}/access/{user}", delete_type_access, kLogin, kManageAccess,
     ""},
    {"GET", "/projects/{project}/access", list_access, kLogin, kView, ""},
    {"GET", "/projects/{project}/access/{user}", get_access, kLogin, kView, ""},
    {"PATCH", "/projects/{project}/access/{user}", update_access, kLogin, kManageAccess, ""},
    {"DELETE", "/projects/{project}/access/{user}", delete_access, kLogin, kManageAccess, ""},
    {"GET", "/projects/{project}/user-access", list_user_access, kLogin, kView, "list-project-user-access"},
    {"GET", "/projects/{project}/user-access/{user}", get_user_access, kLogin, kView, "get-project-user-access"},
    {"PATCH", "/projects/{project}/user-access/{user}", update_user_access, kLogin, kManageAccess,
     "update-project-user-access"},
    {"DELETE", "/projects/{project}/user-access/{user}", delete_user_access, kLogin, kManageAccess,
     "remove-project-user-access"},
    {"GET", "/projects/{project}/team-access", list_project_teams, kLogin, kView, "list-project-team-access"},
    {"GET", "/projects/{project}/invitations", list_invitations, kLogin, kManageAccess, "list-project-invites"},
    {"POST", "/projects/{project}/invitations", create_invitation, kLogin, kManageAccess, "create-project-invite"},
    {"DELETE", "/projects/{project}/invitations/{invitation}", delete_invitation, kLogin, kManageAccess,
     "cancel-project-invite"},
    {"POST", "/projects/{project}/clear_build_cache", clear_build_cache, kLogin, kChangeSettings,
     "action-projects-clear-build-cache"},
    {"GET", "/projects/{project}/system", get_system, kLogin, kView, "get-projects-system"},

    // Domains, certificates, integrations, git data
    {"GET", "/projects/{project}/domains", list_domains, kLogin, kView, "list-projects-domains"},
    {"POST", "/projects/{project}/domains", create_domain, kLogin, kChangeSettings, "create-projects-domains"},
    {"GET", "/projects/{project}/domains/{domain}", get_domain, kLogin, kView, "get-projects-domains"},
    {"PATCH", "/projects/{project}/domains/{domain}", update_domain, kLogin, kChangeSettings,
     "update-projects-domains"},
    {"DELETE", "/projects/{project}/domains/{domain}", delete_domain, kLogin, kChangeSettings,
     "delete-projects-domains"},
    {"GET", "/projects/{project}/environments/{environment}/domains", list_domains, kLogin, kView,
     "list-projects-environments-domains"},
    {"POST", "/projects/{project}/environments/{environment}/domains", create_domain, kLogin, kChangeSettings,
     "create-projects-environments-domains"},
    {"GET", "/projects/{project}/environments/{environment}/domains/{domain}", get_domain, kLogin, kView,
     "get-projects-environments-domains"},
    {"PATCH", "/projects/{project}/environments/{environment}/domains/{domain}", update_domain, kLogin, kChangeSettings,
     "update-projects-environments-domains"},
    {"DELETE", "/projects/{project}/environments/{environment}/domains/{domain}", delete_domain, kLogin,
     kChangeSettings, "delete-projects-environments-domains"},
    {"GET", "/projects/{project}/certificates", list_certificates, kLogin, kView, "list-projects-certificates"},
    {"POST", "/projects/{project}/certificates", create_certificate, kLogin, kChangeSettings,
     "create-projects-certificates"},
    {"GET", "/projects/{project}/certificates/{certificate}", get_certificate, kLogin, kView,
     "get-projects-certificates"},
    {"DELETE", "/projects/{project}/certificates/{certificate}", delete_certificate, kLogin, kChangeSettings,
     "delete-projects-certificates"},
    {"GET", "/projects/{project}/integrations", list_integrations, kLogin, kView, "list-projects-integrations"},
    {"POST", "/projects/{project}/integrations", create_integration, kLogin, kChangeSettings,
     "create-projects-integrations"},
    {"GET", "/projects/{project}/integrations/{integration}", get_integration, kLogin, kView,
     "get-projects-integrations"},
    {"PATCH", "/projects/{project}/integrations/{integration}", update_integration, kLogin, kChangeSettings,
     "update-projects-integrations"},
    {"DELETE", "/projects/{project}/integrations/{integration}", delete_integration, kLogin, kChangeSettings,
     "delete-projects-integrations"},
    {"POST", "/projects/{project}/integrations/{integration}/validate", validate_integration, kLogin, kChangeSettings,
     ""},
    {"GET", "/projects/{project}/integrations/{integration}/activities", list_activities, kLogin, kView, ""},
    {"GET", "/projects/{project}/git/commits/{commit}", get_commit, kLogin, kView, "get-projects-git-commits"},
    {"GET", "/projects/{project}/git/trees/{tree}", get_tree, kLogin, kView, "get-projects-git-trees"},
    {"GET", "/projects/{project}/git/blobs/{blob}", get_blob, kLogin, kView, "get-projects-git-blobs"},
    {"GET", "/projects/{project}/git/refs", list_refs, kLogin, kView, "list-projects-git-refs"},
    {"GET", "/projects/{project}/git/refs/{ref}", get_ref, kLogin, kView, "get-projects-git-refs"},

    // Environments
    {"GET", "/projects/{project}/environments", list_environments, kLogin, kView, "list-projects-environments"},
    {"GET", "/projects/{project}/environments/{environment}", get_environment, kLogin, kView, "get-environment"},
    {"PATCH", "/projects/{project}/environments/{environment}", update_environment, kLogin, kChangeSettings,
     "update-environment"},
    {"GET", "/projects/{project}/environments/{environment}/settings", get_environment_settings, kLogin, kView, ""},
    {"PATCH", "/projects/{project}/environments/{environment}/settings", update_environment_settings, kLogin,
     kChangeSettings, ""},
    {"GET", "/projects/{project}/environments/{environment}/deployments", list_deployments, kLogin, kView,
     "list-projects-environments-deployments"},
    {"GET", "/projects/{project}/environments/{environment}/deployments/{deployment}", get_deployment, kLogin, kView,
     "get-projects-environments-deployments"},
    {"POST", "/projects/{project}/environments/{environment}/redeploy", redeploy, kLogin, kRunActions,
     "redeploy-environment"},

    // Variables
    {"GET", "/projects/{project}/variables", list_project_variables, kLogin, kView, "list-projects-variables"},
    {"POST", "/projects/{project}/variables", create_project_variable, kLogin, kChangeSettings,
     "create-projects-variables"},
    {"GET", "/projects/{project}/variables/{variable}", get_project_variable, kLogin, kView, "get-projects-variables"},
    {"PATCH", "/projects/{project}/variables/{variable}", update_project_variable, kLogin, kChangeSettings,
     "update-projects-variables"},
    {"DELETE", "/projects/{project}/variables/{variable}", delete_project_variable, kLogin, kChangeSettings,
     "delete-projects-variables"},
    {"GET", "/projects/{project}/environments/{environment}/variables", list_environment_variables, kLogin, kView,
     "list-projects-environments-variables"},
    {"POST", "/projects/{project}/environments/{environment}/variables", create_environment_variable, kLogin,
     kChangeSettings, "create-projects-environments-variables"},
    {"GET", "/projects/{project}/environments/{environment}/variables/{variable}", get_environment_variable, kLogin,
     kView, "get-projects-environments-variables"},
    {"PATCH", "/projects/{project}/environments/{environment}/variables/{variable}", update_environment_variable,
     kLogin, kChangeSettings, "update-projects-environments-variables"},
    {"DELETE", "/projects/{project}/environments/{environment}/variables/{variable}", delete_environment_variable,
     kLogin, kChangeSettings, "delete-projects-environments-variables"},

    // Activities
    {"GET", "/projects/{project}/activities", list_activities, kLogin, kView, "list-projects-activities"},
    {"GET", "/projects/{project}/activities/{activity}", get_activity, kLogin, kView, "get-projects-activities"},
    {"GET", "/projects/{project}/activities/{activity}/log", get_activity_log, kLogin, kView, ""},
    {"POST", "/projects/{project}/activities/{activity}/cancel", cancel_activity, kLogin, kView,
     "action-projects-activities-cancel"},
    {"GET", "/projects/{project}/environments/{environment}/activities", list_activities, kLogin, kView,
     "list-projects-environments-activities"},
    {"GET", "/projects/{project}/environments/{environment}/activities/{activity}", get_activity, kLogin, kView,
     "get-projects-environments-activities"},
    {"POST", "/projects/{project}/environments/{environment}/activities/{activity}/cancel", cancel_activity, kLogin,
     kRunActions, "action-projects-environments-activities-cancel"},

    // Backups
    {"POST", "/projects/{project}/environments/{environment}/backup", create_backup, kLogin, kRunActions,
     "backup-environment"},
    {"GET", "/projects/{project}/environments/{environment}/backups", list_backups, kLogin, kView,
     "list-projects-environments-backups"},
    {"GET", "/projects/{project}/environments/{environment}/backups/{backup}", get_backup, kLogin, kView,
     "get-projects-environments-backups"},
    {"DELETE", "/projects/{project}/environments/{environment}/backups/{backup}", delete_backup, kLogin, kRunActions,
     "delete-projects-environments-backups"},
    {"POST", "/projects/{project}/environments/{environment}/backups/{backup}/restore", restore_backup, kLogin,
     kRunActions, "restore-backup"},

    // What is done to an environment
    {"DELETE", "/projects/{project}/environments/{environment}", delete_environment, kLogin, kRunActions,
     "delete-environment"},
    {"POST", "/projects/{project}/environments/{environment}/activate", activate_environment, kLogin, kRunActions,
     "activate-environment"},
    {"POST", "/projects/{project}/environments/{environment}/deactivate", deactivate_environment, kLogin, kRunActions,
     "deactivate-environment"},
    {"POST", "/projects/{project}/environments/{environment}/merge", merge_environment, kLogin, kRunActions,
     "merge-environment"},
    {"POST", "/projects/{project}/environments/{environment}/synchronize", synchronize_environment, kLogin, kRunActions,
     "synchronize-environment"},
    {"POST", "/projects/{project}/environments/{environment}/pause", pause_environment, kLogin, kRunActions,
     "pause-environment"},
    {"POST", "/projects/{project}/environments/{environment}/resume", resume_environment, kLogin, kRunActions,
     "resume-environment"},
    {"POST", "/projects/{project}/environments/{environment}/deploy", deploy_environment, kLogin, kRunActions,
     "deploy-environment"},
    {"POST", "/projects/{project}/environments/{environment}/initialize", initialize_environment, kLogin, kPushCode,
     "initialize-environment"},
    {"POST", "/projects/{project}/environments/{environment}/branch", branch_environment, kLogin, kBranch,
     "branch-environment"},
    {"GET", "/projects/{project}/environments/{environment}/access/{user}", get_environment_access, kLogin, kView, ""},
    {"GET", "/projects/{project}/environments/{environment}/source-operations", list_source_operations, kLogin, kView,
     "list-projects-environments-source-operations"},
    {"POST", "/projects/{project}/environments/{environment}/source-operation", run_source_operation, kLogin,
     kRunActions, "run-source-operation"},
    {"POST", "/projects/{project}/environments/{environment}/deployments/{deployment}/operations", run_operation,
     kLogin, kView, "run-operation"},
    {"PATCH", "/projects/{project}/environments/{environment}/deployments/next", update_next_deployment, kLogin,
     kChangeSettings, ""},
    {"GET", "/projects/{project}/environments/{environment}/tasks", list_tasks, kLogin, kView, ""},
    {"POST", "/projects/{project}/environments/{environment}/tasks/{task}/run", run_task, kLogin, kRunActions, ""},
    {"GET", "/projects/{project}/environments/{environment}/versions", list_versions, kLogin, kView,
     "list-projects-environments-versions"},
    {"POST", "/projects/{project}/environments/{environment}/versions", create_version, kLogin, kRunActions,
     "create-projects-environments-versions"},
    {"GET", "/projects/{project}/environments/{environment}/versions/{version}", get_version, kLogin, kView,
     "get-projects-environments-versions"},
    {"PATCH", "/projects/{project}/environments/{environment}/versions/{version}", update_version, kLogin, kRunActions,
     "update-projects-environments-versions"},
    {"DELETE", "/projects/{project}/environments/{environment}/versions/{version}", delete_version, kLogin, kRunActions,
     "delete-projects-environments-versions"},
    {"GET", "/projects/{project}/environments/{environment}/autoscaling/settings", get_autoscaling, kLogin, kView,
     "get-autoscaler-settings"},
    {"PATCH", "/projects/{project}/environments/{environment}/autoscaling/settings", update_autoscaling, kLogin,
     kChangeSettings, "patch-autoscaler-settings"},
    {"GET", "/projects/{project}/environments/{environment}/observability/resources/overview", get_metrics, kLogin,
     kView, ""},

    // Organizations
    {"GET", "/organizations", list_organizations, kLogin, kNothing, "list-orgs"},
    {"POST", "/organizations", create_organization, kLogin, kNothing, "create-org"},
    {"GET", "/users/{user}/organizations", list_organizations_of_user, kLogin, kNothing, "list-user-orgs"},
    {"GET", "/organizations/{organization}", get_organization, kLogin, kViewOrganization, "get-org"},
    {"PATCH", "/organizations/{organization}", update_organization, kLogin, kEditOrganization, "update-org"},
    {"DELETE", "/organizations/{organization}", delete_organization, kLogin, kDeleteOrganization, "delete-org"},
    {"GET", "/organizations/{organization}/address", get_address, kLogin, kManageBilling, "get-org-address"},
    {"PATCH", "/organizations/{organization}/address", update_address, kLogin, kManageBilling, "update-org-address"},
    {"GET", "/organizations/{organization}/profile", get_profile, kLogin, kManageBilling, "get-org-profile"},
    {"PATCH", "/organizations/{organization}/profile", update_profile, kLogin, kManageBilling, "update-org-profile"},
    {"GET", "/organizations/{organization}/mfa-enforcement", get_mfa_enforcement, kLogin, kViewOrganization,
     "get-org-mfa-enforcement"},
    {"POST", "/organizations/{organization}/mfa-enforcement/enable", enable_mfa_enforcement, kLogin, kEditOrganization,
     "enable-org-mfa-enforcement"},
    {"POST", "/organizations/{organization}/mfa-enforcement/disable", disable_mfa_enforcement, kLogin,
     kEditOrganization, "disable-org-mfa-enforcement"},
    {"GET", "/organizations/{organization}/trial", get_trial, kLogin, kViewOrganization, ""},
    {"GET", "/organizations/{organization}/usage", get_usage, kLogin, kViewOrganization, ""},
    {"GET", "/organizations/{organization}/projects", list_organization_projects, kLogin, kListSubscriptions,
     "list-org-projects"},
    {"GET", "/organizations/{organization}/members", list_members, kLogin, kManageMembers, "list-org-members"},
    {"GET", "/organizations/{organization}/members/{user}", get_member, kLogin, kManageMembers, "get-org-member"},
    {"PATCH", "/organizations/{organization}/members/{user}", update_member, kLogin, kManageMembers,
     "update-org-member"},
    {"DELETE", "/organizations/{organization}/members/{user}", delete_member, kLogin, kManageMembers,
     "delete-org-member"},
    {"GET", "/organizations/{organization}/invitations", list_organization_invitations, kLogin, kManageMembers,
     "list-org-invites"},
    {"DELETE", "/organizations/{organization}/invitations/{invitation}", delete_organization_invitation, kLogin,
     kManageMembers, "cancel-org-invite"},
    {"POST", "/organizations/{organization}/invitations", create_organization_invitation, kLogin, kManageMembers,
     "create-org-invite"},
    {"GET", "/organizations/{organization}/subscriptions", list_subscriptions, kLogin, kListSubscriptions,
     "list-org-subscriptions"},
    {"POST", "/organizations/{organization}/subscriptions", create_subscription, kLogin, kCreateSubscriptions,
     "create-org-subscription"},
    {"GET", "/organizations/{organization}/subscriptions/can-create", can_create_subscription, kLogin,
     kViewOrganization, "can-create-new-org-subscription"},
    {"GET", "/organizations/{organization}/subscriptions/estimate", estimate_subscription, kLogin, kViewOrganization,
     "estimate-new-org-subscription"},
    {"GET", "/organizations/{organization}/subscriptions/{subscription}", get_subscription, kLogin, kViewOrganization,
     "get-org-subscription"},
    {"PATCH", "/organizations/{organization}/subscriptions/{subscription}", update_subscription, kLogin,
     kManageSubscriptions, "update-org-subscription"},
    {"DELETE", "/organizations/{organization}/subscriptions/{subscription}", delete_subscription, kLogin,
     kManageSubscriptions, "delete-org-subscription"},
    {"GET", "/organizations/{organization}/setup/options", get_setup_options, kLogin, kViewOrganization, ""},

    // Teams
    {"GET", "/teams", list_teams, kLogin, kNothing, "list-teams"},
    {"POST", "/teams", create_team, kLogin, kNothing, "create-team"},
    {"GET", "/teams/{team}", get_team, kLogin, kViewOrganization, "get-team"},
    {"PATCH", "/teams/{team}", update_team, kLogin, kManageMembers, "update-team"},
    {"DELETE", "/teams/{team}", delete_team, kLogin, kManageMembers, "delete-team"},
    {"GET", "/teams/{team}/members", list_team_members, kLogin, kViewOrganization, "list-team-members"},
    {"POST", "/teams/{team}/members", create_team_member, kLogin, kManageMembers, "create-team-member"},
    {"GET", "/teams/{team}/members/{user}", get_team_member, kLogin, kViewOrganization, "get-team-member"},
    {"DELETE", "/teams/{team}/members/{user}", delete_team_member, kLogin, kManageMembers, "delete-team-member"},
    {"GET", "/teams/{team}/project-access", list_team_projects, kLogin, kViewOrganization, "list-team-project-access"},
    {"POST", "/teams/{team}/project-access", create_team_projects, kLogin, kManageMembers, "grant-team-project-access",
     Body::kItems},
    {"GET", "/teams/{team}/project-access/{team_project}", get_team_project, kLogin, kViewOrganization,
     "get-team-project-access"},
    {"DELETE", "/teams/{team}/project-access/{team_project}", delete_team_project, kLogin, kManageMembers,
     "remove-team-project-access"},

    // Subscriptions without an organization, plans, regions
    {"GET", "/plans", list_plans, kLogin, kNothing, "list-plans"},
    {"GET", "/regions", list_regions, kLogin, kNothing, "list-regions"},
    {"POST", "/subscriptions", create_subscription, kLogin, kNothing, ""},
    {"GET", "/subscriptions/estimate", estimate_subscription, kLogin, kNothing, ""},
    {"GET", "/subscriptions/{subscription}", get_subscription, kLogin, kNothing, ""},
    {"PATCH", "/subscriptions/{subscription}", update_subscription, kLogin, kNothing, ""},
    {"DELETE", "/subscriptions/{subscription}", delete_subscription, kLogin, kNothing, ""},
};

/// The table as a tree of path segments, so that a look-up costs the length of the path and not that of the table.
struct Branch {
  std::map<std::string, std::unique_ptr<Branch>, std::less<>> literals{};
  std::map<std::string, std::unique_ptr<Branch>, std::less<>> prefixes{};  ///< "email=" of "email={email}"
  std::unique_ptr<Branch> parameter{};
  std::string parameter_name{};
  std::map<std::string_view, const Route*> by_method{};
};

std::unique_ptr<Branch>& branch_for(Branch& at, std::string_view segment) {
  const std::size_t open = segment.find('{');
  if (open == std::string_view::npos) return at.literals[std::string{segment}];
  return open == 0 ? at.parameter : at.prefixes[std::string{segment.substr(0, open)}];
}

void add_to_tree(Branch& root, const Route& route) {
  Branch* at = &root;
  for (const std::string_view segment : path_segments(route.pattern)) {
    std::unique_ptr<Branch>& next = branch_for(*at, segment);
    if (!next) next = std::make_unique<Branch>();
    at = next.get();
    const std::size_t open = segment.find('{');
    if (open != std::string_view::npos && at->parameter_name.empty())
      at->parameter_name = segment.substr(open + 1, segment.size() - open - 2);
  }
  at->by_method.emplace(route.method, &route);
}

Response not_implemented(Context& context) {
  const Route& route = *context.route;
  throw ApiError{501,
                 fmt::format("The fake does not answer {} ({} {})", route.operation, route.method, route.pattern),
                 {{"operation", route.operation}}};
}

std::span<const Route> routes_that_are_missing() {
  static const std::vector<Route> kRows = [] {
    std::vector<Route> rows;
    for (const MissingRoute& row : missing_routes())
      rows.push_back({row.method, row.pattern, not_implemented, kLogin, kNothing, row.operation, Body::kNone});
    return rows;
  }();
  return kRows;
}

Branch make_tree() {
  Branch root;
  for (const Route& route : kRoutes) add_to_tree(root, route);
  for (const Route& route : routes_that_are_missing()) add_to_tree(root, route);
  return root;
}

/// Finds the branch for the segments from `next` on; a literal goes before a prefix and that before a parameter, and
/// "/users/me/x" falls back to
/// "/users/{user}/x" where "/users/me" leads nowhere.
const Route* descend(const Branch& at, const std::vector<std::string>& path, std::size_t next, std::string_view method,
                     Match& match) {
  if (next == path.size()) {
    const auto found = at.by_method.find(method);
    return found == at.by_method.end() ? nullptr : found->second;
  }
  const auto literal = at.literals.find(path[next]);
  if (literal != at.literals.end()) {
    if (const Route* route = descend(*literal->second, path, next + 1, method, match)) return route;
  }
  for (const auto& [prefix, branch] : at.prefixes) {
    if (!path[next].starts_with(prefix) || path[next].size() == prefix.size()) continue;
    const Route* route = descend(*branch, path, next + 1, method, match);
    if (route == nullptr) continue;
    match.path[branch->parameter_name] = path[next].substr(prefix.size());
    return route;
  }
  if (!at.parameter || path[next].empty()) return nullptr;
  const Route* route = descend(*at.parameter, path, next + 1, method, match);
  if (route != nullptr) match.path[at.parameter->parameter_name] = path[next];
  return route;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

Match match_route(std::string_view method, std::string_view raw_path) {
  static const Branch kTree = make_tree();
  // Below /platform the JavaScript client asks for what belongs to accounts: /api/platform/me.
  for (const std::string_view prefix : {"/api", "/platform"}) {
    const bool there =
        raw_path.starts_with(prefix) && (raw_path.size() == prefix.size() || raw_path[prefix.size()] == '/');
    if (there) raw_path.remove_prefix(prefix.size());
  }
  if (raw_path.size() > 1 && raw_path.ends_with('/')) raw_path.remove_suffix(1);
  Match match;
  if (raw_path.empty() || raw_path.front() != '/') return match;

  std::vector<std::string> path;
  for (const std::string_view segment : path_segments(raw_path)) path.push_back(percent_decoded(segment, true));
  match.route = descend(kTree, path, 0, method, match);
  return match;
}

}  // namespace understudy::api
