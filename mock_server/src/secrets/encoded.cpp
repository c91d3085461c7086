#include "secrets/encoded.hpp"

#include <algorithm>
#include <array>
#include <bit>
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

// What two characters' twelve bits may be of.
constexpr unsigned kFirstOfText = 1;  // the first byte, and half of the second
constexpr unsigned kThirdOfText = 2;  // half of the second byte, and the third
constexpr unsigned kHead = 4;         // of something compressed
constexpr unsigned kFirstIsZero = 8;
constexpr unsigned kMiddleIsZero = 16;  // its bits lie in both characters

constexpr auto kPairs = [] {
  std::array<unsigned char, 4096> table{};
  for (std::size_t bits = 0; bits < table.size(); ++bits) {
    const std::size_t first = bits >> 4U;
    const std::size_t next_half = bits & 0xfU;
    const bool gzip = first == 0x1f && next_half == 0x8;
    const bool zlib = first == 'x' && (next_half == 0x0 || next_half == 0x5 || next_half == 0x9 || next_half == 0xd);
    const bool zip = first == 'P' && next_half == 0x4;
    unsigned kinds = 0;
    if (kIsText[first] && next_half < 8) kinds |= kFirstOfText;
    if (kIsText[bits & 0xffU]) kinds |= kThirdOfText;
    if (gzip || zlib || zip) kinds |= kHead;
    if (first == 0) kinds |= kFirstIsZero;
    if ((bits >> 2U & 0xffU) == 0) kinds |= kMiddleIsZero;
    table[bits] = static_cast<unsigned char>(kinds);
  }
  return table;
}();

unsigned pair_at(const char* characters) {
  return kPairs[base64_value(characters[0]) << 6U | base64_value(characters[1])];
}

/// Most of what is encoded is not promising, and its first characters tell that: `pair(i)` are the kinds of the i-th
/// character and the next. Without branches, which nobody could predict.
template <class Pair>
bool may_be_promising(const Pair& pair) {
  const unsigned text = pair(0) & pair(4) & kFirstOfText & (pair(2) & pair(6)) >> 1U;
  // UTF-16 has a zero at its fourth or its fifth byte.
  return (text | (pair(0) & kHead) | (pair(4) & kFirstIsZero) | (pair(5) & kMiddleIsZero)) != 0;
}

constexpr std::size_t kPeekedCharacters = kPeek / 3 * 4;

bool is_promising_from(const char* characters) {
  return is_promising([characters](std::size_t i) {
    const char* const four = characters + 4 * i;
    return base64_value(four[0]) << 18U | base64_value(four[1]) << 12U | base64_value(four[2]) << 6U |
           base64_value(four[3]);
  });
}

/// Six of the first byte's bits: those of text and of heads of streams, of UTF-16 a zero or a byte order mark. Most
/// letters of names and paths are none.
constexpr auto kMayBegin = table_of<bool>([](char digit) {
  const int value = base64_value_of(digit);
  if (value < 0) return false;
  for (int low = 0; low < 4; ++low) {
    const int byte = value << 2 | low;
    const bool is_text = (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\t' || byte == '\r';
    if (is_text || byte == 0 || byte == 0x1b || byte == 0x1f || byte == 0xfe || byte == 0xff) return true;
  }
  return false;
});

}  // namespace

unsigned promising_base64(std::string_view run) {
  constexpr std::size_t kSkips = 4;
  if (run.size() < kPeekedCharacters) return 0;
  std::array<unsigned, kSkips + 6> pairs{};
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i] = pair_at(run.data() + i);
  unsigned may_be = 0;
  for (std::size_t skip = 0; skip < kSkips; ++skip) {
    const bool may = may_be_promising([&](std::size_t i) { return pairs[skip + i]; });
    may_be |= static_cast<unsigned>(may) << skip;
  }
  unsigned result = 0;
  for (; may_be != 0; may_be &= may_be - 1) {
    const auto skip = static_cast<std::size_t>(std::countr_zero(may_be));
    if (skip + kPeekedCharacters > run.size()) break;
    if (is_promising_from(run.data() + skip)) result |= 1U << skip;
  }
  return result;
}

bool promising_base64_begins(std::string_view run) {
  return run.size() >= kPeekedCharacters && may_be_promising([&](std::size_t i) { return pair_at(run.data() + i); }) &&
         kMayBegin[static_cast<unsigned char>(run.front())] && is_promising_from(run.data());
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

bool is_zip_header(std::string_view data, std::size_t at) {
  return data.substr(at, 4) == std::string_view{"PK\x03\x04", 4};
}

}  // namespace understudy::secrets
