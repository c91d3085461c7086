#pragma once
/// What programs make of a text: each encoder here is written against its specification, not against the hunter.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "deflate.hpp"

namespace understudy::leaks {

using Encode = std::function<std::string(unsigned char)>;
[[nodiscard]] std::string each(std::string_view text, const Encode& encode);

[[nodiscard]] std::string hex(std::string_view text, bool upper = false, std::string_view between = "");
[[nodiscard]] std::string percent(std::string_view text, std::string_view kept, bool upper = true);  ///< RFC 3986
[[nodiscard]] std::string form(std::string_view text);           ///< application/x-www-form-urlencoded
[[nodiscard]] std::string json(std::string_view text);           ///< without quotes; only what must be escaped
[[nodiscard]] std::string php_json(std::string_view text);       ///< json_encode(): slashes, and \u beyond ASCII
[[nodiscard]] std::string json_of_units(std::string_view text);  ///< \uXXXX for all
[[nodiscard]] std::string single_quoted(std::string_view text);  ///< of a POSIX shell
[[nodiscard]] std::string double_quoted(std::string_view text);  ///< of a POSIX shell
[[nodiscard]] std::string bash_q(std::string_view text);         ///< printf %q
[[nodiscard]] std::string php_export(std::string_view text);     ///< var_export()
[[nodiscard]] std::string html(std::string_view text);           ///< htmlspecialchars(), ENT_QUOTES
[[nodiscard]] std::string html_numbers(std::string_view text, bool hexadecimal);
[[nodiscard]] std::string utf16(std::string_view text, bool little);  ///< of UTF-8
[[nodiscard]] std::string quoted_printable(std::string_view text);    ///< RFC 2045, 6.7

[[nodiscard]] std::string tar(const std::string& name, std::string_view content);
[[nodiscard]] std::string zip(const std::string& name, std::string_view content, bool compressed,
                              bool sizes_behind = false);

/// Pieces of `width` bytes with `separator` between them; line breaks of `text` count as one, too.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::string_view separator);
[[nodiscard]] std::vector<std::string> pieces_of(std::string_view text, std::size_t width);
/// A table of three columns, the second of which holds `rows`.
[[nodiscard]] std::string table(const std::vector<std::string>& rows, bool drawn);
[[nodiscard]] std::string digest(std::string_view text, bool md5);  ///< bytes

}  // namespace understudy::leaks
