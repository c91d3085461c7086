#include "world/world_keys.hpp"

#include <algorithm>

#include "wire/organization.hpp"
#include "wire/records.hpp"
#include "wire/resources.hpp"

namespace understudy {
namespace {

using model::json;

const json kText{{"type", "string"}};
const json kFlag{{"type", "boolean"}};
const json kDuration{{"type", json::array({"string", "integer"})}, {"pattern", "^([0-9]+(d|h|m|min|s|ms)?)+$"}};

json map_of(const json& schema) {
  return {{"type", "object"}, {"additionalProperties", {{"anyOf", {schema, {{"type", "null"}}}}}}};
}
json list_of(const json& schema) { return {{"type", "array"}, {"items", schema}}; }

/// Keys of a part, as keys of the draft that holds the part.
template <class Draft, class Part>
Keys<Draft> lift(const Keys<Part>& keys, Part Draft::*member) {
  Keys<Draft> result;
  for (const Key<Part>& key : keys) {
    result.push_back({key.name, key.help, key.schema,
                      [&key, member](Draft& draft, const Node& node) { key.read(draft.*member, node); }, key.required});
  }
  return result;
}

/// A key whose value is read later, when what it refers to is known.
template <class Draft>
Key<Draft> later(std::string name, Node Draft::*member, json schema, std::string help) {
  return {std::move(name), std::move(help), std::move(schema),
          [member](Draft& draft, const Node& node) { draft.*member = node; }};
}

/// Also notes that the key was given.
template <class Draft>
void note(Keys<Draft>& keys, const std::string& name, bool Draft::*flag) {
  for (Key<Draft>& key : keys) {
    if (key.name != name) continue;
    key.read = [read = key.read, flag](Draft& draft, const Node& node) {
      read(draft, node);
      draft.*flag = true;
    };
  }
}

std::vector<std::string> texts_from(const Node& node) {
  std::vector<std::string> result;
  for (const Node& item : node.items()) result.push_back(item.scalar_text());
  return result;
}

template <class E, std::size_t N>
E choice_from(const Node& node, const model::EnumName<E> (&names)[N]) {
  const auto value = model::value_of(names, node.text());
  if (value) return *value;
  std::vector<std::string> known;
  std::string list;
  for (const model::EnumName<E>& row : names) {
    known.emplace_back(row.name);
    list += (list.empty() ? "" : ", ") + std::string{row.name};
  }
  throw InputError{node.at(), "expected one of " + list + ", found \"" + node.text() + "\"",
                   did_you_mean(node.text(), known)};
}

constexpr model::EnumName<model::ActivityState> kStays[] = {{model::ActivityState::kPending, "pending"},
                                                            {model::ActivityState::kInProgress, "in_progress"}};

int count_from(const Node& node) {
  const std::int64_t value = node.integer();
  if (value < 0 || value > 1'000'000) throw InputError{node.at(), "expected a number between 0 and 1000000"};
  return static_cast<int>(value);
}

/// RFC 9110, section 5: with others the header would be dropped on the way, or be read as two.
Header header_from(const Node::Entry& entry) {
  constexpr std::string_view kTokenSigns = "!#$%&'*+-.^_`|~";
  const auto is_of_token = [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kTokenSigns.find(c) != std::string_view::npos;
  };
  if (entry.key.empty() || !std::ranges::all_of(entry.key, is_of_token))
    throw InputError{entry.key_at, "\"" + entry.key + "\" is no name of a header"};
  const std::string value = entry.value.scalar_text();
  if (value.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos)
    throw InputError{entry.value.at(), "the value of a header has no line breaks and no zero bytes"};
  return {entry.key, value};
}

void read_on(Fault& fault, const Node& node) {
  const std::string& text = node.text();
  const std::size_t blank = text.find(' ');
  if (blank == std::string::npos || text.substr(blank + 1).empty() || text[blank + 1] != '/') {
    throw InputError{node.at(), "expected METHOD /path, found \"" + text + "\"",
                     "for instance POST /oauth2/token, or * /**"};
  }
  fault.method = text.substr(0, blank);
  fault.path = text.substr(blank + 1);
  const std::vector<std::string> methods{"*", "GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS"};
  if (std::find(methods.begin(), methods.end(), fault.method) == methods.end()) {
    throw InputError{node.at(), "\"" + fault.method + "\" is no HTTP method", did_you_mean(fault.method, methods)};
  }
}

}  // namespace

Milliseconds duration_from(const Node& node) {
  const auto duration = node.is_scalar() ? parse_duration(node.scalar_text()) : std::nullopt;
  if (!duration) throw InputError{node.at(), "expected a duration", "for instance 12m, 90s or 1h30m"};
  return *duration;
}

const Keys<model::User>& user_keys() {
  static const Keys<model::User> kKeys = wire::world_keys(wire::user_fields());
  return kKeys;
}

const Keys<model::Variable>& project_variable_keys() {
  static const Keys<model::Variable> kKeys = wire::world_keys(wire::project_variable_fields());
  return kKeys;
}

const Keys<model::Variable>& environment_variable_keys() {
  static const Keys<model::Variable> kKeys = wire::world_keys(wire::environment_variable_fields());
  return kKeys;
}

const Keys<model::Backup>& backup_keys() {
  static const Keys<model::Backup> kKeys = wire::world_keys(wire::backup_fields());
  return kKeys;
}

const Keys<model::Record>& domain_keys() {
  static const Keys<model::Record> kKeys = wire::world_keys(wire::domain_kind().fields);
  return kKeys;
}

const Keys<model::Record>& certificate_keys() {
  static const Keys<model::Record> kKeys = wire::world_keys(wire::certificate_kind().fields);
  return kKeys;
}

const Keys<model::Record>& integration_keys() {
  static const Keys<model::Record> kKeys = [] {
    Keys<model::Record> keys = wire::world_keys(wire::integration_world_fields());
    for (Key<model::Record>& key : keys) key.required = key.name == "type";
    return keys;
  }();
  return kKeys;
}

const Keys<model::Record>& version_keys() {
  static const Keys<model::Record> kKeys = wire::world_keys(wire::version_kind().fields);
  return kKeys;
}

const Keys<model::Subscription>& subscription_keys() {
  static const Keys<model::Subscription> kKeys = wire::world_keys(wire::subscription_fields());
  return kKeys;
}

const Keys<OrganizationDraft>& organization_keys() {
  static const Keys<model::Organization> kFields = wire::world_keys(wire::organization_fields());
  static const Keys<OrganizationDraft> kKeys = [] {
    Keys<OrganizationDraft> keys = lift(kFields, &OrganizationDraft::organization);
    keys.push_back(later<OrganizationDraft>("owner", &OrganizationDraft::owner, kText,
                                            "key below `users:`; the first user if not given"));
    keys.push_back(
        later<OrganizationDraft>("members", &OrganizationDraft::members, map_of(list_of(kText)),
                                 "user key: [admin, billing, members, plans, projects:create, projects:list]"));
    keys.push_back(later<OrganizationDraft>("invitations", &OrganizationDraft::invitations,
                                            list_of(schema_of(invitation_keys())), "that nobody has accepted yet"));
    return keys;
  }();
  return kKeys;
}

const Keys<TeamDraft>& team_keys() {
  static const Keys<model::Team> kFields = wire::world_keys(wire::team_fields());
  static const Keys<TeamDraft> kKeys = [] {
    Keys<TeamDraft> keys = lift(kFields, &TeamDraft::team);
    keys.push_back(later<TeamDraft>("organization", &TeamDraft::organization, kText, "key below `organizations:`"));
    keys.back().required = true;
    keys.push_back(later<TeamDraft>("members", &TeamDraft::members, list_of(kText), "user keys"));
    keys.push_back(later<TeamDraft>("projects", &TeamDraft::projects, list_of(kText), "project ids"));
    return keys;
  }();
  return kKeys;
}

const Keys<CommitDraft>& commit_keys() {
  static const Keys<CommitDraft> kKeys{
      {"message", "\"Initial commit\" if not given", kText,
       [](CommitDraft& c, const Node& n) { c.message = n.text(); }},
      {"date",
       "when it was made",
       {{"type", "string"}},
       [](CommitDraft& c, const Node& n) {
         c.date = parse_time(n.text());
         if (!c.date) throw InputError{n.at(), "expected a time, found \"" + n.text() + "\""};
       }},
      later<CommitDraft>("author", &CommitDraft::author, kText, "user key; the project's owner if not given"),
      later<CommitDraft>("files", &CommitDraft::files,
                         {{"type", "object"}, {"additionalProperties", {{"type", json::array({"string", "null"})}}}},
                         "path: content, changed against the commit before; null removes a file"),
  };
  return kKeys;
}

const Keys<InvitationDraft>& invitation_keys() {
  static const Keys<InvitationDraft> kKeys{
      {"email", "who is invited", kText, [](InvitationDraft& i, const Node& n) { i.invitation.email = n.text(); },
       true},
      {"permissions",
       "to a project as of a team (admin, viewer, production:viewer ...; viewer if not given), to an organization as "
       "of "
       "a member (none if not given)",
       list_of(kText), [](InvitationDraft& i, const Node& n) { i.invitation.permissions = texts_from(n); }},
      later<InvitationDraft>("by", &InvitationDraft::by, kText, "user key; the owner if not given"),
  };
  return kKeys;
}

const Keys<TokenDraft>& token_keys() {
  static const Keys<model::ApiToken> kFields = wire::world_keys(wire::api_token_fields());
  static const Keys<TokenDraft> kKeys = [] {
    Keys<TokenDraft> keys = lift(kFields, &TokenDraft::token);
    keys.push_back(later<TokenDraft>("user", &TokenDraft::user, kText, "key of its owner below `users:`"));
    keys.back().required = true;
    return keys;
  }();
  return kKeys;
}

const Keys<EnvironmentDraft>& environment_keys() {
  static const Keys<model::Environment> kFields = wire::world_keys(wire::environment_fields());
  static const Keys<EnvironmentDraft> kKeys = [] {
    Keys<EnvironmentDraft> keys = lift(kFields, &EnvironmentDraft::environment);
    note(keys, "type", &EnvironmentDraft::has_type);
    note(keys, "head_commit", &EnvironmentDraft::has_head);
    keys.push_back(later<EnvironmentDraft>("variables", &EnvironmentDraft::variables,
                                           map_of(schema_of(environment_variable_keys())),
                                           "by name; a bare value is short for {value: ...}"));
    keys.back().schema["additionalProperties"]["anyOf"].push_back(
        {{"type", json::array({"string", "number", "boolean"})}});
    keys.push_back(
        later<EnvironmentDraft>("backups", &EnvironmentDraft::backups, map_of(schema_of(backup_keys())), "by id"));
    keys.push_back(later<EnvironmentDraft>(
        "deployment", &EnvironmentDraft::deployment, {{"type", json::array({"object", "null"})}},
        "webapps, workers, services, routes: each given one replaces the default; null: never deployed"));
    note(keys, "deployment", &EnvironmentDraft::has_deployment);
    keys.push_back(
        later<EnvironmentDraft>("domains", &EnvironmentDraft::domains, map_of(schema_of(domain_keys())), "by name"));
    keys.push_back(later<EnvironmentDraft>("versions", &EnvironmentDraft::versions, map_of(schema_of(version_keys())),
                                           "of a blue-green deployment, by id"));
    keys.push_back(later<EnvironmentDraft>("commits", &EnvironmentDraft::commits, list_of(schema_of(commit_keys())),
                                           "oldest first; the last one is head_commit"));
    keys.push_back({"source_operations", "list of {operation, app, command}", list_of({{"type", "object"}}),
                    [](EnvironmentDraft& d, const Node& n) {
                      (void)n.items();
                      d.environment.source_operations = n.to_json();
                    }});
    keys.push_back({"tasks", "by name: {type, run: {command, timeout}}", map_of({{"type", "object"}}),
                    [](EnvironmentDraft& d, const Node& n) {
                      (void)n.entries();
                      d.environment.tasks = n.to_json();
                      for (auto& [name, task] : d.environment.tasks.items()) {
                        if (task.is_null()) task = json::object();
                        if (task.is_object() && !task.contains("name")) task["name"] = name;
                      }
                    }});
    keys.push_back({"autoscaling", "by container: {enabled, triggers, instances, scale_cooldown}",
                    map_of({{"type", "object"}}), [](EnvironmentDraft& d, const Node& n) {
                      (void)n.entries();
                      d.environment.autoscaling = n.to_json();
                    }});
    return keys;
  }();
  return kKeys;
}

const Keys<ActivityDraft>& activity_keys() {
  static const Keys<model::Activity> kFields = wire::world_keys(wire::activity_fields());
  static const Keys<ActivityDraft> kKeys = [] {
    Keys<ActivityDraft> keys = lift(kFields, &ActivityDraft::activity);
    for (Key<ActivityDraft>& key : keys) key.required = key.name == "type";
    note(keys, "state", &ActivityDraft::has_state);
    note(keys, "result", &ActivityDraft::has_result);
    note(keys, "text", &ActivityDraft::has_text);
    keys.push_back(later<ActivityDraft>("user", &ActivityDraft::user, kText,
                                        "key of who did it; the project's owner if not given"));
    keys.push_back({"log", "lines of its log", list_of(kText),
                    [](ActivityDraft& draft, const Node& node) { draft.log = texts_from(node); }});
    keys.push_back({"duration", "how long it still takes, if it is not over", kDuration,
                    [](ActivityDraft& draft, const Node& node) { draft.activity.duration = duration_from(node); }});
    keys.push_back({"stays",
                    "never gets any further than this",
                    {{"enum", {"pending", "in_progress"}}},
                    [](ActivityDraft& draft, const Node& node) { draft.activity.stays = choice_from(node, kStays); }});
    return keys;
  }();
  return kKeys;
}

const Keys<ProjectDraft>& project_keys() {
  static const Keys<model::Project> kFields = wire::world_keys(wire::project_fields());
  static const Keys<ProjectDraft> kKeys = [] {
    Keys<ProjectDraft> keys = lift(kFields, &ProjectDraft::project);
    const json role{{"enum", {"admin", "viewer"}}};
    const json by_type{{"type", "object"},
                       {"additionalProperties", false},
                       {"properties",
                        {{"project", role},
                         {"production", {{"enum", {"admin", "contributor", "viewer"}}}},
                         {"staging", {{"enum", {"admin", "contributor", "viewer"}}}},
                         {"development", {{"enum", {"admin", "contributor", "viewer"}}}}}}};
    json variables = map_of(schema_of(project_variable_keys()));
    variables["additionalProperties"]["anyOf"].push_back({{"type", json::array({"string", "number", "boolean"})}});
    keys.push_back(
        later<ProjectDraft>("owner", &ProjectDraft::owner, kText, "key below `users:`; the first user if not given"));
    keys.push_back(later<ProjectDraft>(
        "access", &ProjectDraft::access, {{"type", "object"}, {"additionalProperties", {{"anyOf", {role, by_type}}}}},
        "user key: admin | viewer | {production: viewer, development: contributor, ...}"));
    keys.push_back(later<ProjectDraft>("environments", &ProjectDraft::environments,
                                       map_of(schema_of(environment_keys())),
                                       "by id; `main` (production) if not given"));
    keys.push_back(later<ProjectDraft>("variables", &ProjectDraft::variables, variables,
                                       "of the project level, by name; a bare value is short for {value: ...}"));
    keys.push_back(later<ProjectDraft>("activities", &ProjectDraft::activities, list_of(schema_of(activity_keys())),
                                       "what has happened, oldest first"));
    keys.push_back(later<ProjectDraft>("organization", &ProjectDraft::organization, kText,
                                       "key below `organizations:` that it belongs to"));
    keys.push_back(later<ProjectDraft>("subscription", &ProjectDraft::subscription, schema_of(subscription_keys()),
                                       "what is paid for it"));
    keys.push_back(later<ProjectDraft>("certificates", &ProjectDraft::certificates,
                                       map_of(schema_of(certificate_keys())), "by id"));
    keys.push_back(later<ProjectDraft>("integrations", &ProjectDraft::integrations,
                                       map_of(schema_of(integration_keys())), "by id"));
    keys.push_back(later<ProjectDraft>("invitations", &ProjectDraft::invitations, list_of(schema_of(invitation_keys())),
                                       "that nobody has accepted yet"));
    keys.push_back(later<ProjectDraft>("settings", &ProjectDraft::settings, {{"type", "object"}},
                                       "changes to the project's settings"));
    keys.push_back(later<ProjectDraft>("capabilities", &ProjectDraft::capabilities, {{"type", "object"}},
                                       "changes to the project's capabilities"));
    return keys;
  }();
  return kKeys;
}

const Keys<engine::Behaviour>& behaviour_keys() {
  using engine::Behaviour;
  static const Keys<Behaviour> kKeys{
      {"duration", "from its start to its end", kDuration,
       [](Behaviour& b, const Node& n) { b.duration = duration_from(n); }},
      {"wait", "from its creation to its start, if nothing stands in its way; 2s if not given", kDuration,
       [](Behaviour& b, const Node& n) { b.wait = duration_from(n); }},
      {"result",
       "how it ends",
       {{"enum", {"success", "failure"}}},
       [](Behaviour& b, const Node& n) { b.result = choice_from(n, model::kResultNames); }},
      {"stays",
       "never gets any further than this",
       {{"enum", {"pending", "in_progress"}}},
       [](Behaviour& b, const Node& n) { b.stays = choice_from(n, kStays); }},
      {"log", "its lines; {user}, {environment}, {variable}, {backup} are replaced", list_of(kText),
       [](Behaviour& b, const Node& n) { b.log = texts_from(n); }},
  };
  return kKeys;
}

const Keys<engine::CronOptions>& cron_option_keys() {
  using engine::CronOptions;
  static const Keys<CronOptions> kKeys{
      {"random_offset",
       "a seed: triggers are moved by up to 20 minutes, or their period if that is shorter; not at all if not given",
       {{"type", "integer"}, {"minimum", 0}},
       [](CronOptions& c, const Node& n) { c.offset_seed = static_cast<std::uint64_t>(count_from(n)); }},
      {"pause_after", "so long after the last deployment of what is not production; 14d if not given", kDuration,
       [](CronOptions& c, const Node& n) { c.pause_after = duration_from(n); }},
      {"hold_limit", "for requests that a deploy holds, before they are dropped; 1m if not given", kDuration,
       [](CronOptions& c, const Node& n) { c.hold_limit = duration_from(n); }},
  };
  return kKeys;
}

const Keys<AuthDraft>& auth_keys() {
  static const Keys<AuthDraft> kKeys{
      {"token_lifetime", "of access tokens, in platform time; 15m if not given", kDuration,
       [](AuthDraft& a, const Node& n) {
         a.settings.token_lifetime = std::chrono::duration_cast<std::chrono::seconds>(duration_from(n));
       }},
      {"access_tokens",
       "jwt (default) or opaque",
       {{"enum", {"jwt", "opaque"}}},
       [](AuthDraft& a, const Node& n) {
         if (n.text() != "jwt" && n.text() != "opaque")
           throw InputError{n.at(), "expected jwt or opaque, found \"" + n.text() + "\""};
         a.settings.opaque_tokens = n.text() == "opaque";
       }},
      {"refresh_tokens", "hand one out with every exchange, not only at logins", kFlag,
       [](AuthDraft& a, const Node& n) { a.settings.refresh_tokens = n.boolean(); }},
      later<AuthDraft>("login", &AuthDraft::login, kText,
                       "key of the user whom the authorize page approves; the first one if not given"),
      later<AuthDraft>("clients", &AuthDraft::clients, {{"type", "object"}, {"additionalProperties", kText}},
                       "client id: key of the user that a client_credentials grant acts for"),
  };
  return kKeys;
}

const Keys<EventDraft>& event_keys() {
  static const Keys<EventDraft> kKeys = [] {
    Keys<EventDraft> keys{
        {"after", "platform time from the world's start", kDuration,
         [](EventDraft& e, const Node& n) { e.happening.after = duration_from(n); }, true},
        later<EventDraft>("cancel", &EventDraft::cancel, kText,
                          "type of activity; the newest unfinished one is cancelled"),
        later<EventDraft>("revoke", &EventDraft::revoke, kText, "key of an API token"),
        later<EventDraft>("remove", &EventDraft::remove, kText,
                          "key of a user whose account is removed; it may own nothing"),
        later<EventDraft>("accept", &EventDraft::accept, kText,
                          "e-mail address; whoever has it accepts all their invitations"),
        later<EventDraft>("start", &EventDraft::start, kText, "type of an activity that begins: push, redeploy ..."),
        later<EventDraft>("project", &EventDraft::project, kText,
                          "with `start`: id of the project; the only one if not given"),
        later<EventDraft>("environment", &EventDraft::environment, kText,
                          "with `start`: where; the project's production if not given"),
        later<EventDraft>("by", &EventDraft::by, kText, "key of the user who does it; the first one if not given"),
    };
    return keys;
  }();
  return kKeys;
}

const Keys<Fault>& fault_keys() {
  static const Keys<Fault> kKeys{
      {"on", "METHOD /path; * within a segment, ** over several; method * for any", kText, read_on, true},
      {"skip",
       "so many matching requests pass first",
       {{"type", "integer"}, {"minimum", 0}},
       [](Fault& f, const Node& n) { f.skip = count_from(n); }},
      {"times",
       "so many are hit; all if not given",
       {{"type", "integer"}, {"minimum", 1}},
       [](Fault& f, const Node& n) {
         if (n.integer() == 0) throw InputError{n.at(), "a fault that hits nothing", "leave times out: it hits all"};
         f.times = count_from(n);
       }},
      {"status",
       "HTTP status of the answer; without one, `body` or `drop`, the platform answers (late)",
       {{"type", "integer"}, {"minimum", 200}, {"maximum", 599}},
       [](Fault& f, const Node& n) {
         if (n.integer() < 200 || n.integer() > 599)  // what is less is followed by another answer
           throw InputError{n.at(), "expected an HTTP status between 200 and 599"};
         f.status = static_cast<int>(n.integer());
       }},
      {"headers",
       "of the answer",
       {{"type", "object"}, {"additionalProperties", kText}},
       [](Fault& f, const Node& n) {
         for (const Node::Entry& entry : n.entries()) f.headers.push_back(header_from(entry));
       }},
      {"body", "a text as it is, or a map that becomes JSON", json::object(),
       [](Fault& f, const Node& n) {
         f.body = n.is_scalar() ? n.scalar_text() : n.to_json().dump();
         if (!f.status) f.status = 200;
       }},
      {"content_type", "application/json if not given", kText,
       [](Fault& f, const Node& n) { f.content_type = n.text(); }},
      {"delay", "platform time that the answer takes", kDuration,
       [](Fault& f, const Node& n) { f.delay = duration_from(n); }},
      {"drop", "close the connection without an answer", kFlag, [](Fault& f, const Node& n) { f.drop = n.boolean(); }},
      {"hang", "never answer", kFlag, [](Fault& f, const Node& n) { f.hang = n.boolean(); }},
  };
  return kKeys;
}

const Keys<WorldDraft>& world_keys() {
  static const Keys<WorldDraft> kKeys{
      {"extends", "name of the world that this one changes", kText, [](WorldDraft&, const Node&) {}},
      {"description", "for people", kText, [](WorldDraft&, const Node& n) { (void)n.text(); }},
      {"clock",
       "platform time at the start; 2026-03-01T03:00:00Z if not given",
       {{"type", "string"}},
       [](WorldDraft& w, const Node& n) {
         w.clock = parse_time(n.text());
         if (!w.clock)
           throw InputError{n.at(), "expected a time, found \"" + n.text() + "\"", "for instance 2026-03-01T02:59Z"};
       }},
      later<WorldDraft>("auth", &WorldDraft::auth, schema_of(auth_keys()), "how the token endpoint behaves"),
      later<WorldDraft>("users", &WorldDraft::users, map_of(schema_of(user_keys())),
                        "accounts, by a key of your choice; one person if not given"),
      later<WorldDraft>("tokens", &WorldDraft::tokens, map_of(schema_of(token_keys())),
                        "API tokens, by a key of your choice; one for each user if not given"),
      later<WorldDraft>("organizations", &WorldDraft::organizations, map_of(schema_of(organization_keys())),
                        "by a key of your choice"),
      later<WorldDraft>("teams", &WorldDraft::teams, map_of(schema_of(team_keys())), "by a key of your choice"),
      later<WorldDraft>("plans", &WorldDraft::plans, list_of({{"type", "object"}}), "list of {name, label}"),
      later<WorldDraft>("regions", &WorldDraft::regions, list_of({{"type", "object"}}),
                        "list of {id, label, available, ...}; only the id is needed"),
      later<WorldDraft>("projects", &WorldDraft::projects, map_of(schema_of(project_keys())), "by id"),
      later<WorldDraft>("activity_types", &WorldDraft::activity_types, map_of(schema_of(behaviour_keys())),
                        "how activities run, by type: `environment.backup`, or just `backup`"),
      later<WorldDraft>(
          "crons", &WorldDraft::crons, schema_of(cron_option_keys()),
          "how crons run; they themselves are in the apps' configuration: `deployment.webapps.APP.crons`"),
      later<WorldDraft>("programs", &WorldDraft::programs, map_of(kDuration),
                        "how long programs of an app take that are not there, by how a command calls them: `drush`, "
                        "`bin/console`"),
      later<WorldDraft>("events", &WorldDraft::events, list_of(schema_of(event_keys())), "what happens on its own"),
      later<WorldDraft>("faults", &WorldDraft::faults, list_of(schema_of(fault_keys())),
                        "requests that are answered otherwise than the platform would"),
  };
  return kKeys;
}

}  // namespace understudy
