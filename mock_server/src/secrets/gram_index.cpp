#include "secrets/gram_index.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace understudy::secrets {
namespace {

constexpr unsigned kSmallest = 8;        // bits of an index into a table of a handful of grams
constexpr unsigned kBitsForEach = 4;     // the bitmap has 2^4 bits for each gram: 6 % of other grams pass
constexpr unsigned kLargestBitmap = 22;  // bits of an index: 512 KiB, the second level of caches

}  // namespace

GramIndex::GramIndex(std::vector<Pattern> patterns) : patterns_{std::move(patterns)} {
  std::vector<Entry> entries;
  for (std::uint32_t number = 0; number < patterns_.size(); ++number) {
    const std::string& bytes = patterns_[number].bytes;
    longest_ = std::max(longest_, bytes.size());
    has_blanks_ = has_blanks_ || bytes.find(' ') != std::string::npos;
    for (std::uint32_t offset = 0; offset + kGram <= bytes.size(); ++offset) {
      std::array<char, 8> eight{};
      std::memcpy(eight.data(), bytes.data() + offset, kGram);
      entries.push_back({gram_at(eight.data()), number, offset});
    }
  }
  const auto bits = static_cast<unsigned>(std::bit_width(entries.size()));
  const unsigned bucket_bits = std::max(kSmallest, bits);
  const unsigned bitmap_bits = std::clamp(bits + kBitsForEach, kSmallest, kLargestBitmap);
  bucket_shift_ = 64 - bucket_bits;
  bitmap_shift_ = 64 - bitmap_bits;
  bitmap_.assign((std::size_t{1} << bitmap_bits) / 64, 0);
  starts_.assign((std::size_t{1} << bucket_bits) + 1, 0);
  for (const Entry& entry : entries) {
    const std::uint64_t hashed = hash(entry.gram);
    const std::uint64_t bit = hashed >> bitmap_shift_;
    bitmap_[bit >> 6U] |= std::uint64_t{1} << (bit & 63U);
    ++starts_[(hashed >> bucket_shift_) + 1];
  }
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  entries_.resize(entries.size());
  std::vector<std::uint32_t> next{starts_.begin(), starts_.end() - 1};
  for (const Entry& entry : entries) entries_[next[hash(entry.gram) >> bucket_shift_]++] = entry;
}

std::vector<Run> GramIndex::search(std::string_view text) const {
  std::vector<Run> runs;
  if (entries_.empty() || text.size() < kShortest) return runs;
  struct Seen {
    std::size_t diagonal = 0;  ///< place in the text minus place in the pattern, modulo the size of a word
    std::size_t end = 0;
  };
  std::vector<Seen> seen;  // of each pattern, from the first hit on

  const auto extend = [&](std::size_t at, const Entry& entry) {
    if (seen.empty()) seen.resize(patterns_.size());
    const std::string& bytes = patterns_[entry.pattern].bytes;
    Seen& last = seen[entry.pattern];
    if (at < last.end && last.diagonal == at - entry.offset) return;
    std::size_t before = 0;
    while (before < at && before < entry.offset && text[at - before - 1] == bytes[entry.offset - before - 1]) ++before;
    std::size_t size = kGram;
    while (at + size < text.size() && entry.offset + size < bytes.size() &&
           text[at + size] == bytes[entry.offset + size]) {
      ++size;
    }
    last = {at - entry.offset, at + size};
    if (before + size >= patterns_[entry.pattern].enough)
      runs.push_back({entry.pattern, at - before, before + size, entry.offset - before});
  };
  const auto look = [&](std::size_t at, std::uint64_t gram, std::uint64_t hashed) {
    const std::uint64_t bucket = hashed >> bucket_shift_;
    for (std::uint32_t i = starts_[bucket]; i < starts_[bucket + 1]; ++i) {
      if (entries_[i].gram == gram) extend(at, entries_[i]);
    }
  };

  const std::size_t whole_words = text.size() - sizeof(std::uint64_t);
  std::size_t at = 0;
  for (; at <= whole_words; at += kStride) {
    const std::uint64_t gram = gram_at(text.data() + at);
    const std::uint64_t hashed = hash(gram);
    if (may_be_known(hashed)) look(at, gram, hashed);
  }
  for (; at + kGram <= text.size(); at += kStride) {  // the last bytes, where eight cannot be read
    std::array<char, 8> eight{};
    std::memcpy(eight.data(), text.data() + at, kGram);
    const std::uint64_t gram = gram_at(eight.data());
    if (const std::uint64_t hashed = hash(gram); may_be_known(hashed)) look(at, gram, hashed);
  }
  return runs;
}

}  // namespace understudy::secrets
