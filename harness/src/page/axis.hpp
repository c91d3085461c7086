#pragma once
/// Platform time on a horizontal axis.

#include <string>
#include <vector>

#include "mock_server/clock.hpp"

namespace understudy {

/// Maps the time from `from` to `to`, which is later, to `left` .. `left + width` in pixels.
struct Scale {
  Time from{};
  Time to{};
  double left = 0;
  double width = 0;
  [[nodiscard]] double x(Time time) const;  ///< what is outside comes to the nearer edge
};

struct Tick {
  Time at{};
  std::string label{};  ///< "03:00", "03:00:15", "03:00:15.5"
  std::string date{};   ///< "2026-03-02" where a day begins, else ""
};
/// At round times, as dense as their labels allow. The first day is not named.
[[nodiscard]] std::vector<Tick> ticks_of(const Scale& scale);

[[nodiscard]] std::string date_text(Time time);   ///< "2026-03-01"
[[nodiscard]] std::string clock_text(Time time);  ///< "03:00:00", "03:00:00.250"
/// "03:00:00", or "2026-03-01 03:00:00" if `with_date`.
[[nodiscard]] std::string moment_text(Time time, bool with_date);

}  // namespace understudy
