#pragma once
/// What each byte of some data may be part of, a bit each.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace understudy::secrets {

/// First bytes of escapes and splits, and of streams. No two are the same.
inline constexpr std::string_view kTriggers = "%\\&\033\n|\xe2";
inline constexpr std::string_view kEscapes = "%\\&\033|\xe2";  ///< without line breaks
inline constexpr std::string_view kHeads = "\x1fxP";

inline constexpr std::size_t kWord = 64;  ///< bytes that one word of bits is about

/// Bit 0 is about the first of kWord bytes; behind the end of the data they are 0.
struct ByteWords {
  std::uint64_t signs;       ///< kTriggers, and kHeads where the next byte may follow one
  std::uint64_t escapes;     ///< kEscapes
  std::uint64_t base64;      ///< either alphabet of base64
  std::uint64_t separators;  ///< those of them that stand between words as well: slash, plus, dash, underscore
  std::uint64_t dump;        ///< what hex dumps are made of: hex digits, "x", blanks, colons, commas, dashes
};

/// About the bytes from `at`, a multiple of kWord, on: as many words as there is room for, or fewer where the data end.
/// Returns how many.
std::size_t fill_byte_words(std::string_view data, std::size_t at, std::span<ByteWords> words);

/// Fills as many words as there are, none of which begins behind the data.
using FillByteWords = void (*)(std::string_view data, std::size_t at, std::span<ByteWords> words);
/// All that this processor knows to do it, the fastest first: tests compare them.
[[nodiscard]] std::vector<FillByteWords> ways_to_fill_byte_words();

/// For each byte whether it is of either alphabet of base64.
inline constexpr auto kIsBase64 = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();
[[nodiscard]] constexpr bool is_base64(char c) { return kIsBase64[static_cast<unsigned char>(c)]; }

/// A bit for each of the kWord bytes from `at` on, fewer at the end: whether it is a hex digit.
[[nodiscard]] std::uint64_t hex_mask(std::string_view data, std::size_t at);

/// Where twelve in a row begin, of the same 64 bytes: of a run of 23 and more, some lie in one word.
[[nodiscard]] constexpr std::uint64_t begins_of_twelve(std::uint64_t word) {
  word &= word >> 1U;
  word &= word >> 2U;
  word &= word >> 4U;
  return word & word >> 4U;
}

/// Whether 23 in a row may lie there, and go on into the next word.
[[nodiscard]] constexpr bool may_have_twenty_three(std::uint64_t word) {
  const std::uint64_t twelve = begins_of_twelve(word);
  return (twelve & (twelve >> 11U | 1U | std::uint64_t{1} << (kWord - 12))) != 0;
}
static_assert(may_have_twenty_three(std::uint64_t{0x7fffff} << 20U) && may_have_twenty_three(0xfff) &&
              may_have_twenty_three(~std::uint64_t{0} << 52U) &&
              !may_have_twenty_three(std::uint64_t{0x3fffff} << 20U));

inline constexpr std::size_t kShortestRun = 20;

/// Gathers the runs of at least kShortestRun characters of base64, from words that come in their order.
class Base64Runs {
public:
  struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// About the bytes from `at` on.
  void add(std::uint64_t word, std::size_t at) {
    if (is_open_ && word == ~std::uint64_t{0}) return;
    std::uint64_t begins = begins_of_twelve(word);
    begins &= begins >> (kShortestRun - 12);  // where twenty in a row begin
    if (is_open_) {
      const auto first = static_cast<unsigned>(std::countr_one(word));
      close(at + first);
      begins &= ~std::uint64_t{0} << first;
    }
    if (begins != 0) add_with_runs(word, begins, at);
    is_open_ = word >> (kWord - 1) != 0;
    open_ = at + kWord - static_cast<std::size_t>(std::countl_one(word));
  }
  void end(std::size_t size) { close(size); }  ///< of the data
  [[nodiscard]] const std::vector<Run>& all() const { return runs_; }

private:
  /// Of `word`, twenty in a row begin at each of `begins`.
  void add_with_runs(std::uint64_t word, std::uint64_t begins, std::size_t at);
  void close(std::size_t end) {
    if (is_open_ && end - open_ >= kShortestRun) runs_.push_back({open_, end});
    is_open_ = false;
  }

  std::vector<Run> runs_;
  std::size_t open_ = 0;  // where the run began that reaches the next word, if `is_open_`
  bool is_open_ = false;
};

}  // namespace understudy::secrets
