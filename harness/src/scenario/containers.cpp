#include "scenario/containers.hpp"

#include "scenario/values.hpp"

namespace understudy {
namespace {

using nlohmann::json;

std::string read_folder(const Node& value) {
  const std::string& folder = value.text();
  if (folder == ".") return "";
  require_inner_path(folder, value.at());
  return folder;
}

void read_apps(ContainerSpec& into, const Node& value) {
  if (!value.is(Node::Kind::kMap)) {
    into.app = read_folder(value);
    return;
  }
  for (const Node::Entry& entry : value.entries()) into.apps[entry.key] = read_folder(entry.value);
  if (into.apps.empty()) throw InputError{value.at(), "an empty map names no app", "leave it out"};
}

void read_shell(ContainerSpec& into, const Node& value) {
  into.shell = read_word(value, "the shell");
  if (into.shell.starts_with('/')) return;
  throw InputError{value.at(), "\"" + into.shell + "\" is no absolute path", "SHELL is one: /bin/bash"};
}

void read_client(ContainerSpec& into, const Node& value) {
  const std::string& word = value.text();
  if (word == "build" || word == "path") {
    into.client_on_path = word == "path";
    return;
  }
  const std::vector<std::string> known{"build", "path"};
  const std::string hint = did_you_mean(word, known);
  throw InputError{value.at(), "\"" + word + "\" is no way for the client to get into a container",
                   hint.empty() ? "write path, or build if a build hook installs it" : hint};
}

const Keys<ContainerSpec>& container_keys() {
  const json folder{{"type", "string"}, {"minLength", 1}};
  static const Keys<ContainerSpec> keys{
      {"app",
       "folder below the working directory that is every app's tree, or a map of the apps' names to folders; all of "
       "the working directory if not given",
       {{"anyOf", json::array({folder, {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", folder}}})}},
       read_apps},
      {"shell",
       "value of SHELL, by which the client guesses whether it runs in a hook: /bin/dash if not given",
       {{"type", "string"}, {"pattern", "^[/$]"}},
       read_shell},
      {"client",
       "path: it is on PATH, as if not given; build: it is there only if a build hook installs it",
       {{"anyOf",
         json::array({{{"enum", json::array({"path", "build"})}}, {{"type", "string"}, {"pattern", "^\\$"}}})}},
       read_client},
  };
  return keys;
}

}  // namespace

std::optional<ContainerSpec> read_containers(const Node& value) {
  if (value.is(Node::Kind::kBoolean)) return value.boolean() ? std::optional{ContainerSpec{}} : std::nullopt;
  ContainerSpec spec;
  read_map(value, container_keys(), spec, "containers");
  return spec;
}

json containers_schema() { return {{"anyOf", json::array({{{"type", "boolean"}}, schema_of(container_keys())})}}; }

}  // namespace understudy
