#pragma once
/// Wall time, for what is measured and shown. Nothing is ever decided by it but when to redraw a line.

#include <chrono>

namespace understudy {

/// Started when constructed.
class Stopwatch {
public:
  [[nodiscard]] std::chrono::microseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_);
  }

private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace understudy
