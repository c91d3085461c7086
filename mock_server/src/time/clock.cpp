#include "mock_server/clock.hpp"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

namespace understudy {
namespace {

/// Takes exactly `digits` digits off the front of `text`; nullopt if they are not there.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc{} || end != text.data() + digits || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

Milliseconds take_fraction(std::string_view& text) {
  std::int64_t value = 0;
  std::int64_t scale = 1000;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    scale /= 10;
    value += (text.front() - '0') * scale;  // digits after the third weigh nothing
    text.remove_prefix(1);
  }
  return Milliseconds{value};
}

/// Writes `value` into the `count` places from `at` on.
void put_digits(std::string& text, std::size_t at, std::size_t count, std::int64_t value) {
  for (std::size_t i = count; i > 0; --i, value /= 10) text[at + i - 1] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::string format_time(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  // Digit by digit: every resource shows two times or more, and a format string costs five times as much.
  std::string text = "0000-00-00T00:00:00.000000+00:00";
  put_digits(text, 0, 4, static_cast<int>(date.year()));
  put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text, 11, 2, clock.hours().count());
  put_digits(text, 14, 2, clock.minutes().count());
  put_digits(text, 17, 2, clock.seconds().count());
  put_digits(text, 20, 3, clock.subseconds().count());
  return text;
}

std::optional<Time> parse_time(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  Time time = std::chrono::sys_days{date};
  if (text.empty()) return time;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  time += std::chrono::hours{*hour} + std::chrono::minutes{*minute};
  if (take(text, ':')) {
    const auto second = take_number(text, 2);
    if (!second || *second > 60) return std::nullopt;
    time += std::chrono::seconds{*second};
    if (take(text, '.')) time += take_fraction(text);
  }
  if (text.empty() || take(text, 'Z')) return text.empty() ? std::optional{time} : std::nullopt;
  const int sign = take(text, '+') ? 1 : take(text, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const auto zone_hour = take_number(text, 2);
  if (!zone_hour) return std::nullopt;
  take(text, ':');
  const auto zone_minute = text.empty() ? std::optional{0} : take_number(text, 2);
  if (!zone_minute || !text.empty()) return std::nullopt;
  return time - sign * (std::chrono::hours{*zone_hour} + std::chrono::minutes{*zone_minute});
}

std::optional<Milliseconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Milliseconds total{0};
  while (!text.empty()) {
    std::int64_t amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (error != std::errc{} || amount < 0 || amount > 1'000'000'000) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::size_t digits = std::min(text.find_first_of("0123456789"), text.size());
    const std::string_view unit = text.substr(0, digits);
    if (unit == "d")
      total += std::chrono::days{amount};
    else if (unit == "h")
      total += std::chrono::hours{amount};
    else if (unit == "m" || unit == "min")
      total += std::chrono::minutes{amount};
    else if (unit == "s" || unit.empty())
      total += std::chrono::seconds{amount};
    else if (unit == "ms")
      total += Milliseconds{amount};
    else
      return std::nullopt;
    text.remove_prefix(digits);
  }
  return total;
}

std::string format_duration(Milliseconds duration) {
  if (duration < Milliseconds{0}) return "-" + format_duration(-duration);
  std::string result;
  const auto part = [&]<class Unit>(Unit unit, std::string_view name) {
    const auto amount = duration / unit;
    if (amount > 0) result += fmt::format("{}{}", amount, name);
    duration %= unit;
  };
  part(std::chrono::days{1}, "d");
  part(std::chrono::hours{1}, "h");
  part(std::chrono::minutes{1}, "m");
  part(std::chrono::seconds{1}, "s");
  part(Milliseconds{1}, "ms");
  return result.empty() ? "0s" : result;
}

Time VirtualClock::now() const {
  const std::scoped_lock lock{mutex_};
  return now_;
}

void VirtualClock::advance_to(Time later) {
  const std::scoped_lock lock{mutex_};
  if (later < now_)
    throw std::invalid_argument{"time cannot go back from " + format_time(now_) + " to " + format_time(later)};
  now_ = later;
}

}  // namespace understudy
