#include "recordings/world_draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "mock_server/secrets.hpp"
#include "mock_server/world.hpp"

namespace understudy {
namespace {

/// Keys of a part of a world's schema, with their own schemas.
const nlohmann::json& keys_of(const std::string& part) {
  static const nlohmann::json kWorld = world_schema().at("properties");
  const auto map = [](const nlohmann::json& schema) -> const nlohmann::json& {
    return schema.at("additionalProperties").at("anyOf").at(0).at("properties");
  };
  const nlohmann::json& project = map(kWorld.at("projects"));
  if (part == "project") return project;
  if (part == "subscription") return project.at("subscription").at("properties");
  if (part == "activity") return project.at("activities").at("items").at("properties");
  if (part == "project variable") return map(project.at("variables"));
  if (part == "integration" || part == "certificate") return map(project.at(part + "s"));
  const nlohmann::json& environment = map(project.at("environments"));
  if (part == "environment") return environment;
  if (part == "environment variable") return map(environment.at("variables"));
  if (part == "backup" || part == "domain" || part == "version") return map(environment.at(part + "s"));
  return map(kWorld.at(part + "s"));  // user, token, organization, team
}

bool items_fit(const nlohmann::json& schema, const Json& list) {
  const bool texts = schema.contains("items") && schema["items"].value("type", nlohmann::json()) == "string";
  return !texts || std::ranges::all_of(list, [](const Json& item) { return item.is_string(); });
}

/// Can the world's reader take it?
bool fits(const nlohmann::json& schema, const Json& value) {
  const auto choice = schema.find("enum");
  if (choice != schema.end())
    return value.is_string() && std::ranges::find(*choice, nlohmann::json(value.get<std::string>())) != choice->end();
  const auto type = schema.find("type");
  if (type == schema.end()) return true;
  const auto is = [&](const std::string& name) {
    if (name == "null") return value.is_null();
    if (name == "string") return value.is_string();
    if (name == "boolean") return value.is_boolean();
    if (name == "integer") return value.is_number_integer();
    if (name == "number") return value.is_number();
    if (name == "array") return value.is_array() && items_fit(schema, value);
    return name == "object" && (value.is_object() || (value.is_array() && value.empty()));
  };
  if (type->is_string()) return is(type->get<std::string>());
  return std::ranges::any_of(*type, [&](const nlohmann::json& name) { return is(name.get<std::string>()); });
}

/// For keys that a person types.
std::string slug(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
    if (plain || (!result.empty() && result.back() != '-'))
      result += plain ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : '-';
  }
  while (result.ends_with('-')) result.pop_back();
  return result;
}

class Drafter {
public:
  explicit Drafter(const Situation& situation) : situation_{situation} {}

  WorldDraftOf draft() {
    collect_people();
    write_clock();
    write_users();
    write_tokens();
    write_organizations();
    write_teams();
    for (const auto& [id, project] : situation_.projects) write_project(id, project);
    for (const auto& [name, list] : {std::pair{"regions", &situation_.regions}, {"plans", &situation_.plans}})
      if (list->has_value()) draft_.world[name] = without_links(**list);
    draft_.remarks.insert(draft_.remarks.end(), situation_.left_out.begin(), situation_.left_out.end());
    return std::move(draft_);
  }

private:
  void remark(const std::string& text) { draft_.remarks.push_back(text); }

  void came_from(const std::string& path, const Seen& seen) {
    if (!seen.from.empty()) draft_.comments[path] = seen.from + (seen.late ? "; after something had been changed" : "");
  }

  /// What of `seen` the world can hold. Null is said only where it is no default.
  Json taken(const Seen& seen, const std::string& part, const std::string& name,
             std::initializer_list<std::string_view> without) {
    const nlohmann::json& keys = keys_of(part);
    Json result = Json::object();
    for (const auto& [key, value] : seen.fields.items()) {
      if (!keys.contains(key) || std::ranges::find(without, key) != without.end()) continue;
      if (fits(keys[key], value))
        result[key] = value;
      else if (!value.is_null())
        remark(fmt::format("{} {}: its {} cannot be {}", part, name, key, value.dump()));
    }
    return result;
  }

  static Json without_links(Json value) {
    if (value.is_object()) value.erase("_links");
    for (auto& item : value)
      if (item.is_structured()) item = without_links(item);
    return value;
  }

  /// Those who are only named somewhere are people, too.
  void collect_people() {
    users_ = situation_.users;
    for (const auto& [id, project] : situation_.projects)
      for (const auto& [activity, seen] : project.activities) collect_who_did_it(seen);
    const auto named = [&](const std::string& id, const std::string& where) {
      if (id.empty() || users_.contains(id)) return;
      users_[id].fields["id"] = id;
      users_[id].from = where;
      remark(fmt::format("user {}: nothing is known but the id, as {}", id, where));
    };
    named(situation_.me, "who asked");
    for (const auto& [id, organization] : situation_.organizations) {
      named(text_of(organization.self.fields, "owner_id"), "owner of organization " + id);
      for (const auto& [user, permissions] : organization.members) named(user, "member of organization " + id);
    }
    for (const auto& [id, team] : situation_.teams)
      for (const std::string& user : team.members) named(user, "member of team " + id);
    for (const auto& [id, project] : situation_.projects) {
      named(text_of(project.self.fields, "owner"), "owner of project " + id);
      for (const auto& [user, roles] : project.access) named(user, "with access to project " + id);
    }
    for (auto& [id, user] : users_) {
      complete_name(user.fields);
      std::string name = text_of(user.fields, "username");
      if (name.empty()) name = slug(text_of(user.fields, "email").substr(0, text_of(user.fields, "email").find('@')));
      const auto is_taken = [&](const std::string& key) {
        return std::ranges::any_of(keys_, [&](const auto& other) { return other.second == key; });
      };
      if (name.empty()) name = id == situation_.me ? "me" : "somebody";
      std::string key = name;
      for (int number = 2; is_taken(key); ++number) key = fmt::format("{}-{}", name, number);
      keys_[id] = key;
    }
  }

  /// Lists show a whole name only.
  static void complete_name(Json& user) {
    const std::string whole = text_of(user, "display_name");
    if (!whole.empty() && !user.contains("first_name") && !user.contains("last_name")) {
      const std::size_t blank = std::min(whole.find(' '), whole.size());
      user["first_name"] = whole.substr(0, blank);
      user["last_name"] = whole.substr(std::min(blank + 1, whole.size()));
    }
    if (whole == text_of(user, "first_name") + " " + text_of(user, "last_name")) user.erase("display_name");
  }

  /// Never before what is there already.
  void write_clock() {
    std::optional<Time> clock = situation_.began;
    const auto later = [&](const Seen& seen) {
      for (const char* field : {"created_at", "updated_at", "started_at", "completed_at"}) {
        const std::optional<Time> time = parse_time(text_of(seen.fields, field));
        if (time && clock && *time > *clock) clock = time;
      }
    };
    for (const auto& [id, project] : situation_.projects) {
      later(project.self);
      for (const auto& [activity, seen] : project.activities) later(seen);
      for (const auto& [name, environment] : project.environments) later(environment.self);
    }
    if (clock) draft_.world["clock"] = format_time(std::chrono::floor<std::chrono::seconds>(*clock));
  }

  void write_users() {
    std::vector<std::string> order;
    for (const auto& [id, key] : keys_) order.push_back(id);
    std::ranges::sort(order, {}, [&](const std::string& id) { return std::pair{id != situation_.me, keys_.at(id)}; });
    for (const std::string& id : order) {
      Json user = taken(users_.at(id), "user", keys_.at(id), {"ssh_keys", "machine"});
      draft_.world["users"][keys_.at(id)] = user;
      came_from("users\n" + keys_.at(id) + "\n", users_.at(id));
    }
  }

  /// The first one is what a client gets, so one of who asked comes first. Values are drawn anew.
  void write_tokens() {
    if (situation_.me.empty()) return;
    Json& tokens = draft_.world["tokens"] = Json::object();
    const auto write_of = [&](const std::string& user) {
      const auto seen = situation_.tokens.find(user);
      if (seen == situation_.tokens.end()) return;
      for (const auto& [id, token] : seen->second) {
        std::string key = slug(text_of(token.fields, "name"));
        if (key.empty() || tokens.contains(key)) key = id;
        tokens[key] = {{"user", keys_.at(user)}};
        tokens[key].update(taken(token, "token", key, {"value", "revoked", "expires_at", "last_used_at"}));
        came_from("tokens\n" + key + "\n", token);
      }
    };
    write_of(situation_.me);
    if (tokens.empty()) tokens[keys_.at(situation_.me)] = {{"user", keys_.at(situation_.me)}};
    for (const auto& [user, seen] : situation_.tokens)
      if (user != situation_.me && keys_.contains(user)) write_of(user);
  }

  void write_organizations() {
    for (const auto& [id, seen] : situation_.organizations) add_organization(id, seen);
    for (const auto& [id, project] : situation_.projects) {
      const std::string organization = text_of(project.self.fields, "organization");
      if (organization.empty() || organizations_.contains(organization)) continue;
      SeenOrganization bare;
      bare.self.fields = {{"id", organization}};
      if (const std::string owner = text_of(project.self.fields, "owner"); !owner.empty())
        bare.self.fields["owner_id"] = owner;
      bare.self.from = "as project " + id + " names it";
      remark(fmt::format("organization {}: nothing is known but the id", organization));
      add_organization(organization, bare);
    }
  }

  void add_organization(const std::string& id, const SeenOrganization& seen) {
    const std::string name = text_of(seen.self.fields, "name");
    const std::string key = name.empty() || map_of(draft_.world, "organizations").contains(name) ? id : name;
    organizations_[id] = key;
    Json organization =
        taken(seen.self, "organization", key, {"owner", "members", "invitations", "address", "profile"});
    const std::string owner = text_of(seen.self.fields, "owner_id");
    if (keys_.contains(owner)) organization["owner"] = keys_.at(owner);
    for (const auto& [part, value] : {std::pair{"address", &seen.address}, {"profile", &seen.profile}})
      if (value->has_value() && (*value)->is_object()) organization[part] = said(without_links(**value));
    for (const auto& [user, permissions] : seen.members) {
      Json list = Json::array();
      for (const std::string& permission : permissions) list.push_back(permission);
      organization["members"][keys_.at(user)] = list;
    }
    write_invitations(organization, seen.invitations, "organization " + key);
    draft_.world["organizations"][key] = organization;
    came_from("organizations\n" + key + "\n", seen.self);
  }

  /// Without what is empty: a default anyway.
  static Json said(const Json& map) {
    Json result = Json::object();
    for (const auto& [key, value] : map.items())
      if (!value.is_null() && value != "" && key != "id" && !(value.is_structured() && value.empty()))
        result[key] = value;
    return result;
  }

  void write_invitations(Json& into, const std::vector<Json>& invitations, const std::string& of) {
    for (const Json& seen : invitations) {
      if (text_of(seen, "state") != "pending" && seen.contains("state")) continue;
      Json invitation{{"email", text_of(seen, "email")}};
      Json permissions = Json::array();
      if (!text_of(seen, "role").empty()) permissions.push_back(text_of(seen, "role"));
      for (const Json& one : list_of(seen, "permissions"))
        permissions.push_back(one.is_object() ? Json(text_of(one, "type") + ":" + text_of(one, "role")) : one);
      if (!permissions.empty()) invitation["permissions"] = permissions;
      const std::string by = seen.contains("owner") && seen["owner"].is_object() ? text_of(seen["owner"], "id") : "";
      if (keys_.contains(by)) invitation["by"] = keys_.at(by);
      into["invitations"].push_back(invitation);
      remark(fmt::format("invitation of {} to {}: a world cannot say its id", text_of(seen, "email"), of));
    }
  }

  void write_teams() {
    for (const auto& [id, seen] : situation_.teams) {
      const std::string organization = text_of(seen.self.fields, "organization_id");
      if (!organizations_.contains(organization)) {
        remark(fmt::format("team {}: its organization was not seen", id));
        continue;
      }
      std::string key = slug(text_of(seen.self.fields, "label"));
      if (key.empty() || map_of(draft_.world, "teams").contains(key)) key = id;
      Json team = taken(seen.self, "team", key, {"organization", "members", "projects"});
      team["organization"] = organizations_.at(organization);
      for (const std::string& user : seen.members) team["members"].push_back(keys_.at(user));
      for (const std::string& project : seen.projects)
        if (situation_.projects.contains(project)) team["projects"].push_back(project);
      draft_.world["teams"][key] = team;
      came_from("teams\n" + key + "\n", seen.self);
    }
  }

  void write_project(const std::string& id, const SeenProject& seen) {
    const std::string path = "projects\n" + id + "\n";
    Json project = taken(seen.self, "project", id,
                         {"owner", "access", "environments", "variables", "activities", "organization", "subscription",
                          "certificates", "integrations", "invitations", "settings", "capabilities"});
    if (const std::string owner = text_of(seen.self.fields, "owner"); keys_.contains(owner))
      project["owner"] = keys_.at(owner);
    if (const std::string organization = text_of(seen.self.fields, "organization");
        organizations_.contains(organization))
      project["organization"] = organizations_.at(organization);
    if (text_of(seen.self.fields, "status") == "suspended") project["suspended"] = true;
    if (seen.subscription) {
      project["subscription"] = taken(*seen.subscription, "subscription", id, {"project_title", "project_region"});
      came_from(path + "subscription\n", *seen.subscription);
    }
    write_access(project, seen);
    for (const auto& [part, value] : {std::pair{"settings", &seen.settings}, {"capabilities", &seen.capabilities}}) {
      if (!value->has_value()) continue;
      project[part] = without_links((*value)->fields);
      came_from(path + part + "\n", **value);
    }
    write_environments(project, seen, id);
    write_variables(project, seen.variables, "project variable", path);
    write_records(project, seen.certificates, "certificate", path, {});
    write_records(project, seen.integrations, "integration", path, {"id"});
    write_activities(project, seen, path);
    write_invitations(project, seen.invitations, "project " + id);
    draft_.world["projects"][id] = project;
    came_from(path, seen.self);
  }

  void write_access(Json& project, const SeenProject& seen) {
    for (const auto& [user, roles] : seen.access) {
      if (user == text_of(seen.self.fields, "owner")) continue;
      Json access = Json::object();
      for (const auto& [where, role] : roles) {
        const bool known = role == "admin" || role == "viewer" || (role == "contributor" && where != "project");
        if (known) access[where] = role;
      }
      const bool everywhere =
          text_of(access, "project") == "admin" || (access.size() == 1 && access.contains("project"));
      if (!access.empty()) project["access"][keys_.at(user)] = everywhere ? access["project"] : access;
    }
  }

  void write_environments(Json& project, const SeenProject& seen, const std::string& id) {
    const std::string path = "projects\n" + id + "\n";
    // The first one is the default branch, if nothing else is said.
    const std::string default_branch = text_of(project, "default_branch");
    std::vector<std::string> order;
    for (const auto& [name, environment] : seen.environments) order.push_back(name);
    std::ranges::sort(order, {}, [&](const std::string& name) { return std::pair{name != default_branch, name}; });
    for (const std::string& name : order) {
      const SeenEnvironment& environment = seen.environments.at(name);
      const std::string here = path + "environments\n" + name + "\n";
      Json node = taken(environment.self, "environment", name,
                        {"variables", "backups", "deployment", "domains", "versions", "commits", "source_operations",
                         "tasks", "autoscaling", "merge_info"});
      if (environment.settings && is_true(environment.settings->fields, "enable_manual_deployments"))
        node["enable_manual_deployments"] = true;
      if (const std::string parent = text_of(node, "parent"); !parent.empty() && !seen.environments.contains(parent)) {
        node.erase("parent");
        remark(fmt::format("environment {} of {}: its parent {} was not seen", name, id, parent));
      }
      write_variables(node, environment.variables, "environment variable", here);
      write_records(node, environment.backups, "backup", here, {});
      write_records(node, environment.domains, "domain", here, {});
      write_records(node, environment.versions, "version", here, {});
      if (environment.deployment) write_deployment(node, *environment.deployment, here);
      if (environment.source_operations && !environment.source_operations->empty())
        node["source_operations"] = without_links(*environment.source_operations);
      if (environment.tasks) write_tasks(node, *environment.tasks);
      if (environment.autoscaling && environment.autoscaling->fields.contains("services"))
        node["autoscaling"] = without_links(environment.autoscaling->fields["services"]);
      project["environments"][name] = node;
      came_from(here, environment.self);
    }
    const std::string branch = text_of(project, "default_branch");
    if (!branch.empty() && !seen.environments.contains(branch)) {
      project["environments"][branch] = Json::object();
      remark(fmt::format("environment {} of {}: it was not seen, but is the default branch", branch, id));
    }
  }

  static void write_tasks(Json& node, const Json& tasks) {
    for (const Json& task : tasks) {
      const std::string name = text_of(task, "name").empty() ? text_of(task, "id") : text_of(task, "name");
      if (!name.empty() && task.is_object()) node["tasks"][name] = without_links(task);
    }
  }

  void write_deployment(Json& node, const Seen& seen, const std::string& path) {
    Json deployment = Json::object();
    for (const char* part : {"webapps", "workers", "services", "routes", "tasks"}) {
      const auto found = seen.fields.find(part);
      if (found == seen.fields.end() || !found->is_object()) continue;
      deployment[part] = Json::object();
      for (const auto& [name, container] : found->items())
        if (container.is_object()) deployment[part][name] = without_links(container);
    }
    if (deployment.empty()) return;
    node["deployment"] = deployment;
    came_from(path + "deployment\n", seen);
  }

  void write_variables(Json& node, const SeenById& variables, const std::string& part, const std::string& path) {
    for (const auto& [name, seen] : variables) {
      if (is_true(seen.fields, "inherited")) continue;  // the parent's
      Json variable = taken(seen, part, name, {"name"});
      if (is_true(variable, "is_sensitive") && !variable.contains("value")) {
        variable["value"] = "drawn-" + fingerprint(path + name) + fingerprint(name + path);
        remark(fmt::format("variable {}: sensitive, so its value is drawn", name));
      }
      node["variables"][name] = variable;
      came_from(path + "variables\n" + name + "\n", seen);
    }
  }

  void write_records(Json& node, const SeenById& records, const std::string& part, const std::string& path,
                     std::initializer_list<std::string_view> without) {
    for (const auto& [id, seen] : records) {
      node[part + "s"][id] = taken(seen, part, id, without);
      came_from(path + part + "s\n" + id + "\n", seen);
    }
  }

  void write_activities(Json& project, const SeenProject& seen, const std::string& path) {
    std::vector<const Seen*> order;
    for (const auto& [id, activity] : seen.activities) order.push_back(&activity);
    std::ranges::stable_sort(order, {}, [](const Seen* one) { return text_of(one->fields, "created_at"); });
    for (const Seen* const one : order) {
      const std::string id = text_of(one->fields, "id");
      Json activity = taken(*one, "activity", id, {"user", "log", "duration", "stays"});
      if (!activity.contains("type")) {
        remark(fmt::format("activity {}: without a type", id));
        continue;
      }
      keep_known_environments(activity, project);
      if (const auto user = keys_.find(who_did_it(activity).first); user != keys_.end())
        activity["user"] = user->second;
      if (const auto lines = seen.logs.find(id); lines != seen.logs.end() && !lines->second.empty())
        activity["log"] = lines->second;
      else if (const std::string log = text_of(one->fields, "log"); !log.empty())
        activity["log"] = lines_of_log(log);
      const std::string state = text_of(activity, "state");
      if (state == "pending" || state == "in_progress")
        remark(fmt::format("activity {}: how long it still takes is not known; its duration is a minute", id));
      project["activities"].push_back(activity);
    }
    if (!order.empty()) draft_.comments[path + "activities\n"] = "Oldest first; " + order.front()->from;
  }

  /// `<user data-id="ID">NAME</user>` in the description (contract, 4.7); "" and "" without.
  static std::pair<std::string, std::string> who_did_it(const Json& activity) {
    constexpr std::string_view kMark = "<user data-id=\"";
    const std::string description = text_of(activity, "description");
    const std::size_t id = description.find(kMark);
    const std::size_t name = id == std::string::npos ? id : description.find("\">", id);
    const std::size_t end = name == std::string::npos ? name : description.find("</user>", name);
    if (end == std::string::npos) return {};
    const std::size_t begin = id + kMark.size();
    return {description.substr(begin, name - begin), description.substr(name + 2, end - name - 2)};
  }

  void collect_who_did_it(const Seen& activity) {
    const auto [id, name] = who_did_it(activity.fields);
    if (id.empty() || id.find('&') != std::string::npos || users_.contains(id)) return;
    users_[id].fields = {{"id", id}, {"display_name", name}};
    users_[id].from = activity.from;
  }

  void keep_known_environments(Json& activity, const Json& project) {
    if (!activity.contains("environments")) return;
    Json known = Json::array();
    for (const Json& name : activity["environments"]) {
      if (map_of(project, "environments").contains(name.get<std::string>()))
        known.push_back(name);
      else
        remark(fmt::format("activity {}: its environment {} was not seen", text_of(activity, "id"),
                           name.get<std::string>()));
    }
    if (known.empty())
      activity.erase("environments");
    else
      activity["environments"] = known;
  }

  static Json lines_of_log(std::string_view log) {
    Json lines = Json::array();
    while (!log.empty()) {
      const std::string_view line = log.substr(0, log.find('\n'));
      log.remove_prefix(std::min(line.size() + 1, log.size()));
      lines.push_back(line);
    }
    return lines;
  }

  const Situation& situation_;
  WorldDraftOf draft_{};
  SeenById users_{};
  std::map<std::string, std::string> keys_{};           ///< user id -> key
  std::map<std::string, std::string> organizations_{};  ///< id -> key
};

/// Those of `keys` that `map` has.
Json only(const Json& map, std::initializer_list<const char*> keys) {
  Json result = Json::object();
  for (const char* key : keys)
    if (map.contains(key)) result[key] = map[key];
  return result;
}

template <class Make>
void each(const Json& from, const char* part, Json& into, Make make) {
  if (!from.contains(part)) return;
  into[part] = Json::object();
  for (const auto& [key, value] : from[part].items()) into[part][key] = make(value);
}

Json bare_container(const Json& container) { return only(container, {"type"}); }

Json bare_environment(const Json& environment, bool with_containers) {
  Json bare = only(environment, {"parent", "type", "status"});
  for (const char* part : {"variables", "backups", "domains", "versions"})
    each(environment, part, bare, [](const Json& value) { return only(value, {"replacement_for"}); });
  if (!environment.contains("deployment") || !with_containers) return bare;
  Json& deployment = bare["deployment"] = Json::object();
  for (const auto& [part, containers] : environment["deployment"].items()) {
    deployment[part] = Json::object();
    for (const auto& [name, container] : containers.items())
      deployment[part][name] = part == "routes" ? bare_container(container) : Json::object();
  }
  return bare;
}

}  // namespace

WorldDraftOf draft_world(const Situation& situation) { return Drafter{situation}.draft(); }

Json bare_world(const Json& world, bool with_containers) {
  Json bare = only(world, {"clock"});
  each(world, "users", bare, [](const Json& user) { return only(user, {"id"}); });
  each(world, "tokens", bare, [](const Json& token) { return only(token, {"user", "id"}); });
  each(world, "organizations", bare, [](const Json& one) { return only(one, {"id", "owner"}); });
  each(world, "teams", bare, [](const Json& team) { return only(team, {"id", "organization"}); });
  each(world, "projects", bare, [&](const Json& project) {
    Json result = only(project, {"owner", "organization", "default_branch"});
    each(project, "environments", result, [&](const Json& one) { return bare_environment(one, with_containers); });
    each(project, "variables", result, [](const Json&) { return Json::object(); });
    each(project, "certificates", result, [](const Json&) { return Json::object(); });
    each(project, "integrations", result, [](const Json& one) { return only(one, {"type"}); });
    if (project.contains("subscription")) result["subscription"] = only(project["subscription"], {"id"});
    for (const Json& activity : list_of(project, "activities"))
      result["activities"].push_back(
          only(activity, {"id", "type", "environments", "created_at", "state", "integration", "user"}));
    return result;
  });
  return bare;
}

}  // namespace understudy
