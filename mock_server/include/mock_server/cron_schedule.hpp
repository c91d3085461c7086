#pragma once
/// When a cron is due: five fields as in Vixie's crontab(5), and Jenkins' `H`. Source: platform-semantics.md,
/// section 4.

#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mock_server/clock.hpp"
#include "mock_server/document.hpp"
#include "mock_server/time_zone.hpp"

namespace understudy {

/// "MINUTE HOUR DAY MONTH WEEKDAY": numbers, names of months and weekdays, lists, ranges, steps, `*`, and `H` for a
/// value that is arbitrary but fixed: `H`, `H(0-29)`, `H/15`, `H(0-29)/10`. Sunday is 0 or 7. A day has to fit both day
/// fields; if both are restricted, it has to fit one of them. As in Vixie's cron, a field that begins with `*` counts
/// as unrestricted: "0 0 */2 * MON" is due on Mondays with an odd date.
class CronSchedule {
public:
  /// What `H` stands for follows from `hash` and the field, so it is the same for all crons with the same hash.
  /// Throws InputError; `at` is where `spec` begins, and the error is at the field that is wrong.
  [[nodiscard]] static CronSchedule parse(std::string_view spec, std::uint64_t hash, const Position& at);

  /// The first minute strictly after `after` in which it is due by the clocks of `zone`; nullopt if there is none
  /// (30 February). Where clocks go forward, times that are left out run once, in the first minute after the gap; where
  /// they go back, times that come twice run the first time. A schedule of all hours goes by time as it passes instead:
  /// it leaves out what the clocks leave out, and runs again in the hour that comes twice.
  [[nodiscard]] std::optional<Time> next(Time after, const TimeZone& zone = utc()) const;
  /// Between two runs, changes of the clocks aside; minutes::max() if it never runs. Looks at 28 years.
  [[nodiscard]] std::chrono::minutes shortest_interval() const;

private:
  /// Minutes by the clock on the wall, since 1970.
  using Local = std::chrono::local_time<std::chrono::minutes>;

  CronSchedule() = default;
  [[nodiscard]] std::optional<Local> at_or_after(Local time) const;
  [[nodiscard]] std::optional<std::chrono::local_days> day_at_or_after(std::chrono::local_days day) const;
  [[nodiscard]] std::optional<int> minute_at_or_after(int minute_of_day) const;
  [[nodiscard]] std::uint32_t days_in(std::chrono::year_month month) const;
  [[nodiscard]] std::optional<Time> next_by_passing_time(Time after, const TimeZone& zone) const;
  [[nodiscard]] std::optional<Time> next_by_clock(Time after, const TimeZone& zone) const;
  [[nodiscard]] std::chrono::minutes shortest_within_a_day() const;
  [[nodiscard]] int shortest_distance_of_days() const;
  [[nodiscard]] int first_of_day() const { return std::countr_zero(hours_) * 60 + std::countr_zero(minutes_); }
  [[nodiscard]] int last_of_day() const {
    return (static_cast<int>(std::bit_width(hours_)) - 1) * 60 + static_cast<int>(std::bit_width(minutes_)) - 1;
  }

  // Bit n: n is in it.
  std::uint64_t minutes_ = 0;
  std::uint32_t hours_ = 0;
  std::uint32_t days_ = 0;      // from 1
  std::uint32_t months_ = 0;    // from 1
  std::uint64_t weekdays_ = 0;  // from Sunday, over and over again
  bool either_day_ = false;     // a day that fits one of both day fields is enough
  bool every_day_ = false;      // no need to look which one
};

/// What the platform adds to a trigger, in whole seconds: below the smaller of 20 minutes and the cron's period.
/// The same for the same arguments. Source: platform-semantics.md, section 4.
[[nodiscard]] Milliseconds random_offset(std::uint64_t seed, std::chrono::minutes period, std::uint64_t occurrence);

/// What `H` stands for in the crons of a project follows from its id.
[[nodiscard]] std::uint64_t cron_hash(const std::string& project);

}  // namespace understudy
