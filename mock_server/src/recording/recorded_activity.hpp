#pragma once

#include <string_view>

#include "mock_server/replay.hpp"

namespace understudy {

/// As of Player.
[[nodiscard]] RecordedActivity activity_of(std::string_view path, const Recording& recording);

}  // namespace understudy
