#pragma once
/// Letters as protocols compare them: those of ASCII, whatever the locale.

#include <string>
#include <string_view>

namespace understudy {

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);
/// Without blanks, tabs and carriage returns at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace understudy
