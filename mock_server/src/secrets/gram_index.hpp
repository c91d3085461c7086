#pragma once
/// Where any of many patterns, or enough of one, stands in a text: one pass, a probe at every few bytes.
///
/// Each run that counts is at least `shortest()` >= kShortest = 8 bytes long, so it holds one of the 6-byte grams that
/// begin at a multiple of `shortest() - 5`, wherever it lies. Such grams of all patterns are in a table behind a Bloom
/// filter; a hit is extended to both sides. Hyperscan does the matching as fast, but its tables take longer to build
/// than a scenario to run, and secrets come up with every step.

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "secrets/patterns.hpp"

namespace understudy::secrets {

/// A piece of a pattern in a text, which goes on neither to the left nor to the right.
struct Run {
  std::uint32_t pattern = 0;
  std::size_t begin = 0;   ///< in the text
  std::size_t size = 0;    ///< bytes
  std::size_t offset = 0;  ///< of its beginning in the pattern
};

class GramIndex {
public:
  explicit GramIndex(std::vector<Pattern> patterns);

  [[nodiscard]] const std::vector<Pattern>& patterns() const { return patterns_; }
  [[nodiscard]] std::size_t longest() const { return longest_; }    ///< bytes of the longest pattern
  [[nodiscard]] std::size_t shortest() const { return shortest_; }  ///< bytes of the shortest run that counts

  [[nodiscard]] bool has_blanks() const { return has_blanks_; }  ///< some pattern has some

  /// Runs that count (Pattern::counts).
  [[nodiscard]] std::vector<Run> search(std::string_view text) const;
  /// Only those that begin before one of `joints` (in order) and end after it. `any` becomes true if one does that
  /// would count if it were longer.
  [[nodiscard]] std::vector<Run> search(std::string_view text, std::span<const std::size_t> joints, bool& any) const;

private:
  static constexpr std::size_t kGram = 6;

  struct Entry {
    std::uint64_t gram = 0;
    std::uint32_t pattern = 0;
    std::uint32_t offset = 0;
  };
  class Extender;

  static std::uint64_t gram_at(const char* place) {  // eight bytes are read
    std::uint64_t eight = 0;
    std::memcpy(&eight, place, sizeof eight);
    return eight & 0xffff'ffff'ffffU;
  }
  static std::uint64_t hash(std::uint64_t gram) { return gram * 0x9e3779b97f4a7c15U; }
  /// Two bits of one word of the filter.
  [[nodiscard]] std::size_t word_of(std::uint64_t hashed) const { return hashed >> filter_shift_; }
  [[nodiscard]] static std::uint64_t bits_of(std::uint64_t hashed) {
    return std::uint64_t{1} << (hashed >> 30U & 63U) | std::uint64_t{1} << (hashed >> 24U & 63U);
  }
  [[nodiscard]] bool may_be_known(std::uint64_t hashed) const {
    const std::uint64_t bits = bits_of(hashed);
    return (filter_[word_of(hashed)] & bits) == bits;
  }

  [[nodiscard]] std::vector<Entry> entries_of_patterns() const;
  void fill(const std::vector<Entry>& entries);
  /// Probes at `from`, one stride further, and so on, before `to`; the place of the next one.
  std::size_t probe(std::string_view text, std::size_t from, std::size_t to, Extender& extender) const;

  std::vector<Pattern> patterns_;
  std::size_t longest_ = 0;
  std::size_t shortest_ = 0;
  std::size_t stride_ = 1;
  bool has_blanks_ = false;
  std::vector<std::uint64_t> filter_;
  unsigned filter_shift_ = 0;
  std::vector<std::uint32_t> starts_;  ///< first entry of each bucket, and the end
  std::vector<Entry> entries_;
  unsigned bucket_shift_ = 0;
};

}  // namespace understudy::secrets
