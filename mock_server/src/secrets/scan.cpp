#include "secrets/scan.hpp"

#include <array>

namespace understudy::secrets {
namespace {

constexpr std::size_t kBlock = 128;  // words: with their bytes, a third of the first level of caches

}  // namespace

Scan::Scan(std::string_view data, const GramIndex& index, Wanted wanted)
    : search_{index, data}, marks_{data}, line_breaks_{data, index} {
  std::array<ByteWords, kBlock> block;
  for (std::size_t begin = 0; begin < data.size(); begin += kBlock * kWord) {
    const std::size_t count = fill_byte_words(data, begin, block);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = begin + i * kWord;
      marks_.add(block[i].signs, at);
      line_breaks_.add(block[i]);
      if (!wanted.encoded) continue;
      base64_runs_.add(block[i].base64, at);
      if (begins_of_twelve(block[i].dump) != 0) dump_words_.push_back({at, block[i].dump});
    }
    if (wanted.patterns) search_.look_until(begin + count * kWord);
    line_breaks_.look_at(marks_.of('\n'));
  }
  base64_runs_.end(data.size());
}

}  // namespace understudy::secrets
