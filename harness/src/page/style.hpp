#pragma once
/// How a page looks. The classes are those that picture.cpp and page.cpp write.

#include <string>
#include <string_view>

namespace understudy {

[[nodiscard]] std::string_view page_style();  ///< content of the style element
[[nodiscard]] std::string
pattern_definitions();  ///< a hidden SVG element that holds the patterns which spans are filled with

}  // namespace understudy
