#include "secrets/scan.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace understudy::secrets {
namespace {

constexpr std::size_t kBlock = 128;      // words: with their bytes, a third of the first level of caches
constexpr std::size_t kPiece = 1 << 17;  // bytes: with what lags behind, a fraction of the second

}  // namespace

Scan::Scan(std::string_view data, const GramIndex& index, Wanted wanted)
    : data_{data},
      wanted_{wanted},
      search_{index, data},
      marks_{data},
      words_{data.size()},
      line_breaks_{data, words_, index} {}

void Scan::go_on() {
  const std::size_t end = std::min(known_ + kPiece, data_.size());
  while (known_ < end) scan_block();
  if (is_done()) base64_runs_.end(data_.size());
}

void Scan::scan_block() {
  // Only what fill_byte_words() has filled is read.
  std::array<ByteWords, kBlock> block;  // NOLINT(cppcoreguidelines-pro-type-member-init): clearing it takes too long
  const std::size_t count = fill_byte_words(data_, known_, block);
  words_.add(std::span{block}.first(count));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = known_ + i * kWord;
    if (block[i].signs != 0) marks_.add(block[i].signs, at);
    if (!wanted_.encoded) continue;
    base64_runs_.add(block[i].base64, at);
    if (may_have_twenty_three(block[i].dump)) dump_words_.push_back({at, block[i].dump});
  }
  known_ = std::min(known_ + count * kWord, data_.size());
  if (wanted_.patterns) search_.look_until(known_);
  line_breaks_.look_at(marks_.of('\n'));
}

}  // namespace understudy::secrets
