#include "model/container_env.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "document/hash.hpp"
#include "mock_server/base64.hpp"
#include "model/ids.hpp"
#include "model/variables.hpp"

namespace understudy::model {
namespace {

using Env = std::map<std::string, std::string>;

constexpr std::string_view kAppDir = "/app";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What stands at the end of `path`; nullptr if there is nothing.
const json* find(const json& from, std::initializer_list<std::string_view> path) {
  const json* at = &from;
  for (const std::string_view key : path) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::string text_at(const json& from, std::initializer_list<std::string_view> path) {
  const json* found = find(from, path);
  return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

std::string dumped(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }
std::string encoded(const json& value) { return to_base64(dumped(value)); }

// ---- variables of users

struct UserVariables {
  Env own{};  // `env:`, by the name that a process sees
  json in_platform_variables = json::object();
};

/// Whatever was put before under this name is forgotten.
void put(UserVariables& into, std::string_view name, json value, std::string text) {
  constexpr std::string_view kEnv = "env:";
  if (name.starts_with("php:")) return;  // goes into PHP's configuration
  if (!name.starts_with(kEnv)) {
    into.in_platform_variables[std::string{name}] = std::move(value);
    return;
  }
  std::string own{name.substr(kEnv.size())};
  std::ranges::transform(own, own.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (own.empty() || own.find('=') != std::string::npos) return;  // no process can have such a one
  into.own[own] = std::move(text);
}

/// The application's own: `variables: {env: {NAME: value}}`.
void put_configured(UserVariables& into, const json& app) {
  const json* variables = find(app, {"variables"});
  if (variables == nullptr || !variables->is_object()) return;
  for (const auto& [prefix, names] : variables->items()) {
    if (!names.is_object()) continue;
    for (const auto& [name, value] : names.items()) {
      put(into, fmt::format("{}:{}", prefix, name), value,
          value.is_string() ? value.get<std::string>() : dumped(value));
    }
  }
}

void put_variable(UserVariables& into, const Variable& variable) {
  json value = variable.is_json ? json::parse(variable.value, nullptr, false) : json(variable.value);
  if (value.is_discarded()) value = variable.value;  // a world may say so
  put(into, variable.id, std::move(value), variable.value);
}

/// A worker "app--queue" is a part of the app "app".
bool is_in_scope(const Variable& variable, std::string_view app) {
  const auto names = [&](std::string_view name) { return std::ranges::count(variable.application_scope, name) > 0; };
  return variable.application_scope.empty() || names(app) || names(app.substr(0, app.find("--")));
}

/// Weakest first: the application's own, the project's, the environment's. One that is not visible in this phase or to
/// this app is as if it were not there: a project's value then holds in builds.
UserVariables user_variables(const Project& project, const Environment& environment, std::string_view name,
                             const json& app, Phase phase) {
  UserVariables result;
  put_configured(result, app);
  const auto counts = [&](const Variable& variable) {
    return (phase == Phase::kBuild ? variable.visible_build : variable.visible_runtime) && is_in_scope(variable, name);
  };
  for (const Variable* variable : applied_variables(project, environment, counts)) put_variable(result, *variable);
  return result;
}

// ---- what the platform says itself

/// Base32 with its padding, as the real one looks; the same as long as the project has its id.
std::string entropy_of(const Project& project) {
  return IdSource{stable_hash("entropy of " + project.id)}.draw(52, kBase32) + "====";
}

/// That of the commit; of one that the world says nothing about, something that changes with the commit.
std::string tree_of(const Project& project, const Environment& environment) {
  const auto commit = project.repository.commits.find(environment.head_commit);
  if (commit != project.repository.commits.end()) return commit->second.tree;
  return IdSource{stable_hash("tree of " + project.id + environment.head_commit)}.hex(40);
}

std::string document_root(const json& app) {
  std::string root = text_at(app, {"web", "locations", "/", "root"});
  root.erase(0, root.find_first_not_of('/'));
  return root.empty() ? std::string{kAppDir} : fmt::format("{}/{}", kAppDir, root);
}

void put_common(Env& env, const Project& project, const Environment& environment, std::string_view name,
                const json& app) {
  const std::string app_name = text_at(app, {"name"});
  env["HOME"] = kAppDir;
  env["USER"] = "web";
  env["SHELL"] = "/bin/dash";  // hooks and crons run in it
  env["PLATFORM_APP_DIR"] = kAppDir;
  env["PLATFORM_APPLICATION"] = encoded(app);
  env["PLATFORM_APPLICATION_NAME"] = app_name.empty() ? std::string{name} : app_name;
  env["PLATFORM_PROJECT"] = project.id;
  env["PLATFORM_PROJECT_ENTROPY"] = entropy_of(project);
  env["PLATFORM_TREE_ID"] = tree_of(project, environment);
}

void put_of_builds(Env& env) {
  env["CI"] = "1";
  env["PLATFORM_CACHE_DIR"] = "/tmp/cache";  // the documentation gives no path
  env["PLATFORM_OUTPUT_DIR"] = kAppDir;
  env["PLATFORM_SOURCE_DIR"] = kAppDir;
}

void put_of_run_time(Env& env, const Project& project, const Environment& environment, const json& app) {
  const Deployment& deployed = environment.deployment ? environment.deployment : environment.next;
  const json* routes = find(*deployed, {"routes"});
  const json* smtp = find(environment.extra, {"enable_smtp"});
  env["PLATFORM_BRANCH"] = environment.id;
  env["PLATFORM_DOCUMENT_ROOT"] = document_root(app);
  env["PLATFORM_ENVIRONMENT"] = environment.machine_name;
  env["PLATFORM_ENVIRONMENT_TYPE"] = name_of(kTypeNames, environment.type);
  env["PLATFORM_RELATIONSHIPS"] = encoded(relationships_of(project, environment, app));
  env["PLATFORM_ROUTES"] = encoded(routes == nullptr ? json::object() : *routes);
  env["PLATFORM_SMTP_HOST"] = smtp != nullptr && *smtp == false ? "" : "smtp.internal";  // empty = no e-mail
  if (text_at(app, {"web", "upstream", "socket_family"}) == "unix") {
    env["SOCKET"] = "/run/app.sock";
  } else {
    env["PORT"] = "8888";
  }
}

}  // namespace

const json* find_app(const Environment& environment, std::string_view app) {
  const Deployment& deployed = environment.deployment ? environment.deployment : environment.next;
  if (!deployed) return nullptr;
  const json* webapp = find(*deployed, {"webapps", app});
  return webapp != nullptr ? webapp : find(*deployed, {"workers", app});
}

std::map<std::string, std::string> container_env(const Project& project, const Environment& environment,
                                                 std::string_view app, Phase phase) {
  const json* configuration = find_app(environment, app);
  if (configuration == nullptr) throw std::out_of_range{fmt::format("no app \"{}\" in {}", app, environment.id)};
  UserVariables variables = user_variables(project, environment, app, *configuration, phase);
  Env env = std::move(variables.own);  // what the platform sets goes before it
  env["PLATFORM_VARIABLES"] = encoded(variables.in_platform_variables);
  put_common(env, project, environment, app, *configuration);
  if (phase == Phase::kBuild) {
    put_of_builds(env);
  } else {
    put_of_run_time(env, project, environment, *configuration);
  }
  return env;
}

}  // namespace understudy::model
