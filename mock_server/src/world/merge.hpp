#pragma once

#include "mock_server/document.hpp"
#include "mock_server/world.hpp"

namespace understudy {

/// `over` laid on `base`: maps merge, everything else replaces; `null` laid on a map takes it away.
[[nodiscard]] Node merge_worlds(const Node& base, const Node& over);
/// The world's node with everything that it extends underneath, `extends` itself gone. Throws InputError for cycles.
[[nodiscard]] Node unfold_extends(const Node& node, const WorldLibrary& library);

}  // namespace understudy
