#pragma once
/// Bytes as xxd, hexdump, od and openssl print them: groups of hex digits with something between.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "secrets/byte_words.hpp"

namespace understudy::secrets {

struct HexDump {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< behind its last line, with what that shows beside the digits
  std::string bytes{};
};

/// About the kWord bytes from `at` on: which are of a kind that dumps are made of (ByteWords::dump).
struct DumpWord {
  std::size_t at = 0;
  std::uint64_t bits = 0;
};

/// Finds those that have 8 bytes or more: groups of two or four digits with one or two blanks, a colon, a comma or a
/// dash between; offsets at the beginning of lines, and what stands behind 16 bytes of a line that has one, are passed
/// over.
class HexDumps {
public:
  explicit HexDumps(std::string_view data) : data_{data} {}

  /// `words`: those that may have 23 such bytes in a row, or half of these, longer each time.
  /// `use_digits` gets begin and end of each run of 24 hex digits and more, on the way.
  void go_on(const std::vector<DumpWord>& words, const std::function<void(HexDump)>& use,
             const std::function<void(std::size_t begin, std::size_t end)>& use_digits);

private:
  struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  [[nodiscard]] std::optional<Stretch> next_run(const std::vector<DumpWord>& words);
  [[nodiscard]] std::size_t begin_of_run(std::size_t at) const;
  [[nodiscard]] std::size_t end_of_run(const std::vector<DumpWord>& words, std::size_t at) const;

  std::string_view data_;
  std::size_t next_ = 0;  // of the words
  std::size_t done_ = 0;  // bytes of the data
};

}  // namespace understudy::secrets
