#include <fmt/format.h>

#include <algorithm>

#include "model/access.hpp"
#include "model/branching.hpp"
#include "model/defaults.hpp"
#include "model/git.hpp"
#include "wire/records.hpp"
#include "world/merge.hpp"
#include "world/world_keys.hpp"

namespace understudy {
namespace {

using model::json;

constexpr std::string_view kDefaultClock = "2026-03-01T03:00:00Z";
constexpr std::string_view kLongAgo = "2021-06-03T00:00:00Z";

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

/// Ids in a world follow from the names in it, so that adding one thing does not rename another.
model::IdSource ids_for(const std::string& name) { return model::IdSource{hash_of(name)}; }

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

bool given(const Node& node) { return !node.is(Node::Kind::kNull); }

class Reader {
public:
  explicit Reader(const Node& node) : world_{std::make_shared<World::Data>()} {
    read_map(node, world_keys(), draft_, "a world");
    world_->start = draft_.clock.value_or(*parse_time(kDefaultClock));
    created_ = *parse_time(kLongAgo);
  }

  std::shared_ptr<const World::Data> read() {
    read_users();
    read_tokens();
    read_organizations();
    read_projects();
    read_teams();
    world_->state.plans = given(draft_.plans) ? draft_.plans.to_json() : model::default_plans();
    read_regions();
    read_auth();
    read_behaviours();
    read_events();
    read_faults();
    describe();
    return world_;
  }

private:
  static const std::vector<Node::Entry>& entries_of(const Node& node) {
    static const std::vector<Node::Entry> kNone;
    return given(node) ? node.entries() : kNone;
  }
  static const std::vector<Node>& items_of(const Node& node) {
    static const std::vector<Node> kNone;
    return given(node) ? node.items() : kNone;
  }
  /// A resource without anything to say may stand as a bare `name:`.
  template <class T>
  static void read_resource(const Node& node, const Keys<T>& keys, T& into, const std::string& what) {
    if (given(node)) read_map(node, keys, into, what);
  }

  void add_user(const std::string& key, const Node& node) {
    model::User user;
    user.id = ids_for("user " + key).uuid();
    user.username = key;
    user.email = key + "@example.com";
    user.first_name = capitalized(key);
    user.created_at = user.updated_at = created_;
    read_resource(node, user_keys(), user, "user \"" + key + "\"");
    for (const auto& [id, other] : world_->state.users) {
      if (other.email == user.email)
        throw InputError{node.at(), fmt::format("two users have the e-mail address {}", user.email),
                         "addresses are unique over all accounts"};
      if (id == user.id) throw InputError{node.at(), "two users have the id " + id};
    }
    read_ssh_keys(user);
    user_ids_[key] = user.id;
    user_order_.push_back(key);
    world_->state.users[user.id] = std::move(user);
  }

  static void read_ssh_keys(model::User& user) {
    int number = 100;
    for (const json& given : user.extra.value("ssh_keys", json::array())) {
      model::Record key;
      key.extra = given.is_object() ? given : json{{"title", given}};
      key.id = key.extra.contains("key_id") ? key.extra["key_id"].dump() : std::to_string(++number);
      std::erase(key.id, '"');
      key.created_at = key.updated_at = user.created_at;
      user.ssh_keys[key.id] = key;
    }
    user.extra.erase("ssh_keys");
  }

  void read_users() {
    for (const Node::Entry& entry : entries_of(draft_.users)) add_user(entry.key, entry.value);
    if (user_order_.empty()) add_user("alice", {});
  }

  std::string user_named(const Node& name) const {
    const auto found = user_ids_.find(name.text());
    if (found == user_ids_.end()) {
      throw InputError{name.at(), "there is no user \"" + name.text() + "\"", did_you_mean(name.text(), user_order_)};
    }
    return found->second;
  }
  std::string user_or_first(const Node& name) const {
    return given(name) ? user_named(name) : user_ids_.at(user_order_.front());
  }

  void add_token(const std::string& key, TokenDraft draft, const std::string& user_key) {
    model::ApiToken& token = draft.token;
    model::IdSource ids = ids_for("token " + key);
    if (token.id.empty()) token.id = ids.uuid();
    if (token.name.empty()) token.name = key;
    if (token.value.empty()) token.value = ids.token(43);
    token.created_at = token.created_at == Time{} ? created_ : token.created_at;
    token.updated_at = token.updated_at == Time{} ? token.created_at : token.updated_at;
    world_->tokens.push_back({key, user_key, token.value});
    token_ids_[key] = token.id;
    world_->state.api_tokens[token.id] = std::move(token);
  }

  void read_tokens() {
    for (const Node::Entry& entry : entries_of(draft_.tokens)) {
      TokenDraft draft;
      read_map(entry.value, token_keys(), draft, "token \"" + entry.key + "\"");
      draft.token.user = user_named(draft.user);
      add_token(entry.key, draft, draft.user.text());
    }
    if (!world_->tokens.empty()) return;
    for (const std::string& key : user_order_) {
      TokenDraft draft;
      draft.token.user = user_ids_.at(key);
      add_token(key, draft, key);
    }
  }

  std::string organization_named(const Node& name) const {
    const auto found = organization_ids_.find(name.text());
    if (found != organization_ids_.end()) return found->second;
    std::vector<std::string> known;
    for (const auto& [key, id] : organization_ids_) known.push_back(key);
    throw InputError{name.at(), "there is no organization \"" + name.text() + "\"", did_you_mean(name.text(), known)};
  }

  void read_organizations() {
    for (const Node::Entry& entry : entries_of(draft_.organizations)) {
      OrganizationDraft draft;
      model::Organization& organization = draft.organization;
      organization.id = ids_for("organization " + entry.key).ulid();
      organization.name = entry.key;
      organization.label = capitalized(entry.key);
      organization.country = "FR";
      organization.type = "flexible";
      organization.capabilities = {"teams"};
      organization.created_at = organization.updated_at = created_;
      read_resource(entry.value, organization_keys(), draft, "organization \"" + entry.key + "\"");
      organization.owner = user_or_first(draft.owner);
      add_member(organization, organization.owner,
                 {"admin", "billing", "members", "plans", "projects:create", "projects:list"});
      for (const Node::Entry& member : entries_of(draft.members)) read_member(organization, member);
      read_invitations(organization, draft.invitations, {});
      organization_ids_[entry.key] = organization.id;
      const std::string id = organization.id;
      world_->state.organizations[id] = std::move(organization);
    }
  }

  void add_member(model::Organization& organization, const std::string& user, std::vector<std::string> permissions) {
    model::Member member;
    member.id = user;
    member.permissions = std::move(permissions);
    member.created_at = member.updated_at = created_;
    organization.members[user] = member;
  }

  static std::vector<std::string> member_permissions(const Node& list) {
    const auto all = model::organization_permissions();
    const std::vector<std::string> known{all.begin(), all.end()};
    std::vector<std::string> permissions;
    for (const Node& item : items_of(list)) {
      if (std::ranges::find(known, item.text()) == known.end()) {
        throw InputError{item.at(),
                         fmt::format("expected one of {}, found \"{}\"", fmt::join(known, ", "), item.text()),
                         did_you_mean(item.text(), known)};
      }
      permissions.push_back(item.text());
    }
    return permissions;
  }

  void read_member(model::Organization& organization, const Node::Entry& entry) {
    const std::string user = user_named(Node::scalar(entry.key_at, entry.key, true));
    add_member(organization, user, member_permissions(entry.value));
  }

  void read_teams() {
    for (const Node::Entry& entry : entries_of(draft_.teams)) {
      TeamDraft draft;
      model::Team& team = draft.team;
      team.id = ids_for("team " + entry.key).ulid();
      team.label = capitalized(entry.key);
      team.created_at = team.updated_at = created_;
      read_map(entry.value, team_keys(), draft, "team \"" + entry.key + "\"");
      team.organization = organization_named(draft.organization);
      if (!model::access_from(team.permissions))
        throw InputError{entry.value.find("project_permissions")->at(), "there is a permission that no team can have",
                         "for instance [viewer, development:contributor]"};
      for (const Node& user : items_of(draft.members)) team.members[user_named(user)] = created_;
      for (const Node& project : items_of(draft.projects)) {
        if (world_->state.find_project(project.text()) == nullptr)
          throw InputError{project.at(), "there is no project \"" + project.text() + "\""};
        team.projects[project.text()] = created_;
      }
      const std::string id = team.id;
      world_->state.teams[id] = std::move(team);
    }
  }

  void read_regions() {
    world_->state.regions = model::default_regions();
    if (!given(draft_.regions)) return;
    for (const Node& region : draft_.regions.items()) {
      if (region.find("id") == nullptr) throw InputError{region.at(), "a region needs an id"};
    }
    world_->state.regions = draft_.regions.to_json();
    for (json& region : world_->state.regions) model::complete_region(region);
  }

  /// What is described by its fields alone.
  void read_records(model::Records& records, const Node& node, const Keys<model::Record>& keys,
                    const std::string& what) const {
    for (const Node::Entry& entry : entries_of(node)) {
      model::Record record;
      record.id = entry.key;
      record.created_at = record.updated_at = created_;
      read_resource(entry.value, keys, record, what + " \"" + entry.key + "\"");
      records[entry.key] = std::move(record);
    }
  }

  void read_domains(model::Environment& environment, const Node& node) const {
    read_records(environment.domains, node, domain_keys(), "domain");
    for (auto& [name, domain] : environment.domains) {
      for (const char* field : {"name", "registered_name"}) {
        if (!domain.extra.contains(field)) domain.extra[field] = name;
      }
      if (domain.extra.contains("replacement_for")) domain.extra["type"] = "replacement";
    }
  }

  void read_integrations(model::Project& project, const Node& node) const {
    read_records(project.integrations, node, integration_keys(), "integration");
    for (const Node::Entry& entry : entries_of(node)) {
      const std::string type = project.integrations.at(entry.key).extra.value("type", "");
      const std::vector<std::string> known = wire::integration_types();
      if (wire::integration_kind(type) == nullptr)
        throw InputError{entry.value.find("type")->at(), "there is no integration type \"" + type + "\"",
                         did_you_mean(type, known)};
    }
  }

  /// `of` is the project or organization; `owner` invites where nobody else is named.
  template <class Resource>
  void read_invitations(Resource& of, const Node& node, const std::vector<std::string>& usual) {
    for (const Node& item : items_of(node)) {
      InvitationDraft draft;
      draft.invitation.permissions = usual;
      read_map(item, invitation_keys(), draft, "an invitation");
      model::Invitation& invitation = draft.invitation;
      if constexpr (std::is_same_v<Resource, model::Organization>) {
        if (const Node* permissions = item.find("permissions")) (void)member_permissions(*permissions);
      } else if (!model::access_from(invitation.permissions)) {
        throw InputError{item.find("permissions")->at(), "there is a permission that nobody can have"};
      }
      invitation.id = ids_for("invitation " + of.id + " " + invitation.email).uuid();
      invitation.inviter = given(draft.by) ? user_named(draft.by) : of.owner;
      invitation.created_at = invitation.updated_at = created_;
      const std::string id = invitation.id;
      of.invitations[id] = std::move(invitation);
    }
  }

  void read_subscription(model::Project& project, const Node& node) {
    model::Subscription subscription;
    subscription.id = std::to_string(42 + world_->state.subscriptions.size());
    subscription.created_at = subscription.updated_at = created_;
    subscription.plan = project.plan;
    read_resource(node, subscription_keys(), subscription, "the subscription of project \"" + project.id + "\"");
    subscription.project = project.id;
    subscription.project_title = project.title;
    subscription.project_region = project.region;
    subscription.default_branch = project.default_branch;
    subscription.owner = project.owner;
    subscription.organization = project.organization;
    if (project.suspended) subscription.status = model::SubscriptionStatus::kSuspended;
    project.subscription = subscription.id;
    const std::string id = subscription.id;
    if (!world_->state.subscriptions.emplace(id, std::move(subscription)).second)
      throw InputError{node.at(), "two subscriptions have the id " + id};
  }

  void read_commits(model::Project& project, model::Environment& environment, const Node& node) {
    model::Files files;
    Time date = created_;
    for (const Node& item : items_of(node)) {
      CommitDraft draft;
      read_map(item, commit_keys(), draft, "a commit");
      for (const Node::Entry& file : entries_of(draft.files)) {
        if (given(file.value))
          files[file.key] = file.value.scalar_text();
        else
          files.erase(file.key);
      }
      date = draft.date.value_or(date + std::chrono::hours{1});
      const model::User& author =
          world_->state.users.at(given(draft.author) ? user_named(draft.author) : project.owner);
      model::Commit commit{.tree = model::add_tree(project.repository, files),
                           .parents = {},
                           .message = draft.message,
                           .author = author.full_name(),
                           .email = author.email,
                           .date = date};
      const bool first = &item == &node.items().front();
      if (!first) commit.parents.push_back(environment.head_commit);
      environment.head_commit = model::add_commit(project.repository, commit);
    }
  }

  void read_projects() {
    for (const Node::Entry& entry : entries_of(draft_.projects)) read_project(entry);
  }

  void read_project(const Node::Entry& entry) {
    const bool word = !entry.key.empty() &&
                      std::ranges::all_of(entry.key, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
    if (!word)
      throw InputError{entry.key_at, "\"" + entry.key + "\" cannot be a project id",
                       "the client takes letters, digits and _ only"};
    ProjectDraft draft;
    model::Project& project = draft.project;
    project.id = project.title = entry.key;
    project.region = "fr-1.webpaas.ovh.net";
    project.plan = "standard";
    project.created_at = project.updated_at = created_;
    read_resource(entry.value, project_keys(), draft, "project \"" + entry.key + "\"");
    if (given(draft.organization)) project.organization = organization_named(draft.organization);
    const model::Organization* organization = world_->state.find_organization(project.organization);
    project.owner = organization != nullptr && !given(draft.owner) ? organization->owner : user_or_first(draft.owner);
    project.settings = changed(model::default_settings(), draft.settings, "a setting");
    project.capabilities = changed(model::default_capabilities(), draft.capabilities, "a capability");
    read_access(project, draft.access);
    read_variables(project.variables, draft.variables, project_variable_keys(), true);
    read_environments(project, draft.environments);
    read_records(project.certificates, draft.certificates, certificate_keys(), "certificate");
    read_integrations(project, draft.integrations);
    read_invitations(project, draft.invitations, {"viewer"});
    read_subscription(project, draft.subscription);
    for (const auto& [user, access] : project.access) world_->state.add_member(project.organization, user, created_);
    const std::string id = project.id;
    world_->state.projects[id] = std::move(project);
    for (const Node& activity : items_of(draft.activities)) read_activity(id, activity);
  }

  static json changed(json defaults, const Node& changes, const std::string& what) {
    for (const Node::Entry& entry : entries_of(changes)) {
      if (!defaults.contains(entry.key)) {
        std::vector<std::string> known;
        for (const auto& [key, value] : defaults.items()) known.push_back(key);
        throw InputError{entry.key_at, "\"" + entry.key + "\" is not " + what + " of a project",
                         did_you_mean(entry.key, known)};
      }
      const json value = entry.value.to_json();
      if (value.is_object() && defaults[entry.key].is_object())
        defaults[entry.key].merge_patch(value);
      else
        defaults[entry.key] = value;
    }
    return defaults;
  }

  static model::Role role_from(const Node& node, bool project_level) {
    std::vector<std::string> known{"admin", "viewer"};
    if (!project_level) known.insert(known.begin() + 1, "contributor");
    if (std::ranges::find(known, node.text()) == known.end()) {
      throw InputError{node.at(), fmt::format("expected one of {}, found \"{}\"", fmt::join(known, ", "), node.text()),
                       did_you_mean(node.text(), known)};
    }
    return *model::value_of(model::kRoleNames, node.text());
  }

  void read_access(model::Project& project, const Node& access) {
    for (const Node::Entry& entry : entries_of(access)) {
      const std::string user = user_named(Node::scalar(entry.key_at, entry.key, true));
      model::Access granted;
      granted.granted_at = created_;
      if (entry.value.is_scalar()) {
        granted.project = role_from(entry.value, true);
      } else {
        for (const Node::Entry& part : entry.value.entries()) {
          if (part.key == "project") {
            granted.project = role_from(part.value, true);
            continue;
          }
          const auto type = model::value_of(model::kTypeNames, part.key);
          if (!type) {
            const std::vector<std::string> known{"project", "production", "staging", "development"};
            throw InputError{part.key_at, "\"" + part.key + "\" is no environment type", did_you_mean(part.key, known)};
          }
          granted.by_type[*type] = role_from(part.value, false);
        }
      }
      project.access[user] = granted;
    }
  }

  void read_variables(model::Variables& variables, const Node& node, const Keys<model::Variable>& keys,
                      bool visible_build) const {
    for (const Node::Entry& entry : entries_of(node)) {
      model::Variable variable;
      variable.id = entry.key;
      variable.visible_build = visible_build;
      variable.created_at = variable.updated_at = created_;
      if (entry.value.is_scalar())
        variable.value = entry.value.scalar_text();
      else
        read_map(entry.value, keys, variable, "variable \"" + entry.key + "\"");
      const std::string name = variable.id;
      variables[name] = std::move(variable);
    }
  }

  void read_environments(model::Project& project, const Node& environments) {
    std::vector<std::string> ids;
    for (const Node::Entry& entry : entries_of(environments)) ids.push_back(entry.key);
    if (ids.empty()) ids.emplace_back("main");
    if (project.default_branch.empty()) project.default_branch = ids.front();
    if (std::ranges::find(ids, project.default_branch) == ids.end()) {
      throw InputError{environments.at(),
                       "the default branch \"" + project.default_branch + "\" is no environment of the project",
                       did_you_mean(project.default_branch, ids)};
    }
    if (!given(environments) || environments.entries().empty()) read_environment(project, {"main", {}, {}}, ids);
    for (const Node::Entry& entry : entries_of(environments)) read_environment(project, entry, ids);
  }

  void read_environment(model::Project& project, const Node::Entry& entry, const std::vector<std::string>& ids) {
    EnvironmentDraft draft;
    model::Environment& environment = draft.environment;
    model::IdSource drawn = ids_for("environment " + project.id + "/" + entry.key);
    environment.id = environment.name = entry.key;
    environment.project = project.id;
    environment.title = capitalized(entry.key);
    environment.created_at = environment.updated_at = created_;
    std::string plain = entry.key;
    std::ranges::replace_if(
        plain, [](unsigned char c) { return std::isalnum(c) == 0; }, '-');
    environment.machine_name = plain + "-" + drawn.draw(7);
    const bool is_default = entry.key == project.default_branch;
    if (!is_default) environment.parent = project.default_branch;
    read_resource(entry.value, environment_keys(), draft, "environment \"" + entry.key + "\"");
    if (!draft.has_type && is_default) environment.type = model::EnvironmentType::kProduction;
    if (!draft.has_head) environment.head_commit = drawn.hex(40);
    if (environment.parent && std::ranges::find(ids, *environment.parent) == ids.end()) {
      const Node* parent = entry.value.find("parent");
      throw InputError{parent->at(), "there is no environment \"" + *environment.parent + "\"",
                       did_you_mean(*environment.parent, ids)};
    }
    read_deployment(project, draft);
    read_variables(environment.variables, draft.variables, environment_variable_keys(), false);
    read_domains(environment, draft.domains);
    read_records(environment.versions, draft.versions, version_keys(), "version");
    read_commits(project, environment, draft.commits);
    for (const Node::Entry& backup : entries_of(draft.backups)) read_backup(environment, backup);
    project.environments[entry.key] = std::move(environment);
  }

  static void read_deployment(const model::Project& project, EnvironmentDraft& draft) {
    model::Environment& environment = draft.environment;
    const bool runs = environment.status == model::EnvironmentStatus::kActive ||
                      environment.status == model::EnvironmentStatus::kDirty;
    if (draft.has_deployment ? !given(draft.deployment) : !runs) return;
    environment.deployment = model::Deployment::usual(project.id, environment.id);
    if (!given(draft.deployment)) return;
    for (const Node::Entry& part : entries_of(draft.deployment)) {
      if (!environment.deployment->contains(part.key)) {
        std::vector<std::string> known;
        for (const auto& [key, value] : environment.deployment->items()) known.push_back(key);
        throw InputError{part.key_at, "\"" + part.key + "\" is no part of a deployment", did_you_mean(part.key, known)};
      }
      (void)part.value.entries();
      environment.deployment.change()[part.key] = part.value.to_json();
    }
    model::complete_deployment(environment.deployment.change());
  }

  void read_backup(model::Environment& environment, const Node::Entry& entry) const {
    model::Backup backup;
    backup.id = entry.key;
    backup.environment = environment.id;
    backup.commit_id = environment.head_commit;
    backup.created_at = backup.updated_at = world_->start - std::chrono::days{1};
    backup.variables = environment.variables;
    backup.containers = model::containers_of(environment);
    read_resource(entry.value, backup_keys(), backup, "backup \"" + entry.key + "\"");
    environment.backups[entry.key] = std::move(backup);
  }

  void read_activity(const std::string& project_id, const Node& node) {
    model::Project& project = world_->state.projects.at(project_id);
    ActivityDraft draft;
    model::Activity& activity = draft.activity;
    activity.id = ids_for(fmt::format("activity {} {}", project_id, project.activities.size())).resource_id();
    activity.project = project_id;
    activity.created_at =
        world_->start - std::chrono::hours{1} + std::chrono::minutes{static_cast<int>(project.activities.size())};
    activity.updated_at = activity.created_at;
    activity.duration = std::chrono::minutes{1};
    read_map(node, activity_keys(), draft, "an activity");
    activity.type = engine::full_type_name(activity.type);
    activity.user = given(draft.user) ? user_named(draft.user) : project.owner;
    check_environments(project, node, activity);
    if (!activity.environments.empty()) activity.target = activity.environments.front();
    if (!draft.has_state) activity.state = model::ActivityState::kComplete;
    const bool began =
        activity.state != model::ActivityState::kPending && activity.state != model::ActivityState::kStaged;
    if (began && !activity.started_at) activity.started_at = activity.created_at;
    if (activity.is_over()) {
      if (!draft.has_result)
        activity.result = activity.state == model::ActivityState::kComplete ? model::ActivityResult::kSuccess
                                                                            : model::ActivityResult::kFailure;
      activity.completion_percent = 100;
      if (!activity.completed_at) activity.completed_at = *activity.started_at + std::chrono::seconds{30};
      if (activity.timings.empty())
        activity.timings = engine::timings(activity.type, *activity.started_at - activity.created_at,
                                           *activity.completed_at - *activity.started_at);
    }
    const bool makes_backup = activity.type == "environment.backup" && !activity.payload.contains("backup_name");
    if (makes_backup) activity.payload["backup_name"] = ids_for("backup of " + activity.id).draw(26);
    if (!draft.has_text) write_text(project, activity);
    for (const std::string& line : draft.log) activity.log.push_back({activity.created_at, line + "\n"});
    world_->state.add(activity);
  }

  static void check_environments(const model::Project& project, const Node& node, const model::Activity& activity) {
    std::vector<std::string> known;
    for (const auto& [id, environment] : project.environments) known.push_back(id);
    for (const std::string& id : activity.environments) {
      if (project.environments.contains(id)) continue;
      throw InputError{node.find("environments")->at(), "there is no environment \"" + id + "\"",
                       did_you_mean(id, known)};
    }
  }

  static engine::Subject named_subject(std::string_view what, const json& name) {
    const std::string text = name.is_string() ? name.get<std::string>() : name.dump();
    return {what, text, text};
  }

  void write_text(const model::Project& project, model::Activity& activity) const {
    const engine::ActivityType* type = engine::find_activity_type(activity.type);
    std::vector<engine::Subject> subjects{{"user", activity.user, world_->state.users.at(activity.user).full_name()}};
    if (!activity.environments.empty()) {
      const model::Environment& environment = project.environments.at(activity.environments.front());
      subjects.push_back({"environment", environment.id, environment.title});
      const auto parent = project.environments.find(environment.parent.value_or(""));
      if (parent != project.environments.end()) subjects.push_back({"parent", parent->first, parent->second.title});
    }
    const json& payload = activity.payload;
    if (payload.contains("backup_name")) subjects.push_back(named_subject("backup", payload["backup_name"]));
    if (payload.contains("variable") && payload["variable"].is_object())
      subjects.push_back(named_subject("variable", payload["variable"].value("name", json(""))));
    const std::string sentence = type == nullptr ? "{user}: " + activity.type : std::string{type->sentence};
    activity.text = engine::render_text(sentence, subjects);
    activity.description = engine::render_html(sentence, subjects);
  }

  void read_auth() {
    AuthDraft draft;
    read_resource(draft_.auth, auth_keys(), draft, "auth");
    draft.settings.login_user = user_or_first(draft.login);
    for (const Node::Entry& entry : entries_of(draft.clients))
      draft.settings.client_users[entry.key] = user_named(entry.value);
    world_->auth = draft.settings;
  }

  static std::string type_named(const std::string& name, const Position& at) {
    const std::string full = engine::full_type_name(name);
    if (engine::find_activity_type(full) != nullptr) return full;
    std::vector<std::string> known;
    for (const engine::ActivityType& type : engine::activity_types()) {
      known.emplace_back(type.name);
      known.emplace_back(type.name.substr(type.name.find('.') + 1));
    }
    throw InputError{at, "there is no activity type \"" + name + "\"", did_you_mean(name, known)};
  }

  void read_behaviours() {
    for (const Node::Entry& entry : entries_of(draft_.activity_types)) {
      engine::Behaviour behaviour;
      read_resource(entry.value, behaviour_keys(), behaviour, "activity type \"" + entry.key + "\"");
      world_->behaviours[type_named(entry.key, entry.key_at)] = behaviour;
    }
  }

  void read_events() {
    for (const Node& node : items_of(draft_.events)) {
      EventDraft draft;
      read_map(node, event_keys(), draft, "an event");
      engine::Happening& happening = draft.happening;
      happening.user = user_or_first(draft.by);
      const int effects = (given(draft.cancel) ? 1 : 0) + (given(draft.revoke) ? 1 : 0) + (given(draft.accept) ? 1 : 0);
      if (effects != 1) throw InputError{node.at(), "an event needs one of cancel, revoke and accept"};
      if (given(draft.cancel)) {
        happening.kind = engine::Happening::Kind::kCancel;
        happening.subject = type_named(draft.cancel.text(), draft.cancel.at());
      } else if (given(draft.accept)) {
        happening.kind = engine::Happening::Kind::kAccept;
        happening.subject = draft.accept.text();
      } else {
        happening.kind = engine::Happening::Kind::kRevoke;
        const auto found = token_ids_.find(draft.revoke.text());
        if (found == token_ids_.end()) {
          std::vector<std::string> known;
          for (const World::Token& token : world_->tokens) known.push_back(token.name);
          throw InputError{draft.revoke.at(), "there is no token \"" + draft.revoke.text() + "\"",
                           did_you_mean(draft.revoke.text(), known)};
        }
        happening.subject = found->second;
      }
      world_->happenings.push_back(happening);
    }
  }

  void read_faults() {
    for (const Node& node : items_of(draft_.faults)) {
      Fault fault;
      read_map(node, fault_keys(), fault, "a fault");
      const int effects = (fault.status ? 1 : 0) + (fault.drop ? 1 : 0) + (fault.hang ? 1 : 0);
      if (effects > 1) throw InputError{node.at(), "a fault can have one of status (or body), drop and hang"};
      if (effects == 0 && fault.delay == Milliseconds{0}) {
        throw InputError{node.at(), "this fault does nothing", "give it a status, a body, a delay, drop or hang"};
      }
      world_->faults.push_back(fault);
    }
  }

  void describe() {
    json users = json::object();
    for (const std::string& key : user_order_) users[key] = world_->state.users.at(user_ids_.at(key)).full_name();
    json projects = json::object();
    for (const auto& [id, project] : world_->state.projects) {
      projects[id] = json::array();
      for (const auto& [environment, ignored] : project.environments) projects[id].push_back(environment);
    }
    world_->description = {{"users", users}, {"projects", projects}};
  }

  std::shared_ptr<World::Data> world_;
  WorldDraft draft_{};
  Time created_{};
  std::map<std::string, std::string> user_ids_;          // key -> id
  std::vector<std::string> user_order_;                  // keys, in the order of the file
  std::map<std::string, std::string> token_ids_;         // key -> id
  std::map<std::string, std::string> organization_ids_;  // key -> id
};

}  // namespace

World::World() : data_{Reader{Node::map({}, {})}.read()} {}

World World::from_node(const Node& node, const WorldLibrary& library) {
  World world;
  world.data_ = Reader{unfold_extends(node, library)}.read();
  return world;
}

World World::load(const std::filesystem::path& file, const WorldLibrary& library) {
  const std::vector<Node> documents = load_documents(file);
  if (documents.size() != 1)
    throw InputError{{file.string(), 1, 1}, "a world is one document, found " + std::to_string(documents.size())};
  return from_node(documents.front(), library);
}

const std::vector<World::Token>& World::tokens() const { return data_->tokens; }
const nlohmann::json& World::describe() const { return data_->description; }

nlohmann::json world_schema() {
  nlohmann::json schema = schema_of(world_keys());
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Understudy world";
  return schema;
}

}  // namespace understudy
