#include "api/routes.hpp"

#include <array>
#include <memory>

#include "api/handlers.hpp"

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
    {"GET", "/users/{user}/api-tokens", list_api_tokens, kLogin, kNothing, "list-api-tokens"},
    {"POST", "/users/{user}/api-tokens", create_api_token, kLogin, kNothing, "create-api-token"},
    {"GET", "/users/{user}/api-tokens/{token}", get_api_token, kLogin, kNothing, "get-api-token"},
    {"DELETE", "/users/{user}/api-tokens/{token}", delete_api_token, kLogin, kNothing, "delete-api-token"},
    {"GET", "/users/{user}/extended-access", list_extended_access, kLogin, kNothing, "list-user-extended-access"},
    {"GET", "/ref/users", refer_users, kLogin, kNothing, "list-referenced-users"},
    {"GET", "/ref/projects", refer_projects, kLogin, kNothing, "list-referenced-projects"},
    {"GET", "/ref/organizations", refer_organizations, kLogin, kNothing, "list-referenced-orgs"},

    // Projects
    {"GET", "/projects", list_projects, kLogin, kNothing, ""},
    {"GET", "/projects/{project}", get_project, kLogin, kView, "get-projects"},
    {"PATCH", "/projects/{project}", update_project, kLogin, kChangeSettings, "update-projects"},
    {"GET", "/projects/{project}/settings", get_settings, kLogin, kView, "get-projects-settings"},
    {"PATCH", "/projects/{project}/settings", update_settings, kLogin, kChangeSettings, "update-projects-settings"},
    {"GET", "/projects/{project}/capabilities", get_capabilities, kLogin, kView, "get-projects-capabilities"},
    {"GET", "/projects/{project}/environment-types", list_environment_types, kLogin, kView,
     "list-projects-environment-types"},
    {"GET", "/projects/{project}/environment-types/{type}", get_environment_type, kLogin, kView,
     "get-environment-type"},
    {"GET", "/projects/{project}/environment-types/{type}/access", list_type_access, kLogin, kView, ""},
    {"GET", "/projects/{project}/environment-types/{type}/access/{user}", get_type_access, kLogin, kView, ""},
    {"GET", "/projects/{project}/access", list_access, kLogin, kView, ""},
    {"GET", "/projects/{project}/access/{user}", get_access, kLogin, kView, ""},
    {"GET", "/projects/{project}/user-access", list_user_access, kLogin, kView, "list-project-user-access"},
    {"GET", "/projects/{project}/user-access/{user}", get_user_access, kLogin, kView, "get-project-user-access"},

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
};

/// The table as a tree of path segments, so that a look-up costs the length of the path and not that of the table.
struct Branch {
  std::map<std::string, std::unique_ptr<Branch>, std::less<>> literals{};
  std::unique_ptr<Branch> parameter{};
  std::string parameter_name{};
  std::map<std::string_view, const Route*> by_method{};
};

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> result;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    result.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return result;
}

Branch make_tree() {
  Branch root;
  for (const Route& route : kRoutes) {
    Branch* at = &root;
    for (const std::string_view segment : segments(route.pattern)) {
      const bool is_parameter = segment.starts_with('{');
      std::unique_ptr<Branch>& next = is_parameter ? at->parameter : at->literals[std::string{segment}];
      if (!next) next = std::make_unique<Branch>();
      at = next.get();
      if (is_parameter) at->parameter_name = segment.substr(1, segment.size() - 2);
    }
    at->by_method.emplace(route.method, &route);
  }
  return root;
}

/// Finds the branch for the segments from `next` on; a literal goes before a parameter, and "/users/me/x" falls back to
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
  if (!at.parameter || path[next].empty()) return nullptr;
  const Route* route = descend(*at.parameter, path, next + 1, method, match);
  if (route != nullptr) match.path[at.parameter->parameter_name] = path[next];
  return route;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

Match match_route(std::string_view method, std::string_view raw_path) {
  static const Branch kTree = make_tree();
  if (raw_path == "/api" || raw_path.starts_with("/api/")) raw_path.remove_prefix(4);
  if (raw_path.size() > 1 && raw_path.ends_with('/')) raw_path.remove_suffix(1);
  Match match;
  if (raw_path.empty() || raw_path.front() != '/') return match;

  std::vector<std::string> path;
  for (const std::string_view segment : segments(raw_path)) path.push_back(decode_percent(segment, true));
  match.route = descend(kTree, path, 0, method, match);
  return match;
}

}  // namespace understudy::api
