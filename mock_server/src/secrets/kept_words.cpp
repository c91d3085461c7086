#include "secrets/kept_words.hpp"

#include <algorithm>
#include <bit>

namespace understudy::secrets {

void KeptWords::add(std::span<const ByteWords> words) {
  const std::size_t known = words_.size();
  words_.resize(known + words.size());
  std::ranges::transform(words, words_.begin() + static_cast<std::ptrdiff_t>(known), [](const ByteWords& word) {
    return Word{word.escapes, word.base64, word.separators};
  });
}

std::size_t KeptWords::begin_of_base64(std::size_t first, std::size_t end) const {
  while (end > first) {
    const std::size_t in_word = (end - 1) % kWord + 1;
    const std::uint64_t word = words_[(end - 1) / kWord].base64 << (kWord - in_word);
    const std::size_t size = std::min<std::size_t>(static_cast<std::size_t>(std::countl_one(word)), in_word);
    end -= size;
    if (size < in_word) break;
  }
  return std::max(end, first);
}

std::size_t KeptWords::end_of_base64(std::size_t begin) const {
  while (true) {
    const auto size = static_cast<std::size_t>(std::countr_one(from(begin, &Word::base64)));
    begin += size;
    if (size < kWord) return begin;
  }
}

}  // namespace understudy::secrets
