#pragma once
/// Where in some data there may be something to undo or to unpack: one pass for all kinds of it.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace understudy::secrets {

/// Whether something begins at a place where one of the bytes below stands.
using Sign = bool (*)(std::string_view data, std::size_t at);

/// First bytes of escapes and splits, and of streams. No two are the same.
inline constexpr std::string_view kTriggers = "%\\&\033\n|\xe2";
inline constexpr std::string_view kEscapes = "%\\&\033|\xe2";  ///< without line breaks
inline constexpr std::string_view kHeads = "\x1fxP";
[[nodiscard]] const std::array<Sign, kTriggers.size()>& triggers();  ///< in this order (views.cpp)
[[nodiscard]] const std::array<Sign, kHeads.size()>& heads();        ///< in this order (streams.cpp)

class Marks {
public:
  explicit Marks(std::string_view data);

  /// Where the sign with this byte is, in order.
  [[nodiscard]] const std::vector<std::size_t>& of(char byte) const;
  /// Whether some stream begins between `from` and `to`.
  [[nodiscard]] bool has_head(std::size_t from, std::size_t to) const;

private:
  std::array<std::vector<std::size_t>, kTriggers.size() + kHeads.size()> places_;
  bool has_heads_ = false;
};

/// For each byte whether it is of either alphabet of base64.
inline constexpr auto kIsBase64 = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"})
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();
[[nodiscard]] constexpr bool is_base64(char c) { return kIsBase64[static_cast<unsigned char>(c)]; }

/// The first of kEscapes in `data` from `at` on, or npos.
[[nodiscard]] std::size_t next_escape(std::string_view data, std::size_t at);

/// A bit for each of the 64 bytes from `at` on, fewer at the end: whether it is one of base64.
[[nodiscard]] std::uint64_t base64_mask(std::string_view data, std::size_t at);

/// The same for those of base64's alphabet that stand between words as well: slash, plus, dash, underscore.
[[nodiscard]] std::uint64_t separator_mask(std::string_view data, std::size_t at);
/// The same for hex digits.
[[nodiscard]] std::uint64_t hex_mask(std::string_view data, std::size_t at);
/// The same for what hex dumps are made of: hex digits, "x", blanks, colons, commas, dashes.
[[nodiscard]] std::uint64_t dump_mask(std::string_view data, std::size_t at);

/// Where twelve in a row begin, of the same 64 bytes: of a run of 23 and more, some lie in one word.
[[nodiscard]] constexpr std::uint64_t begins_of_twelve(std::uint64_t word) {
  word &= word >> 1U;
  word &= word >> 2U;
  word &= word >> 4U;
  return word & word >> 4U;
}

inline constexpr std::size_t kShortestRun = 20;

/// Calls `use` with begin and end of each run of at least kShortestRun characters of base64.
template <class Use>
void for_each_base64_run(std::string_view data, const Use& use) {
  constexpr int kBits = 64;
  std::size_t open = 0;  // where the run began that reaches the present word, if `is_open`
  bool is_open = false;
  const auto close = [&](std::size_t end) {
    if (is_open && end - open >= kShortestRun) use(open, end);
    is_open = false;
  };
  for (std::size_t at = 0; at < data.size(); at += kBits) {
    const std::uint64_t word = base64_mask(data, at);
    if (is_open && word == ~std::uint64_t{0}) continue;
    const bool was_open = is_open;
    close(at + static_cast<std::size_t>(std::countr_one(word)));
    const int last = std::countl_one(word);  // of the run that reaches the next word
    std::uint64_t begins = word & word >> 1U;
    begins &= begins >> 2U;
    begins &= begins >> 4U;
    begins &= begins >> 8U;
    begins &= begins >> 4U;  // where twenty in a row begin
    if (was_open) begins &= ~std::uint64_t{0} << static_cast<unsigned>(std::countr_one(word));  // it was closed
    while (begins != 0) {
      const int from = std::countr_zero(begins);
      const int size = std::countr_one(word >> static_cast<unsigned>(from));
      if (from + size >= kBits) break;
      use(at + static_cast<std::size_t>(from), at + static_cast<std::size_t>(from + size));
      begins &= ~std::uint64_t{0} << static_cast<unsigned>(from + size);
    }
    is_open = last > 0;
    open = at + kBits - static_cast<std::size_t>(last);
  }
  close(data.size());
}

}  // namespace understudy::secrets
