// Schedules drawn at random, against a scan of time minute by minute.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>

#include "mock_server/cron_schedule.hpp"

namespace understudy {
namespace {

using std::chrono::minutes;

Time at(std::string_view text) { return parse_time(text).value(); }

CronSchedule schedule(std::string_view spec) { return CronSchedule::parse(spec, 7, {.file = "app.yaml"}); }

const TimeZone& zone(std::string_view name) {
  const TimeZone* found = find_time_zone(name);
  if (found == nullptr) throw std::runtime_error{"no zone " + std::string{name}};
  return *found;
}

/// A schedule as sets of values, drawn at random, beside the text that says the same.
class DrawnSchedule {
public:
  explicit DrawnSchedule(std::mt19937_64& chance) : chance_{chance} {
    add(0, 59);
    add(0, 23);
    add(1, 31);
    add(1, 12);
    add(0, 6);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool of_all_hours() const { return fields_[1].size() == 24; }
  [[nodiscard]] bool fits(std::chrono::local_days day) const {
    const std::chrono::year_month_day date{day};
    const bool by_date = fields_[2].contains(static_cast<int>(static_cast<unsigned>(date.day())));
    const bool by_weekday = fields_[4].contains(static_cast<int>(std::chrono::weekday{day}.c_encoding()));
    const bool either = !star_[2] && !star_[4];
    return fields_[3].contains(static_cast<int>(static_cast<unsigned>(date.month()))) &&
           (either ? by_date || by_weekday : by_date && by_weekday);
  }
  [[nodiscard]] bool fits(std::chrono::local_time<minutes> time) const {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const int minute = static_cast<int>((time - day).count());
    return fields_[0].contains(minute % 60) && fields_[1].contains(minute / 60) && fits(day);
  }

private:
  int draw(int low, int high) { return low + static_cast<int>(chance_() % static_cast<unsigned>(high - low + 1)); }

  void add(int low, int high) {
    std::set<int> values;
    std::string text;
    const bool star = draw(0, 2) > 0;
    for (int items = star ? 1 : draw(1, 3); items > 0; --items) {
      const int first = star ? low : draw(low, high);
      const int last = star ? high : draw(first, draw(0, 1) == 0 ? first : high);
      const int step = draw(0, 2) > 0 ? 1 : draw(1, last - first + 1);
      for (int value = first; value <= last; value += step) values.insert(value);
      if (!text.empty()) text += ",";
      text += star ? "*" : first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
      if (step > 1) text += fmt::format("/{}", step);
    }
    star_[next_] = star;
    fields_[next_++] = values;
    text_ += (text_.empty() ? "" : " ") + text;
  }

  std::mt19937_64& chance_;
  std::string text_;
  std::array<std::set<int>, 5> fields_{};
  std::array<bool, 5> star_{};
  std::size_t next_ = 0;
};

using Local = std::chrono::local_time<minutes>;
Local local(Time time, const TimeZone& in) {
  return Local{std::chrono::floor<minutes>((time + in.period_at(time).offset).time_since_epoch())};
}

/// All runs in [from, to), straight from the definition: each minute of the wall's clock that fits, when it comes first
/// or, if it never comes, when the clocks have gone over it.
std::set<Time> scan(const DrawnSchedule& drawn, const TimeZone& in, Time from, Time to) {
  std::set<Time> result;
  std::optional<Local> latest;
  for (Time time = from - std::chrono::days{2}; time < to; time += minutes{1}) {
    const Local now = local(time, in);
    bool due = false;
    if (drawn.of_all_hours()) {
      due = drawn.fits(now);
    } else {
      for (Local passed = latest ? *latest + minutes{1} : now; passed <= now; passed += minutes{1})
        due |= drawn.fits(passed);
    }
    latest = latest ? std::max(*latest, now) : now;
    if (due && time >= from) result.insert(time);
  }
  return result;
}

TEST(CronSchedules, AgreeWithAScanOfEveryMinute) {
  std::mt19937_64 chance{20260301};
  const std::array<std::string, 5> zones{"UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe",
                                         "Asia/Kolkata"};
  std::size_t compared = 0;
  for (int round = 0; round < 150; ++round) {
    const DrawnSchedule drawn{chance};
    const TimeZone& in = zone(zones[chance() % zones.size()]);
    const std::array<const char*, 4> days{"2026-03-07", "2026-03-28", "2026-10-24", "2028-02-27"};
    const Time from = at(days[chance() % days.size()]);
    const Time to = from + std::chrono::days{9};
    const CronSchedule cron = schedule(drawn.text());
    std::set<Time> found;
    for (std::optional<Time> next = cron.next(from - Milliseconds{1}, in); next && *next < to;
         next = cron.next(*next + Milliseconds{chance() % 60'000}, in)) {
      found.insert(*next);
    }

    ASSERT_EQ(found, scan(drawn, in, from, to)) << drawn.text() << " in " << in.name() << " from " << format_time(from);
    compared += found.size();
  }
  EXPECT_GT(compared, 1000U);
}

/// Years of days that do not fit are passed over one by one.
TEST(CronSchedules, AgreeWithAScanOfEveryDay) {
  std::mt19937_64 chance{20260302};
  for (int round = 0; round < 1500; ++round) {
    const DrawnSchedule drawn{chance};
    const Time after = at("2026-01-01") + minutes{chance() % (60 * 24 * 365 * 30)};
    const Local last = local(after, utc()) + std::chrono::days{3000};
    Local expected = local(after, utc()) + minutes{1};
    while (expected < last && !drawn.fits(expected)) {
      const auto day = std::chrono::floor<std::chrono::days>(expected);
      expected = drawn.fits(day) ? expected + minutes{1} : Local{day + std::chrono::days{1}};
    }

    const std::optional<Time> next = schedule(drawn.text()).next(after);

    if (expected >= last) continue;  // a 29 February on a certain weekday
    ASSERT_EQ(next, Time{expected.time_since_epoch()}) << drawn.text() << " after " << format_time(after);
  }
}

}  // namespace
}  // namespace understudy
