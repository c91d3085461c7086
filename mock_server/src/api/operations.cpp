// Source operations, runtime operations, tasks, versions, autoscaling, metrics, the next deployment.
// Source: endpoints.md, "Operations, tasks, versions, autoscaling, metrics" and "Deployments and resources".
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "document/hash.hpp"
#include "model/defaults.hpp"
#include "wire/links.hpp"
#include "wire/records.hpp"

namespace understudy::api {
namespace {

using model::Environment;
using model::Record;

const json& deployment_of(const Context& context) {
  if (!context.environment->deployment) throw ApiError{404, "Deployment not found: the environment is not deployed"};
  return *context.environment->deployment;
}

bool may_run(const Context& context, const std::string& role) {
  // The permission that the role comes with.
  model::Permission needed = model::Permission::kRunActions;
  if (role == "contributor") needed = model::Permission::kSsh;
  if (role == "viewer") needed = model::Permission::kView;
  return context.may(*context.project, needed, context.environment);
}

Record& version_of_path(Context& context) {
  const auto found = context.environment->versions.find(context.param("version"));
  if (found == context.environment->versions.end())
    throw ApiError{404, "Version not found: " + context.param("version")};
  return found->second;
}

/// The version that every environment has: what is deployed.
void have_a_version(Context& context) {
  model::Records& versions = context.environment->versions;
  if (!versions.empty() || !context.environment->deployment) return;
  Record first;
  first.id = "1";
  first.created_at = first.updated_at = context.environment->created_at;
  first.extra = {{"commit", context.environment->head_commit}, {"locked", false}, {"routing", {{"percentage", 100}}}};
  versions[first.id] = first;
}

// --- resources --------------------------------------------------------------------------------------------------

/// One container of the next deployment with what the body asks for; throws ApiError 400.
void change_container(json& container, const std::string& name, const json& wanted, const json& profiles) {
  const json resources = wanted.value("resources", json::object());
  const auto size = resources.find("profile_size");
  if (size != resources.end()) {
    const std::string profile = container.value("container_profile", "");
    const bool known = size->is_string() && profiles.contains(profile) && profiles[profile].contains(*size);
    if (!known) throw bad_request(name, fmt::format("there is no size {} in the profile {}", size->dump(), profile));
    container["resources"]["profile_size"] = *size;
  }
  const auto count = wanted.find("instance_count");
  if (count != wanted.end()) {
    if (!count->is_number_integer() || *count < 1) throw bad_request(name, "instance_count has to be at least 1");
    container["instance_count"] = *count;
  }
  const auto disk = wanted.find("disk");
  if (disk != wanted.end()) {
    if (!disk->is_number_integer() || *disk < 0) throw bad_request(name, "disk has to be a number of MiB");
    container["disk"] = *disk;
  }
  const auto disks = resources.find("disk");
  if (disks != resources.end() && disks->contains("object")) {
    const json& object = disks->at("object");  // of the client's making: the published description has no such key
    if (!object.is_number_integer() || object < 0) throw bad_request(name, "object storage has to be a number of MiB");
    container["resources"]["disk"] = {
        {"temporary", nullptr}, {"instance", nullptr}, {"storage", nullptr}, {"object", object}};
  }
}

/// What will run after the next deployment.
const json& next_of(const Context& context) {
  const json& current = deployment_of(context);
  return context.environment->next ? *context.environment->next : current;
}

json shown_next(const Context& context, const json& deployment) {
  json result = wire::show_deployment(context.viewer(), *context.environment);
  for (const char* part : {"webapps", "workers", "services"}) result[part] = deployment[part];
  result["id"] = "next";
  const std::string self = wire::environment_path(*context.environment) + "/deployments/next";
  result["_links"] = json::object();
  wire::link(result, "self", self);
  if (context.viewer().may(*context.project, model::Permission::kChangeSettings, context.environment))
    wire::link(result, "#edit", self);
  return result;
}

// --- metrics ----------------------------------------------------------------------------------------------------

/// Between 0 and 1: a day's wave with some noise, a function of place and time alone.
double load_at(const std::string& place, std::int64_t timestamp) {
  constexpr double kDay = 86'400.0;
  const double phase = static_cast<double>(stable_hash(place) % 1000) / 1000.0;
  const double wave = std::sin((static_cast<double>(timestamp) / kDay + phase) * 2.0 * std::numbers::pi);
  const double noise = static_cast<double>(stable_hash(place + std::to_string(timestamp)) % 1000) / 1000.0;
  return 0.35 + 0.2 * wave + 0.1 * noise;
}

/// What can be set, with nothing switched on.
json idle_autoscaling() {
  json settings = model::default_autoscaling();
  settings["enabled"] = false;
  for (auto& [metric, trigger] : settings["triggers"].items()) trigger["enabled"] = false;
  return settings;
}

json average(double value) { return {{"avg", value}, {"max", value * 1.2}}; }

json service_metrics(const Context& context, const std::string& name, const json& container, std::int64_t at) {
  constexpr double kMebibyte = 1024.0 * 1024.0;
  const json profiles = model::default_container_profiles();
  const json size = profiles.value(container.value("container_profile", ""), json::object())
                        .value(container["resources"].value("profile_size", ""), json::object());
  const double cpu = size.value("cpu", 0.5);
  const double memory = size.value("memory", 512.0) * kMebibyte;
  const double disk = (container["disk"].is_number() ? container["disk"].get<double>() : 512.0) * kMebibyte;
  const std::string place = context.project->id + "/" + context.environment->id + "/" + name;
  const auto mount = [&](const char* path, double limit) {
    const double load = load_at(place + path, at - at % 3600);
    return json{{"disk_used", average(limit * load)},
                {"disk_limit", {{"avg", limit}, {"max", limit}}},
                {"inodes_used", average(65536.0 * load)},
                {"inodes_limit", {{"avg", 65536.0}, {"max", 65536.0}}}};
  };
  return {{"cpu_used", average(cpu * load_at(place + "cpu", at))},
          {"cpu_limit", {{"avg", cpu}, {"max", cpu}}},
          {"memory_used", average(memory * load_at(place + "memory", at))},
          {"memory_limit", {{"avg", memory}, {"max", memory}}},
          {"mountpoints", {{"/mnt", mount("/mnt", disk)}, {"/tmp", mount("/tmp", 512.0 * kMebibyte)}}}};
}

/// The plan says how far back one may look (capability `metrics`).
void refuse_long_range(const Context& context, std::int64_t seconds) {
  const json metrics = context.project->capabilities.value("metrics", json::object());
  const auto limit = parse_duration(metrics.value("max_range", ""));
  if (limit && std::chrono::seconds{seconds} > *limit)
    throw bad_request("from", "the range is longer than " + metrics["max_range"].get<std::string>());
}

/// Names given as `services[n]`; all if there are none.
bool is_wanted(const Context& context, const std::string& service) {
  bool any = false;
  for (const auto& [name, value] : context.query) {
    if (!name.starts_with("services[")) continue;
    if (value == service) return true;
    any = true;
  }
  return !any;
}

}  // namespace

Response list_source_operations(Context& context) { return json_response(200, context.environment->source_operations); }

Response run_source_operation(Context& context) {
  expect_available(context, "#source-operation");
  const std::string name = needed_text(context, "operation");
  const json& known = context.environment->source_operations;
  const bool exists = std::ranges::any_of(known, [&](const json& one) { return one.value("operation", "") == name; });
  if (!exists) throw ApiError{404, "Source operation not found: " + name};
  const json variables = context.body.value("variables", json::object());
  return accepted(context, 200,
                  {begin(context, {.type = "environment.source-operation",
                                   .subjects = {{"operation", name, name}},
                                   .payload = {{"operation", name}},
                                   .parameters = {{"variables", variables}}})});
}

Response run_operation(Context& context) {
  const json& deployment = deployment_of(context);
  if (!model::is_running(*context.environment)) throw ApiError{400, "The environment is not active"};
  if (!model::has_capability(*context.project, "runtime_operations"))
    throw ApiError{403, "The project's plan has no runtime_operations"};
  const std::string service = needed_text(context, "service");
  const std::string name = needed_text(context, "operation");
  for (const char* part : {"webapps", "workers"}) {
    const auto container = deployment.at(part).find(service);
    if (container == deployment.at(part).end()) continue;
    const auto operation = container->at("operations").find(name);
    if (operation == container->at("operations").end())
      throw ApiError{404, fmt::format("The operation {} does not exist on {}", name, service)};
    if (!may_run(context, operation->value("role", "admin")))
      throw ApiError{403, "You do not have the permission to run this operation"};
    return accepted(
        context, 200,
        {begin(context, {.type = "environment.operation",
                         .subjects = {{"operation", name, name}},
                         .payload = {{"operation", name}, {"service", service}},
                         .parameters = {{"parameters", context.body.value("parameters", json::array())}}})});
  }
  throw ApiError{404, "There is no application or worker " + service};
}

Response list_tasks(Context& context) { return json_response(200, context.environment->tasks); }

Response run_task(Context& context) {
  const std::string& name = context.param("task");
  if (!context.environment->tasks.contains(name)) throw ApiError{404, "Task not found: " + name};
  if (!model::is_running(*context.environment)) throw ApiError{400, "The environment is not active"};
  return accepted(context, 200,
                  {begin(context, {.type = "environment.task",
                                   .subjects = {{"task", name, name}},
                                   .payload = {{"task", name}},
                                   .parameters = {{"task", name},
                                                  {"variables", context.body.value("variables", json::object())}}})});
}

Response list_versions(Context& context) {
  have_a_version(context);
  json items = json::array();
  for (const auto& [id, version] : context.environment->versions)
    items.push_back(wire::show_version(context.viewer(), *context.environment, version));
  return json_response(200, std::move(items));
}

Response get_version(Context& context) {
  have_a_version(context);
  return json_response(200, wire::show_version(context.viewer(), *context.environment, version_of_path(context)));
}

Response create_version(Context& context) {
  if (!model::is_running(*context.environment)) throw ApiError{400, "The environment is not active"};
  have_a_version(context);
  model::Records& versions = context.environment->versions;
  if (versions.size() > 1) throw ApiError{400, "There are two versions already"};
  // The one that serves is locked: what is deployed from now on becomes the other.
  versions.begin()->second.extra["locked"] = true;
  Record version;
  version.id = std::to_string(std::stoi(versions.rbegin()->first) + 1);
  version.created_at = version.updated_at = context.now;
  version.extra = {{"commit", context.environment->head_commit}, {"locked", false}, {"routing", {{"percentage", 0}}}};
  const Record& stored = versions[version.id] = version;
  return accepted(context, 201, {}, wire::show_version(context.viewer(), *context.environment, stored));
}

Response update_version(Context& context) {
  Record& version = version_of_path(context);
  const json routing = context.body.value("routing", json::object());
  const auto percentage = routing.find("percentage");
  const bool whole =
      percentage != routing.end() && percentage->is_number_integer() && *percentage >= 0 && *percentage <= 100;
  if (!whole) throw bad_request("routing", "percentage has to be between 0 and 100");
  for (auto& [id, other] : context.environment->versions) {
    const bool is_this = id == version.id;
    other.extra["routing"]["percentage"] = is_this ? percentage->get<int>() : 100 - percentage->get<int>();
  }
  version.updated_at = context.now;
  return accepted(context, 200, {}, wire::show_version(context.viewer(), *context.environment, version));
}

Response delete_version(Context& context) {
  const Record& version = version_of_path(context);
  if (context.environment->versions.size() < 2) throw ApiError{400, "The only version cannot be deleted"};
  if (version.extra["routing"].value("percentage", 0) > 0) throw ApiError{400, "The version serves requests"};
  context.environment->versions.erase(version.id);
  Record& left = context.environment->versions.begin()->second;
  left.extra["locked"] = false;
  left.extra["routing"]["percentage"] = 100;
  return accepted(context, 200, {});
}

Response get_autoscaling(Context& context) {
  json services = context.environment->autoscaling;
  if (context.environment->deployment) {
    for (const auto& [name, app] : context.environment->deployment->at("webapps").items()) {
      if (!services.contains(name)) services[name] = idle_autoscaling();
    }
  }
  json result{{"services", services.empty() ? json::object() : services}, {"defaults", model::default_autoscaling()}};
  const std::string self = wire::environment_path(*context.environment) + "/autoscaling/settings";
  wire::link(result, "self", self);
  return json_response(200, std::move(result));
}

Response update_autoscaling(Context& context) {
  json services = context.environment->autoscaling;
  const json wanted = context.body.value("services", json::object());
  for (const auto& [name, settings] : wanted.items()) {
    const json& deployment = deployment_of(context);
    const bool known = deployment["webapps"].contains(name) || deployment["workers"].contains(name) ||
                       deployment["services"].contains(name);
    if (!known) throw bad_request("services", "there is no app, worker or service " + name);
    json& changed = services[name];
    if (changed.is_null()) changed = idle_autoscaling();
    changed.merge_patch(settings);
    bool enabled = false;
    for (const auto& [metric, trigger] : changed.at("triggers").items())
      enabled = enabled || trigger.value("enabled", false);
    changed["enabled"] = enabled;
  }
  context.environment->autoscaling = std::move(services);
  return get_autoscaling(context);
}

Response get_metrics(Context& context) {
  const std::int64_t now = std::chrono::floor<std::chrono::seconds>(context.now.time_since_epoch()).count();
  const std::int64_t to = number_of_query<std::int64_t>(context, "to", now);
  const std::int64_t from = number_of_query<std::int64_t>(context, "from", to - 600);
  const std::int64_t grain = std::max<std::int64_t>(number_of_query<std::int64_t>(context, "grain", 60), 1);
  refuse_long_range(context, to - from);
  if (from > to) throw bad_request("from", "is later than to");
  if ((to - from) / grain > 10'000) throw bad_request("grain", "that would be more than 10000 points");
  json points = json::array();
  const json& deployment = deployment_of(context);
  for (std::int64_t at = from - from % grain; at <= to; at += grain) {
    json services = json::object();
    for (const char* part : {"webapps", "workers", "services"}) {
      for (const auto& [name, container] : deployment.at(part).items()) {
        if (is_wanted(context, name)) services[name] = service_metrics(context, name, container, at);
      }
    }
    points.push_back({{"timestamp", at}, {"services", services}});
  }
  return json_response(200, {{"_grain", grain}, {"_from", from}, {"_to", to}, {"data", points}});
}

Response get_next_deployment(Context& context) { return json_response(200, shown_next(context, next_of(context))); }

Response update_next_deployment(Context& context) {
  json next = next_of(context);
  for (const char* part : {"webapps", "workers", "services"}) {
    const json wanted = context.body.value(part, json::object());
    for (const auto& [name, change] : wanted.items()) {
      if (!next[part].contains(name)) throw bad_request(part, "there is no " + name);
      change_container(next[part][name], name, change, next["container_profiles"]);
    }
  }
  context.environment->next = std::move(next);
  const std::string activity = begin(context, {.type = "environment.resources.update", .parameters = context.body});
  return accepted(context, 200, {activity});
}

}  // namespace understudy::api
