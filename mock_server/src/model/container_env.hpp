#pragma once
/// What a container's processes find in their environment. Source: platform-semantics.md, sections 2 and 3.

#include <map>
#include <string>
#include <string_view>

#include "model/model.hpp"

namespace understudy::model {

enum class Phase { kBuild, kRuntime };

/// The configuration of a webapp or worker, as it is deployed or, before the first deployment, is going to be;
/// nullptr if there is none of this name.
[[nodiscard]] const json* find_app(const Environment& environment, std::string_view app);

/// PLATFORM_* and what else the platform sets, and a variable of its own for each `env:NAME`; sensitive values are
/// readable. Neither PATH nor what a `.environment` file adds. Throws std::out_of_range if there is no such app.
[[nodiscard]] std::map<std::string, std::string> container_env(const Project& project, const Environment& environment,
                                                               std::string_view app, Phase phase);

/// What PLATFORM_RELATIONSHIPS holds: by the relationship's name a list of endpoints, as the vendor's documentation
/// shows them for each service, with hosts that do not exist. One whose service is not deployed is left out.
[[nodiscard]] json relationships_of(const Project& project, const Environment& environment, const json& app);

}  // namespace understudy::model
