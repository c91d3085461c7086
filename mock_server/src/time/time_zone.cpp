#include "mock_server/time_zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace understudy {
namespace {

// What came before is the business of historians.
constexpr Time kFirst = std::chrono::sys_days{std::chrono::year{1970} / 1 / 1};
// The library goes on to the year 32767 with zones that have a rule; a few periods are enough.
constexpr Time kLast = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};

std::vector<TimeZone::Period> periods_of(const date::time_zone& zone) {
  std::vector<TimeZone::Period> periods;
  for (Time time = kFirst; time < kLast;) {
    const date::sys_info found = zone.get_info(time);
    if (periods.empty()) {
      periods.push_back({.offset = found.offset, .before = found.offset, .after = found.offset});
    } else if (periods.back().offset != found.offset) {  // else only its abbreviation changes
      periods.back().end = time;
      periods.back().after = found.offset;
      const std::chrono::seconds before = periods.back().offset;
      periods.push_back({.begin = time, .offset = found.offset, .before = before, .after = found.offset});
    }
    if (found.end >= kLast) break;
    time = found.end;
  }
  return periods;
}

}  // namespace

const TimeZone::Period& TimeZone::period_at(Time time) const {
  const auto later = std::ranges::upper_bound(periods_, time, {}, &Period::end);  // the first that ends after it
  return later == periods_.end() ? periods_.back() : *later;
}

const TimeZone& utc() {
  static const TimeZone kUtc{"UTC", {TimeZone::Period{}}};
  return kUtc;
}

const TimeZone* find_time_zone(std::string_view name) {
  if (name == utc().name()) return &utc();
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<const TimeZone>, std::less<>> known;
  const std::scoped_lock lock{mutex};
  if (const auto found = known.find(name); found != known.end()) return found->second.get();
  const std::vector<date::time_zone>& zones = date::get_tzdb().zones;
  const auto zone = std::ranges::lower_bound(zones, name, {}, [](const auto& z) { return std::string_view{z.name()}; });
  if (zone == zones.end() || zone->name() != name) return nullptr;
  auto made = std::make_unique<const TimeZone>(std::string{name}, periods_of(*zone));
  return known.emplace(name, std::move(made)).first->second.get();
}

std::vector<std::string> time_zone_names() {
  std::vector<std::string> names;
  for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  return names;
}

}  // namespace understudy
