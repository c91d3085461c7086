#pragma once
/// Which reports a run has, and where they go.

#include <memory>

#include "cli/run_options.hpp"
#include "harness/report.hpp"

namespace understudy {

/// Throws UsageError if a report's file could not be written later.
[[nodiscard]] std::unique_ptr<Listener> make_reports(const RunOptions& options);

}  // namespace understudy
