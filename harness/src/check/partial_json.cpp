#include "check/partial_json.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <cctype>

#include "check/lines.hpp"
#include "mock_server/document.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr std::size_t kShown = 120;  // characters of a value in a message
constexpr std::string_view kMatches = "#matches ";

std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() <= kShown ? text : text.substr(0, kShown) + "...";
}

bool is_uuid(const json& value) {
  static const RE2 pattern{"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"};
  return value.is_string() && RE2::FullMatch(value.get_ref<const std::string&>(), pattern);
}

/// Nothing if `marker` is no marker but a text like any other.
std::optional<bool> marker_holds(const std::string& marker, const json& actual) {
  struct Marker {
    std::string_view name;
    bool (*holds)(const json&);
  };
  static constexpr Marker kMarkers[] = {
      {"#string", [](const json& v) { return v.is_string(); }},
      {"#number", [](const json& v) { return v.is_number(); }},
      {"#boolean", [](const json& v) { return v.is_boolean(); }},
      {"#list", [](const json& v) { return v.is_array(); }},
      {"#map", [](const json& v) { return v.is_object(); }},
      {"#null", [](const json& v) { return v.is_null(); }},
      {"#uuid", is_uuid},
      {"#present", [](const json&) { return true; }},
      {"#absent", [](const json&) { return false; }},
  };
  for (const Marker& row : kMarkers) {
    if (row.name == marker) return row.holds(actual);
  }
  if (!marker.starts_with(kMatches)) return std::nullopt;
  return actual.is_string() && RE2::PartialMatch(actual.get_ref<const std::string&>(), marker.substr(kMatches.size()));
}

bool is_one_variable(std::string_view text) {
  static const RE2 pattern{R"(\$(\w+|\{\w+\}))"};
  return RE2::FullMatch(re2::StringPiece{text.data(), text.size()}, pattern);
}

bool text_holds(const std::string& expected, const json& actual, const Variables& variables) {
  if (const std::optional<bool> held = marker_holds(expected, actual)) return *held;
  const std::string value = substitute(expected, variables);
  if (actual.is_string()) return actual.get_ref<const std::string&>() == value;
  return is_one_variable(expected) && (actual.is_number() || actual.is_boolean()) && actual.dump() == value;
}

std::string pointer_part(std::string_view key) {
  std::string result = "/";
  for (const char c : key) {
    if (c == '~')
      result += "~0";
    else if (c == '/')
      result += "~1";
    else
      result += c;
  }
  return result;
}

std::optional<JsonDifference> below(std::optional<JsonDifference> difference, std::string_view key) {
  if (difference) difference->pointer.insert(0, pointer_part(key));
  return difference;
}

std::optional<JsonDifference> list_difference(const json& expected, const json& actual, const Variables& variables) {
  for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
    if (auto found = json_difference(expected[i], actual[i], variables)) return below(found, std::to_string(i));
  }
  if (expected.size() == actual.size()) return std::nullopt;
  return JsonDifference{"", counted(expected.size(), "item"),
                        fmt::format("{}: {}", counted(actual.size(), "item"), shown(actual))};
}

void require_valid_marker(const std::string& text, const Position& at) {
  if (!text.starts_with(kMatches)) return;
  const RE2 pattern{text.substr(kMatches.size()), RE2::Quiet};
  if (!pattern.ok()) throw InputError{at, "the pattern cannot be understood: " + pattern.error(), "it is RE2's syntax"};
}

}  // namespace

std::string to_string(const JsonDifference& difference) {
  return fmt::format("json{}{}: expected {}, got {}", difference.pointer.empty() ? "" : " ", difference.pointer,
                     difference.expected, difference.actual);
}

std::optional<JsonDifference> json_difference(const json& expected, const json& actual, const Variables& variables) {
  if (expected.is_object() && actual.is_object()) {
    for (const auto& [raw_key, value] : expected.items()) {
      const std::string key = substitute(raw_key, variables);
      const json* found = actual.contains(key) ? &actual.at(key) : nullptr;
      if (auto difference = json_difference(value, found, variables)) return below(difference, key);
    }
    return std::nullopt;
  }
  if (expected.is_array() && actual.is_array()) return list_difference(expected, actual, variables);
  const bool holds =
      expected.is_string() ? text_holds(expected.get_ref<const std::string&>(), actual, variables) : expected == actual;
  if (holds) return std::nullopt;
  return JsonDifference{"", shown(expected), shown(actual)};
}

std::optional<JsonDifference> json_difference(const json& expected, const json* actual, const Variables& variables) {
  if (actual != nullptr) return json_difference(expected, *actual, variables);
  if (expected == "#absent") return std::nullopt;
  return JsonDifference{"", shown(expected), "absent"};
}

void require_valid_markers(const Node& expected) {
  if (expected.is(Node::Kind::kText)) require_valid_marker(expected.text(), expected.at());
  if (expected.is(Node::Kind::kList)) {
    for (const Node& item : expected.items()) require_valid_markers(item);
  }
  if (expected.is(Node::Kind::kMap)) {
    for (const Node::Entry& entry : expected.entries()) require_valid_markers(entry.value);
  }
}

JsonExpectation::JsonExpectation(const Node& value) {
  require_valid_markers(value);
  const bool by_path = value.is(Node::Kind::kMap) && !value.entries().empty() &&
                       (value.entries().front().key == "$" || value.entries().front().key.starts_with("$.") ||
                        value.entries().front().key.starts_with("$["));
  if (!by_path) {
    whole_ = value.to_json();
    return;
  }
  for (const Node::Entry& entry : value.entries()) {
    parts_.emplace_back(JsonPath{entry.key, entry.key_at}, entry.value.to_json());
  }
}

std::optional<JsonDifference> JsonExpectation::difference(const json& actual, const Variables& variables) const {
  if (parts_.empty()) return json_difference(whole_, actual, variables);
  for (const auto& [path, expected] : parts_) {
    if (auto found = json_difference(expected, path.find(actual), variables)) {
      found->pointer = path.text() + found->pointer;
      return found;
    }
  }
  return std::nullopt;
}

json json_expectation_schema() {
  return {{"description",
           "partial JSON (maps by subset, lists exactly), or a map of $.path to value; markers: #string "
           "#number #boolean #list #map #null #uuid #present #absent, \"#matches RE\""}};
}

}  // namespace understudy
