#pragma once
/// Small facts about text that the report forms share.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};
/// The UTF-8 sequence at the start of `text`, which is not empty. Overlong forms and surrogates are invalid.
[[nodiscard]] CodePoint next_code_point(std::string_view text);

[[nodiscard]] std::size_t display_width(std::string_view text);  ///< code points; good enough for Latin text
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);  ///< "..." when cut
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);  ///< without the empty one after the last \n
[[nodiscard]] std::string first_line(std::string_view text);

}  // namespace understudy
