#pragma once
/// Time zones by their IANA names, as the zoneinfo of the machine has them (Debian's tzdata).

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"

namespace understudy {

/// A zone never changes once it is there, so it may be read from all threads.
/// The compiled zoneinfo ends with 2037: later than that a zone keeps the offset that it has then.
class TimeZone {
public:
  /// A stretch of time with one offset. What is `before` and `after` it equals `offset` where nothing is.
  struct Period {
    Time begin = Time::min();
    Time end = Time::max();         ///< not in it any more
    std::chrono::seconds offset{};  ///< local time minus UTC
    std::chrono::seconds before{};
    std::chrono::seconds after{};
  };

  explicit TimeZone(std::string name, std::vector<Period> periods)
      : name_{std::move(name)}, periods_{std::move(periods)} {}
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Period& period_at(Time time) const;
  [[nodiscard]] bool is_fixed() const { return periods_.size() == 1; }  ///< it has one offset for ever

private:
  std::string name_;
  std::vector<Period> periods_;  // without gaps, at least one
};

/// "Europe/Paris", "UTC"; nullptr if there is none of this name. It lives as long as the program. Thread-safe.
/// Throws std::runtime_error if the machine has no zoneinfo and the name is not "UTC".
[[nodiscard]] const TimeZone* find_time_zone(std::string_view name);
[[nodiscard]] const TimeZone& utc();
/// All names, sorted; for `did_you_mean`. Throws likewise.
[[nodiscard]] std::vector<std::string> time_zone_names();

}  // namespace understudy
