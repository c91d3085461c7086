#pragma once
/// Compresses at once, as well as zlib can.

#include <zlib.h>

#include <string>
#include <string_view>

namespace understudy {

/// `window_bits` as zlib takes them: MAX_WBITS zlib, MAX_WBITS + 16 gzip, -MAX_WBITS raw deflate.
[[nodiscard]] inline std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY);
  std::string result(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

[[nodiscard]] inline std::string gzip(std::string_view text) { return deflated(text, MAX_WBITS + 16); }

}  // namespace understudy
