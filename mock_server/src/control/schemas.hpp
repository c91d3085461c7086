#pragma once
/// What the control API takes and gives, as JSON Schema.

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace understudy::control {

using nlohmann::json;

[[nodiscard]] json text(const char* description = "");
[[nodiscard]] json time();
[[nodiscard]] json number(std::int64_t least);
[[nodiscard]] json number(std::int64_t least, std::int64_t most);
[[nodiscard]] json list_of(json items);
/// A map with these keys and no others.
[[nodiscard]] json object_of(const std::initializer_list<std::pair<const char*, json>>& properties,
                             const std::initializer_list<const char*>& required);

[[nodiscard]] json error_schema();
[[nodiscard]] json status_schema();
[[nodiscard]] json begun_schema();
[[nodiscard]] json snapshot_schema();
[[nodiscard]] json events_schema();
[[nodiscard]] json timeline_schema();
[[nodiscard]] json journal_schema();
[[nodiscard]] json exchange_schema();
[[nodiscard]] json token_schema();
[[nodiscard]] json users_schema();

}  // namespace understudy::control
