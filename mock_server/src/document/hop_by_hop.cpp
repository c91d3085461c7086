#include "mock_server/hop_by_hop.hpp"

#include <algorithm>
#include <iterator>

#include "mock_server/ascii.hpp"

namespace understudy {

bool is_hop_by_hop(std::string_view name) {
  static constexpr std::string_view kNames[] = {"Connection",       "Keep-Alive", "Proxy-Authenticate",
                                                "Proxy-Connection", "TE",         "Proxy-Authorization",
                                                "Trailer",          "Upgrade",    "Transfer-Encoding"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view known) { return same_ignoring_case(name, known); });
}

}  // namespace understudy
