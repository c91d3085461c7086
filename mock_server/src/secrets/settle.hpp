#pragma once
/// One place, many readings: which sightings stay.

#include <vector>

#include "mock_server/secret_hunter.hpp"

namespace understudy::secrets {

struct Candidate {
  Sighting sighting;
  std::size_t depth = 0;  ///< of the layer it was found in
};

/// In the order of their places. Of overlapping ones of one secret stays the whole rather than a part, then the one
/// that takes the least undoing. A part that lies in what shows of another secret is that one's; where two secrets
/// share just this part, it tells nothing.
[[nodiscard]] std::vector<Sighting> settle(std::vector<Candidate> candidates);

}  // namespace understudy::secrets
