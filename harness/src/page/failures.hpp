#pragma once
/// What went wrong in a scenario, for a page.

#include <string>

#include "harness/result.hpp"

namespace understudy {

/// Preformatted, without wall times: each step with expectations that did not hold, its requests where they help, and
/// what it said where nothing else shows it. "" if nothing went wrong in a step. At most some hundred lines.
[[nodiscard]] std::string failures_text(const ScenarioResult& result);

}  // namespace understudy
