#pragma once
/// One of the five fields of a cron schedule, from its text to the set of values that it stands for.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mock_server/document.hpp"

namespace understudy {

/// What may stand in a field.
struct CronFieldKind {
  std::string_view name;
  int low;
  int high;       ///< 7 of weekdays: Sunday again
  int star_high;  ///< `*` and `*/2` end here
  int hash_high;  ///< `H` ends here: in 28 there is a day in every month
  std::span<const std::string_view> names{};
  int first_name = 0;  ///< value of the first of the names
};

/// Minute, hour, day of the month, month, weekday.
[[nodiscard]] std::span<const CronFieldKind> cron_field_kinds();

/// Bit n is set where n is in the field; bit 7 of weekdays, too. Throws InputError at `at`.
[[nodiscard]] std::uint64_t parse_cron_field(const CronFieldKind& kind, std::string_view text, std::uint64_t drawn,
                                             const Position& at);

}  // namespace understudy
