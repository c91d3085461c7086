#pragma once
/// Fields of answers, which may be of any shape.

#include <nlohmann/json.hpp>
#include <string>

namespace understudy {

using Json = nlohmann::ordered_json;

/// A text, or an integer as it is written; "" for anything else.
[[nodiscard]] inline std::string text_of(const Json& object, const char* field) {
  if (!object.is_object()) return {};
  const auto found = object.find(field);
  if (found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_number_integer() ? found->dump() : "";
}

[[nodiscard]] inline bool is_true(const Json& object, const char* field) {
  return object.is_object() && object.contains(field) && object[field] == true;
}

/// The field if it is a list, else an empty one.
[[nodiscard]] inline Json list_of(const Json& object, const char* field) {
  return object.is_object() && object.contains(field) && object[field].is_array() ? object[field] : Json::array();
}

/// The field if it is a map, else an empty one.
[[nodiscard]] inline Json map_of(const Json& object, const char* field) {
  return object.is_object() && object.contains(field) && object[field].is_object() ? object[field] : Json::object();
}

}  // namespace understudy
