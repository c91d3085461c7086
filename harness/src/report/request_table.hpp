#pragma once
/// The requests of a step as a table, with those marked that an expectation complains of.

#include <string>
#include <vector>

#include "harness/result.hpp"
#include "report/paint.hpp"

namespace understudy {

/// "✗" before a culprit, "~" before the request that came nearest, with why below it. A long table shows what is around
/// the marked rows.
[[nodiscard]] std::vector<std::string> request_table(const StepResult& step, const Paint& paint);

}  // namespace understudy
