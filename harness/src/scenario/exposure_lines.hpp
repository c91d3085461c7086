#pragma once
/// `allow:` and `known:` of a step.

#include <vector>

#include "harness/exposure.hpp"
#include "mock_server/document.hpp"

namespace understudy {

/// Throws InputError.
[[nodiscard]] std::vector<ExposureLine> read_exposure_lines(const Node& value, bool known);
[[nodiscard]] nlohmann::json exposure_lines_schema();

}  // namespace understudy
