#pragma once
/// What the picture of a timeline says in words: titles, the table below it and the legend agree with each other.

#include <string>
#include <string_view>

#include "mock_server/timeline.hpp"

namespace understudy {

/// True if times of `timeline` need their date to be told apart.
[[nodiscard]] bool needs_dates(const Timeline& timeline);

[[nodiscard]] std::string words_for(const Span& span);               ///< "running", "waiting, failed"
[[nodiscard]] std::string_view explanation_of(Span::Kind kind);      ///< for the legend: "requests held"
[[nodiscard]] std::string whole_label(const Lane& lane);             ///< "main: backup", with the group
[[nodiscard]] std::string span_title(const Span& span, bool dates);  ///< lines: label, state with times, detail
[[nodiscard]] std::string mark_title(const Mark& mark, bool dates);  ///< "03:00:00 GET /me -> 200"
[[nodiscard]] std::string range_text(Time from, Time to);            ///< "2026-03-01 03:00:00 to 03:12:00 UTC (12m)"
/// What a reader who cannot see the picture is told: "main: backup: 12 running, 1 failed; ...".
[[nodiscard]] std::string description_of(const Timeline& timeline);

}  // namespace understudy
