#pragma once
/// Text that becomes part of a page.

#include <cstddef>
#include <string>
#include <string_view>

namespace understudy {

/// For text and for quoted attributes. Control characters come as "\x1b", what is no UTF-8 as U+FFFD.
[[nodiscard]] std::string html_escaped(std::string_view text);

/// Letters, digits and "-_.:" stay, all else becomes "-": for ids, which links have to repeat.
[[nodiscard]] std::string identifier(std::string_view text);

/// At most `columns` wide, an ellipsis at the end if that needed cutting. Not escaped. East Asian characters and
/// emoji count twice.
[[nodiscard]] std::string ellipsized(std::string_view text, std::size_t columns);
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// A coordinate with one decimal at most: "12", "12.5".
[[nodiscard]] std::string number(double value);

}  // namespace understudy
