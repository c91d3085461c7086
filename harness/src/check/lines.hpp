#pragma once
/// Text as checks see it: lines, blanks, what a terminal shows, and how to quote it in a message.

#include <string>
#include <string_view>
#include <vector>

namespace understudy {

/// Lines without their ends; a final newline begins no further line. CRLF counts as one end.
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);

/// Blanks at the ends of lines and empty lines at the end taken away: what nobody means when they write an expectation.
[[nodiscard]] std::string without_trailing_blanks(std::string_view text);

/// Every run of white space as one blank, none at the ends: undoes the padding and wrapping of the client's error
/// blocks.
[[nodiscard]] std::string fold_blanks(std::string_view text);

/// What a terminal was told, without its control sequences; a carriage return alone starts a new line.
[[nodiscard]] std::string plain_screen(std::string_view text);

/// In quotes, on one line, long ones shortened in the middle.
[[nodiscard]] std::string in_quotes(std::string_view text, std::size_t limit = 160);

/// At most `limit` lines, the middle left out, each indented by two blanks.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t limit = 20);

/// Does `text` match `pattern`, in which `wildcard` stands for any characters?
[[nodiscard]] bool matches_wildcards(std::string_view pattern, std::string_view text, std::string_view wildcard);

/// 0 (nothing in common) to 100 (the same): by pairs of neighbouring characters.
[[nodiscard]] int likeness(std::string_view a, std::string_view b);

}  // namespace understudy
