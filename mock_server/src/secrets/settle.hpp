#pragma once
/// One place, many readings: which sightings stay.

#include <vector>

#include "mock_server/secret_hunter.hpp"

namespace understudy::secrets {

struct Candidate {
  Sighting sighting;
  std::size_t depth = 0;         ///< of the layer it was found in
  std::size_t lacks = 0;         ///< characters of the secret that it does not show
  bool is_component = false;     ///< a part of the secret that is a secret itself: the payload of a JWT
  bool is_only_covered = false;  ///< no sighting, but not to be shown
};

struct Settled {
  std::vector<Sighting> sightings{};  ///< in the order of their places
  /// To be covered, too: readings that lost against one of these, and may reach beyond it, and what tells nothing.
  std::vector<Sighting> beside{};
};

/// Of overlapping ones of one secret stays the whole rather than a part, then the one
/// that takes the least undoing. A part that lies in what shows of another secret is that one's. Where two secrets
/// share just this part, it tells nothing ("postgres://app:"), unless it is one of them but for less than another
/// secret would have (kShortest characters).
[[nodiscard]] Settled settle(std::vector<Candidate> candidates);

}  // namespace understudy::secrets
