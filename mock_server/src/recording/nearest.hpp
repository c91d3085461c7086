#pragma once
/// Of all recorded requests the one that is most like an asked one, and what differs.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "recording/pattern.hpp"
#include "recording/request_index.hpp"
#include "recording/request_shape.hpp"

namespace understudy {

/// Index of the nearest, or nullopt if none has a path that is like the asked one's.
[[nodiscard]] std::optional<std::size_t> nearest(const std::vector<RecordedRequest>& requests,
                                                 const RequestShape& asked);

struct Compared {
  const RequestShape& shape;
  std::optional<nlohmann::json> json{};  ///< the body, if it is JSON
};
/// Lines with "- " for what was recorded and "+ " for what was asked, "" if nothing differs. What a placeholder may
/// stand for is no difference; what is known to be secret by its name is not shown.
[[nodiscard]] std::string difference(const Compared& recorded, const Compared& asked, const Needles& placeholders,
                                     const Bindings& known);

}  // namespace understudy
