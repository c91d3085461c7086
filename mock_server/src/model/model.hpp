#pragma once
/// The platform's state: what exists, who it belongs to, what happens to it. No HTTP in here; JSON only as the opaque
/// documents that the platform itself keeps as such (attributes, payloads, deployments).
/// Field names and enumerators are those of the published API description.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"

namespace understudy::model {

using nlohmann::json;

/// What all resources have. `extra` holds the fields that no rule reads, by their names in the API.
struct Resource {
  std::string id{};
  Time created_at{};
  Time updated_at{};
  json extra = json::object();
};

struct User : Resource {
  std::string username{};
  std::string email{};
  std::string first_name{};
  std::string last_name{};
  bool machine = false;  ///< a machine user: an ordinary account that belongs to a task, not to a person
  [[nodiscard]] std::string full_name() const { return last_name.empty() ? first_name : first_name + " " + last_name; }
};

struct ApiToken : Resource {
  std::string name{};
  std::string user{};   ///< id
  std::string value{};  ///< secret; leaves the platform once, in the answer to its creation
  bool mfa_on_creation = false;
  bool revoked = false;
  std::optional<Time> expires_at{};
  std::optional<Time> last_used_at{};
};

/// An access token that was handed out, and the refresh token that came with it, if any.
struct Grant {
  std::string access_token{};
  std::string refresh_token{};
  std::string user{};       ///< id
  std::string api_token{};  ///< id of the API token it was exchanged for, "" for a login
  std::string client_id{};
  Time expires_at{};
  bool revoked = false;
};

/// An authorization code that waits to be exchanged (RFC 6749 section 4.1, RFC 7636).
struct AuthorizationCode {
  std::string user{};
  std::string client_id{};
  std::string redirect_uri{};
  std::string code_challenge{};
  std::string scope{};
  Time expires_at{};
};

enum class Role { kNone, kViewer, kContributor, kAdmin };
enum class EnvironmentType { kDevelopment, kStaging, kProduction };
enum class EnvironmentStatus { kActive, kInactive, kPaused, kDirty, kDeleting };

struct Access {
  Role project = Role::kNone;  ///< admin or viewer
  std::map<EnvironmentType, Role> by_type{};
  Time granted_at{};
};

struct Variable : Resource {  ///< id = name
  std::string value{};
  bool is_json = false;
  bool is_sensitive = false;
  bool visible_build = false;
  bool visible_runtime = true;
  std::vector<std::string> application_scope{};
  bool is_enabled = true;      ///< environment level
  bool is_inheritable = true;  ///< environment level
};
using Variables = std::map<std::string, Variable, std::less<>>;

struct Backup : Resource {
  std::string environment{};
  std::string commit_id{};
  bool safe = true;  ///< false: a live backup
  bool automated = false;
  bool restorable = true;
  bool deleting = false;
  std::optional<Time> expires_at{};
  Variables variables{};  ///< what the environment had: a restore brings it back
};

enum class ActivityState { kPending, kInProgress, kComplete, kCancelled, kScheduled, kStaged };
enum class ActivityResult { kNone, kSuccess, kFailure };

struct LogLine {
  Time at{};
  std::string message{};  ///< with its own newline
};

struct Activity : Resource {
  std::string type{};
  std::string project{};
  std::vector<std::string> environments{};
  std::string user{};  ///< id of who did it
  ActivityState state = ActivityState::kPending;
  ActivityResult result = ActivityResult::kNone;
  int completion_percent = 0;
  std::optional<Time> started_at{};
  std::optional<Time> completed_at{};
  std::optional<Time> cancelled_at{};
  std::string text{};         ///< "CI Bot created a backup of Main"
  std::string description{};  ///< the same as HTML
  json payload = json::object();
  json parameters = json::object();
  json timings = json::object();
  std::vector<LogLine> log{};
  std::uint64_t version = 1;  ///< grows whenever something other than the log changes
  // What the engine needs to carry it out.
  Milliseconds duration{};
  ActivityResult outcome = ActivityResult::kSuccess;
  std::optional<ActivityState> stays{};  ///< the world says that it never gets any further than this
  std::vector<std::string> script{};     ///< log lines to come, spread over the duration

  [[nodiscard]] bool is_final() const {
    return state == ActivityState::kComplete || state == ActivityState::kCancelled;
  }
};

struct Environment : Resource {
  std::string project{};
  std::string name{};
  std::string machine_name{};
  std::string title{};
  EnvironmentType type = EnvironmentType::kDevelopment;
  EnvironmentStatus status = EnvironmentStatus::kActive;
  std::optional<std::string> parent{};
  std::string head_commit{};
  bool manual_deployments = false;
  Variables variables{};
  std::map<std::string, Backup, std::less<>> backups{};
  std::optional<json> deployment{};  ///< webapps, workers, services, routes; none if it never was deployed
};

struct Project : Resource {
  std::string title{};
  std::string owner{};  ///< user id
  std::string default_branch{};
  std::string region{};
  std::string plan{};
  bool suspended = false;
  int manual_backup_quota = 2;  ///< on production; two on any other environment
  json settings = json::object();
  json capabilities = json::object();
  std::map<std::string, Environment, std::less<>> environments{};
  Variables variables{};
  std::map<std::string, Access, std::less<>> access{};  ///< by user id; the owner needs no entry
  std::vector<std::string> activities{};                ///< ids, oldest first
};

/// Everything that exists.
struct State {
  std::map<std::string, User, std::less<>> users{};
  std::map<std::string, ApiToken, std::less<>> api_tokens{};
  std::map<std::string, Grant, std::less<>> grants{};                ///< by access token
  std::map<std::string, std::string, std::less<>> refresh_tokens{};  ///< refresh token -> access token
  std::map<std::string, AuthorizationCode, std::less<>> codes{};
  std::map<std::string, Project, std::less<>> projects{};
  std::map<std::string, Activity, std::less<>> activities{};
  std::vector<std::string> activity_order{};  ///< ids, oldest first

  [[nodiscard]] const User* find_user(std::string_view id) const;
  [[nodiscard]] Project* find_project(std::string_view id);
  [[nodiscard]] const Project* find_project(std::string_view id) const;
  [[nodiscard]] bool has_unfinished(std::string_view project, std::string_view environment) const;
  Activity& add(Activity activity);
};

/// Names of enumerators as the API writes them.
template <class E>
struct EnumName {
  E value;
  std::string_view name;
};
inline constexpr EnumName<Role> kRoleNames[] = {
    {Role::kNone, "none"}, {Role::kViewer, "viewer"}, {Role::kContributor, "contributor"}, {Role::kAdmin, "admin"}};
inline constexpr EnumName<EnvironmentType> kTypeNames[] = {{EnvironmentType::kDevelopment, "development"},
                                                           {EnvironmentType::kStaging, "staging"},
                                                           {EnvironmentType::kProduction, "production"}};
inline constexpr EnumName<EnvironmentStatus> kStatusNames[] = {{EnvironmentStatus::kActive, "active"},
                                                               {EnvironmentStatus::kInactive, "inactive"},
                                                               {EnvironmentStatus::kPaused, "paused"},
                                                               {EnvironmentStatus::kDirty, "dirty"},
                                                               {EnvironmentStatus::kDeleting, "deleting"}};
inline constexpr EnumName<ActivityState> kStateNames[] = {
    {ActivityState::kPending, "pending"},     {ActivityState::kInProgress, "in_progress"},
    {ActivityState::kComplete, "complete"},   {ActivityState::kCancelled, "cancelled"},
    {ActivityState::kScheduled, "scheduled"}, {ActivityState::kStaged, "staged"}};
inline constexpr EnumName<ActivityResult> kResultNames[] = {{ActivityResult::kSuccess, "success"},
                                                            {ActivityResult::kFailure, "failure"}};

template <class E, std::size_t N>
[[nodiscard]] constexpr std::string_view name_of(const EnumName<E> (&names)[N], E value) {
  for (const EnumName<E>& row : names) {
    if (row.value == value) return row.name;
  }
  return "";
}
template <class E, std::size_t N>
[[nodiscard]] constexpr std::optional<E> value_of(const EnumName<E> (&names)[N], std::string_view name) {
  for (const EnumName<E>& row : names) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

}  // namespace understudy::model
