#include "secrets/gram_index.hpp"

#include <algorithm>
#include <bit>

namespace understudy::secrets {
namespace {

constexpr unsigned kSmallest = 8;        // bits of an index into a table of a handful of grams
constexpr unsigned kShareOfTable = 0;    // 2^0 words of the filter for each gram that is in the table
constexpr unsigned kShareOfAll = 2;      // 2^-2 for each of all: it has to stay in the caches beside the data
constexpr unsigned kLargestFilter = 16;  // bits of an index: 512 KiB, the second level of caches

}  // namespace

GramFilter::GramFilter(std::size_t grams, unsigned share) {
  const auto bits = static_cast<unsigned>(std::bit_width(grams));
  const unsigned index_bits = std::clamp(bits - std::min(bits, share), kSmallest, kLargestFilter);
  shift_ = 64 - index_bits;
  words_.assign(std::size_t{1} << index_bits, 0);
}

GramIndex::GramIndex(std::vector<Pattern> patterns) : patterns_{std::move(patterns)} {
  shortest_ = patterns_.empty() ? kShortest : patterns_.front().enough;
  for (const Pattern& pattern : patterns_) {
    shortest_ = std::min(shortest_, pattern.enough);
    longest_ = std::max(longest_, pattern.bytes.size());
    has_blanks_ = has_blanks_ || (!pattern.is_binary && pattern.bytes.find(' ') != std::string::npos);
  }
  stride_ = shortest_ - kGram + 1;
  fill_table(telling_grams());
  fill_filter_of_all();
}

/// A run that counts holds a whole window of `shortest_` bytes of its pattern: the first behind what is public, the
/// last, or, where it is half of the pattern or a long run, one of those that lie less than that apart. Of each window,
/// probes hit a gram that begins in its first `stride_` bytes.
std::vector<GramIndex::Entry> GramIndex::telling_grams() const {
  std::vector<Entry> entries;
  for (std::uint32_t number = 0; number < patterns_.size(); ++number) {
    const Pattern& pattern = patterns_[number];
    const std::size_t size = pattern.bytes.size();
    std::size_t done = 0;  // grams before it are in the table
    const auto add_window = [&](std::size_t window) {
      for (std::size_t offset = std::max(done, window); offset < window + stride_; ++offset)
        entries.push_back({number, static_cast<std::uint32_t>(offset)});
      done = std::max(done, window + stride_);
    };
    if (pattern.fingerprint) {  // nothing but its beginning counts
      add_window(0);
      continue;
    }
    const std::size_t last = size - shortest_;
    const std::size_t last_secret = std::max(pattern.secret_end(), shortest_) - shortest_;
    const std::size_t secret_size = pattern.secret_end() - std::min(pattern.from, pattern.secret_end());
    const std::size_t half = std::min(std::max((secret_size + 1) / 2, pattern.enough), pattern.long_run);
    std::vector<std::size_t> windows{std::min(pattern.from, last), last_secret, last};
    for (std::size_t window = 0; window < last; window += half - shortest_ + 1) windows.push_back(window);
    std::ranges::sort(windows);
    std::ranges::for_each(windows, add_window);
  }
  return entries;
}

void GramIndex::fill_table(const std::vector<Entry>& entries) {
  const unsigned bucket_bits = std::max(kSmallest, static_cast<unsigned>(std::bit_width(entries.size())));
  bucket_shift_ = 64 - bucket_bits;
  filter_ = GramFilter{entries.size(), kShareOfTable};
  starts_.assign((std::size_t{1} << bucket_bits) + 1, 0);
  for (const Entry& entry : entries) {
    const std::uint64_t hashed = hash(gram_of(entry));
    filter_.add(hashed);
    ++starts_[(hashed >> bucket_shift_) + 1];
  }
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  entries_.resize(entries.size());
  std::vector<std::uint32_t> next{starts_.begin(), starts_.end() - 1};
  for (const Entry& entry : entries) entries_[next[hash(gram_of(entry)) >> bucket_shift_]++] = entry;
}

void GramIndex::fill_filter_of_all() {
  std::size_t grams = 0;
  for (const Pattern& pattern : patterns_) grams += pattern.bytes.size() - kGram + 1;
  all_ = GramFilter{grams, kShareOfAll};
  for (const Pattern& pattern : patterns_) {
    for (std::size_t at = 0; at + kGram <= pattern.bytes.size(); ++at)
      all_.add(hash(gram_at(pattern.bytes.data() + at, pattern.bytes.size() - at)));
  }
}

std::vector<Run> GramIndex::search(std::string_view text) const {
  GramSearch search{*this, text};
  search.look_until(text.size());
  return search.found();
}

void GramSearch::look_until(std::size_t end) {
  if (index_.entries_.empty()) return;
  const std::string_view text = text_;
  const std::size_t stride = index_.stride_;
  const GramFilter::FirstTest filter = index_.filter_.first_test();
  const std::size_t last = std::min(end, text.size() + 1 - std::min(text.size() + 1, GramIndex::kGram));
  const std::size_t last_wide = std::min(end, text.size() + 1 - std::min(text.size() + 1, sizeof(std::uint64_t)));
  std::size_t at = at_;
  for (; at < last_wide; at += stride) {
    const std::uint64_t gram = GramIndex::wide_gram_at(text.data() + at);
    const std::uint64_t hashed = GramIndex::hash(gram);
    if (filter.passes(hashed)) look(at, gram, hashed);
  }
  for (; at < last; at += stride) {
    const std::uint64_t gram = GramIndex::gram_at(text.data() + at, text.size() - at);
    const std::uint64_t hashed = GramIndex::hash(gram);
    if (filter.passes(hashed)) look(at, gram, hashed);
  }
  at_ = at;
}

void GramSearch::look(std::size_t at, std::uint64_t gram, std::uint64_t hashed) {
  if (!index_.filter_.may_hold(hashed)) return;
  const std::uint64_t bucket = hashed >> index_.bucket_shift_;
  for (std::uint32_t i = index_.starts_[bucket]; i < index_.starts_[bucket + 1]; ++i) {
    if (index_.gram_of(index_.entries_[i]) == gram) extend(at, index_.entries_[i]);
  }
}

/// From a gram of a pattern to the run around it.
void GramSearch::extend(std::size_t at, const GramIndex::Entry& entry) {
  if (seen_.empty()) seen_.resize(index_.patterns_.size());
  const Pattern& pattern = index_.patterns_[entry.pattern];
  const std::string& bytes = pattern.bytes;
  Seen& last = seen_[entry.pattern];
  if (at < last.end && last.diagonal == at - entry.offset) return;
  std::size_t before = 0;
  while (before < at && before < entry.offset && text_[at - before - 1] == bytes[entry.offset - before - 1]) ++before;
  std::size_t size = GramIndex::kGram;
  while (at + size < text_.size() && entry.offset + size < bytes.size() &&
         text_[at + size] == bytes[entry.offset + size]) {
    ++size;
  }
  last = {at - entry.offset, at + size};
  const std::size_t begin = entry.offset - before;
  const std::size_t end = entry.offset + size;
  if (pattern.counts(begin, end) || pattern.is_to_be_covered(begin, end))
    runs_.push_back({entry.pattern, at - before, before + size, entry.offset - before});
}

bool GramIndex::may_go_over(std::string_view text, std::span<const std::size_t> joints) const {
  if (entries_.empty() || text.size() < shortest_) return false;
  std::size_t at = 0;
  for (const std::size_t joint : joints) {
    // What lies over the joint holds `shortest_` bytes that do, and these one of the probes.
    at = std::max(at, joint - std::min(joint, shortest_ - 1));
    for (; at + 1 < joint + stride_ && at + kGram <= text.size(); at += stride_) {
      if (all_.may_hold(hash(gram_at(text.data() + at, text.size() - at))) && is_part_around(text, at)) return true;
    }
  }
  return false;
}

/// What goes over the gap has at least a whole gram on one side.
bool GramIndex::may_go_over_gap(std::string_view text, std::size_t begin, std::size_t end) const {
  constexpr std::size_t kWide = sizeof(std::uint64_t);
  constexpr std::uint64_t kEachByte = 0x01'0101'0101U;
  if (entries_.empty()) return false;
  if (shortest_ < 2 * kGram + 1 || begin < kWide || text.size() - end < kWide) return true;
  const std::uint64_t before = wide_gram_at(text.data() + begin - kGram);
  const std::uint64_t after = wide_gram_at(text.data() + end);
  const auto has_line_break = [](std::uint64_t gram) {
    const std::uint64_t zero_for_one = gram ^ kEachByte * '\n';
    return ((zero_for_one - kEachByte) & ~zero_for_one & kEachByte << 7U) != 0;
  };
  return has_line_break(before) || has_line_break(after) || all_.may_hold(hash(before)) || all_.may_hold(hash(after));
}

void GramIndex::prepare_gap(std::string_view text, std::size_t place) const {
  constexpr std::size_t kWide = sizeof(std::uint64_t);
  if (entries_.empty() || place < kWide || text.size() - place <= kWide) return;
  all_.prepare(hash(wide_gram_at(text.data() + place - kGram)));
  all_.prepare(hash(wide_gram_at(text.data() + place + 1)));
}

/// Whether so many grams around `at` in a row are of patterns as `shortest_` bytes have.
bool GramIndex::is_part_around(std::string_view text, std::size_t at) const {
  const auto is_known = [&](std::size_t place) {
    return all_.may_hold(hash(gram_at(text.data() + place, text.size() - place)));
  };
  std::size_t begin = at;
  std::size_t end = at + 1;
  while (begin > 0 && end - begin < stride_ && is_known(begin - 1)) --begin;
  while (end + kGram <= text.size() && end - begin < stride_ && is_known(end)) ++end;
  return end - begin >= stride_;
}

}  // namespace understudy::secrets
