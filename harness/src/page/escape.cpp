#include "page/escape.hpp"

#include <fmt/format.h>

#include <cmath>

#include "harness/report.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

bool is_wide(char32_t value) {
  return (value >= 0x1100 && value <= 0x115F) || (value >= 0x2E80 && value <= 0xA4CF) ||
         (value >= 0xAC00 && value <= 0xD7A3) || (value >= 0xF900 && value <= 0xFAFF) ||
         (value >= 0xFE30 && value <= 0xFE6F) || (value >= 0xFF00 && value <= 0xFF60) || value >= 0x1F000;
}

/// Bytes of `text` that fit into `columns`.
std::size_t fitting_bytes(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  for (std::size_t used = 0; bytes < text.size();) {
    const CodePoint point = next_code_point(text.substr(bytes));
    used += is_wide(point.value) ? 2 : 1;
    if (used > columns) break;
    bytes += point.bytes;
  }
  return bytes;
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : xml_escaped(printable(text))) {
    if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

std::string identifier(std::string_view text) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:";
  std::string out{text};
  for (char& c : out) {
    if (kAllowed.find(c) == std::string_view::npos) c = '-';
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint point = next_code_point(text);
    columns += is_wide(point.value) ? 2 : 1;
    text.remove_prefix(point.bytes);
  }
  return columns;
}

std::string ellipsized(std::string_view text, std::size_t columns) {
  std::string clean = printable(text);  // what cannot be shown counts as what is shown for it
  if (columns_of(clean) <= columns) return clean;
  if (columns == 0) return "";
  std::string kept = clean.substr(0, fitting_bytes(clean, columns - 1));
  while (kept.ends_with(' ')) kept.pop_back();
  return kept + "\u2026";
}

std::string number(double value) {
  const double tenths = std::round(value * 10);
  const auto whole = static_cast<long long>(tenths);
  if (whole % 10 == 0) return fmt::format("{}", whole / 10);
  return fmt::format("{:.1f}", tenths / 10);
}

}  // namespace understudy
