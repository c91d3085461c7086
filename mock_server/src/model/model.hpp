#pragma once
/// The platform's state: what exists, who it belongs to, what happens to it. No HTTP in here; JSON only as the opaque
/// documents that the platform itself keeps as such (attributes, payloads, deployments).
/// Field names and enumerators are those of the published API description.

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"
#include "model/deployment.hpp"

namespace understudy::model {

using nlohmann::json;

/// What all resources have. `extra` holds the fields that no rule reads, by their names in the API.
struct Resource {
  std::string id{};
  Time created_at{};
  Time updated_at{};
  json extra = json::object();
};

/// A resource whose fields no rule needs by name: all of them are in `extra`, and a table in wire/ says what they are.
struct Record : Resource {};
using Records = std::map<std::string, Record, std::less<>>;

struct User : Resource {
  std::string username{};
  std::string email{};
  std::string first_name{};
  std::string last_name{};
  bool machine = false;  ///< a machine user: an ordinary account that belongs to a task, not to a person
  Records ssh_keys{};
  json verification = {{"state", false}, {"type", ""}};  ///< what is still to be proved before a project can be made
  std::string phone_code{};                              ///< secret; sent to the phone that is being verified
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
  int number = 0;  ///< in the order of issue: what the tokens are called in reports
  std::string access_token{};
  std::string refresh_token{};
  std::string user{};       ///< id
  std::string api_token{};  ///< id of the API token it was exchanged for, "" for a login
  std::string client_id{};
  Time expires_at{};
  bool revoked = false;
  bool with_mfa = false;  ///< its login had a second factor; of an API token: MFA was on when it was made
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
  // What the environment had: a restore brings it back.
  Variables variables{};
  std::optional<json> containers{};  ///< webapps, workers, services; none if it was not deployed
};

enum class ActivityState { kPending, kInProgress, kComplete, kCancelled, kScheduled, kStaged };
enum class ActivityResult { kNone, kSuccess, kFailure };

/// The type of a cron's run. It takes none of the places that other activities wait for.
inline constexpr std::string_view kCronRun = "environment.cron";

struct LogLine {
  Time at{};
  std::string message{};  ///< with its own newline
};

struct Activity : Resource {
  std::string type{};
  std::string project{};
  std::vector<std::string> environments{};
  std::string target{};  ///< id of the environment that it changes, "" for the project as a whole
  std::string user{};    ///< id of who did it
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

  [[nodiscard]] bool is_over() const { return state == ActivityState::kComplete || state == ActivityState::kCancelled; }
  /// Nothing more happens to it on its own, and its log is sealed: a staged one waits for a deployment.
  [[nodiscard]] bool is_final() const { return is_over() || state == ActivityState::kStaged; }
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
  std::optional<Time> last_backup_at{};
  std::optional<Time> last_deployment_at{};
  bool last_deployment_successful = true;
  Variables variables{};
  Records domains{};
  Records versions{};                         ///< of a blue-green deployment
  json source_operations = json::array();     ///< {operation, app, command}
  json tasks = json::object();                ///< by name: {name, type, run: {command, timeout}}
  json autoscaling = json::object();          ///< by container
  std::set<std::string> staged_activities{};  ///< ids, of what waits for a manual deployment
  std::map<std::string, Backup, std::less<>> backups{};
  Deployment deployment{};  ///< webapps, workers, services, routes; none if it never was deployed
  Deployment next{};        ///< likewise, with resources that were asked for and are not deployed yet
};

enum class InvitationState { kPending, kAccepted, kCancelled };

/// Somebody was asked to join a project or an organization.
struct Invitation : Resource {
  std::string email{};
  std::string inviter{};                   ///< user id
  std::vector<std::string> permissions{};  ///< as of a team on a project; as of a member in an organization
  InvitationState state = InvitationState::kPending;
};

/// Git objects of a project, by their hashes.
struct Commit {
  std::string tree{};
  std::vector<std::string> parents{};
  std::string message{};
  std::string author{};
  std::string email{};
  Time date{};
};
struct TreeEntry {
  std::string path{};
  std::string mode{};  ///< "100644", "100755", "040000"
  std::string sha{};
  bool is_tree = false;
};
struct Repository {
  std::map<std::string, Commit, std::less<>> commits{};
  std::map<std::string, std::vector<TreeEntry>, std::less<>> trees{};
  std::map<std::string, std::string, std::less<>> blobs{};
};

struct Project : Resource {
  std::string title{};
  std::string owner{};  ///< user id
  std::string default_branch{};
  std::string region{};
  std::string plan{};
  bool suspended = false;
  int manual_backup_quota = 2;  ///< on production; two on any other environment
  std::string organization{};   ///< id, "" without one
  std::string subscription{};   ///< id
  json settings = json::object();
  json capabilities = json::object();
  std::map<std::string, Environment, std::less<>> environments{};
  Variables variables{};
  Records certificates{};
  Records integrations{};
  std::map<std::string, Access, std::less<>> access{};  ///< by user id; the owner needs no entry
  std::map<std::string, Invitation, std::less<>> invitations{};
  Repository repository{};
  std::vector<std::string> activities{};                                                     ///< ids, oldest first
  std::map<std::string, std::vector<std::string>, std::less<>> activities_by_environment{};  ///< likewise
  std::set<std::string, std::less<>> unfinished{};  ///< ids of those that are pending or at work
};

enum class SubscriptionStatus { kRequested, kProvisioning, kProvisioningFailure, kActive, kSuspended, kDeleted };

/// What is paid for: a project's plan and sizes.
struct Subscription : Resource {
  std::string project{};  ///< id; the project exists once the subscription is active
  std::string project_title{};
  std::string project_region{};
  std::string default_branch{};
  std::string owner{};         ///< user id
  std::string creator{};       ///< user id; has the project's administration, even if somebody else owns it
  std::string organization{};  ///< id, "" without one
  std::string plan{};
  int environments = 3;
  int storage = 5120;  ///< MiB
  int user_licenses = 1;
  SubscriptionStatus status = SubscriptionStatus::kActive;
  std::uint64_t version = 1;  ///< grows with each change of the status
  [[nodiscard]] bool is_final() const {
    return status != SubscriptionStatus::kRequested && status != SubscriptionStatus::kProvisioning;
  }
};

struct Member : Resource {                 ///< id = user id
  std::vector<std::string> permissions{};  ///< admin, billing, plans, members, projects:create, projects:list
};

struct Organization : Resource {
  std::string name{};
  std::string label{};
  std::string owner{};  ///< user id
  std::string country{};
  std::string type{};  ///< flexible, fixed
  std::vector<std::string> capabilities{};
  bool enforce_mfa = false;  ///< whoever is not logged in with a second factor is challenged
  std::map<std::string, Member, std::less<>> members{};  ///< by user id; the owner is one of them
  std::map<std::string, Invitation, std::less<>> invitations{};
  json address = json::object();
  json profile = json::object();
};

struct Team : Resource {
  std::string organization{};  ///< id
  std::string label{};
  std::vector<std::string> permissions{};  ///< on its projects: admin, viewer, production:viewer ...
  std::map<std::string, Time> members{};   ///< user id: since when
  std::map<std::string, Time> projects{};  ///< project id: since when
};

/// Everything that exists.
struct State {
  std::map<std::string, User, std::less<>> users{};
  std::map<std::string, ApiToken, std::less<>> api_tokens{};
  std::map<std::string, Grant, std::less<>> grants{};                ///< by access token
  std::map<std::string, std::string, std::less<>> refresh_tokens{};  ///< refresh token -> access token
  std::map<std::string, AuthorizationCode, std::less<>> codes{};
  std::map<std::string, Project, std::less<>> projects{};
  std::map<std::string, Subscription, std::less<>> subscriptions{};
  std::map<std::string, Organization, std::less<>> organizations{};
  std::map<std::string, Team, std::less<>> teams{};
  std::map<std::string, Activity, std::less<>> activities{};
  std::vector<std::string> activity_order{};  ///< ids, oldest first
  json plans = json::array();
  json regions = json::array();

  [[nodiscard]] const User* find_user(std::string_view id) const;
  [[nodiscard]] Project* find_project(std::string_view id);
  [[nodiscard]] const Project* find_project(std::string_view id) const;
  [[nodiscard]] bool has_unfinished(std::string_view project, std::string_view environment) const;
  [[nodiscard]] const User* find_user_by_email(std::string_view email) const;
  [[nodiscard]] const Organization* find_organization(std::string_view id) const;
  Activity& add(Activity activity);
  /// The project goes, and whatever was still to be done in it.
  void remove_project(const std::string& id);
  /// The account goes, with every access that it had. Its tokens stay, and open nothing any more.
  void remove_user(const std::string& id);
  /// Whoever has access to a project belongs to its organization; `permissions` are what else they may do there.
  void add_member(const std::string& organization, const std::string& user, Time now,
                  std::vector<std::string> permissions = {});
  /// The member goes, and with them all they had through it: their places in teams, their access to projects.
  void remove_member(const std::string& organization, const std::string& user);
  /// Keeps the indexes true after an activity's state has changed.
  void note_state(const Activity& activity);
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

inline constexpr EnumName<InvitationState> kInvitationNames[] = {{InvitationState::kPending, "pending"},
                                                                 {InvitationState::kAccepted, "accepted"},
                                                                 {InvitationState::kCancelled, "cancelled"}};
inline constexpr EnumName<SubscriptionStatus> kSubscriptionNames[] = {
    {SubscriptionStatus::kRequested, "requested"},
    {SubscriptionStatus::kProvisioning, "provisioning"},
    {SubscriptionStatus::kProvisioningFailure, "provisioning failure"},
    {SubscriptionStatus::kActive, "active"},
    {SubscriptionStatus::kSuspended, "suspended"},
    {SubscriptionStatus::kDeleted, "deleted"}};

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
