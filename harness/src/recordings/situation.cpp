#include "recordings/situation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mock_server/base64.hpp"
#include "mock_server/url.hpp"

namespace understudy {
namespace {

using Segments = std::vector<std::string>;

/// Without what stands before the API's own paths: /api and /platform.
Segments segments_of(std::string_view path) {
  Segments segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (!segment.empty()) segments.push_back(percent_decoded(segment, false));
  }
  if (!segments.empty() && (segments.front() == "api" || segments.front() == "platform"))
    segments.erase(segments.begin());
  return segments;
}

bool is_read(const RecordedExchange& exchange) { return exchange.method == "GET" || exchange.method == "HEAD"; }

/// Tokens and certificates are made all the time; the platform is the same afterwards.
bool changes_something(const RecordedExchange& exchange) {
  if (is_read(exchange) || exchange.method == "OPTIONS" || exchange.status >= 400 || exchange.status == 0) return false;
  const Segments path = segments_of(exchange.path);
  if (path.empty()) return false;
  const bool of_login = path.front() == "oauth2" || path.front() == "ssh";
  return !of_login && !(path.size() == 2 && path[0] == "me" && path[1] == "verification");
}

class Gatherer {
public:
  explicit Gatherer(const Recording& recording) : recording_{recording} {}

  Situation gather() {
    situation_.first_write = recording_.exchanges.size();
    for (std::size_t i = 0; i < recording_.exchanges.size(); ++i) {
      const RecordedExchange& exchange = recording_.exchanges[i];
      if (!situation_.began) situation_.began = exchange.started;
      if (changes_something(exchange)) note_write(exchange, i);
      if (exchange.method == "GET" && exchange.status == 200) take(exchange);
      if (situation_.me.empty() && exchange.status < 400) situation_.me = subject_of(exchange);
    }
    return std::move(situation_);
  }

private:
  /// Whom the bearer says that it is for: the `sub` of a JSON Web Token (RFC 7519, 4.1.2), which a placeholder keeps.
  static std::string subject_of(const RecordedExchange& exchange) {
    constexpr std::string_view kScheme = "Bearer ";
    const std::string* authorization = find_header(exchange.request_headers, "Authorization");
    if (authorization == nullptr || !authorization->starts_with(kScheme)) return {};
    const std::size_t begin = authorization->find('.');
    const std::size_t end = begin == std::string::npos ? begin : authorization->find('.', begin + 1);
    if (end == std::string::npos) return {};
    const std::optional<std::string> claims = from_base64(authorization->substr(begin + 1, end - begin - 1));
    return claims ? text_of(Json::parse(*claims, nullptr, false), "sub") : "";
  }

  // What was made while it was recorded

  void note_write(const RecordedExchange& exchange, std::size_t index) {
    situation_.first_write = std::min(situation_.first_write, index);
    const Json answer = Json::parse(exchange.response_body, nullptr, false);
    if (!answer.is_object() || !answer.contains("_embedded")) return;
    const Json& embedded = answer["_embedded"];
    if (!embedded.is_object()) return;
    for (const Json& activity : list_of(embedded, "activities")) note_made(activity);
    // What is created is answered with 201, what is changed or deleted with 200 or 202.
    if (exchange.method == "POST" && embedded.contains("entity")) note_made_if_unknown(embedded["entity"]);
  }

  void note_made(const Json& resource) {
    made_.insert(text_of(resource, "id"));
    const std::optional<Time> created = parse_time(text_of(resource, "created_at"));
    if (created && (!first_made_ || *created < *first_made_)) first_made_ = created;
  }

  void note_made_if_unknown(const Json& resource) {
    if (!known_.contains(text_of(resource, "id"))) made_.insert(text_of(resource, "id"));
  }

  /// Was it there before something was changed?
  bool is_made_later(const std::string& id, const Json& fields) const {
    if (situation_.first_write == recording_.exchanges.size() || known_.contains(id)) return false;
    if (made_.contains(id)) return true;
    const std::optional<Time> created = parse_time(text_of(fields, "created_at"));
    return created && first_made_ && *created >= *first_made_;
  }

  // Answers

  void take(const RecordedExchange& exchange) {
    from_ = fmt::format("{} {}{}", exchange.method, exchange.path,
                        exchange.at.line > 0 ? fmt::format(" (line {})", exchange.at.line) : "");
    late_ = situation_.first_write < recording_.exchanges.size();
    const Segments path = segments_of(exchange.path);
    if (path.empty()) return;
    const bool is_log = path.size() == 5 && path[0] == "projects" && path[2] == "activities" && path[4] == "log";
    if (is_log) return take_log(path[1], path[3], exchange.response_body);
    const Json answer = Json::parse(exchange.response_body, nullptr, false);
    if (!answer.is_structured()) return;
    if (path[0] == "me" || path[0] == "users" || path[0] == "ref") take_person(path, answer);
    if (path[0] == "organizations") take_organization(path, answer);
    if (path[0] == "teams") take_team(path, answer);
    if (path[0] == "projects") take_project(path, answer);
    if (path[0] == "subscriptions" && path.size() == 2) take_subscription(answer);
    if (path[0] == "regions" && path.size() == 1) keep_first(situation_.regions, items_of(answer));
    if (path[0] == "plans" && path.size() == 1) keep_first(situation_.plans, items_of(answer));
  }

  template <class Value>
  static void keep_first(std::optional<Json>& into, const Value* value) {
    if (value != nullptr && !into) into = *value;
  }

  /// False if it was made later.
  bool note(Seen& seen, const std::string& id, const Json& fields, const std::string& what) {
    if (is_made_later(id, fields)) {
      if (told_.insert(what + id).second)
        situation_.left_out.push_back(fmt::format("{} {}: made while it was recorded", what, id));
      return false;
    }
    known_.insert(id);
    if (seen.from.empty()) {
      seen.from = from_;
      seen.late = late_;
    }
    for (const auto& [key, value] : fields.items()) {
      if (!seen.fields.contains(key)) seen.fields[key] = value;
    }
    return true;
  }

  void note_in(SeenById& into, const Json& resource, const std::string& what) {
    const std::string id = text_of(resource, "id");
    if (id.empty()) return;
    Seen seen = into.contains(id) ? into.at(id) : Seen{};
    if (note(seen, id, resource, what)) into[id] = std::move(seen);
  }

  void note_all(SeenById& into, const Json& answer, const std::string& what) {
    if (const Json* items = items_of(answer))
      for (const Json& item : *items) note_in(into, item, what);
    else
      note_in(into, answer, what);
  }

  void note_one(std::optional<Seen>& into, const Json& answer) {
    if (!answer.is_object()) return;
    Seen seen = into.value_or(Seen{});
    (void)note(seen, from_, answer, "");
    into = std::move(seen);
  }

  // People

  void take_person(const Segments& path, const Json& answer) {
    if (path == Segments{"me"}) return take_account(answer);
    if (path[0] == "ref") return take_references(path, answer);
    if (path[0] != "users" || path.size() < 2) return;
    if (path.size() == 2) {
      note_in(situation_.users, answer, "user");
      if (path[1] == "me" && situation_.me.empty()) situation_.me = text_of(answer, "id");
    } else if (path[2] == "api-tokens") {
      const std::string user = path[1] == "me" ? situation_.me : path[1];
      note_all(situation_.tokens[user], answer, "API token");
    } else if (path[2] == "organizations" && path.size() == 3) {
      take_organizations(answer);
    } else if (path[2] == "extended-access") {
      take_extended_access(path[1], answer);
    }
  }

  void take_account(const Json& answer) {
    const std::string id = text_of(answer, "id");
    if (id.empty()) return;
    if (situation_.me.empty()) situation_.me = id;
    Json user{{"id", id}};
    for (const auto& [ours, theirs] : {std::pair{"username", "username"},
                                       {"email", "mail"},
                                       {"display_name", "display_name"},
                                       {"picture", "picture"}}) {
      if (!text_of(answer, theirs).empty()) user[ours] = text_of(answer, theirs);
    }
    note_user(id, user);
    for (const Json& project : list_of(answer, "projects")) {
      if (project.is_object()) take_project_outline(project);
    }
  }

  void note_user(const std::string& id, const Json& fields) {
    Seen seen = situation_.users.contains(id) ? situation_.users.at(id) : Seen{};
    if (note(seen, id, fields, "user")) situation_.users[id] = std::move(seen);
  }

  void take_references(const Segments& path, const Json& answer) {
    if (path.size() != 2 || !answer.is_object()) return;
    for (const auto& [id, resource] : answer.items()) {
      if (!resource.is_object()) continue;
      if (path[1] == "users") note_user(id, resource);
      if (path[1] == "projects") take_project_outline(resource);
      if (path[1] == "organizations") (void)note(situation_.organizations[id].self, id, resource, "organization");
    }
  }

  void take_extended_access(const std::string& user, const Json& answer) {
    const Json* items = items_of(answer);
    for (const Json& item : items == nullptr ? Json::array() : *items) {
      if (text_of(item, "resource_type") == "project") note_permissions(text_of(item, "resource_id"), user, item);
    }
  }

  // Organizations and teams

  void take_organizations(const Json& answer) {
    const Json* items = items_of(answer);
    for (const Json& item : items == nullptr ? Json::array() : *items)
      if (const std::string id = text_of(item, "id"); !id.empty())
        (void)note(situation_.organizations[id].self, id, item, "organization");
  }

  void take_organization(const Segments& path, const Json& answer) {
    if (path.size() == 1) return take_organizations(answer);
    const std::string id = organization_id(path[1]);
    if (path.size() == 2) {
      const std::string own = text_of(answer, "id");
      if (!own.empty()) (void)note(situation_.organizations[own].self, own, answer, "organization");
      return;
    }
    SeenOrganization& organization = situation_.organizations[id];
    const std::string& part = path[2];
    if (part == "members") {
      const Json* items = items_of(answer);
      for (const Json& member : items == nullptr ? Json::array({answer}) : *items) take_member(organization, member);
    } else if (part == "address") {
      keep_first(organization.address, &answer);
    } else if (part == "profile") {
      keep_first(organization.profile, &answer);
    } else if (part == "invitations") {
      take_invitations(organization.invitations, answer);
    } else if (part == "projects" && path.size() == 3) {
      const Json* items = items_of(answer);
      for (const Json& item : items == nullptr ? Json::array() : *items) take_project_outline(item);
    } else if (part == "subscriptions") {
      const Json* items = items_of(answer);
      if (items != nullptr)
        for (const Json& item : *items) take_subscription(item);
      else
        take_subscription(answer);
    }
  }

  /// The path may have its name instead: "/organizations/name=acme".
  [[nodiscard]] std::string organization_id(const std::string& segment) const {
    const std::string name = segment.starts_with("name=") ? segment.substr(5) : segment;
    for (const auto& [id, organization] : situation_.organizations) {
      if (id == name || text_of(organization.self.fields, "name") == name) return id;
    }
    return segment;
  }

  static void take_member(SeenOrganization& organization, const Json& member) {
    const std::string user = text_of(member, "user_id");
    if (user.empty() || is_true(member, "owner") || organization.members.contains(user)) return;
    std::vector<std::string>& permissions = organization.members[user];
    for (const Json& permission : list_of(member, "permissions"))
      if (permission.is_string()) permissions.push_back(permission.get<std::string>());
  }

  static void take_invitations(std::vector<Json>& into, const Json& answer) {
    const Json* items = items_of(answer);
    for (const Json& item : items == nullptr ? Json::array() : *items) {
      const auto same = [&](const Json& other) { return text_of(other, "id") == text_of(item, "id"); };
      if (item.is_object() && std::ranges::none_of(into, same)) into.push_back(item);
    }
  }

  void take_team(const Segments& path, const Json& answer) {
    const Json* items = items_of(answer);
    if (path.size() <= 2) {
      for (const Json& team : items == nullptr ? Json::array({answer}) : *items)
        if (const std::string id = text_of(team, "id"); !id.empty())
          (void)note(situation_.teams[id].self, id, team, "team");
      return;
    }
    for (const Json& item : items == nullptr ? Json::array({answer}) : *items) {
      if (path[2] == "members" && !text_of(item, "user_id").empty())
        situation_.teams[path[1]].members.insert(text_of(item, "user_id"));
      if (path[2] == "project-access" && !text_of(item, "project_id").empty())
        situation_.teams[path[1]].projects.insert(text_of(item, "project_id"));
    }
  }

  // Projects

  /// As lists of projects show them, with other names for the same.
  void take_project_outline(const Json& outline) {
    const std::string id = text_of(outline, "id");
    if (id.empty()) return;
    Json fields{{"id", id}};
    for (const char* field : {"title", "region", "plan", "created_at", "updated_at", "owner", "vendor"})
      if (!text_of(outline, field).empty()) fields[field] = text_of(outline, field);
    if (!text_of(outline, "organization_id").empty()) fields["organization"] = text_of(outline, "organization_id");
    if (text_of(outline, "status") == "suspended") fields["suspended"] = true;
    const bool is_new = !situation_.projects.contains(id);
    if (!note(situation_.projects[id].self, id, fields, "project") && is_new) situation_.projects.erase(id);
    const std::string subscription = text_of(outline, "subscription_id");
    if (!subscription.empty() && situation_.projects.contains(id))
      note_one(situation_.projects[id].subscription, {{"id", subscription}});
  }

  void take_subscription(const Json& answer) {
    const std::string project = text_of(answer, "project_id");
    if (project.empty()) return;
    const bool is_new = !situation_.projects.contains(project);
    if (is_new && is_made_later(project, answer)) return;
    Json outline{{"id", project}};
    for (const auto& [ours, theirs] :
         {std::pair{"title", "project_title"}, {"region", "project_region"}, {"organization_id", "organization_id"}})
      if (!text_of(answer, theirs).empty()) outline[ours] = text_of(answer, theirs);
    take_project_outline(outline);
    note_one(situation_.projects[project].subscription, answer);
  }

  void take_project(const Segments& path, const Json& answer) {
    if (path.size() == 1) {
      const Json* items = items_of(answer);
      for (const Json& item : items == nullptr ? Json::array() : *items) note_project(text_of(item, "id"), item);
      return;
    }
    if (path.size() == 2) return note_project(path[1], answer);
    const std::string& part = path[2];
    SeenProject& project = situation_.projects[path[1]];
    if (part == "environments") {
      take_environments(project, path, answer);
    } else if (part == "variables") {
      note_all(project.variables, answer, "variable");
    } else if (part == "activities" && path.size() <= 4) {
      note_all(project.activities, answer, "activity");
    } else if (part == "integrations" && path.size() <= 4) {
      note_all(project.integrations, answer, "integration");
    } else if (part == "integrations" && path.size() == 5 && path[4] == "activities") {
      note_all(project.activities, answer, "activity");
    } else if (part == "certificates") {
      note_all(project.certificates, answer, "certificate");
    } else if (part == "domains") {
      note_all(project.environments[default_branch(project)].domains, answer, "domain");
    } else if (part == "settings") {
      note_one(project.settings, answer);
    } else if (part == "capabilities") {
      note_one(project.capabilities, answer);
    } else if (part == "user-access" || part == "access") {
      const Json* items = items_of(answer);
      for (const Json& item : items == nullptr ? Json::array({answer}) : *items) take_access(path[1], item);
    } else if (part == "environment-types" && path.size() >= 5 && path[4] == "access") {
      const Json* items = items_of(answer);
      for (const Json& item : items == nullptr ? Json::array({answer}) : *items)
        if (const std::string user = text_of(item, "id"); !user.empty())
          project.access[user].emplace(path[3], text_of(item, "role"));
    } else if (part == "invitations") {
      take_invitations(project.invitations, answer);
    }
  }

  void note_project(const std::string& id, const Json& fields) {
    if (id.empty() || !fields.is_object()) return;
    const bool is_new = !situation_.projects.contains(id);
    if (!note(situation_.projects[id].self, id, fields, "project") && is_new) situation_.projects.erase(id);
  }

  static std::string default_branch(const SeenProject& project) {
    const std::string named = text_of(project.self.fields, "default_branch");
    return named.empty() ? "main" : named;
  }

  void take_access(const std::string& project, const Json& item) {
    const std::string user = text_of(item, "user_id").empty() ? text_of(item, "id") : text_of(item, "user_id");
    if (user.empty()) return;
    if (item.contains("permissions")) return note_permissions(project, user, item);
    if (!text_of(item, "role").empty())
      situation_.projects[project].access[user].emplace("project", text_of(item, "role"));
    const Json embedded = map_of(item, "_embedded");
    const Json users = list_of(embedded, "users");
    for (const Json& one : users)
      if (!text_of(one, "id").empty()) note_user(text_of(one, "id"), one);
  }

  /// "admin", "viewer", "production:viewer"
  void note_permissions(const std::string& project, const std::string& user, const Json& item) {
    if (project.empty() || user.empty()) return;
    for (const Json& permission : list_of(item, "permissions")) {
      if (!permission.is_string()) continue;
      const std::string text = permission.get<std::string>();
      const std::size_t colon = text.find(':');
      if (colon == std::string::npos)
        situation_.projects[project].access[user].emplace("project", text);
      else
        situation_.projects[project].access[user].emplace(text.substr(0, colon), text.substr(colon + 1));
    }
  }

  void take_environments(SeenProject& project, const Segments& path, const Json& answer) {
    if (path.size() <= 4) {
      const Json* items = items_of(answer);
      for (const Json& item : items == nullptr ? Json::array({answer}) : *items) {
        const std::string id = text_of(item, "id");
        if (id.empty()) continue;
        const bool is_new = !project.environments.contains(id);
        if (!note(project.environments[id].self, id, item, "environment") && is_new) project.environments.erase(id);
      }
      return;
    }
    SeenEnvironment& environment = project.environments[path[3]];
    const std::string& part = path[4];
    if (part == "variables") {
      note_all(environment.variables, answer, "variable");
    } else if (part == "backups") {
      note_all(environment.backups, answer, "backup");
    } else if (part == "activities" && path.size() <= 6) {
      note_all(project.activities, answer, "activity");
    } else if (part == "domains") {
      note_all(environment.domains, answer, "domain");
    } else if (part == "versions") {
      note_all(environment.versions, answer, "version");
    } else if (part == "settings") {
      note_one(environment.settings, answer);
    } else if (part == "deployments" && path.size() == 6 && path[5] == "current") {
      note_one(environment.deployment, answer);
      take_project_info(project, map_of(answer, "project_info"));
    } else if (part == "autoscaling") {
      note_one(environment.autoscaling, answer);
    } else if (part == "source-operations") {
      keep_first(environment.source_operations, items_of(answer));
    } else if (part == "tasks") {
      keep_first(environment.tasks, items_of(answer));
    }
  }

  /// A deployment has the project's settings in it, as they are.
  void take_project_info(SeenProject& project, const Json& info) {
    for (const auto& [name, into] : {std::pair{"settings", &project.settings}, {"capabilities", &project.capabilities}})
      if (info.contains(name) && !into->has_value()) note_one(*into, info[name]);
  }

  /// One JSON object a line, with what was logged in `data.message` (contract, 4.7).
  void take_log(const std::string& project, const std::string& activity, std::string_view body) {
    if (made_.contains(activity) || situation_.projects[project].logs.contains(activity)) return;
    std::vector<std::string>& lines = situation_.projects[project].logs[activity];
    while (!body.empty()) {
      const std::string_view line = body.substr(0, body.find('\n'));
      body.remove_prefix(std::min(line.size() + 1, body.size()));
      const Json item = Json::parse(line, nullptr, false);
      if (!item.is_object() || !item.contains("data") || !item["data"].is_object()) continue;
      std::string message = text_of(item["data"], "message");
      if (message.ends_with('\n')) message.pop_back();
      lines.push_back(std::move(message));
    }
  }

  const Recording& recording_;
  Situation situation_{};
  std::string from_{};
  bool late_ = false;
  std::set<std::string> known_{};  ///< ids that were there
  std::set<std::string> made_{};   ///< ids of what writes made
  std::set<std::string> told_{};
  std::optional<Time> first_made_{};
};

}  // namespace

const Json* items_of(const Json& answer) {
  if (answer.is_array()) return &answer;
  const auto items = answer.is_object() ? answer.find("items") : answer.end();
  return answer.is_object() && items != answer.end() && items->is_array() ? &*items : nullptr;
}

Situation situation_of(const Recording& recording) { return Gatherer{recording}.gather(); }

}  // namespace understudy
