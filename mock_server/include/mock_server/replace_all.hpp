#pragma once

#include <string>
#include <string_view>

namespace understudy {

/// Not again in what it put there itself. Of "" there is none.
inline void replace_all(std::string& text, std::string_view what, std::string_view by) {
  if (what.empty()) return;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace understudy
