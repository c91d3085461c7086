#pragma once
/// What is compressed or encoded as a whole within some data.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "secrets/hex_dump.hpp"
#include "secrets/scan.hpp"

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

/// Finds each gzip and zlib stream and each member of a zip archive that begins somewhere in the data, a raw deflate
/// stream that is all of them, and runs of base64 and hex that stand for text or for one of these. Of each stream, 64
/// MiB at most; one that is cut off as far as it goes.
class StreamFinder {
public:
  struct Wanted {
    /// Given: only what goes over one of these places or, encoded, ends or begins there; the rest is known.
    const std::vector<std::size_t>* joints = nullptr;
    bool encoded_only = false;  ///< nothing compressed
    bool from_start = true;     ///< the data begin where something began
  };
  using Use = std::function<void(Stream)>;

  StreamFinder(const Scan& scan, Wanted wanted, Use use)
      : scan_{scan}, data_{scan.data()}, wanted_{wanted}, use_{std::move(use)}, dumps_{scan.data()} {}

  /// Whenever the scan has gone on.
  void go_on();

private:
  /// How far the search for one kind of compressed streams is.
  struct Progress {
    std::size_t next = 0;  ///< of the places where one may begin
    std::size_t end = 0;   ///< of the last one that was found
  };

  [[nodiscard]] bool is_new(std::size_t begin, std::size_t size) const;
  void give(std::size_t begin, std::size_t size, std::string text, std::string_view shape, std::string member = {});

  void go_on_with_compressed(char head, int window_bits, std::string_view shape, Progress& progress);
  void go_on_with_zip_members();
  void take_zip_member(std::size_t at);
  void find_raw_deflate();
  void go_on_with_base64_runs();
  void take_run(std::size_t at);
  void decode_run(std::size_t begin, std::size_t end);
  void decode_hex_run(std::size_t begin, std::string_view run);
  void decode_base64_run(std::size_t begin, std::string_view run);

  const Scan& scan_;
  std::string_view data_;
  Wanted wanted_;
  Use use_;
  HexDumps dumps_;
  Progress gzip_;
  Progress zlib_;
  Progress zip_;
  bool is_begun_ = false;
  bool at_start_ = false;            // something compressed is
  std::size_t next_base64_run_ = 0;  // of the scan's
  std::size_t run_end_ = 0;          // of the one around a joint that was taken last
};

/// Name of the member of a tar archive that the byte at `at` belongs to; "" if `data` is none.
[[nodiscard]] std::string tar_member(std::string_view data, std::size_t at);

}  // namespace understudy::secrets
