#pragma once
/// Platform time as a multiple of real time (design.md, section 3c). Nothing ticks: a thread sleeps until the next
/// event is due, and whoever asks the platform lets it catch up first.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "mock_server/clock.hpp"

namespace understudy {

class Platform;

/// Thread-safe. The platform must not jump by itself.
class Pace {
public:
  static constexpr double kFastest = 1000;

  /// `speed`: seconds of platform time to a second; 0: it goes on by hand only.
  Pace(Platform& platform, double speed);
  ~Pace();
  Pace(const Pace&) = delete;
  Pace& operator=(const Pace&) = delete;

  void catch_up();    ///< platform time is what it has to be now
  void look_again();  ///< something may be due earlier than before
  void poke();        ///< something is; may be called behind the platform's lock
  void set_speed(double speed);
  [[nodiscard]] double speed() const;
  void advance_to(Time later);  ///< by hand; it goes on from there

private:
  using RealTime = std::chrono::steady_clock::time_point;

  [[nodiscard]] Time target(RealTime now) const;
  [[nodiscard]] RealTime real_time_of(Time due) const;
  void begin_anew();
  void keep();

  Platform& platform_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  double speed_;
  RealTime real_{};  // when it was ...
  Time then_{};      // ... this time
  std::optional<Time> known_due_;
  bool stale_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace understudy
