#pragma once
/// A world without what is so anyway.

#include <nlohmann/json.hpp>

#include "mock_server/world.hpp"

namespace understudy {

[[nodiscard]] World world_of(const nlohmann::ordered_json& world);  ///< throws InputError

/// `world` without the fields that the fake shows as they are even if nobody says so. Keys, ids and owners stay.
[[nodiscard]] nlohmann::ordered_json without_defaults(nlohmann::ordered_json world);

}  // namespace understudy
