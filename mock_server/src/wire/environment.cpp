#include <fmt/format.h>

#include <map>

#include "model/access.hpp"
#include "model/branching.hpp"
#include "model/variables.hpp"
#include "wire/links.hpp"
#include "wire/resources.hpp"

namespace understudy::wire {

using model::Environment;
using model::EnvironmentStatus;

namespace {

json or_null(const std::string& value) { return value.empty() ? json(nullptr) : json(value); }

/// Parts that are not given stay as they are; null empties one.
void change_http_access(json& access, const json& changes) {
  const auto flag = changes.find("is_enabled");
  if (flag != changes.end()) {
    expect_shape(*flag, Shape::kFlag, false);
    access["is_enabled"] = *flag;
  }
  const auto addresses = changes.find("addresses");
  if (addresses != changes.end()) {
    access["addresses"] = addresses->is_null() ? json::array() : *addresses;
    for (const json& grant : access["addresses"]) {
      const bool whole = grant.is_object() && grant.contains("address") && grant["address"].is_string() &&
                         (grant.value("permission", json()) == "allow" || grant.value("permission", json()) == "deny");
      if (!whole) throw FieldError{"addresses: expected {permission: allow or deny, address}"};
    }
  }
  const auto basic_auth = changes.find("basic_auth");
  if (basic_auth != changes.end()) {
    expect_shape(*basic_auth, Shape::kObject, true);
    access["basic_auth"] = basic_auth->empty() ? json::object() : *basic_auth;
  }
}

Field<Environment> http_access_field() {
  static const json kOpen{{"is_enabled", true}, {"addresses", json::array()}, {"basic_auth", json::object()}};
  Field<Environment> field =
      plain<Environment>("http_access", Shape::kObject, false, kOpen, kPatch, "who may see the site");
  field.set = [](Environment& e, const json& value) {
    expect_shape(value, Shape::kObject, false);
    json access = e.extra.value("http_access", kOpen);
    change_http_access(access, value);
    e.extra["http_access"] = access;
  };
  return field;
}

json merge_info(const model::Project& project, const Environment& environment) {
  const auto parent = project.environments.find(environment.parent.value_or(""));
  if (parent == project.environments.end())
    return {{"commits_ahead", nullptr}, {"commits_behind", nullptr}, {"parent_ref", nullptr}};
  const model::Distance distance =
      model::distance(project.repository, environment.head_commit, parent->second.head_commit);
  return {{"commits_ahead", distance.ahead},
          {"commits_behind", distance.behind},
          {"parent_ref", "refs/heads/" + parent->first}};
}

}  // namespace

const Fields<Environment>& environment_fields() {
  static const Fields<Environment> kFields{
      derived<Environment>(
          "id", [](const Environment& e) { return json(e.id); }, "the key below `environments:`"),
      derived<Environment>(
          "project", [](const Environment& e) { return json(e.project); }, "project id"),
      text<Environment>("name", &Environment::name, kShow, "the key if not given"),
      text<Environment>("machine_name", &Environment::machine_name, kShow, "NAME-HASH if not given"),
      text<Environment>("title", &Environment::title, kPatch, "the key, capitalized, if not given"),
      choice<Environment>("type", &Environment::type, model::kTypeNames, kPatch,
                          "production for a project's default branch, else development, if not given"),
      choice<Environment>("status", &Environment::status, model::kStatusNames, kShow, "active if not given"),
      optional_text<Environment>("parent", &Environment::parent, kPatch, "another environment; null for a root"),
      [] {
        Field<Environment> head = text<Environment>("head_commit", &Environment::head_commit, kShow,
                                                    "40 hex digits; drawn if not given; \"\" = no code");
        head.get = [](const Environment& e) { return or_null(e.head_commit); };
        return head;
      }(),
      flag<Environment>("enable_manual_deployments", &Environment::manual_deployments, kHidden,
                        "changes are staged until somebody deploys them"),
      derived<Environment>(
          "is_main", [](const Environment& e) { return json(!e.parent.has_value()); }, "has no parent"),
      derived<Environment>(
          "has_code", [](const Environment& e) { return json(!e.head_commit.empty()); }, "there is a commit"),
      derived<Environment>(
          "has_deployment", [](const Environment& e) { return json(e.deployment.has_value()); }, "it was deployed"),
      plain<Environment>("attributes", Shape::kObject, false, json::object(), kPatch, "free key-value pairs"),
      plain<Environment>("default_domain", Shape::kText, true, nullptr, kShow, "main domain"),
      plain<Environment>("has_domains", Shape::kFlag, false, false, kShow, "it has domains of its own"),
      plain<Environment>("clone_parent_on_create", Shape::kFlag, false, true, kPatch,
                         "a new child copies its parent's data"),
      plain<Environment>("deployment_target", Shape::kText, true, "local", kShow, "where it runs"),
      plain<Environment>("is_pr", Shape::kFlag, false, false, kShow, "made for a pull request"),
      plain<Environment>("has_remote", Shape::kFlag, false, false, kShow, "a branch of an external repository"),
      http_access_field(),
      plain<Environment>("enable_smtp", Shape::kFlag, false, true, kPatch, "it may send e-mail"),
      plain<Environment>("restrict_robots", Shape::kFlag, false, true, kPatch, "search engines are kept out"),
      plain<Environment>("edge_hostname", Shape::kText, false, "", kShow, "host name of the edge"),
      plain<Environment>("deployment_state", Shape::kObject, true,
                         {{"last_deployment_successful", true},
                          {"last_deployment_at", nullptr},
                          {"last_autoscale_up_at", nullptr},
                          {"last_autoscale_down_at", nullptr},
                          {"crons", {{"enabled", true}, {"status", "running"}}}},
                         kShow, "crons and last deployment"),
      plain<Environment>("sizing", Shape::kObject, true, nullptr, kShow, "sizes of the containers"),
      plain<Environment>("resources_overrides", Shape::kObject, false, json::object(), kShow,
                         "resources for a limited time"),
      plain<Environment>("max_instance_count", Shape::kInteger, true, nullptr, kShow, "limit of instances"),
      plain<Environment>("last_active_at", Shape::kTime, true, nullptr, kShow, "when it was last active"),
      optional_time<Environment>("last_backup_at", &Environment::last_backup_at, "when it was last backed up"),
      derived<Environment>(
          "has_staged_activities", [](const Environment& e) { return json(!e.staged_activities.empty()); },
          "something waits for a manual deployment"),
      plain<Environment>("can_rolling_deploy", Shape::kFlag, false, false, kShow, "rolling deployments are possible"),
      plain<Environment>("merge_info", Shape::kObject, false,
                         {{"commits_ahead", 0}, {"commits_behind", 0}, {"parent_ref", nullptr}}, kShow,
                         "against the parent"),
      plain<Environment>("supports_restrict_robots", Shape::kFlag, false, true, kShow, "restrict_robots can be set"),
      time<Environment>("created_at", &Environment::created_at, "when it was made"),
      time<Environment>("updated_at", &Environment::updated_at, "when it last changed"),
  };
  return kFields;
}

std::string environment_path(const Environment& environment) {
  return project_path(environment.project) + "/environments/" + encode_segment(environment.id);
}

json show_environment(const Viewer& viewer, const Environment& environment) {
  json result = show(environment, environment_fields());
  result["is_dirty"] = environment.status == EnvironmentStatus::kDirty ||
                       viewer.state.has_unfinished(environment.project, environment.id);
  const model::Project& project = *viewer.state.find_project(environment.project);
  const std::string self = environment_path(environment);
  if (!environment.extra.contains("merge_info")) result["merge_info"] = merge_info(project, environment);
  if (environment.last_deployment_at && result["deployment_state"].is_object()) {
    result["deployment_state"]["last_deployment_at"] = format_time(*environment.last_deployment_at);
    result["deployment_state"]["last_deployment_successful"] = environment.last_deployment_successful;
  }
  link(result, "self", self);
  for (const model::Operation& operation : model::environment_operations()) {
    const bool allowed =
        viewer.may(project, operation.needed, &environment) && model::has_capability(project, operation.capability);
    if (allowed && model::is_available(operation, environment)) {
      link(result, std::string{operation.link}, self + std::string{operation.path});
    }
  }
  const bool ssh = viewer.may(project, model::Permission::kSsh, &environment);
  if (ssh && environment.deployment && model::is_running(environment)) {
    const std::string host = fmt::format("ssh://{}-{}--", project.id, environment.machine_name);
    link(result, "ssh", fmt::format("ssh://{}-{}@ssh.{}", project.id, environment.machine_name, project.region));
    for (const auto& [name, app] : environment.deployment->at("webapps").items()) {
      link(result, "pf:ssh:" + name, host + name + "@ssh." + project.region);
    }
  }
  return result;
}

json show_environment_settings(const Viewer& viewer, const Environment& environment) {
  json result{{"enable_manual_deployments", environment.manual_deployments}};
  link(result, "self", environment_path(environment) + "/settings");
  const model::Project& project = *viewer.state.find_project(environment.project);
  if (viewer.may(project, model::Permission::kChangeSettings, &environment)) {
    link(result, "#edit", environment_path(environment) + "/settings");
  }
  return result;
}

namespace {

/// Whoever has a role on the environment, by whatever way.
json access_to(const Viewer& viewer, const model::Project& project, const Environment& environment) {
  json result = json::array();
  for (const auto& [id, user] : viewer.state.users) {
    const model::Role role = model::role_on(viewer.state, project, id, environment);
    if (role != model::Role::kNone)
      result.push_back({{"entity_id", id}, {"role", model::name_of(model::kRoleNames, role)}});
  }
  return result;
}

/// As they apply: the environment's go before the project's, whether they are its own or inherited.
json deployed_variables(const model::Project& project, const Environment& environment) {
  std::map<std::string, json> by_name;
  for (const model::Variable* variable : model::applied_variables(project, environment)) {
    json& shown = by_name[variable->id];
    shown = {{"name", variable->id},
             {"is_sensitive", variable->is_sensitive},
             {"is_json", variable->is_json},
             {"visible_build", variable->visible_build},
             {"visible_runtime", variable->visible_runtime}};
    if (!variable->is_sensitive) shown["value"] = variable->value;
  }
  json result = json::array();
  for (auto& [name, shown] : by_name) result.push_back(std::move(shown));
  return result;
}

}  // namespace

json show_deployment(const Viewer& viewer, const Environment& environment) {
  json result = *environment.deployment;
  if (result.value("tasks", json::object()).empty()) result.erase("tasks");
  const model::Project& project = *viewer.state.find_project(environment.project);
  const json settings = show(environment, environment_fields());
  for (const char* field : {"deployment_target", "http_access", "enable_smtp", "restrict_robots"})
    result[field] = settings[field];
  result["id"] = "current";
  result["cluster_name"] = project.region;
  result["created_at"] = format_time(environment.created_at);
  result["updated_at"] = format_time(environment.updated_at);
  result["vpn"] = nullptr;
  result["variables"] = deployed_variables(project, environment);
  result["access"] = access_to(viewer, project, environment);
  result["subscription"] = show(project, project_fields())["subscription"];
  result["project_info"] = {{"title", project.title},
                            {"name", project.id},
                            {"namespace", nullptr},
                            {"organization", or_null(project.organization)},
                            {"capabilities", project.capabilities},
                            {"settings", project.settings}};
  result["environment_info"] = {{"name", environment.name},
                                {"status", model::name_of(model::kStatusNames, environment.status)},
                                {"is_main", !environment.parent.has_value()},
                                {"is_production", environment.type == model::EnvironmentType::kProduction},
                                {"constraints", json::object()},
                                {"reference", "refs/heads/" + environment.id},
                                {"machine_name", environment.machine_name},
                                {"environment_type", model::name_of(model::kTypeNames, environment.type)},
                                {"links", json::object()}};
  const std::string self = environment_path(environment) + "/deployments/current";
  link(result, "self", self);
  // Each operation says itself which role it needs, so the link is everybody's.
  if (model::is_running(environment) && model::has_capability(project, "runtime_operations"))
    link(result, "#operations", self + "/operations");
  return result;
}

}  // namespace understudy::wire
