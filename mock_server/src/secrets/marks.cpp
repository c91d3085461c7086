#include "secrets/marks.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "secrets/encoded.hpp"

namespace understudy::secrets {
namespace {

constexpr std::size_t kSigns = kTriggers.size() + kHeads.size();
constexpr std::size_t kWord = 64;  // bytes that one word of bits is about
constexpr unsigned char kNone = 0xff;

constexpr auto kBytes = [] {
  std::array<char, kSigns> bytes{};
  std::ranges::copy(kTriggers, bytes.begin());
  std::ranges::copy(kHeads, bytes.begin() + kTriggers.size());
  return bytes;
}();

/// For each byte: number of the sign, or kNone.
constexpr auto kNumbers = [] {
  std::array<unsigned char, 256> table{};
  table.fill(kNone);
  for (std::size_t i = 0; i < kSigns; ++i) table[static_cast<unsigned char>(kBytes[i])] = static_cast<unsigned char>(i);
  return table;
}();

/// In the order of kBytes.
const std::array<Sign, kSigns>& signs() {
  static const auto kAll = [] {
    std::array<Sign, kSigns> all{};
    std::ranges::copy(triggers(), all.begin());
    std::ranges::copy(heads(), all.begin() + kTriggers.size());
    return all;
  }();
  return kAll;
}

constexpr std::string_view kOthersOfDumps = "x :,-";
constexpr std::string_view kSeparators = "/-_+";

#ifdef __SSE2__  // every x86-64 has it

/// 64 bits from what `test` makes of 16 bytes at a time.
template <class Test>
std::uint64_t wide_mask(const char* bytes, const Test& test) {
  std::uint64_t mask = 0;
  for (unsigned part = 0; part < 4; ++part) {
    const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * part));
    const auto bits = static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(test(sixteen))));
    mask |= bits << 16 * part;
  }
  return mask;
}

/// Unrolled at compile time: the bytes stay in registers.
template <const std::string_view& kWanted>
__m128i is_any(__m128i bytes) {
  return [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    return (_mm_cmpeq_epi8(bytes, _mm_set1_epi8(kWanted[kIndex])) | ...);
  }
  (std::make_index_sequence<kWanted.size()>{});
}

constexpr std::string_view kSecondsOfHeads = "\x8bK\x01\x5e\x9c\xda";

/// Of heads only where the second byte is one, too, for letters are frequent.
std::uint64_t mask_of_signs(const char* bytes) {
  std::uint64_t mask = 0;
  for (unsigned part = 0; part < 4; ++part) {
    const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * part));
    const __m128i next = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + 16 * part + 1));
    const __m128i head = _mm_and_si128(is_any<kHeads>(sixteen), is_any<kSecondsOfHeads>(next));
    const __m128i sign = _mm_or_si128(is_any<kTriggers>(sixteen), head);
    mask |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(sign))) << 16 * part;
  }
  return mask;
}

std::uint64_t mask_of_escapes(const char* bytes) {
  return wide_mask(bytes, [](__m128i sixteen) { return is_any<kEscapes>(sixteen); });
}

__m128i is_within(__m128i bytes, char low, char high) {  // as signed numbers: what is not ASCII is below
  return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(low - 1))),
                       _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(high + 1))));
}

std::uint64_t mask_of_base64(const char* bytes) {
  return wide_mask(bytes, [](__m128i sixteen) {
    const __m128i letter = is_within(_mm_or_si128(sixteen, _mm_set1_epi8(0x20)), 'a', 'z');
    const __m128i digit_or_slash = is_within(sixteen, '/', '9');
    const __m128i plus = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('+'));
    const __m128i minus = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('-'));
    const __m128i underscore = _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('_'));
    return _mm_or_si128(_mm_or_si128(letter, digit_or_slash), _mm_or_si128(_mm_or_si128(plus, minus), underscore));
  });
}

__m128i is_hex_digit(__m128i bytes) {
  return _mm_or_si128(is_within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'f'), is_within(bytes, '0', '9'));
}

std::uint64_t mask_of_hex(const char* bytes) { return wide_mask(bytes, is_hex_digit); }

std::uint64_t mask_of_separators(const char* bytes) {
  return wide_mask(bytes, [](__m128i sixteen) { return is_any<kSeparators>(sixteen); });
}

std::uint64_t mask_of_dump(const char* bytes) {
  return wide_mask(
      bytes, [](__m128i sixteen) { return _mm_or_si128(is_hex_digit(sixteen), is_any<kOthersOfDumps>(sixteen)); });
}

#else

/// A bit for each of 64 bytes that `is_one` says yes to.
template <class Test>
std::uint64_t mask_of(const char* bytes, const Test& is_one) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kWord; ++i) mask |= static_cast<std::uint64_t>(is_one(bytes[i])) << i;
  return mask;
}

bool is_escape(char c) { return kEscapes.find(c) != std::string_view::npos; }

bool is_sign(char c) { return kNumbers[static_cast<unsigned char>(c)] != kNone; }

std::uint64_t mask_of_signs(const char* bytes) { return mask_of(bytes, is_sign); }
std::uint64_t mask_of_escapes(const char* bytes) { return mask_of(bytes, is_escape); }
std::uint64_t mask_of_base64(const char* bytes) { return mask_of(bytes, is_base64); }
std::uint64_t mask_of_hex(const char* bytes) { return mask_of(bytes, is_hex); }
std::uint64_t mask_of_separators(const char* bytes) {
  return mask_of(bytes, [](char c) { return kSeparators.find(c) != std::string_view::npos; });
}
std::uint64_t mask_of_dump(const char* bytes) {
  return mask_of(bytes, [](char c) { return is_hex(c) || kOthersOfDumps.find(c) != std::string_view::npos; });
}

#endif

/// What `mask` makes of the bytes from `at` on, 64 and one more; behind the end of `data` they are 0.
template <class Mask>
std::uint64_t with_word(std::string_view data, std::size_t at, const Mask& mask) {
  if (data.size() - at > kWord) return mask(data.data() + at);
  std::array<char, kWord + 1> bytes{};
  std::memcpy(bytes.data(), data.data() + at, data.size() - at);
  return mask(bytes.data());
}

}  // namespace

std::uint64_t base64_mask(std::string_view data, std::size_t at) { return with_word(data, at, mask_of_base64); }

std::uint64_t separator_mask(std::string_view data, std::size_t at) { return with_word(data, at, mask_of_separators); }

std::uint64_t hex_mask(std::string_view data, std::size_t at) { return with_word(data, at, mask_of_hex); }

std::uint64_t dump_mask(std::string_view data, std::size_t at) { return with_word(data, at, mask_of_dump); }

std::size_t next_escape(std::string_view data, std::size_t at) {
  for (; at < data.size(); at += kWord) {
    const std::uint64_t mask = with_word(data, at, mask_of_escapes);
    if (mask != 0) return at + static_cast<std::size_t>(std::countr_zero(mask));
  }
  return std::string_view::npos;
}

Marks::Marks(std::string_view data) {
  const std::array<Sign, kSigns>& all = signs();
  for (std::size_t at = 0; at < data.size(); at += kWord) {
    for (std::uint64_t mask = with_word(data, at, mask_of_signs); mask != 0; mask &= mask - 1) {
      const std::size_t place = at + static_cast<std::size_t>(std::countr_zero(mask));
      const std::size_t number = kNumbers[static_cast<unsigned char>(data[place])];
      if (all[number](data, place)) places_[number].push_back(place);
    }
  }
  has_heads_ = std::ranges::any_of(kHeads, [&](char head) { return !of(head).empty(); });
}

const std::vector<std::size_t>& Marks::of(char byte) const {
  return places_.at(kNumbers[static_cast<unsigned char>(byte)]);
}

bool Marks::has_head(std::size_t from, std::size_t to) const {
  if (!has_heads_) return false;
  return std::ranges::any_of(kHeads, [&](char head) {
    const std::vector<std::size_t>& places = of(head);
    const auto next = std::ranges::lower_bound(places, from);
    return next != places.end() && *next < to;
  });
}

}  // namespace understudy::secrets
