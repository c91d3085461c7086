#include "report/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/report.hpp"

namespace understudy {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Lead {
  std::size_t bytes;
  char32_t bits;
  char32_t smallest;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if ((byte & 0xE0U) == 0xC0) return {2, byte & 0x1FU, 0x80};
  if ((byte & 0xF0U) == 0xE0) return {3, byte & 0x0FU, 0x800};
  if ((byte & 0xF8U) == 0xF0) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

/// Calls `each(code_point, bytes)`; what is no UTF-8 comes as U+FFFD.
template <class Each>
void for_code_points(std::string_view text, Each each) {
  while (!text.empty()) {
    const CodePoint point = next_code_point(text);
    if (point.valid) {
      each(point.value, text.substr(0, point.bytes));
    } else {
      each(char32_t{0xFFFD}, kReplacement);
    }
    text.remove_prefix(point.bytes);
  }
}

bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

template <class Table>
std::string replaced(std::string_view text, const Table& table) {
  std::string out;
  for (const char c : text) {
    const auto found = table.find(c);
    found == table.end() ? out.push_back(c) : void(out.append(found->second));
  }
  return out;
}

}  // namespace

CodePoint next_code_point(std::string_view text) {
  const Lead lead = lead_of(static_cast<unsigned char>(text.front()));
  if (lead.bytes == 0 || lead.bytes > text.size()) return {};
  char32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80) return {};
    value = (value << 6U) | (byte & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < lead.smallest || value > 0x10FFFF || surrogate) return {};
  return {value, lead.bytes, true};
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for_code_points(text, [&](char32_t, std::string_view) { ++width; });
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string{text};
  std::string out;
  std::size_t used = 0;
  for_code_points(text, [&](char32_t, std::string_view bytes) {
    if (used + 3 < width) out += bytes;
    ++used;
  });
  return out + "...";
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string{text} + std::string(used < width ? width - used : 0, ' ');
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string first_line(std::string_view text) { return std::string{text.substr(0, text.find('\n'))}; }

std::string printable(std::string_view text) {
  std::string out;
  for_code_points(text, [&](char32_t value, std::string_view bytes) {
    if (is_control(value) && value != '\n' && value != '\t') {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(value));
    } else {
      out += bytes;
    }
  });
  return out;
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  for_code_points(text, [&](char32_t value, std::string_view bytes) {
    const bool forbidden = (value < 0x20 && value != '\n' && value != '\t') || value == 0xFFFE || value == 0xFFFF;
    if (forbidden) return;  // XML 1.0 has no way to write these, not even as a reference
    switch (value) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += bytes;
    }
  });
  return out;
}

std::string github_escaped(std::string_view text) {
  static const std::map<char, std::string> escapes{{'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}};
  return replaced(text, escapes);
}

std::string github_property(std::string_view text) {
  static const std::map<char, std::string> escapes{
      {'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}, {':', "%3A"}, {',', "%2C"}};
  return replaced(text, escapes);
}

std::string tap_escaped(std::string_view text) {
  static const std::map<char, std::string> escapes{{'#', "\\#"}, {'\\', "\\\\"}, {'\n', " "}};
  return replaced(printable(text), escapes);
}

std::string current_timestamp() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

std::string seconds_text(std::chrono::microseconds time) {
  return fmt::format("{:.2f} s", std::chrono::duration<double>(time).count());
}

}  // namespace understudy
