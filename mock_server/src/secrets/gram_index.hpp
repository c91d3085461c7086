#pragma once
/// Where any of many patterns, or enough of one, stands in a text: one pass, a probe at every third byte.
///
/// Each run that counts is at least kShortest = 8 bytes long, so it holds one of the 6-byte grams that begin at a
/// multiple of 3, wherever it lies. All grams of all patterns are in a table behind a bitmap; a hit is extended to both
/// sides. Hyperscan does the matching as fast, but its tables take longer to build than a scenario to run, and secrets
/// come up with every step.

#include <cstdint>
#include <cstring>
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
  [[nodiscard]] std::size_t longest() const { return longest_; }  ///< bytes of the longest pattern

  [[nodiscard]] bool has_blanks() const { return has_blanks_; }  ///< some pattern has some

  /// Runs of at least `Pattern::enough` bytes.
  [[nodiscard]] std::vector<Run> search(std::string_view text) const;

private:
  static constexpr std::size_t kGram = 6;
  static constexpr std::size_t kStride = kShortest - kGram + 1;

  struct Entry {
    std::uint64_t gram = 0;
    std::uint32_t pattern = 0;
    std::uint32_t offset = 0;
  };

  static std::uint64_t gram_at(const char* place) {  // eight bytes are read
    std::uint64_t eight = 0;
    std::memcpy(&eight, place, sizeof eight);
    return eight & 0xffff'ffff'ffffU;
  }
  static std::uint64_t hash(std::uint64_t gram) { return gram * 0x9e3779b97f4a7c15U; }
  [[nodiscard]] bool may_be_known(std::uint64_t hashed) const {
    const std::uint64_t bit = hashed >> bitmap_shift_;
    return (bitmap_[bit >> 6U] >> (bit & 63U) & 1U) != 0;
  }

  std::vector<Pattern> patterns_;
  std::size_t longest_ = 0;
  bool has_blanks_ = false;
  std::vector<std::uint64_t> bitmap_;
  unsigned bitmap_shift_ = 0;
  std::vector<std::uint32_t> starts_;  ///< first entry of each bucket, and the end
  std::vector<Entry> entries_;
  unsigned bucket_shift_ = 0;
};

}  // namespace understudy::secrets
