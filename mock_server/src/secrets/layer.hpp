#pragma once
/// Data that other data stand for: what was undone or unpacked, and the way back.

#include <string>
#include <string_view>
#include <utility>

#include "secrets/gram_index.hpp"
#include "secrets/streams.hpp"
#include "secrets/views.hpp"

namespace understudy::secrets {

/// The data themselves (no `outer`), a part of them undone (`view`), or a stream in them unpacked (`stream`).
struct Layer {
  std::string_view data;
  const Layer* outer = nullptr;
  const Undo* undo = nullptr;
  const View* view = nullptr;
  std::size_t view_begin = 0;  ///< of what was undone, in the outer layer
  const Stream* stream = nullptr;
  std::size_t depth = 0;

  /// Where bytes of this layer stand in the outermost one.
  [[nodiscard]] std::pair<std::size_t, std::size_t> place(std::size_t begin, std::size_t end) const;
  /// Whether these bytes stand just so in the next outer layer.
  [[nodiscard]] bool is_as_outside(std::size_t begin, std::size_t end) const;
  /// Whether it begins where the data or an unpacked stream begin.
  [[nodiscard]] bool is_from_start() const { return view == nullptr || (view_begin == 0 && outer->is_from_start()); }
  /// "hex in JSON escapes in gzip"
  [[nodiscard]] std::string describe(const Pattern& pattern, const Run& run) const;
  /// "etc/passwd in home.tar", or ""
  [[nodiscard]] std::string member(std::size_t at) const;

private:
  [[nodiscard]] std::pair<std::size_t, std::size_t> outside(std::size_t begin, std::size_t end) const;
  [[nodiscard]] std::string ways_in(std::size_t begin, std::size_t end) const;
};

}  // namespace understudy::secrets
