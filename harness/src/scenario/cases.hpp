#pragma once
/// `cases:`, one scenario for each: its keys merged over the scenario's, its variables replaced.

#include <string>
#include <vector>

#include "mock_server/document.hpp"

namespace understudy {

/// A scenario with one of its cases put in.
struct UnrolledCase {
  Position at;         ///< of the case, or of the document without cases
  std::string name{};  ///< "" without cases
  Variables variables{};
  Node scenario{};  ///< a map without `cases`
};

/// `keys`: those that a case may have beside its variables. Throws InputError.
[[nodiscard]] std::vector<UnrolledCase> unroll_cases(const Node& document, const std::vector<std::string>& keys);

}  // namespace understudy
