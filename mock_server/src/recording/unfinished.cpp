#include "recording/unfinished.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace understudy {
namespace {

using nlohmann::json;

// States of activities (contract, 4.7), and of subscriptions (status) while they are provisioned.
constexpr std::string_view kUnfinished[] = {"pending",    "in_progress", "scheduled",
                                            "cancelling", "requested",   "provisioning"};

bool is_unfinished(const json& value) {
  return value.is_string() && std::ranges::find(kUnfinished, value.get<std::string>()) != std::end(kUnfinished);
}

bool holds_unfinished(const json& value) {
  if (value.is_array()) return std::ranges::any_of(value, holds_unfinished);
  if (!value.is_object()) return false;
  for (const auto& [key, child] : value.items()) {
    if ((key == "state" || key == "status") && is_unfinished(child)) return true;
    if (child.is_structured() && holds_unfinished(child)) return true;
  }
  return false;
}

}  // namespace

bool shows_unfinished(std::string_view body) {
  const bool may_be = std::ranges::any_of(
      kUnfinished, [&](std::string_view state) { return body.find(state) != std::string_view::npos; });
  if (!may_be) return false;
  const json parsed = json::parse(body, nullptr, false);
  return !parsed.is_discarded() && holds_unfinished(parsed);
}

}  // namespace understudy
