#include "recordings/prune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mock_server/mock_server.hpp"
#include "mock_server/url.hpp"
#include "recordings/world_draft.hpp"

namespace understudy {
namespace {

using Shown = nlohmann::json;

/// Floating point and integers of the same value are the same.
bool same(const Json& a, const Shown& b) { return Shown::parse(a.dump()) == b; }

class Pruner {
public:
  explicit Pruner(Json world)
      : world_(std::move(world)),
        bare_{{.world = world_of(bare_world(world_, false))}},
        containers_{{.world = world_of(bare_world(world_, true))}} {}

  Json prune() {
    for (const auto& [key, user] : part(world_, "users")) drop(*user, "/users/" + text_of(*user, "id"), {"id"});
    for (const auto& [key, token] : part(world_, "tokens")) drop_token(*token);
    for (const auto& [key, organization] : part(world_, "organizations")) prune_organization(*organization);
    for (const auto& [key, team] : part(world_, "teams"))
      drop(*team, "/teams/" + text_of(*team, "id"), {"id", "organization"});
    for (const auto& [id, project] : part(world_, "projects")) prune_project(id, *project);
    for (const char* list : {"regions", "plans"}) drop_list(list);
    return std::move(world_);
  }

private:
  /// Entries of a map of maps; those with a bare value have nothing to drop.
  using Part = std::vector<std::pair<std::string, Json*>>;
  static Part part(Json& map, const char* name) {
    Part result;
    if (!map.contains(name) || !map[name].is_object()) return result;
    for (auto& [key, value] : map[name].items())
      if (value.is_object()) result.emplace_back(key, &value);
    return result;
  }

  static void drop_shown(Json& fields, const Shown& shown, std::initializer_list<std::string_view> but) {
    if (!shown.is_object()) return;
    std::vector<std::string> gone;
    for (const auto& [key, value] : fields.items()) {
      const bool stays = std::ranges::find(but, key) != but.end();
      if (!stays && shown.contains(key) && same(value, shown[key])) gone.push_back(key);
    }
    for (const std::string& key : gone) fields.erase(key);
  }

  void drop(Json& fields, const std::string& path, std::initializer_list<std::string_view> but = {}) {
    const MockServer::Answer answer = bare_.inspect(path);
    if (answer.status == 200) drop_shown(fields, answer.body, but);
  }

  void drop_token(Json& token) {
    const std::string user = text_of(token, "user");
    if (token.contains("id"))
      drop(token, "/users/" + text_of(world_["users"][user], "id") + "/api-tokens/" + text_of(token, "id"), {"id"});
  }

  void prune_organization(Json& organization) {
    const std::string path = "/organizations/" + text_of(organization, "id");
    drop(organization, path, {"id", "owner"});
    for (const char* kept : {"address", "profile"}) {
      if (organization.contains(kept)) drop(organization[kept], path + "/" + kept);
      if (organization.contains(kept) && organization[kept].empty()) organization.erase(kept);
    }
  }

  void prune_project(const std::string& id, Json& project) {
    const std::string path = "/projects/" + id;
    if (project.contains("subscription"))
      drop(project["subscription"], "/subscriptions/" + text_of(project["subscription"], "id"), {"id"});
    drop(project, path, {"owner", "organization", "default_branch"});
    const Shown bare = bare_.inspect(path).body;
    if (bare.contains("subscription") && bare["subscription"]["plan"] == text_of(project, "plan"))
      project.erase("plan");
    if (text_of(project, "vendor") == "ovhcloud") project.erase("vendor");
    prune_environments(path, project);
    for (const char* list : {"settings", "capabilities"}) drop_settings(project, list, path);
    for (const auto& [name, variable] : part(project, "variables"))
      drop(*variable, path + "/variables/" + percent_encoded(name));
    for (const auto& [key, one] : part(project, "certificates"))
      drop(*one, path + "/certificates/" + percent_encoded(key));
    for (const auto& [key, one] : part(project, "integrations"))
      drop(*one, path + "/integrations/" + percent_encoded(key), {"type"});
    for (Json& activity : project.contains("activities") ? project["activities"] : empty_list_)
      drop(activity, path + "/activities/" + text_of(activity, "id"),
           {"id", "type", "environments", "created_at", "state", "integration", "user"});
    shorten_variables(project);
  }

  /// What the fake does not know as a setting cannot be one in a world.
  void drop_settings(Json& project, const char* list, const std::string& path) {
    if (!project.contains(list)) return;
    const Shown shown = bare_.inspect(path + "/" + list).body;
    drop_shown(project[list], shown, {});
    std::vector<std::string> unknown;
    for (const auto& [key, value] : project[list].items())
      if (!shown.contains(key)) unknown.push_back(key);
    for (const std::string& key : unknown) project[list].erase(key);
    if (project[list].empty()) project.erase(list);
  }

  void prune_environments(const std::string& path, Json& project) {
    const Part environments = part(project, "environments");
    const std::string default_branch = text_of(project, "default_branch");
    for (const auto& [name, environment] : environments)
      prune_environment(path + "/environments/" + percent_encoded(name), *environment, name == default_branch,
                        default_branch);
    if (!environments.empty() && environments.front().first == default_branch) project.erase("default_branch");
  }

  /// Parent and type depend on whether it is the default branch, `root` is its name.
  void prune_environment(const std::string& path, Json& environment, bool is_root, const std::string& root) {
    for (const auto& [name, variable] : part(environment, "variables"))
      drop(*variable, path + "/variables/" + percent_encoded(name));
    for (const char* records : {"backups", "domains", "versions"})
      for (const auto& [id, record] : part(environment, records))
        drop(*record, path + "/" + records + "/" + percent_encoded(id));
    prune_deployment(path, environment);
    drop(environment, path, {"parent", "type", "status"});
    if (text_of(environment, "status") == "active") environment.erase("status");
    if (text_of(environment, "type") == (is_root ? "production" : "development")) environment.erase("type");
    const Json parent = environment.value("parent", Json());
    if (environment.contains("parent") && (is_root ? parent.is_null() : parent == root)) environment.erase("parent");
    shorten_variables(environment);
  }

  void prune_deployment(const std::string& path, Json& environment) {
    if (!environment.contains("deployment")) return;
    const Shown usual = bare_.inspect(path + "/deployments/current").body;
    const Shown bare = containers_.inspect(path + "/deployments/current").body;
    Json& deployment = environment["deployment"];
    drop_shown(deployment, usual, {});
    for (auto& [name, containers] : deployment.items()) {
      for (auto& [key, container] : containers.items()) {
        if (!container.is_object() || !bare.contains(name) || !bare[name].contains(key)) continue;
        drop_shown(container, bare[name][key], {});
        if (!container.contains("type") && name == "routes" && bare[name][key]["type"] != "upstream")
          container["type"] = bare[name][key]["type"];
      }
    }
    if (deployment.empty()) environment.erase("deployment");
  }

  /// {value: x} is x.
  static void shorten_variables(Json& of) {
    for (const auto& [name, variable] : part(of, "variables"))
      if (variable->size() == 1 && variable->contains("value") && (*variable)["value"].is_string())
        *variable = Json((*variable)["value"]);
    if (of.contains("variables") && of["variables"].empty()) of.erase("variables");
  }

  void drop_list(const char* name) {
    if (!world_.contains(name)) return;
    const Json shown = Json::parse(bare_.inspect(std::string{"/"} + name).body.dump());
    Json usual = items_of(shown) == nullptr ? shown : *items_of(shown);
    for (Json& item : usual)
      if (item.is_object()) item.erase("_links");
    if (same(world_[name], Shown::parse(usual.dump()))) world_.erase(name);
  }

  Json world_;
  Json empty_list_ = Json::array();
  MockServer bare_;
  MockServer containers_;
};

Node node_of(const Json& json) {
  return parse_documents(json.dump(-1, ' ', false, Json::error_handler_t::replace), "the distilled world").at(0);
}

}  // namespace

World world_of(const Json& world) { return World::from_node(node_of(world), {}); }

Json without_defaults(Json world) { return Pruner{std::move(world)}.prune(); }

}  // namespace understudy
