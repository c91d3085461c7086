#pragma once
/// `containers:`, what runs crons and hooks.

#include "harness/scenario.hpp"

namespace understudy {

/// nullopt for `false`. Throws InputError.
[[nodiscard]] std::optional<ContainerSpec> read_containers(const Node& value);
[[nodiscard]] nlohmann::json containers_schema();

}  // namespace understudy
