#include "check/whole_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "check/lines.hpp"

namespace understudy {
namespace {

constexpr std::string_view kAnyLines = "...";
constexpr std::string_view kAnyCharacters = "[..]";
constexpr std::size_t kLargestTable = 16'000'000;  // cells; beyond it lines are not aligned any more
constexpr std::size_t kShownUnchanged = 3;         // lines of context around a difference
constexpr std::size_t kShortestNamedValue = 8;     // shorter ones stand in outputs by chance

bool is_any_lines(const std::string& line) { return line == kAnyLines; }

bool line_matches(const std::string& pattern, const std::string& actual) {
  return pattern == actual || matches_wildcards(pattern, actual, kAnyCharacters);
}

/// Old and new lines side by side; one of the two is empty where a line was added or is gone.
struct Pair {
  enum class Kind { kSame, kCovered, kGone, kAdded } kind;  // kCovered: a line under `...`
  std::size_t old_line;
  std::size_t new_line;
};

/// The alignment of pattern and output that keeps the most lines; dynamic programming from the end.
class Alignment {
public:
  Alignment(const std::vector<std::string>& pattern, const std::vector<std::string>& actual)
      : pattern_{pattern}, actual_{actual}, columns_{actual.size() + 1}, score_((pattern.size() + 1) * columns_) {
    for (std::size_t i = pattern.size() + 1; i-- > 0;) {
      for (std::size_t j = columns_; j-- > 0;) score_[i * columns_ + j] = best(i, j);
    }
  }

  [[nodiscard]] std::vector<Pair> pairs() const {
    std::vector<Pair> result;
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < pattern_.size() || j < actual_.size()) {
      const std::int32_t here = at(i, j);
      if (i < pattern_.size() && is_any_lines(pattern_[i])) {
        // Leave `...` as soon as that costs nothing, so that a changed line after it is shown, not swallowed.
        if (here == at(i + 1, j))
          result.push_back({Pair::Kind::kSame, i++, j});
        else
          result.push_back({Pair::Kind::kCovered, i, j++});
      } else if (i < pattern_.size() && j < actual_.size() && line_matches(pattern_[i], actual_[j]) &&
                 here == at(i + 1, j + 1) + kKept) {
        result.push_back({Pair::Kind::kSame, i++, j++});
      } else if (i < pattern_.size() && j < actual_.size() && here == at(i + 1, j + 1) + kLost) {
        result.push_back({Pair::Kind::kGone, i++, j});
        result.push_back({Pair::Kind::kAdded, i, j++});
      } else if (i < pattern_.size() && here == at(i + 1, j) + kLost) {
        result.push_back({Pair::Kind::kGone, i++, j});
      } else {
        result.push_back({Pair::Kind::kAdded, i, j++});
      }
    }
    return result;
  }

private:
  static constexpr std::int32_t kKept = 4;
  static constexpr std::int32_t kLost = -1;  // also of a line replaced by another: `...` must not swallow the new one

  [[nodiscard]] std::int32_t at(std::size_t i, std::size_t j) const { return score_[i * columns_ + j]; }

  [[nodiscard]] std::int32_t best(std::size_t i, std::size_t j) const {
    const bool old_left = i < pattern_.size();
    const bool new_left = j < actual_.size();
    if (!old_left && !new_left) return 0;
    if (!old_left) return at(i, j + 1) + kLost;
    if (is_any_lines(pattern_[i])) return std::max(at(i + 1, j), new_left ? at(i, j + 1) : at(i + 1, j));
    std::int32_t result = at(i + 1, j) + kLost;
    if (!new_left) return result;
    result = std::max({result, at(i, j + 1) + kLost, at(i + 1, j + 1) + kLost});
    return line_matches(pattern_[i], actual_[j]) ? std::max(result, at(i + 1, j + 1) + kKept) : result;
  }

  const std::vector<std::string>& pattern_;
  const std::vector<std::string>& actual_;
  std::size_t columns_;
  std::vector<std::int32_t> score_;
};

/// Equal lines at both ends need no table; what is left in the middle may be too much for one.
std::vector<Pair> align(const std::vector<std::string>& pattern, const std::vector<std::string>& actual) {
  if ((pattern.size() + 1) * (actual.size() + 1) <= kLargestTable) return Alignment{pattern, actual}.pairs();
  std::vector<Pair> result;
  std::size_t same = 0;
  while (same < pattern.size() && same < actual.size() && !is_any_lines(pattern[same]) &&
         line_matches(pattern[same], actual[same])) {
    result.push_back({Pair::Kind::kSame, same, same});
    ++same;
  }
  for (std::size_t i = same; i < pattern.size(); ++i) result.push_back({Pair::Kind::kGone, i, same});
  for (std::size_t j = same; j < actual.size(); ++j) result.push_back({Pair::Kind::kAdded, pattern.size(), j});
  return result;
}

std::vector<std::string> substituted(const std::vector<std::string>& lines, const Variables& variables) {
  std::vector<std::string> result;
  result.reserve(lines.size());
  for (const std::string& line : lines) result.push_back(substitute(line, variables));
  return result;
}

/// `line` as a pattern that means just this: `$` doubled, values that have a name (a secret's above all) by their name.
std::string as_pattern(std::string_view line, const Variables& variables) {
  std::string result;
  while (!line.empty()) {
    const std::pair<const std::string, std::string>* named = nullptr;
    for (const auto& variable : variables) {
      const bool longest = named == nullptr || named->second.size() < variable.second.size();
      if (variable.second.size() >= kShortestNamedValue && line.starts_with(variable.second) && longest)
        named = &variable;
    }
    if (named != nullptr) {
      result += "${" + named->first + "}";
      line.remove_prefix(named->second.size());
      continue;
    }
    result += line[0] == '$' ? "$$" : std::string(1, line[0]);
    line.remove_prefix(1);
  }
  return result;
}

}  // namespace

WholeText::WholeText(std::string_view pattern) : lines_{split_lines(without_trailing_blanks(pattern))} {}

bool WholeText::matches(std::string_view actual, const Variables& variables) const {
  const std::vector<std::string> pattern = substituted(lines_, variables);
  const std::vector<std::string> lines = split_lines(without_trailing_blanks(actual));
  std::size_t i = 0;
  std::size_t j = 0;
  std::size_t any = pattern.size();  // the last `...` seen, and the line to which it reaches
  std::size_t reach = 0;
  while (j < lines.size()) {
    if (i < pattern.size() && is_any_lines(pattern[i])) {
      any = i++;
      reach = j;
    } else if (i < pattern.size() && line_matches(pattern[i], lines[j])) {
      ++i;
      ++j;
    } else if (any < pattern.size()) {
      i = any + 1;
      j = ++reach;
    } else {
      return false;
    }
  }
  while (i < pattern.size() && is_any_lines(pattern[i])) ++i;
  return i == pattern.size();
}

std::string WholeText::difference(std::string_view actual, const Variables& variables) const {
  const std::vector<std::string> lines = split_lines(without_trailing_blanks(actual));
  std::vector<Pair> pairs = align(substituted(lines_, variables), lines);
  std::erase_if(pairs, [](const Pair& pair) { return pair.kind == Pair::Kind::kCovered; });
  const auto differs = [&](std::size_t n) {
    return pairs[n].kind == Pair::Kind::kGone || pairs[n].kind == Pair::Kind::kAdded;
  };
  std::string result;
  bool skipped = false;
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    bool near = false;
    const std::size_t from = n < kShownUnchanged ? 0 : n - kShownUnchanged;
    for (std::size_t k = from; k < std::min(pairs.size(), n + kShownUnchanged + 1); ++k) near = near || differs(k);
    if (!near) {
      skipped = true;
      continue;
    }
    if (skipped) result += "  @@\n";
    skipped = false;
    switch (pairs[n].kind) {
      case Pair::Kind::kSame:
        result += "  " + lines_[pairs[n].old_line] + "\n";
        break;
      case Pair::Kind::kGone:
        result += "- " + lines_[pairs[n].old_line] + "\n";
        break;
      case Pair::Kind::kAdded:
        result += "+ " + lines[pairs[n].new_line] + "\n";
        break;
      case Pair::Kind::kCovered:
        break;
    }
  }
  if (!result.empty()) result.pop_back();
  return result;
}

std::string WholeText::updated(std::string_view actual, const Variables& variables) const {
  const std::vector<std::string> lines = split_lines(without_trailing_blanks(actual));
  std::string result;
  for (const Pair& pair : align(substituted(lines_, variables), lines)) {
    if (pair.kind == Pair::Kind::kSame) result += lines_[pair.old_line] + "\n";
    if (pair.kind == Pair::Kind::kAdded) result += as_pattern(lines[pair.new_line], variables) + "\n";
  }
  return result;
}

}  // namespace understudy
