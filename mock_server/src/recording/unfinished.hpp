#pragma once

#include <string_view>

namespace understudy {

/// Does this body show something that goes on by itself: an activity, or a subscription, that is not at its end?
[[nodiscard]] bool shows_unfinished(std::string_view body);

}  // namespace understudy
