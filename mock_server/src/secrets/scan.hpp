#pragma once
/// One pass over some data, piece by piece, so that what is worth a closer look can be looked at while it is still in
/// the caches: where patterns stand, and whatever may begin something to undo or to unpack.

#include <cstddef>
#include <string_view>
#include <vector>

#include "secrets/byte_words.hpp"
#include "secrets/gram_index.hpp"
#include "secrets/hex_dump.hpp"
#include "secrets/kept_words.hpp"
#include "secrets/line_breaks.hpp"
#include "secrets/marks.hpp"

namespace understudy::secrets {

class Scan {
public:
  struct Wanted {
    bool patterns = true;  ///< where patterns stand
    bool encoded = true;   ///< runs of base64 and hex
  };
  Scan(std::string_view data, const GramIndex& index, Wanted wanted);

  /// Scans the next piece. What is below is about the data up to known(), and longer each time.
  void go_on();
  [[nodiscard]] std::size_t known() const { return known_; }
  [[nodiscard]] bool is_done() const { return known_ == data_.size(); }

  [[nodiscard]] std::string_view data() const { return data_; }
  [[nodiscard]] const std::vector<Run>& patterns() const { return search_.found(); }
  [[nodiscard]] const Marks& marks() const { return marks_; }
  [[nodiscard]] const KeptWords& words() const { return words_; }
  [[nodiscard]] const std::vector<Base64Runs::Run>& base64_runs() const { return base64_runs_.all(); }
  [[nodiscard]] const std::vector<DumpWord>& dump_words() const { return dump_words_; }
  [[nodiscard]] const LineBreaks& line_breaks() const { return line_breaks_; }

private:
  void scan_block();

  std::string_view data_;
  Wanted wanted_;
  std::size_t known_ = 0;
  GramSearch search_;
  Marks marks_;
  KeptWords words_;
  LineBreaks line_breaks_;
  Base64Runs base64_runs_;
  std::vector<DumpWord> dump_words_;
};

}  // namespace understudy::secrets
