#include "secrets/byte_words.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "secrets/encoded.hpp"

namespace understudy::secrets {
namespace {

constexpr std::string_view kOthersOfDumps = "x :,-";
constexpr std::string_view kSeparators = "/-_+";
constexpr std::string_view kSecondsOfHeads = "\x8bK\x01\x5e\x9c\xda";

#if defined(__x86_64__)  // each has SSE2

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

__m128i is_within(__m128i bytes, char low, char high) {  // as signed numbers: what is not ASCII is below
  return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(static_cast<char>(low - 1))),
                       _mm_cmplt_epi8(bytes, _mm_set1_epi8(static_cast<char>(high + 1))));
}

__m128i is_hex_digit(__m128i bytes) {
  return _mm_or_si128(is_within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'f'), is_within(bytes, '0', '9'));
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

std::uint64_t mask_of_hex(const char* bytes) { return wide_mask(bytes, is_hex_digit); }

std::uint64_t mask_of_separators(const char* bytes) {
  return wide_mask(bytes, [](__m128i sixteen) { return is_any<kSeparators>(sixteen); });
}

ByteWords plain_words_of(const char* bytes) {
  ByteWords words{};
  words.escapes = wide_mask(bytes, [](__m128i sixteen) { return is_any<kEscapes>(sixteen); });
  words.base64 = mask_of_base64(bytes);
  words.separators = mask_of_separators(bytes);
  words.dump = wide_mask(
      bytes, [](__m128i sixteen) { return _mm_or_si128(is_hex_digit(sixteen), is_any<kOthersOfDumps>(sixteen)); });
  const std::uint64_t heads = wide_mask(bytes, [](__m128i sixteen) { return is_any<kHeads>(sixteen); });
  const std::uint64_t seconds = wide_mask(bytes + 1, [](__m128i sixteen) { return is_any<kSecondsOfHeads>(sixteen); });
  const std::uint64_t breaks =
      wide_mask(bytes, [](__m128i sixteen) { return _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('\n')); });
  words.signs = words.escapes | breaks | (heads & seconds);
  return words;
}

#else

/// A bit for each of 64 bytes that `is_one` says yes to.
template <class Test>
std::uint64_t mask_of(const char* bytes, const Test& is_one) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kWord; ++i) mask |= static_cast<std::uint64_t>(is_one(bytes[i])) << i;
  return mask;
}

bool is_in(std::string_view some, char c) { return some.find(c) != std::string_view::npos; }

std::uint64_t mask_of_base64(const char* bytes) { return mask_of(bytes, is_base64); }
std::uint64_t mask_of_hex(const char* bytes) { return mask_of(bytes, is_hex); }
std::uint64_t mask_of_separators(const char* bytes) {
  return mask_of(bytes, [](char c) { return is_in(kSeparators, c); });
}

ByteWords plain_words_of(const char* bytes) {
  const std::uint64_t heads = mask_of(bytes, [](char c) { return is_in(kHeads, c); });
  const std::uint64_t seconds = mask_of(bytes + 1, [](char c) { return is_in(kSecondsOfHeads, c); });
  return {.signs = mask_of(bytes, [](char c) { return is_in(kTriggers, c); }) | (heads & seconds),
          .escapes = mask_of(bytes, [](char c) { return is_in(kEscapes, c); }),
          .base64 = mask_of_base64(bytes),
          .separators = mask_of_separators(bytes),
          .dump = mask_of(bytes, [](char c) { return is_hex(c) || is_in(kOthersOfDumps, c); })};
}

#endif

/// The bytes from `at` on, where fewer than kWord and one are left: behind the end of `data` they are 0.
struct LastWord {
  std::array<char, kWord + 1> bytes{};
  LastWord(std::string_view data, std::size_t at) { std::memcpy(bytes.data(), data.data() + at, data.size() - at); }
};

/// What `words` makes of the bytes from `at` on, kWord and one more.
template <class Words>
auto with_word(std::string_view data, std::size_t at, const Words& words) {
  return data.size() - at > kWord ? words(data.data() + at) : words(LastWord{data, at}.bytes.data());
}

void fill_plain(std::string_view data, std::size_t at, std::span<ByteWords> words) {
  for (ByteWords& word : words) {
    word = with_word(data, at, plain_words_of);
    at += kWord;
  }
}

#if defined(__x86_64__)

/// Which classes a byte is of, told by its halves: a bit for each set of bytes that is any of some upper halves beside
/// any of some lower ones (Langdale and Lemire, "Parsing gigabytes of JSON per second", section 3.1.2).
struct HalfTables {
  std::array<char, 16> lower{};
  std::array<char, 16> upper{};
};

struct Rectangle {
  unsigned upper;  ///< a bit for each half
  unsigned lower;
};

template <std::size_t kCount>
constexpr HalfTables half_tables(const std::array<Rectangle, kCount>& rectangles) {
  HalfTables tables;
  for (std::size_t i = 0; i < kCount; ++i) {
    for (std::size_t half = 0; half < 16; ++half) {
      const auto with_bit = [&](char bits) { return static_cast<char>(static_cast<unsigned char>(bits) | 1U << i); };
      if ((rectangles[i].upper >> half & 1U) != 0) tables.upper[half] = with_bit(tables.upper[half]);
      if ((rectangles[i].lower >> half & 1U) != 0) tables.lower[half] = with_bit(tables.lower[half]);
    }
  }
  return tables;
}

constexpr HalfTables kBase64AndHeads = half_tables(std::array<Rectangle, 8>{{
    {1U << 4U | 1U << 6U, 0xfffe},                  // A to O, a to o
    {1U << 5U | 1U << 7U, 0x07ff},                  // P to Z, p to z
    {1U << 3U, 0x03ff},                             // digits
    {1U << 2U, 1U << 11U | 1U << 13U | 1U << 15U},  // + - /
    {1U << 5U, 1U << 15U},                          // _
    {1U << 1U, 1U << 15U},                          // heads: 1f
    {1U << 7U, 1U << 8U},                           // x
    {1U << 5U, 1U << 0U},                           // P
}});
constexpr char kOfBase64 = 0x1f;
constexpr char kOfSeparators = 0x18;
constexpr char kOfHeads = static_cast<char>(0xe0);

constexpr HalfTables kDumpsAndEscapes = half_tables(std::array<Rectangle, 8>{{
    {1U << 3U, 0x07ff},                            // digits and :
    {1U << 4U | 1U << 6U, 0x007e},                 // A to F, a to f
    {1U << 7U, 1U << 8U},                          // x
    {1U << 2U, 1U << 0U | 1U << 12U | 1U << 13U},  // blank , -
    {1U << 2U, 1U << 5U | 1U << 6U},               // escapes: % &
    {1U << 5U | 1U << 7U, 1U << 12U},              // \ |
    {1U << 1U, 1U << 11U},                         // escape
    {1U << 14U, 1U << 2U},                         // e2
}});
constexpr char kOfDumps = 0x0f;
constexpr char kOfEscapes = static_cast<char>(0xf0);

// No lambdas in what follows: they do not have the target of the function around them.
#define UNDERSTUDY_AVX2 __attribute__((target("avx2"), always_inline)) inline

UNDERSTUDY_AVX2 __m256i load_twice(const std::array<char, 16>& table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data())));
}

UNDERSTUDY_AVX2 __m256i classes_of(__m256i lower, __m256i upper, const HalfTables& tables) {
  return _mm256_and_si256(_mm256_shuffle_epi8(load_twice(tables.lower), lower),
                          _mm256_shuffle_epi8(load_twice(tables.upper), upper));
}

/// Of both halves of kWord bytes.
UNDERSTUDY_AVX2 std::uint64_t bits_of(__m256i first, __m256i second) {
  return static_cast<unsigned>(_mm256_movemask_epi8(first)) |
         std::uint64_t{static_cast<unsigned>(_mm256_movemask_epi8(second))} << 32U;
}

UNDERSTUDY_AVX2 __m256i has_none(__m256i classes, char bits) {
  return _mm256_cmpeq_epi8(_mm256_and_si256(classes, _mm256_set1_epi8(bits)), _mm256_setzero_si256());
}

UNDERSTUDY_AVX2 __m256i equals(__m256i bytes, char one) { return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(one)); }

UNDERSTUDY_AVX2 __m256i is_second(__m256i bytes) {
  static_assert(kSecondsOfHeads.size() == 6);
  const __m256i first = equals(bytes, kSecondsOfHeads[0]) | equals(bytes, kSecondsOfHeads[1]);
  const __m256i next = equals(bytes, kSecondsOfHeads[2]) | equals(bytes, kSecondsOfHeads[3]);
  const __m256i last = equals(bytes, kSecondsOfHeads[4]) | equals(bytes, kSecondsOfHeads[5]);
  return first | next | last;
}

UNDERSTUDY_AVX2 __m256i load_32(const char* bytes) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}

/// Reads kWord bytes and one more.
UNDERSTUDY_AVX2 ByteWords avx2_words_of(const char* bytes) {
  const __m256i low_half = _mm256_set1_epi8(0x0f);
  const __m256i one = load_32(bytes);
  const __m256i two = load_32(bytes + 32);
  const __m256i lower_one = _mm256_and_si256(one, low_half);
  const __m256i lower_two = _mm256_and_si256(two, low_half);
  const __m256i upper_one = _mm256_and_si256(_mm256_srli_epi16(one, 4), low_half);
  const __m256i upper_two = _mm256_and_si256(_mm256_srli_epi16(two, 4), low_half);
  const __m256i first_one = classes_of(lower_one, upper_one, kBase64AndHeads);
  const __m256i first_two = classes_of(lower_two, upper_two, kBase64AndHeads);
  const __m256i second_one = classes_of(lower_one, upper_one, kDumpsAndEscapes);
  const __m256i second_two = classes_of(lower_two, upper_two, kDumpsAndEscapes);
  ByteWords words{.signs = 0,
                  .escapes = ~bits_of(has_none(second_one, kOfEscapes), has_none(second_two, kOfEscapes)),
                  .base64 = ~bits_of(has_none(first_one, kOfBase64), has_none(first_two, kOfBase64)),
                  .separators = ~bits_of(has_none(first_one, kOfSeparators), has_none(first_two, kOfSeparators)),
                  .dump = ~bits_of(has_none(second_one, kOfDumps), has_none(second_two, kOfDumps))};
  words.signs = words.escapes | bits_of(equals(one, '\n'), equals(two, '\n'));
  const std::uint64_t heads = ~bits_of(has_none(first_one, kOfHeads), has_none(first_two, kOfHeads));
  if (heads != 0) words.signs |= heads & bits_of(is_second(load_32(bytes + 1)), is_second(load_32(bytes + 33)));
  return words;
}

__attribute__((target("avx2"))) void fill_avx2(std::string_view data, std::size_t at, std::span<ByteWords> words) {
  for (ByteWords& word : words) {
    word = data.size() - at > kWord ? avx2_words_of(data.data() + at) : avx2_words_of(LastWord{data, at}.bytes.data());
    at += kWord;
  }
}

#undef UNDERSTUDY_AVX2
#define UNDERSTUDY_AVX512 __attribute__((target("avx512bw"), always_inline)) inline

UNDERSTUDY_AVX512 __m512i load_four_times(const std::array<char, 16>& table) {
  // Not the plain one: of it gcc 12 believes that it reads what nothing wrote (its bug 105593).
  return _mm512_maskz_broadcast_i32x4(0xffff, _mm_loadu_si128(reinterpret_cast<const __m128i*>(table.data())));
}

UNDERSTUDY_AVX512 __m512i classes_of(__m512i lower, __m512i upper, const HalfTables& tables) {
  return _mm512_and_si512(_mm512_shuffle_epi8(load_four_times(tables.lower), lower),
                          _mm512_shuffle_epi8(load_four_times(tables.upper), upper));
}

UNDERSTUDY_AVX512 std::uint64_t has_bits(__m512i classes, char bits) {
  return _mm512_test_epi8_mask(classes, _mm512_set1_epi8(bits));
}

UNDERSTUDY_AVX512 std::uint64_t equals(__m512i bytes, char one) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(one));
}

UNDERSTUDY_AVX512 std::uint64_t is_second(__m512i bytes) {
  std::uint64_t result = 0;
  for (const char second : kSecondsOfHeads) result |= equals(bytes, second);
  return result;
}

/// Reads kWord bytes and one more.
UNDERSTUDY_AVX512 ByteWords avx512_words_of(const char* bytes) {
  const __m512i low_half = _mm512_set1_epi8(0x0f);
  const __m512i some = _mm512_loadu_si512(bytes);
  const __m512i lower = _mm512_and_si512(some, low_half);
  const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(some, 4), low_half);
  const __m512i first = classes_of(lower, upper, kBase64AndHeads);
  const __m512i second = classes_of(lower, upper, kDumpsAndEscapes);
  ByteWords words{.signs = 0,
                  .escapes = has_bits(second, kOfEscapes),
                  .base64 = has_bits(first, kOfBase64),
                  .separators = has_bits(first, kOfSeparators),
                  .dump = has_bits(second, kOfDumps)};
  words.signs = words.escapes | equals(some, '\n');
  const std::uint64_t heads = has_bits(first, kOfHeads);
  if (heads != 0) words.signs |= heads & is_second(_mm512_loadu_si512(bytes + 1));
  return words;
}

__attribute__((target("avx512bw"))) void fill_avx512(std::string_view data, std::size_t at,
                                                     std::span<ByteWords> words) {
  for (ByteWords& word : words) {
    word =
        data.size() - at > kWord ? avx512_words_of(data.data() + at) : avx512_words_of(LastWord{data, at}.bytes.data());
    at += kWord;
  }
}

#undef UNDERSTUDY_AVX512

#endif

}  // namespace

std::vector<FillByteWords> ways_to_fill_byte_words() {
  std::vector<FillByteWords> ways;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") != 0) ways.push_back(fill_avx512);
  if (__builtin_cpu_supports("avx2") != 0) ways.push_back(fill_avx2);
#endif
  ways.push_back(fill_plain);
  return ways;
}

std::size_t fill_byte_words(std::string_view data, std::size_t at, std::span<ByteWords> words) {
  static const FillByteWords fill = ways_to_fill_byte_words().front();
  const std::size_t count = std::min(words.size(), (data.size() - at + kWord - 1) / kWord);
  fill(data, at, words.first(count));
  return count;
}

void Base64Runs::add_with_runs(std::uint64_t word, std::uint64_t begins, std::size_t at) {
  while (begins != 0) {
    const int from = std::countr_zero(begins);
    const int size = std::countr_one(word >> static_cast<unsigned>(from));
    if (from + size >= static_cast<int>(kWord)) break;
    runs_.push_back({at + static_cast<std::size_t>(from), at + static_cast<std::size_t>(from + size)});
    begins &= ~std::uint64_t{0} << static_cast<unsigned>(from + size);
  }
}

std::uint64_t hex_mask(std::string_view data, std::size_t at) { return with_word(data, at, mask_of_hex); }

}  // namespace understudy::secrets
