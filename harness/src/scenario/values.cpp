#include "scenario/values.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>

#include "mock_server/clock.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy {
namespace {

using nlohmann::json;

// Characters of a secret; a shorter one could stand in an output by chance.
constexpr int kShortestRandom = 8;
constexpr int kLongestRandom = 4096;

struct FileDraft {
  GivenFile file;
  bool has_text = false;
};

const Keys<FileDraft>& file_keys() {
  static const Keys<FileDraft> keys{
      {"text",
       "what it holds",
       {{"type", json::array({"string", "number", "boolean"})}},
       [](FileDraft& into, const Node& value) { into.file.content = value.scalar_text(); },
       true},
      {"executable",
       "true: it may be run",
       {{"type", "boolean"}},
       [](FileDraft& into, const Node& value) { into.file.executable = value.boolean(); }},
  };
  return keys;
}

Condition read_condition(const Node& value) {
  static const RE2 version{R"(client *(>=|<=|==|!=|<|>) *([0-9]+(?:\.[0-9]+)*))"};
  static const RE2 has{R"(has +([A-Za-z0-9_+.-]+))"};
  Condition condition{.kind = Condition::Kind::kPlatform, .value = "", .at = value.at()};
  std::string text = value.text();
  if (text.starts_with("not ")) {
    condition.negated = true;
    text = text.substr(4);
  }
  if (text == "linux" || text == "macos") {
    condition.value = text;
  } else if (RE2::FullMatch(text, version, &condition.operation, &condition.value)) {
    condition.kind = Condition::Kind::kClientVersion;
  } else if (RE2::FullMatch(text, has, &condition.value)) {
    condition.kind = Condition::Kind::kHas;
  } else {
    throw InputError{value.at(), "\"" + value.text() + "\" is no condition",
                     "write linux, macos, \"client >= 5.0\" or \"has git\", with not before it for the opposite"};
  }
  return condition;
}

SecretSpec read_secret(const Node::Entry& entry) {
  static const RE2 random{"random ([0-9]+)"};
  if (!is_variable_name(entry.key)) {
    throw InputError{entry.key_at, "\"" + entry.key + "\" is no name of a secret",
                     "write it in capitals: it is used as $NAME"};
  }
  SecretSpec secret{.name = entry.key, .at = entry.value.at(), .value = entry.value.scalar_text()};
  std::string digits;
  if (RE2::FullMatch(secret.value, random, &digits)) {
    const int length = digits.size() > 4 ? kLongestRandom + 1 : std::stoi(digits);
    if (length < kShortestRandom || length > kLongestRandom) {
      throw InputError{secret.at,
                       fmt::format("a random secret has {} to {} characters", kShortestRandom, kLongestRandom)};
    }
    secret.random_length = length;
    secret.value.clear();
  } else if (const std::string why = why_not_hunted(secret.value); !why.empty()) {
    throw InputError{secret.at, "a secret like this cannot be told from other text: " + why, "for instance random 24"};
  }
  return secret;
}

}  // namespace

void require_inner_path(const std::string& text, const Position& at) {
  const std::filesystem::path path{text};
  const bool outside = path.is_absolute() || text.starts_with("~") || std::ranges::find(path, "..") != path.end();
  if (text.empty() || outside || text.ends_with('/')) {
    throw InputError{at, "\"" + text + "\" is no path below the working directory",
                     "write it without / or ~ at the start, and without .."};
  }
}

bool is_identifier(std::string_view text) {
  const auto part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 && std::ranges::all_of(text, part);
}

bool is_variable_name(std::string_view text) {
  const auto lower = [](char c) { return std::islower(static_cast<unsigned char>(c)) != 0; };
  return is_identifier(text) && std::isupper(static_cast<unsigned char>(text[0])) != 0 &&
         std::ranges::none_of(text, lower);
}

std::vector<std::string> variables_in(std::string_view text) {
  static const RE2 reference{R"(\$(?:\$|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\}))"};
  std::vector<std::string> names;
  re2::StringPiece rest{text.data(), text.size()};
  std::string plain;
  std::string braced;
  while (RE2::FindAndConsume(&rest, reference, &plain, &braced)) {
    const std::string& name = plain.empty() ? braced : plain;
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

std::chrono::milliseconds read_duration(const Node& value) {
  const std::string& text = value.scalar_text();
  const std::optional<Milliseconds> duration = parse_duration(text);
  if (!duration || *duration <= Milliseconds{0}) {
    throw InputError{value.at(), "\"" + text + "\" is no duration", "write 250ms, 20s, 12m or 1h30m"};
  }
  return *duration;
}

std::string read_word(const Node& value, std::string_view what) {
  const std::string& text = value.text();
  if (text.find_first_not_of(" \t\n") == std::string::npos)
    throw InputError{value.at(), fmt::format("{} is empty", what)};
  return text;
}

std::vector<std::string> read_words(const Node& value, std::string_view what) {
  if (!value.is(Node::Kind::kList)) return {read_word(value, what)};
  std::vector<std::string> words;
  for (const Node& item : value.items()) words.push_back(read_word(item, what));
  return words;
}

void read_env(const Node& value, std::map<std::string, std::string>& env, std::vector<std::string>& removed) {
  for (const Node::Entry& entry : value.entries()) {
    if (!is_identifier(entry.key)) {
      throw InputError{entry.key_at, "\"" + entry.key + "\" is no name of an environment variable"};
    }
    if (entry.value.is(Node::Kind::kNull))
      removed.push_back(entry.key);
    else
      env[entry.key] = entry.value.scalar_text();
  }
}

std::vector<GivenFile> read_given_files(const Node& value) {
  std::vector<GivenFile> files;
  for (const Node::Entry& entry : value.entries()) {
    require_inner_path(entry.key, entry.key_at);
    FileDraft draft{.file = {.path = entry.key, .content = ""}};
    if (entry.value.is(Node::Kind::kMap)) {
      read_map(entry.value, file_keys(), draft, "a file");
    } else {
      if (entry.value.is(Node::Kind::kNull)) {
        throw InputError{entry.key_at, "a file that is given needs a text",
                         "only a step's files: can say null: absent"};
      }
      draft.file.content = entry.value.scalar_text();
    }
    files.push_back(std::move(draft.file));
  }
  return files;
}

std::vector<SecretSpec> read_secrets(const Node& value) {
  std::vector<SecretSpec> secrets;
  for (const Node::Entry& entry : value.entries()) secrets.push_back(read_secret(entry));
  return secrets;
}

std::vector<Condition> read_conditions(const Node& value) {
  if (!value.is(Node::Kind::kList)) return {read_condition(value)};
  std::vector<Condition> conditions;
  for (const Node& item : value.items()) conditions.push_back(read_condition(item));
  return conditions;
}

std::vector<std::string> read_tags(const Node& value) {
  static const RE2 tag{"[A-Za-z0-9][A-Za-z0-9_.:-]*"};
  std::vector<std::string> tags = read_words(value, "a tag");
  for (const std::string& name : tags) {
    const bool word_of_selection = name == "and" || name == "or" || name == "not";
    if (!RE2::FullMatch(name, tag) || word_of_selection) {
      throw InputError{value.at(), "\"" + name + "\" is no tag", "letters, digits, - _ . and :, but for and, or, not"};
    }
  }
  return tags;
}

std::vector<std::string> read_tools(const Node& value) {
  std::vector<std::string> tools = read_words(value, "a tool");
  for (const std::string& name : tools) {
    if (name.find('/') != std::string::npos || name.find(' ') != std::string::npos) {
      throw InputError{value.at(), "\"" + name + "\" is no name of a program", "write it as you would type it: git"};
    }
  }
  return tools;
}

json duration_schema() {
  return {{"anyOf", json::array({{{"type", "string"}, {"pattern", "^(([0-9]+(d|h|m|min|s|ms)?)+|\\$.+)$"}},
                                 {{"type", "integer"}}})}};
}

json words_schema() {
  const json word{{"type", "string"}, {"minLength", 1}};
  return {{"anyOf", json::array({word, {{"type", "array"}, {"items", word}}})}};
}

json env_schema() {
  return {{"type", "object"},
          {"additionalProperties", {{"type", json::array({"string", "number", "boolean", "null"})}}}};
}

json given_files_schema() {
  const json text{{"type", json::array({"string", "number", "boolean"})}};
  return {{"type", "object"}, {"additionalProperties", {{"anyOf", json::array({text, schema_of(file_keys())})}}}};
}

json secrets_schema() {
  return {{"type", "object"},
          {"patternProperties", {{"^[A-Z][A-Z0-9_]*$", {{"type", json::array({"string", "number"})}}}}},
          {"additionalProperties", false}};
}

}  // namespace understudy
