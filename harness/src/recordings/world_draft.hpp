#pragma once
/// A world made of a situation: everything that was seen and that a world can hold.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "recordings/situation.hpp"
#include "recordings/world_text.hpp"

namespace understudy {

struct WorldDraftOf {
  Json world = Json::object();         ///< what is no default is still in it
  Comments comments{};                 ///< where each resource came from
  std::vector<std::string> remarks{};  ///< what could not be taken over, and why
};

[[nodiscard]] WorldDraftOf draft_world(const Situation& situation);

/// The same world with nothing but what its resources are known by: keys, ids, owners, parents. What the fake shows of
/// it are the defaults.
[[nodiscard]] Json bare_world(const Json& world, bool with_containers);

}  // namespace understudy
