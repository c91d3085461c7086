#pragma once
/// What is compressed or encoded as a whole within some data.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "secrets/byte_words.hpp"
#include "secrets/hex_dump.hpp"
#include "secrets/marks.hpp"

namespace understudy::secrets {

/// A stretch of the data that stands for something else.
struct Stream {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text{};        ///< what it stands for
  std::string_view shape{};  ///< "gzip"
  std::string member{};      ///< name of a zip member, else ""
  bool is_stored = false;    ///< `text` is what stands there
};

struct StreamSearch {
  const Marks& marks;
  /// Not needed where `joints` are given.
  const std::vector<Base64Runs::Run>& base64_runs;
  const std::vector<DumpWord>& dump_words;
  /// Given: only what goes over one of these places or, encoded, ends or begins there; the rest is known.
  const std::vector<std::size_t>* joints = nullptr;
  bool encoded_only = false;  ///< nothing compressed
  bool from_start = true;     ///< the data begin where something began
};

/// Calls `use` for each gzip and zlib stream and each member of a zip archive that begins somewhere in `data`, for a
/// raw deflate stream that is all of it, and for runs of base64 and hex that stand for text or for one of these. Of
/// each stream, 64 MiB at most; one that is cut off as far as it goes.
void for_each_stream(std::string_view data, const StreamSearch& search, const std::function<void(Stream)>& use);

/// Name of the member of a tar archive that the byte at `at` belongs to; "" if `data` is none.
[[nodiscard]] std::string tar_member(std::string_view data, std::size_t at);

}  // namespace understudy::secrets
