#include "recording/edits.hpp"

#include <algorithm>

namespace understudy::recording {

void Edits::settle() {
  std::ranges::stable_sort(
      all_, [](const Edit& a, const Edit& b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
  std::vector<Edit> settled;
  for (Edit& edit : all_) {
    if (!settled.empty() && edit.begin < settled.back().end)
      settled.back().end = std::max(settled.back().end, edit.end);
    else
      settled.push_back(std::move(edit));
  }
  all_ = std::move(settled);
}

void Edits::apply(std::string& text, std::vector<RecordedChunk>* chunks) {
  if (all_.empty()) return;
  settle();
  std::vector<std::size_t> ends;  // of chunks, in the old text
  if (chunks != nullptr) {
    std::size_t end = 0;
    for (const RecordedChunk& chunk : *chunks) ends.push_back(end += chunk.bytes);
  }
  std::string result;
  std::size_t done = 0;
  std::size_t chunk = 0;
  std::size_t chunk_began = 0;
  // Bytes up to `to` have come into the result; a chunk that ends within a replacement ends behind it.
  const auto close_chunks = [&](std::size_t to, bool replaced) {
    for (; chunk < ends.size() && ends[chunk] <= to; ++chunk) {
      const std::size_t end = replaced ? result.size() : result.size() - (to - ends[chunk]);
      (*chunks)[chunk].bytes = end - chunk_began;
      chunk_began = end;
    }
  };
  for (const Edit& edit : all_) {
    result.append(text, done, edit.begin - done);
    close_chunks(edit.begin, false);
    result += edit.text;
    close_chunks(edit.end, true);
    done = edit.end;
  }
  result.append(text, done);
  close_chunks(text.size(), false);
  text = std::move(result);
  all_.clear();
}

}  // namespace understudy::recording
