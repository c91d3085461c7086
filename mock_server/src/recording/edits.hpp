#pragma once
/// Replacements in a text, all decided before the first is made.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/recording.hpp"

namespace understudy::recording {

class Edits {
public:
  void replace(std::size_t begin, std::size_t end, std::string text) { all_.push_back({begin, end, std::move(text)}); }
  [[nodiscard]] bool empty() const { return all_.empty(); }

  /// Of edits that overlap the one that begins first counts, and of those the longest; what it does not reach of the
  /// others goes with it, too: nothing that was to be replaced stays.
  void apply(std::string& text, std::vector<RecordedChunk>* chunks = nullptr);

private:
  struct Edit {
    std::size_t begin;
    std::size_t end;
    std::string text;
  };
  void settle();

  std::vector<Edit> all_;
};

}  // namespace understudy::recording
