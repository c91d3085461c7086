#include "harness/client_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace understudy {
namespace {

using nlohmann::json;

constexpr const char* kUsualBinary = "node_modules/@upsun/cli-linux-x64/bin/upsun";

/// A text that the configuration must have at `section`.`key`; the client refuses to start without it.
std::string text_at(const Node& config, const char* section, const char* key) {
  const Node* const map = config.find(section);
  const Node* const value = map == nullptr ? nullptr : map->find(key);
  if (value == nullptr) {
    throw InputError{map == nullptr ? config.at() : map->at(), fmt::format("config needs {}.{}", section, key)};
  }
  if (value->text().empty()) throw InputError{value->at(), fmt::format("{}.{} is empty", section, key)};
  return value->text();
}

void read_config(ClientProfile& into, const Node& config) {
  if (!config.is(Node::Kind::kMap)) (void)config.entries();  // says what it is instead
  into.config = config.to_json();
  into.executable = text_at(config, "application", "executable");
  into.env_prefix = text_at(config, "application", "env_prefix");
  into.service_env_prefix = text_at(config, "service", "env_prefix");
  (void)text_at(config, "api", "base_url");
  if (into.executable.find('/') != std::string::npos) {
    throw InputError{config.find("application")->find("executable")->at(), "an executable is a name, not a path"};
  }
  // Named one by one, they would win over {P}AUTH_URL, and the client would talk to the real platform.
  for (const Node::Entry& entry : config.find("api")->entries()) {
    if (entry.key.starts_with("oauth2_") && entry.key.ends_with("_url")) {
      throw InputError{entry.key_at, fmt::format("api.{} cannot be led to the fake", entry.key), "use api.auth_url"};
    }
  }
  (void)text_at(config, "api", "auth_url");
}

const Keys<ClientProfile>& profile_keys() {
  static const json text{{"type", "string"}, {"minLength", 1}};
  static const Keys<ClientProfile> keys{
      {"name", "the name in client: and --client; the file's name too", text,
       [](ClientProfile& into, const Node& value) { into.name = value.text(); }, true},
      {"title", "the brand, for people", text,
       [](ClientProfile& into, const Node& value) { into.title = value.text(); }},
      {"minimal-version",
       "the oldest version of the client that this is good for",
       {{"type", "string"}, {"pattern", "^[0-9.]+$"}},
       [](ClientProfile& into, const Node& value) { into.minimal_version = value.scalar_text(); }},
      {"binary", "where the client is, below the project's folder; UNDERSTUDY_CLIENT has precedence", text,
       [](ClientProfile& into, const Node& value) { into.binary = value.text(); }},
      {"config", "the white-label configuration that CLI_CONFIG_FILE names", {{"type", "object"}}, read_config, true},
  };
  return keys;
}

std::vector<std::string> names_in(const std::vector<std::filesystem::path>& folders) {
  std::vector<std::string> names;
  for (const std::filesystem::path& folder : folders) {
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator{folder, missing}) {
      if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

ClientProfile load_client_profile(const std::filesystem::path& file) {
  const std::vector<Node> documents = load_documents(file);
  if (documents.size() != 1) throw InputError{{file.string(), 1, 1}, "a client profile is one document"};
  ClientProfile profile{.binary = kUsualBinary};
  read_map(documents.front(), profile_keys(), profile, "a client profile");
  if (profile.name != file.stem().string()) {
    throw InputError{documents.front().find("name")->at(),
                     fmt::format("this file is found as \"{}\", and says \"{}\"", file.stem().string(), profile.name)};
  }
  return profile;
}

json client_profile_schema() {
  json schema = schema_of(profile_keys());
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = "Understudy client profile";
  return schema;
}

ClientProfile ClientLibrary::find(const std::string& name, const Position& asked_at) const {
  const bool is_name = !name.empty() && name.find('/') == std::string::npos;
  for (const std::filesystem::path& folder : folders) {
    const std::filesystem::path file = folder / (name + ".yaml");
    if (is_name && std::filesystem::is_regular_file(file)) return load_client_profile(file);
  }
  const std::vector<std::string> known = names_in(folders);
  std::string hint = did_you_mean(name, known);
  if (hint.empty()) hint = known.empty() ? "there is none at all" : fmt::format("there is {}", fmt::join(known, ", "));
  throw InputError{asked_at, fmt::format("there is no client profile \"{}\"", name), hint};
}

int compare_versions(std::string_view a, std::string_view b) {
  const auto next_number = [](std::string_view& rest) {
    int number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest.data()));
    if (!rest.empty()) rest.remove_prefix(1);  // the dot
    return number;
  };
  while (!a.empty() || !b.empty()) {
    const int difference = next_number(a) - next_number(b);
    if (difference != 0) return difference;
  }
  return 0;
}

}  // namespace understudy
