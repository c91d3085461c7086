#pragma once
/// Bytes as xxd, hexdump, od and openssl print them: groups of hex digits with something between.

#include <cstddef>
#include <functional>
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

/// Calls `use` for each that has 8 bytes or more: groups of two or four digits with one or two blanks, a colon, a comma
/// or a dash between; offsets at the beginning of lines, and what stands behind 16 bytes of a line that has one, are
/// passed over.
/// `words`: those that have twelve such bytes in a row.
/// `use_digits` gets begin and end of each run of 24 hex digits and more, on the way.
void for_each_hex_dump(std::string_view data, const std::vector<DumpWord>& words,
                       const std::function<void(HexDump)>& use,
                       const std::function<void(std::size_t begin, std::size_t end)>& use_digits);

}  // namespace understudy::secrets
