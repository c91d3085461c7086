#pragma once
/// Steps: what is run and what is expected of it.

#include <string>
#include <string_view>
#include <vector>

#include "harness/check.hpp"
#include "harness/scenario.hpp"

namespace understudy {

/// A step while its keys are being read.
struct StepDraft {
  Step step;
  std::vector<std::string> commands{};  ///< which of run, sh, advance were given
  std::vector<std::string> listed{};    ///< check kinds that were given
  std::vector<Position> listed_at{};
};

[[nodiscard]] const Keys<StepDraft>& step_keys();

/// Checks that the keys go together, and adds the implied checks. Throws InputError.
[[nodiscard]] Step finish_step(StepDraft draft, const Position& at, bool strict, bool any_host);

}  // namespace understudy
