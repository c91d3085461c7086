#pragma once
/// A recording with what was recorded beside it.

#include <map>
#include <string>
#include <vector>

#include "mock_server/redaction.hpp"
#include "mock_server/replay.hpp"

namespace understudy {

struct Additions {
  Redacted redacted{};
  std::size_t count = 0;  ///< exchanges that came to it
};

/// `added` behind what `recording` has, less the tokens that it has a request for already. Values of `bound` become
/// their placeholders again, other secrets get new ones.
[[nodiscard]] Additions with_additions(Recording recording, std::vector<RecordedExchange> added,
                                       const std::map<std::string, std::string>& bound, const MatchRules& match,
                                       const RedactionOptions& options);

}  // namespace understudy
