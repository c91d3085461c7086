#include "mock_server/base64.hpp"

#include <cstdint>

namespace understudy {
namespace {

constexpr std::string_view kCommon = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string encode(std::string_view bytes, std::string_view last_two) {
  const auto letter = [&](std::uint32_t value) {
    return value < kCommon.size() ? kCommon[value] : last_two[value - kCommon.size()];
  };
  std::string result;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) result += letter(bits >> (held - 6) & 63U);
  }
  if (held > 0) result += letter(bits << (6 - held) & 63U);
  return result;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string result = encode(bytes, "+/");
  result.append((4 - result.size() % 4) % 4, '=');
  return result;
}

std::string to_base64url(std::string_view bytes) { return encode(bytes, "-_"); }

std::optional<std::string> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string result;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    std::size_t value = kCommon.find(c);
    if (c == '+' || c == '-') value = 62;
    if (c == '/' || c == '_') value = 63;
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    result += static_cast<char>(bits >> held & 255U);
  }
  return result;
}

}  // namespace understudy
