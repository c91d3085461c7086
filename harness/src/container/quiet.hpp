#pragma once
/// Whether processes compute, by what the kernel counts.

#include <sys/types.h>

#include <cstdint>
#include <set>
#include <vector>

namespace understudy {

/// One thread at one moment.
struct ThreadSample {
  pid_t thread = 0;
  bool waits = false;  ///< it sleeps, is stopped or has ended
  /// The kernel says what it sleeps for. One that was interrupted on its way to or from sleep looks like a sleeper, but
  /// is about to run: that has no such place. Where we may not know, nobody has.
  bool has_place = false;
  std::uint64_t switches = 0;  ///< how often it was taken from a processor, of its own will or not
  bool operator==(const ThreadSample&) const = default;
};

/// All threads of what is below `top`, without those at or below a process of `left_out`.
[[nodiscard]] std::vector<ThreadSample> sample_below(pid_t top, const std::set<pid_t>& left_out);
/// One of ours, or a process's first.
[[nodiscard]] ThreadSample sample_thread(pid_t thread);
/// `places_are_told`: that a sleeper has no place means something.
[[nodiscard]] bool all_wait(const std::vector<ThreadSample>& sample, bool places_are_told);

}  // namespace understudy
