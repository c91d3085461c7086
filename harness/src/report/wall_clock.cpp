#include "report/wall_clock.hpp"

namespace understudy {

std::chrono::sys_time<std::chrono::microseconds> wall_clock_now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace understudy
