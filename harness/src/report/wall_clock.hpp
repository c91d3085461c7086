#pragma once

#include <chrono>

namespace understudy {

/// When something is written or recorded. Nothing is decided by it.
[[nodiscard]] std::chrono::sys_time<std::chrono::microseconds> wall_clock_now();

}  // namespace understudy
