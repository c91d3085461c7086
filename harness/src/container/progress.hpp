#pragma once
/// Whether a job computes for too long.

#include <chrono>
#include <cstdint>
#include <vector>

#include "container/quiet.hpp"
#include "harness/stopwatch.hpp"

namespace understudy {

/// Real time counts only while the job computes without a word to the platform: a job that waits may wait for as long
/// as others take.
class Progress {
public:
  explicit Progress(std::chrono::milliseconds limit) : interval_{limit / kLooks} {}

  [[nodiscard]] int until_next_look() const {  ///< ms
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(since_look_.elapsed());
    return elapsed >= interval_ ? 0 : static_cast<int>((interval_ - elapsed).count()) + 1;
  }
  [[nodiscard]] bool is_look_due() const { return since_look_.elapsed() >= interval_; }
  /// Takes a sample of the job's threads and the number of messages so far. True if the limit is reached.
  bool look(std::vector<ThreadSample> sample, std::uint64_t messages) {
    since_look_ = Stopwatch{};
    const bool computes = messages == messages_ && !(all_wait(sample, false) && sample == sample_);
    busy_looks_ = computes ? busy_looks_ + 1 : 0;
    sample_ = std::move(sample);
    messages_ = messages;
    return busy_looks_ >= kLooks;
  }

private:
  static constexpr int kLooks = 4;

  std::chrono::milliseconds interval_;
  Stopwatch since_look_;
  std::vector<ThreadSample> sample_;
  std::uint64_t messages_ = 0;
  int busy_looks_ = 0;
};

}  // namespace understudy
