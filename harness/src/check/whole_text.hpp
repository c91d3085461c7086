#pragma once
/// `is: |`, a whole output with wildcards: `[..]` stands for any characters within a line, a line `...` for any number
/// of lines.

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/document.hpp"

namespace understudy {

class WholeText {
public:
  WholeText() = default;
  explicit WholeText(std::string_view pattern);

  [[nodiscard]] bool matches(std::string_view actual, const Variables& variables) const;
  /// Lines with "- " for what was expected only, "+ " for what came only, "  " around them.
  [[nodiscard]] std::string difference(std::string_view actual, const Variables& variables) const;
  /// A pattern that `actual` matches, with the old lines kept wherever they still match.
  [[nodiscard]] std::string updated(std::string_view actual, const Variables& variables) const;

private:
  std::vector<std::string> lines_;
};

}  // namespace understudy
