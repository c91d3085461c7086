#include "recording/recorded_activity.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace understudy {
namespace {

using nlohmann::json;

std::string type_in(const json& value, const std::string& id) {
  if (value.is_object() && value.contains("id") && value["id"] == id && value.contains("type") &&
      value["type"].is_string())
    return value["type"].get<std::string>();
  if (!value.is_structured()) return {};
  for (const json& child : value) {
    if (std::string type = type_in(child, id); !type.empty()) return type;
  }
  return {};
}

}  // namespace

RecordedActivity activity_of(std::string_view path, const Recording& recording) {
  RecordedActivity activity{.type = "a recorded answer"};
  constexpr std::string_view kBefore = "/activities/";
  const std::size_t at = path.find(kBefore);
  if (at == std::string_view::npos) return activity;
  const std::string_view rest = path.substr(at + kBefore.size());
  activity.id = std::string{rest.substr(0, std::min(rest.find('/'), rest.size()))};
  for (const RecordedExchange& exchange : recording.exchanges) {
    if (exchange.response_body.find(activity.id) == std::string::npos) continue;
    const json body = json::parse(exchange.response_body, nullptr, false);
    if (body.is_discarded()) continue;
    if (std::string type = type_in(body, activity.id); !type.empty()) {
      activity.type = std::move(type);
      return activity;
    }
  }
  return activity;
}

}  // namespace understudy
