#pragma once
/// A path taken apart at its slashes.

#include <algorithm>
#include <string_view>
#include <vector>

namespace understudy::api {

/// "/projects/p1" has two; each as it is, still encoded. The path begins with a slash, or is empty.
[[nodiscard]] inline std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> result;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    result.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return result;
}

}  // namespace understudy::api
