#pragma once
/// `only-if:` and `skip:`.

#include <functional>
#include <optional>
#include <string>

#include "harness/scenario.hpp"

namespace understudy {

/// Why the scenario is not to be run; nullopt if it is. `client_version` is asked only when a condition depends on it.
[[nodiscard]] std::optional<std::string> reason_to_skip(const Scenario& scenario,
                                                        const std::function<std::string()>& client_version);

}  // namespace understudy
