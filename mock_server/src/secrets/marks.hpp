#pragma once
/// Where in some data there may be something to undo or to unpack: one pass for all kinds of it.

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "secrets/byte_words.hpp"

namespace understudy::secrets {

/// Whether something begins at a place where one of the bytes below stands.
using Sign = bool (*)(std::string_view data, std::size_t at);

[[nodiscard]] const std::array<Sign, kTriggers.size()>& triggers();  ///< in this order (views.cpp)
[[nodiscard]] const std::array<Sign, kHeads.size()>& heads();        ///< in this order (streams.cpp)

class Marks {
public:
  explicit Marks(std::string_view data) : data_{data} {}

  void add(std::uint64_t signs, std::size_t at);  ///< about the bytes from `at` on, in their order (ByteWords)

  /// Where the sign with this byte is, in order.
  [[nodiscard]] const std::vector<std::size_t>& of(char byte) const;
  /// Whether some stream begins between `from` and `to`.
  [[nodiscard]] bool has_head(std::size_t from, std::size_t to) const;

private:
  std::string_view data_;
  std::array<std::vector<std::size_t>, kTriggers.size() + kHeads.size()> places_;
};

}  // namespace understudy::secrets
