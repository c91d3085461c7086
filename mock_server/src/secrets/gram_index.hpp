#pragma once
/// Where any of many patterns, or enough of one, stands in a text: one pass, a probe at every few bytes.
///
/// Each run that counts is at least `shortest()` >= kShortest = 8 bytes long, so it holds one of the 5-byte grams that
/// begin at a multiple of `shortest() - 4`, wherever it lies. As many grams of all patterns as that takes are in a
/// table behind a filter; a hit is extended to both sides. Hyperscan does the matching as fast, but its tables
/// take longer to build than a scenario to run, and secrets come up with every step.

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

/// Of 5-byte grams, two bits of one word each: few of others pass, and of those most only the first test.
class GramFilter {
public:
  GramFilter() = default;
  /// Has 2^-`share` words for each gram.
  GramFilter(std::size_t grams, unsigned share);

  void add(std::uint64_t hashed) { words_[hashed >> shift_] |= first_bit(hashed) | second_bit(hashed); }
  [[nodiscard]] bool may_hold(std::uint64_t hashed) const {
    const std::uint64_t bits = first_bit(hashed) | second_bit(hashed);
    return (words_[hashed >> shift_] & bits) == bits;
  }
  void prepare(std::uint64_t hashed) const { __builtin_prefetch(&words_[hashed >> shift_]); }  ///< for may_hold()

  /// The first test only, for loops: what it needs stays in registers.
  struct FirstTest {
    const std::uint64_t* words = nullptr;
    unsigned shift = 0;

    [[nodiscard]] bool passes(std::uint64_t hashed) const { return (words[hashed >> shift] & first_bit(hashed)) != 0; }
  };
  [[nodiscard]] FirstTest first_test() const { return {words_.data(), shift_}; }

private:
  static std::uint64_t first_bit(std::uint64_t hashed) { return std::uint64_t{1} << (hashed >> 30U & 63U); }
  static std::uint64_t second_bit(std::uint64_t hashed) { return std::uint64_t{1} << (hashed >> 24U & 63U); }

  std::vector<std::uint64_t> words_;
  unsigned shift_ = 0;
};

class GramIndex {
public:
  explicit GramIndex(std::vector<Pattern> patterns);

  [[nodiscard]] const std::vector<Pattern>& patterns() const { return patterns_; }
  [[nodiscard]] std::size_t longest() const { return longest_; }    ///< bytes of the longest pattern
  [[nodiscard]] std::size_t shortest() const { return shortest_; }  ///< bytes of the shortest run that counts

  [[nodiscard]] bool has_blanks() const { return has_blanks_; }  ///< some pattern has some

  /// Runs that count (Pattern::counts) or are to be covered, some of them twice.
  [[nodiscard]] std::vector<Run> search(std::string_view text) const;
  /// Whether `shortest()` bytes of a pattern may begin before one of `joints` (in order) and end after it. Wrongly so
  /// in one of a million.
  [[nodiscard]] bool may_go_over(std::string_view text, std::span<const std::size_t> joints) const;
  /// Whether it may where the bytes of `text` from `begin` to `end` are left out, or are one blank: a quick look at
  /// both sides, which says so oftener, and always where a line ends close to the gap.
  [[nodiscard]] bool may_go_over_gap(std::string_view text, std::size_t begin, std::size_t end) const;
  /// Fetches from memory what the answer for a gap of one byte at `place` will need.
  void prepare_gap(std::string_view text, std::size_t place) const;

private:
  static constexpr std::size_t kGram = 5;

  /// A gram of a pattern. It is not kept with it: what passes the filter is nearly always one, and they are many.
  struct Entry {
    std::uint32_t pattern = 0;
    std::uint32_t offset = 0;
  };
  friend class GramSearch;

  /// The one at `place`, where the text goes on for eight bytes.
  static std::uint64_t wide_gram_at(const char* place) {
    std::uint64_t gram = 0;
    std::memcpy(&gram, place, sizeof gram);
    return gram & 0xff'ffff'ffffU;
  }
  /// The one at `place`, in a text that goes on for `left` bytes.
  static std::uint64_t gram_at(const char* place, std::size_t left) {
    if (left >= sizeof(std::uint64_t)) return wide_gram_at(place);
    std::uint64_t gram = 0;
    std::memcpy(&gram, place, kGram);
    return gram;
  }
  static std::uint64_t hash(std::uint64_t gram) { return gram * 0x9e3779b97f4a7c15U; }

  [[nodiscard]] std::uint64_t gram_of(Entry entry) const {
    const std::string& bytes = patterns_[entry.pattern].bytes;
    return gram_at(bytes.data() + entry.offset, bytes.size() - entry.offset);
  }
  [[nodiscard]] std::vector<Entry> telling_grams() const;
  void fill_table(const std::vector<Entry>& entries);
  void fill_filter_of_all();
  [[nodiscard]] bool is_part_around(std::string_view text, std::size_t at) const;

  std::vector<Pattern> patterns_;
  std::size_t longest_ = 0;
  std::size_t shortest_ = 0;
  std::size_t stride_ = 1;
  bool has_blanks_ = false;
  GramFilter filter_;                  ///< what is in the table
  GramFilter all_;                     ///< all grams of all patterns
  std::vector<std::uint32_t> starts_;  ///< first entry of each bucket, and the end
  std::vector<Entry> entries_;
  unsigned bucket_shift_ = 0;
};

/// One pass over a text.
class GramSearch {
public:
  GramSearch(const GramIndex& index, std::string_view text) : index_{index}, text_{text} {}

  void look_until(std::size_t end);  ///< probes the grams that begin before it
  /// Runs that count (Pattern::counts) or are to be covered, some of them twice.
  [[nodiscard]] const std::vector<Run>& found() const { return runs_; }

private:
  struct Seen {
    std::size_t diagonal = 0;  ///< place in the text minus place in the pattern, modulo the size of a word
    std::size_t end = 0;
  };

  void look(std::size_t at, std::uint64_t gram, std::uint64_t hashed);
  void extend(std::size_t at, const GramIndex::Entry& entry);

  const GramIndex& index_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Seen> seen_;  // of each pattern, from the first hit on
  std::vector<Run> runs_;
};

}  // namespace understudy::secrets
