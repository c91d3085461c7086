#pragma once
/// What is due next, for people.

#include <string>

#include "mock_server/clock.hpp"

namespace understudy::engine {

struct Upcoming {
  Time at{};
  std::string what{};  ///< "cron backup of app on main in abcdef1234567 is due"
};

}  // namespace understudy::engine
