#pragma once

#include "api/context.hpp"
#include "api/routes.hpp"

namespace understudy::api {

struct Dispatched {
  Response response{};
  const Route* route = nullptr;
  std::string user{};  ///< user name of the bearer
  std::string note{};
  Authentication auth{};
  std::vector<std::pair<std::string, std::uint64_t>> unfinished{};
  std::string unfinished_self{};
};

/// One request, its route found already, through the platform: ask who it is and whether they may, read the body,
/// answer. A function of its arguments; no socket, no thread, no clock. With `sees_all` nobody is asked who they are.
[[nodiscard]] Dispatched dispatch(Core& core, Time now, const Request& request, const Match& match,
                                  bool sees_all = false);

}  // namespace understudy::api
