#include "app/shapes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace understudy {
namespace {

using nlohmann::json;

struct Mount {
  std::string source{};
  std::string source_path{};
  std::string service{};
};

std::string without_slashes(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string{path};
}

void read_source(Mount& into, const Node& value) {
  static const std::vector<std::string> kSources{"local", "storage", "service", "instance", "tmp", "temporary"};
  into.source = value.text();
  if (std::ranges::find(kSources, into.source) != kSources.end()) return;
  const std::string near = did_you_mean(into.source, kSources);
  throw InputError{value.at(), fmt::format("a mount has no source \"{}\"", into.source),
                   near.empty() ? fmt::format("there are {}", fmt::join(kSources, ", ")) : near};
}

Mount read_mount(const Node& value, const std::string& path) {
  static const Keys<Mount> kKeys{
      {"source", "what holds the files", {}, read_source, true},
      {"source_path", "where in it", {}, [](Mount& into, const Node& node) { into.source_path = node.scalar_text(); }},
      {"service", "of the source service", {}, [](Mount& into, const Node& node) { into.service = node.text(); }},
  };
  constexpr std::string_view kShared = "shared:files";
  if (value.is(Node::Kind::kText)) {
    const std::string& text = value.text();
    if (!text.starts_with(kShared)) {
      throw InputError{value.at(), fmt::format("a mount cannot be \"{}\"", text),
                       "write {source: storage, source_path: PATH}"};
    }
    return {.source = "local", .source_path = without_slashes(std::string_view{text}.substr(kShared.size()))};
  }
  Mount mount{.source_path = path};
  read_map(value, kKeys, mount, "a mount");
  if (mount.source == "service" && mount.service.empty()) {
    throw InputError{value.at(), "a mount with the source service needs the key \"service\""};
  }
  return mount;
}

struct Relationship {
  std::string service{};
  std::optional<std::string> endpoint{};
};

Relationship read_relationship(const Node& value, const std::string& name) {
  const auto read_endpoint = [](Relationship& into, const Node& node) {
    if (!node.is(Node::Kind::kNull)) into.endpoint = node.text();
  };
  static const Keys<Relationship> kKeys{
      {"service", "its name", {}, [](Relationship& into, const Node& node) { into.service = node.text(); }},
      {"endpoint", "its endpoint", {}, read_endpoint},
  };
  Relationship relationship{.service = name};
  if (value.is(Node::Kind::kNull)) return relationship;
  if (value.is(Node::Kind::kText)) {
    const std::string& text = value.text();
    const std::size_t colon = text.find(':');
    relationship.service = text.substr(0, colon);
    if (colon != std::string::npos) relationship.endpoint = text.substr(colon + 1);
    return relationship;
  }
  read_map(value, kKeys, relationship, "a relationship");
  return relationship;
}

}  // namespace

json mounts_of(const Node& node) {
  json result = json::object();
  for (const Node::Entry& entry : node.entries()) {
    const std::string path = without_slashes(entry.key);
    const std::string normal = std::filesystem::path{path}.lexically_normal().string();
    if (path.empty() || normal == "." || normal == ".." || normal.starts_with("../"))
      throw InputError{entry.key_at, "a mount needs a path below the app's folder"};
    if (result.contains(path)) throw InputError{entry.key_at, fmt::format("the mount \"{}\" is here twice", path)};
    const Mount mount = read_mount(entry.value, path);
    json one{{"source", mount.source}, {"source_path", mount.source_path}};
    if (!mount.service.empty()) one["service"] = mount.service;
    result[path] = std::move(one);
  }
  return result;
}

json relationships_of(const Node& node) {
  json result = json::object();
  for (const Node::Entry& entry : node.entries()) {
    const Relationship relationship = read_relationship(entry.value, entry.key);
    result[entry.key] = {{"service", relationship.service}, {"endpoint", nullptr}};
    if (relationship.endpoint) result[entry.key]["endpoint"] = *relationship.endpoint;
  }
  return result;
}

json variables_of(const Node& node) {
  json result = json::object();
  for (const Node::Entry& entry : node.entries()) {
    if (entry.value.is(Node::Kind::kNull)) continue;
    if (!entry.value.is(Node::Kind::kMap)) {
      throw InputError{entry.value.at(),
                       fmt::format("variables are maps by namespace, found {}", describe(entry.value.kind())),
                       fmt::format("write env: {{{}: VALUE}}", entry.key)};
    }
    result[entry.key] = entry.value.to_json();
  }
  return result;
}

}  // namespace understudy
