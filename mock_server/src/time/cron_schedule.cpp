#include "mock_server/cron_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "document/hash.hpp"
#include "time/cron_field.hpp"

namespace understudy {
namespace {

using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::months;
using std::chrono::year_month;
using std::chrono::year_month_day;

using LocalMinutes = std::chrono::local_time<minutes>;

constexpr std::size_t kFields = 5;
constexpr int kMinutesPerDay = 24 * 60;
constexpr std::uint32_t kAllHours = (1U << 24U) - 1;
constexpr int kMonthsUntilAllIsRepeated = 400 * 12;  // of the Gregorian calendar, weekdays included
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kFiveFields = "write five fields: minute, hour, day of the month, month, weekday";

struct Nickname {
  std::string_view name;
  std::string_view fields;
};
constexpr Nickname kNicknames[] = {{"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"},
                                   {"@weekly", "0 0 * * 0"},  {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"},
                                   {"@annually", "0 0 1 1 *"}};

struct Field {
  std::string_view text;
  std::size_t offset = 0;
};

std::vector<Field> split(std::string_view spec) {
  std::vector<Field> fields;
  for (std::size_t begin = spec.find_first_not_of(kBlanks); begin != std::string_view::npos;) {
    const std::size_t end = std::min(spec.find_first_of(kBlanks, begin), spec.size());
    fields.push_back({spec.substr(begin, end - begin), begin});
    begin = spec.find_first_not_of(kBlanks, end);
  }
  return fields;
}

Position moved(Position at, std::size_t columns) {
  at.column += static_cast<int>(columns);
  return at;
}

[[noreturn]] void refuse_nickname(std::string_view name, const Position& at) {
  std::string hint{kFiveFields};
  for (const Nickname& nickname : kNicknames) {
    if (nickname.name == name) hint = fmt::format("write \"{}\"", nickname.fields);
  }
  throw InputError{at, fmt::format("\"{}\" is no cron schedule of five fields", name), hint};
}

void expect_five(std::string_view spec, const std::vector<Field>& fields, const Position& at) {
  if (!fields.empty() && fields.front().text.starts_with('@')) {
    refuse_nickname(fields.front().text, moved(at, fields.front().offset));
  }
  if (fields.size() == kFields) return;
  const bool more = fields.size() > kFields;
  throw InputError{more ? moved(at, fields[kFields].offset) : at,
                   fmt::format("the cron schedule \"{}\" has {}", spec, counted(fields.size(), "field")),
                   more ? fmt::format("there are no seconds and no years: {}", kFiveFields) : std::string{kFiveFields}};
}

std::uint64_t all_of(const CronFieldKind& kind) {
  return (std::uint64_t{2} << static_cast<unsigned>(kind.star_high)) -
         (std::uint64_t{1} << static_cast<unsigned>(kind.low));
}

/// The smallest distance between two neighbouring bits; nullopt if there are no two.
std::optional<int> smallest_gap(std::uint64_t bits) {
  std::optional<int> smallest;
  for (int last = -1; bits != 0; bits &= bits - 1) {
    const int bit = std::countr_zero(bits);
    if (last >= 0 && (!smallest || bit - last < *smallest)) smallest = bit - last;
    last = bit;
  }
  return smallest;
}

unsigned first_weekday(year_month month) { return std::chrono::weekday{local_days{month / 1}}.c_encoding(); }

LocalMinutes local_after(Time time, std::chrono::seconds offset) {
  return LocalMinutes{std::chrono::floor<minutes>((time + offset).time_since_epoch()) + minutes{1}};
}
LocalMinutes local_from(Time time, std::chrono::seconds offset) {
  return LocalMinutes{std::chrono::ceil<minutes>((time + offset).time_since_epoch())};
}
Time utc_of(LocalMinutes time, std::chrono::seconds offset) { return Time{time.time_since_epoch() - offset}; }

}  // namespace

CronSchedule CronSchedule::parse(std::string_view spec, std::uint64_t hash, const Position& at) {
  const std::vector<Field> fields = split(spec);
  expect_five(spec, fields, at);
  std::array<std::uint64_t, kFields> bits{};
  for (std::size_t i = 0; i < kFields; ++i) {
    bits[i] = parse_cron_field(cron_field_kinds()[i], fields[i].text, drawn_from(hash, i), moved(at, fields[i].offset));
  }
  CronSchedule schedule;
  schedule.minutes_ = bits[0];
  schedule.hours_ = static_cast<std::uint32_t>(bits[1]);
  schedule.days_ = static_cast<std::uint32_t>(bits[2]);
  schedule.months_ = static_cast<std::uint32_t>(bits[3]);
  const std::uint64_t week = (bits[4] | bits[4] >> 7U) & 0x7fU;  // 7 is Sunday, too
  for (unsigned day = 0; day < 64; day += 7) schedule.weekdays_ |= week << day;
  schedule.either_day_ = !fields[2].text.starts_with('*') && !fields[4].text.starts_with('*');
  const bool all_dates = bits[2] == all_of(cron_field_kinds()[2]);
  const bool all_weekdays = week == all_of(cron_field_kinds()[4]);
  schedule.every_day_ = bits[3] == all_of(cron_field_kinds()[3]) &&
                        (schedule.either_day_ ? all_dates || all_weekdays : all_dates && all_weekdays);
  return schedule;
}

/// Bit n: day n of the month fits.
std::uint32_t CronSchedule::days_in(year_month month) const {
  const auto length = static_cast<unsigned>((month / std::chrono::last).day());
  const auto by_weekday = static_cast<std::uint32_t>(weekdays_ >> first_weekday(month) << 1U);
  const std::uint32_t fit = either_day_ ? days_ | by_weekday : days_ & by_weekday;
  return fit & static_cast<std::uint32_t>((std::uint64_t{2} << length) - 2);
}

std::optional<local_days> CronSchedule::day_at_or_after(local_days day) const {
  if (every_day_) return day;
  const year_month_day date{day};
  year_month month = date.year() / date.month();
  std::uint32_t not_before = ~std::uint32_t{0} << static_cast<unsigned>(date.day());
  for (int i = 0; i <= kMonthsUntilAllIsRepeated; ++i, month += months{1}, not_before = ~std::uint32_t{0}) {
    if ((months_ >> static_cast<unsigned>(month.month()) & 1U) == 0) continue;
    const std::uint32_t fit = days_in(month) & not_before;
    if (fit != 0) return local_days{month / std::countr_zero(fit)};
  }
  return std::nullopt;
}

std::optional<int> CronSchedule::minute_at_or_after(int minute_of_day) const {
  const auto hour = static_cast<unsigned>(minute_of_day / 60);
  const std::uint64_t left = minutes_ >> static_cast<unsigned>(minute_of_day % 60);
  if ((hours_ >> hour & 1U) != 0 && left != 0) return minute_of_day + std::countr_zero(left);
  const std::uint32_t later = hours_ >> hour >> 1U;
  if (later == 0) return std::nullopt;
  return (static_cast<int>(hour) + 1 + std::countr_zero(later)) * 60 + std::countr_zero(minutes_);
}

std::optional<CronSchedule::Local> CronSchedule::at_or_after(Local time) const {
  const auto today = std::chrono::floor<std::chrono::days>(time);
  std::optional<local_days> day = day_at_or_after(today);
  if (day == today) {
    const std::optional<int> minute = minute_at_or_after(static_cast<int>((time - today).count()));
    if (minute) return today + minutes{*minute};
    day = day_at_or_after(today + std::chrono::days{1});
  }
  if (!day) return std::nullopt;
  return *day + minutes{first_of_day()};
}

std::optional<Time> CronSchedule::next(Time after, const TimeZone& zone) const {
  return hours_ == kAllHours || zone.is_fixed() ? next_by_passing_time(after, zone) : next_by_clock(after, zone);
}

std::optional<Time> CronSchedule::next_by_passing_time(Time after, const TimeZone& zone) const {
  const TimeZone::Period* period = &zone.period_at(after);
  for (Local from = local_after(after, period->offset);;) {
    const std::optional<Local> found = at_or_after(from);
    if (!found) return std::nullopt;
    const Time time = utc_of(*found, period->offset);
    if (time < period->end) return time;
    const Time begin = period->end;
    period = &zone.period_at(begin);
    from = local_from(begin, period->offset);
  }
}

std::optional<Time> CronSchedule::next_by_clock(Time after, const TimeZone& zone) const {
  const TimeZone::Period* period = &zone.period_at(after);
  for (Local from = local_after(after, period->offset);;) {
    if (period->before > period->offset) from = std::max(from, local_from(period->begin, period->before));  // not twice
    const std::optional<Local> found = at_or_after(from);
    if (!found) return std::nullopt;
    const Time time = utc_of(*found, period->offset);
    if (time < period->end) return time;
    const Time begin = period->end;
    if (*found < local_from(begin, period->after)) return std::chrono::ceil<minutes>(begin);  // left out by the clocks
    period = &zone.period_at(begin);
    from = local_from(begin, period->offset);
  }
}

minutes CronSchedule::shortest_within_a_day() const {
  int shortest = smallest_gap(minutes_).value_or(kMinutesPerDay);
  const std::optional<int> hours = smallest_gap(hours_);
  const int first = std::countr_zero(minutes_);
  const int last = static_cast<int>(std::bit_width(minutes_)) - 1;
  if (hours) shortest = std::min(shortest, *hours * 60 - last + first);
  return minutes{shortest};
}

/// In days; 0 if there are no two.
int CronSchedule::shortest_distance_of_days() const {
  std::optional<local_days> last = day_at_or_after(local_days{});
  if (!last) return 0;
  int shortest = std::numeric_limits<int>::max();
  const local_days end = *last + std::chrono::days{28 * 1461 / 4};  // by then a calendar repeats itself
  while (shortest > 1 && (*last < end || shortest == std::numeric_limits<int>::max())) {
    const std::optional<local_days> day = day_at_or_after(*last + std::chrono::days{1});
    shortest = std::min(shortest, static_cast<int>((*day - *last).count()));
    last = day;
  }
  return shortest;
}

minutes CronSchedule::shortest_interval() const {
  const int days = shortest_distance_of_days();
  if (days == 0) return minutes::max();
  const minutes over_night{days * kMinutesPerDay - last_of_day() + first_of_day()};
  return first_of_day() == last_of_day() ? over_night : std::min(over_night, shortest_within_a_day());
}

Milliseconds random_offset(std::uint64_t seed, std::chrono::minutes period, std::uint64_t occurrence) {
  const std::chrono::seconds limit = std::min(period, minutes{20});
  if (limit.count() <= 0) return Milliseconds{0};
  return std::chrono::seconds{drawn_from(seed, occurrence) % static_cast<std::uint64_t>(limit.count())};
}

std::uint64_t cron_hash(const std::string& project) { return stable_hash(project); }

}  // namespace understudy
