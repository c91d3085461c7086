#pragma once
/// Parts of an application that may be written in several ways, in the one way that the API shows them.

#include <nlohmann/json.hpp>

#include "mock_server/document.hpp"

namespace understudy {

/// {PATH: {source, source_path}}; a slash before or behind PATH is trimmed. "shared:files/x" is the form of old for
/// {source: local, source_path: x}. Without a source_path it is PATH.
[[nodiscard]] nlohmann::json mounts_of(const Node& node);

/// {NAME: {service, endpoint}}; "db:mysql" is the form of old. Without a service it is NAME, without an endpoint null.
[[nodiscard]] nlohmann::json relationships_of(const Node& node);

/// {NAMESPACE: {NAME: value}}, such as {"env": {"APP_DEBUG": "0"}}.
[[nodiscard]] nlohmann::json variables_of(const Node& node);

}  // namespace understudy
