#include "recording/line_diff.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace understudy {
namespace {

constexpr std::size_t kMostLines = 2'000;

struct Line {
  char sign;
  const std::string* text;
};

/// By the longest common subsequence.
std::vector<Line> aligned(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  const std::size_t width = to.size() + 1;
  std::vector<std::uint16_t> common((from.size() + 1) * width, 0);
  for (std::size_t i = from.size(); i-- > 0;) {
    for (std::size_t j = to.size(); j-- > 0;) {
      const std::uint16_t both = common[(i + 1) * width + j + 1];
      common[i * width + j] = from[i] == to[j] ? static_cast<std::uint16_t>(both + 1)
                                               : std::max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  std::vector<Line> lines;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < from.size() || j < to.size()) {
    if (i < from.size() && j < to.size() && from[i] == to[j]) {
      lines.push_back({' ', &from[i++]});
      ++j;
    } else if (i < from.size() && (j == to.size() || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push_back({'-', &from[i++]});
    } else {
      lines.push_back({'+', &to[j++]});
    }
  }
  return lines;
}

}  // namespace

std::vector<std::string> line_diff(const std::vector<std::string>& from, const std::vector<std::string>& to,
                                   std::size_t context) {
  if (from == to) return {};
  if (from.size() > kMostLines || to.size() > kMostLines) return {"  (they differ, and are too long to be shown)"};
  const std::vector<Line> lines = aligned(from, to);
  std::vector<bool> shown(lines.size(), false);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].sign == ' ') continue;
    const std::size_t end = std::min(lines.size(), i + context + 1);
    for (std::size_t near = i > context ? i - context : 0; near < end; ++near) shown[near] = true;
  }
  std::vector<std::string> result;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (shown[i])
      result.push_back(std::string{lines[i].sign} + " " + *lines[i].text);
    else if (i == 0 || shown[i - 1])
      result.emplace_back("  ...");
  }
  return result;
}

}  // namespace understudy
