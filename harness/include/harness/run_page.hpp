#pragma once
/// A run of scenarios as a page (`understudy run --html`).

#include "harness/page.hpp"
#include "harness/report.hpp"

namespace understudy {

/// All scenarios in the overview, those that went wrong first; a section for each that failed, could not be run, or
/// made something happen on the platform (a cron, an activity), the latter with its timeline. Neither wall times nor
/// dates of the run: the same run gives the same page. A run with very many timelines shows those of the first ones
/// only and says so.
[[nodiscard]] Page page_of_run(const RunReport& run);

}  // namespace understudy
