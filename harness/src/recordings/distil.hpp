#pragma once
/// From a recording to a world: the resources seen, as state that a client can change.

#include <string>
#include <vector>

#include "mock_server/recording.hpp"

namespace understudy {

struct Distilled {
  std::string yaml{};                        ///< a world's file
  std::vector<std::string> not_distilled{};  ///< which resource or answer, and why
  std::size_t asked = 0;                     ///< recorded questions that the new world was asked again
  std::size_t same = 0;                      ///< answered with the same content
};

/// The world is the situation before the first request that changed something. It is loaded and asked the same again;
/// what it answers otherwise is said. Throws InputError if no resource is to be seen.
[[nodiscard]] Distilled distil(const Recording& recording);

}  // namespace understudy
