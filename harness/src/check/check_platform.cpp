// `activity:` and `state:`, what has become of the platform.
#include <fmt/format.h>

#include <algorithm>

#include "check/check_kinds.hpp"
#include "check/lines.hpp"
#include "check/partial_json.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr std::string_view kStates[] = {"pending", "in_progress", "complete", "cancelled", "staged", "scheduled"};
constexpr std::string_view kResults[] = {"success", "failure"};

std::string text_at(const json& value, const char* key) {
  return value.contains(key) && value.at(key).is_string() ? value.at(key).get<std::string>() : "";
}

std::string state_of(const json& activity) {
  const std::string result = text_at(activity, "result");
  return text_at(activity, "state") + (result.empty() ? "" : ", " + result);
}

/// `type` may be short: `backup` stands for `environment.backup`.
bool is_type(const std::string& full, const std::string& type) { return full == type || full.ends_with("." + type); }

struct ActivityExpectation {
  Position at{};
  std::string type{};
  std::string shown{};  ///< "pending", or the JSON
  bool none = false;
  json expected{};  ///< partial
};

ActivityExpectation read_activity(const Node::Entry& entry) {
  ActivityExpectation result{.at = entry.value.at(), .type = entry.key};
  if (entry.value.is(Node::Kind::kMap)) {
    require_valid_markers(entry.value);
    result.expected = entry.value.to_json();
    result.shown = result.expected.dump();
    return result;
  }
  const std::string& word = entry.value.text();
  result.shown = word;
  result.none = word == "none";
  const bool is_state = std::ranges::find(kStates, word) != std::end(kStates);
  const bool is_result = std::ranges::find(kResults, word) != std::end(kResults);
  if (is_state) result.expected = {{"state", word}};
  if (is_result) result.expected = {{"state", "complete"}, {"result", word}};
  if (is_state || is_result || result.none || word.find('$') != std::string::npos) {
    if (result.expected.is_null() && !result.none) result.expected = {{"state", word}};
    return result;
  }
  std::vector<std::string> known{"none"};
  for (const std::string_view state : kStates) known.emplace_back(state);
  for (const std::string_view value : kResults) known.emplace_back(value);
  const std::string hint = did_you_mean(word, known);
  throw InputError{entry.value.at(), "\"" + word + "\" is no state of an activity",
                   hint.empty() ? fmt::format("one of {}", fmt::join(known, ", ")) : hint};
}

class ActivityCheck final : public Check {
public:
  explicit ActivityCheck(const Node& value) {
    for (const Node::Entry& entry : value.entries()) expectations_.push_back(read_activity(entry));
    if (expectations_.empty()) throw InputError{value.at(), "an empty map expects nothing"};
  }

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    std::vector<Failure> failures;
    for (const ActivityExpectation& expectation : expectations_) {
      const std::string actual = judge(expectation, evidence);
      if (actual.empty()) continue;
      failures.push_back({.at = expectation.at,
                          .subject = "activity " + expectation.type,
                          .expected = expectation.shown,
                          .actual = actual});
    }
    return failures;
  }

private:
  /// What is there instead; "" if all is well.
  static std::string judge(const ActivityExpectation& expectation, const StepEvidence& evidence) {
    const std::string type = substitute(expectation.type, evidence.variables);
    const json* newest = nullptr;
    for (const json& activity : evidence.activities) {
      if (is_type(text_at(activity, "type"), type)) newest = &activity;
    }
    if (newest == nullptr) return expectation.none ? "" : "there is none" + others(evidence);
    std::string name = fmt::format("{} ({})", state_of(*newest), text_at(*newest, "id"));
    if (expectation.none) return name;
    const std::optional<JsonDifference> found = json_difference(expectation.expected, *newest, evidence.variables);
    if (!found) return "";
    return found->pointer == "/state" || found->pointer == "/result" ? name : to_string(*found);
  }

  static std::string others(const StepEvidence& evidence) {
    std::vector<std::string> types;
    for (const json& activity : evidence.activities) {
      std::string shown = fmt::format("{} ({})", text_at(activity, "type"), state_of(activity));
      if (std::ranges::find(types, shown) == types.end()) types.push_back(std::move(shown));
    }
    return types.empty() ? ", nor any other activity" : fmt::format("; there are {}", fmt::join(types, ", "));
  }

  std::vector<ActivityExpectation> expectations_;
};

struct StateExpectation {
  Position at{};
  std::string path{};
  int status = 200;
  bool has_body = false;
  json body{};
};

StateExpectation read_state(const Node::Entry& entry) {
  StateExpectation result{.at = entry.value.at(), .path = entry.key};
  if (!entry.key.starts_with('/')) throw InputError{entry.key_at, "the path \"" + entry.key + "\" has to begin with /"};
  const Node& value = entry.value;
  const Node* status = value.find("status");
  if (value.is(Node::Kind::kText) && (value.text() == "absent" || value.text() == "present")) {
    result.status = value.text() == "absent" ? 404 : 200;
  } else if (value.is(Node::Kind::kMap) && value.entries().size() == 1 && status != nullptr &&
             status->is(Node::Kind::kInteger)) {
    result.status = static_cast<int>(status->integer());  // the status of a resource is a text
  } else if (value.is(Node::Kind::kMap) || value.is(Node::Kind::kList)) {
    require_valid_markers(value);
    result.has_body = true;
    result.body = value.to_json();
  } else {
    throw InputError{value.at(), "expected partial JSON, absent, present or {status: 404}, found " +
                                     std::string{describe(value.kind())}};
  }
  return result;
}

class StateCheck final : public Check {
public:
  explicit StateCheck(const Node& value) {
    for (const Node::Entry& entry : value.entries()) expectations_.push_back(read_state(entry));
    if (expectations_.empty()) throw InputError{value.at(), "an empty map expects nothing"};
  }

  [[nodiscard]] std::vector<Failure> evaluate(const StepEvidence& evidence) const override {
    std::vector<Failure> failures;
    for (const StateExpectation& expectation : expectations_) {
      if (auto failure = judge(expectation, evidence)) failures.push_back(std::move(*failure));
    }
    return failures;
  }

private:
  static std::optional<Failure> judge(const StateExpectation& expectation, const StepEvidence& evidence) {
    const MockServer::Answer answer = evidence.inspect(substitute(expectation.path, evidence.variables));
    Failure failure{.at = expectation.at, .subject = "state " + expectation.path};
    if (answer.status != expectation.status) {
      failure.expected = expectation.status == 404 ? "absent (404)" : std::to_string(expectation.status);
      failure.actual = answer.status == 404 ? "absent (404)" : std::to_string(answer.status);
      if (!answer.body.is_null())
        failure.detail = excerpt(answer.body.dump(2, ' ', false, json::error_handler_t::replace));
      return failure;
    }
    if (!expectation.has_body) return std::nullopt;
    const std::optional<JsonDifference> found = json_difference(expectation.body, answer.body, evidence.variables);
    if (!found) return std::nullopt;
    failure.expected = fmt::format("json{}{}: {}", found->pointer.empty() ? "" : " ", found->pointer, found->expected);
    failure.actual = found->actual;
    failure.detail = excerpt(answer.body.dump(2, ' ', false, json::error_handler_t::replace));
    return failure;
  }

  std::vector<StateExpectation> expectations_;
};

}  // namespace

Checks parse_activity(const Node& value) { return {std::make_shared<const ActivityCheck>(value)}; }
Checks parse_state(const Node& value) { return {std::make_shared<const StateCheck>(value)}; }

json activity_schema() {
  json words = json::array({"none"});
  for (const std::string_view state : kStates) words.push_back(state);
  for (const std::string_view result : kResults) words.push_back(result);
  const json one{
      {"anyOf", json::array({{{"enum", words}}, {{"type", "string"}, {"pattern", "\\$"}}, {{"type", "object"}}})}};
  return {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", one}};
}

json state_schema() {
  const json one{
      {"anyOf",
       json::array({{{"enum", json::array({"absent", "present"})}}, {{"type", "object"}}, {{"type", "array"}}})}};
  return {
      {"type", "object"}, {"minProperties", 1}, {"patternProperties", {{"^/", one}}}, {"additionalProperties", false}};
}

}  // namespace understudy
