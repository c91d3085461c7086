#include "secrets/encoded.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace understudy::secrets {
namespace {

constexpr std::size_t kPeek = 12;  // bytes that have to fit

/// Table of what `of` says about each byte.
template <class Value, class Of>
constexpr std::array<Value, 256> table_of(const Of& of) {
  std::array<Value, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = of(static_cast<char>(i));
  return table;
}

constexpr int hex_value_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

constexpr int base64_value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

constexpr auto kHexValues = table_of<signed char>([](char c) { return static_cast<signed char>(hex_value_of(c)); });
constexpr auto kBase64Values =
    table_of<signed char>([](char c) { return static_cast<signed char>(base64_value_of(c)); });
constexpr auto kIsText = table_of<bool>(
    [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t' || c == '\r' || c == '\033'; });

std::uint32_t hex_value(char c) { return static_cast<std::uint32_t>(kHexValues[static_cast<unsigned char>(c)]); }
std::uint32_t base64_value(char c) { return static_cast<std::uint32_t>(kBase64Values[static_cast<unsigned char>(c)]); }

std::uint32_t byte_of(std::uint32_t three, std::size_t index) { return three >> 8U * (2 - index) & 0xffU; }

bool is_compressed(std::uint32_t first, std::uint32_t second) {
  const std::uint32_t two = first >> 8U;
  const bool is_zlib = (two == 0x7801U) | (two == 0x785eU) | (two == 0x789cU) | (two == 0x78daU);
  return is_zlib | (first == 0x1f8b08U) | ((first == 0x504b03U) & (byte_of(second, 0) == 4U));
}

/// Whether kPeek bytes look like something; `group(i)` are the i-th three of them as one number. Most do not, so that
/// what is the same for all of these has no branches.
template <class Group>
bool is_promising(const Group& group) {
  std::array<std::uint32_t, kPeek / 3> threes{group(0), group(1), 0, 0};
  const auto is_text = [&](std::size_t i) {
    return kIsText[byte_of(threes[i], 0)] & kIsText[byte_of(threes[i], 1)] & kIsText[byte_of(threes[i], 2)];
  };
  const auto is_zero = [&](std::size_t byte) { return byte_of(threes[byte / 3], byte % 3) == 0; };
  const bool text = (is_text(0) & is_text(1)) != 0;
  // Of UTF-16 every other byte is 0, but for a byte order mark.
  const bool wide = (is_zero(2) != is_zero(3)) & (is_zero(3) != is_zero(4)) & (is_zero(4) != is_zero(5));
  if (!(text | wide | is_compressed(threes[0], threes[1]))) return false;
  if (is_compressed(threes[0], threes[1])) return true;
  threes[2] = group(2);
  threes[3] = group(3);
  if (text && is_text(2) != 0 && is_text(3) != 0) return true;
  if (!wide) return false;
  for (std::size_t byte = 6; byte < kPeek; ++byte) {
    if (is_zero(byte) == is_zero(byte - 1)) return false;
  }
  return true;
}

/// For two characters' twelve bits: whether text or something compressed may begin so.
constexpr auto kMayBegin = [] {
  std::array<bool, 4096> table{};
  for (std::size_t bits = 0; bits < table.size(); ++bits) {
    const std::size_t first = bits >> 4U;
    const bool text = kIsText[first] && (bits & 0xfU) < 8;  // the second byte is ASCII
    table[bits] = text || first == 0x1f || first == 'x' || first == 'P';
  }
  return table;
}();

/// Most places are not promising, and a few of their characters tell it.
bool may_be_promising(const char* from) {
  const bool narrow = kMayBegin[base64_value(from[0]) << 6U | base64_value(from[1])];
  // UTF-16 has a zero at its fourth or its fifth byte.
  return narrow | (base64_value(from[4]) == 0) | ((base64_value(from[5]) & 0xfU) + (base64_value(from[6]) >> 2U) == 0);
}

}  // namespace

unsigned promising_base64(std::string_view run) {
  unsigned result = 0;
  for (std::size_t skip = 0; skip < 4 && skip + kPeek / 3 * 4 <= run.size(); ++skip) {
    const char* const from = run.data() + skip;
    if (!may_be_promising(from)) continue;
    const auto group = [from](std::size_t i) {
      const char* const four = from + 4 * i;
      return base64_value(four[0]) << 18U | base64_value(four[1]) << 12U | base64_value(four[2]) << 6U |
             base64_value(four[3]);
    };
    if (is_promising(group)) result |= 1U << skip;
  }
  return result;
}

unsigned promising_hex(std::string_view run) {
  if (!std::ranges::all_of(run.substr(0, 2 * kPeek), is_hex)) return 0;
  unsigned result = 0;
  for (std::size_t skip = 0; skip < 2 && skip + 2 * kPeek <= run.size(); ++skip) {
    if (!is_hex(run[skip + 2 * kPeek - 1])) break;
    const char* const from = run.data() + skip;
    const auto group = [from](std::size_t i) {
      std::uint32_t value = 0;
      for (std::size_t k = 0; k < 6; ++k) value = value << 4U | hex_value(from[6 * i + k]);
      return value;
    };
    if (is_promising(group)) result |= 1U << skip;
  }
  return result;
}

std::string decode_base64(std::string_view run) {
  std::string result;
  result.reserve(run.size() * 3 / 4 + 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : run) {
    bits = bits << 6U | base64_value(c);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += static_cast<char>(bits >> count & 0xffU);
  }
  return result;
}

std::string decode_hex(std::string_view run) {
  std::string result;
  result.reserve(run.size() / 2);
  for (std::size_t i = 0; i + 1 < run.size(); i += 2)
    result += static_cast<char>(hex_value(run[i]) << 4U | hex_value(run[i + 1]));
  return result;
}

bool may_begin_base64(char c) {
  // Six of the first byte's bits: those of text and of heads of streams, of UTF-16 a zero or a byte order mark.
  static constexpr auto kMay = table_of<bool>([](char digit) {
    const int value = base64_value_of(digit);
    if (value < 0) return false;
    for (int low = 0; low < 4; ++low) {
      const int byte = value << 2 | low;
      const bool is_text = (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\t' || byte == '\r';
      if (is_text || byte == 0 || byte == 0x1b || byte == 0x1f || byte == 0xfe || byte == 0xff) return true;
    }
    return false;
  });
  return kMay[static_cast<unsigned char>(c)];
}

bool is_zip_header(std::string_view data, std::size_t at) {
  return data.substr(at, 4) == std::string_view{"PK\x03\x04", 4};
}

}  // namespace understudy::secrets
