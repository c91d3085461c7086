#pragma once
/// What is kept of the words about some data (ByteWords), for looking back.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "secrets/byte_words.hpp"

namespace understudy::secrets {

class KeptWords {
public:
  explicit KeptWords(std::size_t bytes) { words_.reserve((bytes + kWord - 1) / kWord); }

  void add(std::span<const ByteWords> words);  ///< in order

  /// Fetches from memory what is known about the bytes at `at`.
  void prepare(std::size_t at) const { __builtin_prefetch(words_.data() + at / kWord); }
  [[nodiscard]] std::size_t known() const { return words_.size() * kWord; }  ///< bytes that they are about, or more
  /// A bit for each of the kWord bytes from `at` on, as far as they are known.
  [[nodiscard]] std::uint64_t escapes_from(std::size_t at) const { return from(at, &Word::escapes); }
  /// Where the run of base64 begins that ends at `end`, but not before `first`.
  [[nodiscard]] std::size_t begin_of_base64(std::size_t first, std::size_t end) const;
  /// Where the one ends that begins at `begin`.
  [[nodiscard]] std::size_t end_of_base64(std::size_t begin) const;
  [[nodiscard]] std::uint64_t separators_from(std::size_t at) const { return from(at, &Word::separators); }

private:
  struct Word {
    std::uint64_t escapes = 0;
    std::uint64_t base64 = 0;
    std::uint64_t separators = 0;
  };
  [[nodiscard]] std::uint64_t from(std::size_t at, std::uint64_t Word::*kind) const {
    const std::size_t word = at / kWord;
    const std::size_t bit = at % kWord;
    if (word >= words_.size()) return 0;
    const std::uint64_t first = words_[word].*kind >> bit;
    return bit == 0 || word + 1 == words_.size() ? first : first | words_[word + 1].*kind << (kWord - bit);
  }

  std::vector<Word> words_;
};

}  // namespace understudy::secrets
