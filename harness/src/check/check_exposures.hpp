#pragma once
/// No secret where it may not be, no rule of authentication broken: but for the lines of `allow:` and `known:`.

#include <memory>
#include <vector>

#include "harness/check.hpp"
#include "harness/exposure.hpp"

namespace understudy {

/// For a line of `known:` that nothing fitted.
[[nodiscard]] Failure known_finding_gone(const ExposureLine& line);

[[nodiscard]] std::shared_ptr<const Check> no_exposure(const Position& at, std::vector<ExposureLine> lines);

}  // namespace understudy
