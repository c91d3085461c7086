#pragma once

#include <string>
#include <vector>

namespace understudy {

/// A unified diff without its head: "  same", "- only in from", "+ only in to", with `context` lines around what
/// differs and "  ..." where lines are left out. Of texts beyond 2 000 lines it only says that they differ.
[[nodiscard]] std::vector<std::string> line_diff(const std::vector<std::string>& from,
                                                 const std::vector<std::string>& to, std::size_t context = 2);

}  // namespace understudy
