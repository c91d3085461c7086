#pragma once
/// Requests that nobody let in, as they stand in the journal.

#include <string_view>

#include "mock_server/journal.hpp"

namespace understudy {

inline constexpr std::string_view kKeptOut = "not let in: ";  ///< how their note begins

inline bool was_kept_out(const Exchange& exchange) {
  return exchange.route.empty() && std::string_view{exchange.note}.starts_with(kKeptOut);
}

}  // namespace understudy
