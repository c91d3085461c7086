#pragma once
/// Platform time. It is virtual: it stands still until somebody moves it (design.md, section 3).

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace understudy {

using Milliseconds = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Milliseconds>;  ///< UTC

[[nodiscard]] std::string format_time(Time time);  ///< "2026-03-01T03:00:00.000000+00:00", as the API writes it
/// ISO 8601 with seconds and fraction optional, zone Z or +hh:mm (none = UTC); nullopt if it is none.
[[nodiscard]] std::optional<Time> parse_time(std::string_view text);
/// "1d2h", "12m", "90s", "250ms", "1m30s"; a bare number is seconds; nullopt if it is none.
[[nodiscard]] std::optional<Milliseconds> parse_duration(std::string_view text);
[[nodiscard]] std::string format_duration(Milliseconds duration);  ///< "12m", "1m30s", "0s"

struct Clock {
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

/// Starts at a fixed instant and moves only when told to. Thread-safe.
class VirtualClock final : public Clock {
public:
  explicit VirtualClock(Time start) : now_{start} {}
  [[nodiscard]] Time now() const override;
  void advance_to(Time later);  ///< throws std::invalid_argument if `later` is before now()

private:
  mutable std::mutex mutex_;
  Time now_;
};

}  // namespace understudy
