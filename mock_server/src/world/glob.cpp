#include "world/world_data.hpp"

namespace understudy {

bool glob_matches(std::string_view pattern, std::string_view path) {
  if (pattern.empty()) return path.empty();
  if (pattern.starts_with("**")) {
    std::string_view rest = pattern.substr(2);
    if (rest.starts_with('/') && glob_matches(rest.substr(1), path)) return true;  // "**/x" also means "x"
    for (std::size_t skip = 0; skip <= path.size(); ++skip) {
      if (glob_matches(rest, path.substr(skip))) return true;
    }
    return false;
  }
  if (pattern.front() == '*') {
    for (std::size_t skip = 0; skip <= path.size(); ++skip) {
      if (glob_matches(pattern.substr(1), path.substr(skip))) return true;
      if (skip < path.size() && path[skip] == '/') break;
    }
    return false;
  }
  return !path.empty() && pattern.front() == path.front() && glob_matches(pattern.substr(1), path.substr(1));
}

}  // namespace understudy
