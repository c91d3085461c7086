#pragma once
/// A rehearsal as people and programs read it. The same rehearsal gives the same bytes; no wall times are in it.

#include <nlohmann/json.hpp>
#include <string>

#include "harness/page.hpp"
#include "harness/rehearsal.hpp"

namespace understudy {

/// A table with a line for each cron; below those that are not ok what to change, where, and why. Ends in a newline.
[[nodiscard]] std::string rehearsal_text(const Rehearsal& rehearsal, bool color);

/// Everything. Times are ISO 8601; a duration is `{"seconds": 722.0, "text": "12m2s"}`; what is not there is null; a
/// timeline is as in `to_json(const Timeline&)`.
[[nodiscard]] nlohmann::ordered_json rehearsal_json(const Rehearsal& rehearsal, bool strict);

/// All crons in the overview, a section for each, and the day's timeline at the end.
[[nodiscard]] Page rehearsal_page(const Rehearsal& rehearsal);

}  // namespace understudy
