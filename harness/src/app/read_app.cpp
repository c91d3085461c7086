#include "app/read_app.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "app/crons.hpp"
#include "app/shapes.hpp"

namespace understudy {
namespace {

using nlohmann::json;

struct Draft {
  Application app{};
  std::vector<Remark>& remarks;
};

struct AppKey {
  std::string name;
  std::function<void(Draft& into, const Node& value)> read;  ///< `value` is not null
};

void require_map(const Node& value) { static_cast<void>(value.entries()); }

void read_name(Draft& into, const Node& value) {
  check_app_name(value.text(), value.at(), into.remarks);
  into.app.name = value.text();
}

void read_type(Draft& into, const Node& value) {
  if (!value.is(Node::Kind::kText)) {
    throw InputError{value.at(), fmt::format("expected a type, found {}", describe(value.kind())),
                     "write LANGUAGE:VERSION, such as 'php:8.2'"};
  }
  into.app.type = value.text();
  into.app.type_at = value.at();
  into.app.configuration["type"] = into.app.type;
  if (into.app.type.find(':') == std::string::npos) {
    into.remarks.push_back({value.at(), fmt::format("the type \"{}\" has no version", into.app.type)});
  }
}

void read_timezone(Draft& into, const Node& value) {
  into.app.timezone = value.text();
  into.app.timezone_at = value.at();
  into.app.configuration["timezone"] = into.app.timezone;
}

void read_cron_list(Draft& into, const Node& value) {
  into.app.crons = read_crons(value, into.remarks);
  into.app.configuration["crons"] = to_json(into.app.crons);
}

void read_hook(Draft& into, const Node::Entry& entry, std::string& text, Position& at) {
  if (entry.value.is(Node::Kind::kNull)) return;
  text = entry.value.text();
  at = entry.value.at();
  into.app.configuration["hooks"][entry.key] = text;
}

void read_hooks(Draft& into, const Node& value) {
  HookDefinitions& hooks = into.app.hooks;
  for (const Node::Entry& entry : value.entries()) {
    if (entry.key == "build") {
      read_hook(into, entry, hooks.build, hooks.build_at);
    } else if (entry.key == "deploy") {
      read_hook(into, entry, hooks.deploy, hooks.deploy_at);
    } else if (entry.key == "post_deploy") {
      read_hook(into, entry, hooks.post_deploy, hooks.post_deploy_at);
    } else {
      into.remarks.push_back(unknown_key(entry, "hooks", {"build", "deploy", "post_deploy"}));
    }
  }
}

void read_variables(Draft& into, const Node& value) {
  into.app.variables = variables_of(value);
  for (const Node::Entry& group : value.entries()) {
    if (!group.value.is(Node::Kind::kMap)) continue;
    for (const Node::Entry& entry : group.value.entries()) {
      into.app.variables_at[fmt::format("{}:{}", group.key, entry.key)] = entry.key_at;
    }
  }
  into.app.configuration["variables"] = into.app.variables;
}

void read_workers(Draft& into, const Node& value) {
  for (const Node::Entry& worker : value.entries()) {
    for (const Node::Entry& entry : worker.value.entries()) {
      if (entry.key != "crons") continue;
      into.remarks.push_back(
          {entry.key_at, fmt::format("a worker has no crons: those of \"{}\" never run", worker.key)});
    }
  }
  into.app.configuration["workers"] = value.to_json();
}

void read_access(Draft& into, const Node& value) {
  for (const Node::Entry& entry : value.entries()) {
    const std::string& role = entry.value.text();
    if (role != "admin" && role != "contributor" && role != "viewer") {
      into.remarks.push_back(
          {entry.value.at(), fmt::format("there is no role \"{}\": admin, contributor, viewer", role)});
    }
  }
  into.app.configuration["access"] = value.to_json();
}

/// A map, with what the API shows in addition to it.
AppKey map_key(const std::string& name) {
  return {name, [name](Draft& into, const Node& value) {
            require_map(value);
            json& target = into.app.configuration[name];
            target = target.is_null() ? json::object() : target;
            target.update(value.to_json());
          }};
}

AppKey plain_key(const std::string& name) {
  return {name, [name](Draft& into, const Node& value) { into.app.configuration[name] = value.to_json(); }};
}

const std::vector<AppKey>& app_keys() {
  static const std::vector<AppKey> kKeys{
      {"name", read_name},
      {"type", read_type},
      {"timezone", read_timezone},
      {"crons", read_cron_list},
      {"hooks", read_hooks},
      {"variables", read_variables},
      {"mounts", [](Draft& into, const Node& value) { into.app.configuration["mounts"] = mounts_of(value); }},
      {"relationships",
       [](Draft& into, const Node& value) { into.app.configuration["relationships"] = relationships_of(value); }},
      {"workers", read_workers},
      {"access", read_access},
      {"disk", [](Draft& into, const Node& value) { into.app.configuration["disk"] = value.integer(); }},
      {"size", [](Draft& into, const Node& value) { into.app.configuration["size"] = value.text(); }},
      map_key("web"),
      map_key("source"),
      map_key("build"),
      map_key("dependencies"),
      map_key("additional_hosts"),
      map_key("firewall"),
      map_key("operations"),
      map_key("resources"),
      map_key("runtime"),
      map_key("preflight"),
      plain_key("container_profile"),
      plain_key("endpoints"),
      plain_key("instance_count"),
      plain_key("stack"),
      plain_key("tasks"),
  };
  return kKeys;
}

/// What a deployment shows even where the application says nothing of it.
json usual_configuration() {
  return {{"type", ""},
          {"access", {{"ssh", "contributor"}}},
          {"relationships", json::object()},
          {"mounts", json::object()},
          {"timezone", nullptr},
          {"variables", json::object()},
          {"web", {{"locations", json::object()}, {"move_to_root", false}}},
          {"hooks", {{"build", nullptr}, {"deploy", nullptr}, {"post_deploy", nullptr}}},
          {"crons", json::object()},
          {"source", {{"root", "/"}, {"operations", json::object()}}},
          {"build", {{"flavor", nullptr}, {"caches", json::object()}}},
          {"dependencies", json::object()}};
}

void read_entry(Draft& into, const Node::Entry& entry) {
  const std::vector<AppKey>& keys = app_keys();
  const auto found = std::ranges::find(keys, entry.key, &AppKey::name);
  if (found != keys.end()) {
    if (!entry.value.is(Node::Kind::kNull)) found->read(into, entry.value);
    return;
  }
  if (is_for_anchors(entry.key)) return;
  std::vector<std::string> names;
  names.reserve(keys.size());
  for (const AppKey& key : keys) names.push_back(key.name);
  into.remarks.push_back(unknown_key(entry, "an app", names));
}

}  // namespace

void check_app_name(const std::string& name, const Position& at, std::vector<Remark>& remarks) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  if (name.empty() || name.starts_with('.') || name.find_first_not_of(kLetters) != std::string::npos) {
    throw InputError{at, fmt::format("\"{}\" cannot be the name of an app", name),
                     "use lower-case letters, digits, - and _"};
  }
  if (std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; })) {
    remarks.push_back({at, fmt::format("the name \"{}\" should be in lower case", name)});
  }
}

bool is_for_anchors(std::string_view key) {
  return key.starts_with('.') || key.starts_with("x-") || key.starts_with('_');
}

Remark unknown_key(const Node::Entry& entry, std::string_view where, const std::vector<std::string>& known) {
  const std::string near = did_you_mean(entry.key, known);
  return {entry.key_at, fmt::format("unknown key \"{}\" in {}{}{}", entry.key, where, near.empty() ? "" : "; ", near)};
}

Application read_app(const Node& node, std::vector<Remark>& remarks) {
  Draft draft{.app = {.at = node.at(), .configuration = usual_configuration()}, .remarks = remarks};
  for (const Node::Entry& entry : node.entries()) read_entry(draft, entry);
  if (draft.app.type.empty() && node.find("stack") == nullptr) {
    remarks.push_back({node.at(), "the app has no type: the platform would refuse it"});
  }
  return std::move(draft.app);
}

}  // namespace understudy
