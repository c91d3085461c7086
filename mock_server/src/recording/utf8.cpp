#include "recording/utf8.hpp"

namespace understudy::recording {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80U) return 1;
  const std::size_t length = first >= 0xf0U ? 4 : first >= 0xe0U ? 3 : 2;
  if (first < 0xc2U || first > 0xf4U || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!continues(text[i])) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  if (first == 0xe0U && second < 0xa0U) return 0;   // overlong
  if (first == 0xedU && second >= 0xa0U) return 0;  // surrogates
  if (first == 0xf0U && second < 0x90U) return 0;   // overlong
  if (first == 0xf4U && second >= 0x90U) return 0;  // beyond U+10FFFF
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string as_utf8(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0)
      append_utf8(result, 0xfffd);
    else
      result += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) return put(code_point);
  if (code_point < 0x800) {
    put(0xc0U | code_point >> 6U);
  } else if (code_point < 0x10000) {
    put(0xe0U | code_point >> 12U);
    put(0x80U | (code_point >> 6U & 0x3fU));
  } else {
    put(0xf0U | code_point >> 18U);
    put(0x80U | (code_point >> 12U & 0x3fU));
    put(0x80U | (code_point >> 6U & 0x3fU));
  }
  put(0x80U | (code_point & 0x3fU));
}

}  // namespace understudy::recording
