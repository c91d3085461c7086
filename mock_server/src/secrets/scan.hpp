#pragma once
/// One pass over some data, block by block, so that each byte is fetched from memory once: what may be of use to look
/// at more closely.

#include <string_view>
#include <vector>

#include "secrets/byte_words.hpp"
#include "secrets/gram_index.hpp"
#include "secrets/hex_dump.hpp"
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

  [[nodiscard]] const std::vector<Run>& patterns() const { return search_.found(); }
  [[nodiscard]] const Marks& marks() const { return marks_; }
  [[nodiscard]] const std::vector<Base64Runs::Run>& base64_runs() const { return base64_runs_.all(); }
  [[nodiscard]] const std::vector<DumpWord>& dump_words() const { return dump_words_; }
  [[nodiscard]] const std::vector<std::size_t>& line_breaks() const { return line_breaks_.that_matter(); }

private:
  GramSearch search_;
  Marks marks_;
  LineBreaks line_breaks_;
  Base64Runs base64_runs_;
  std::vector<DumpWord> dump_words_;
};

}  // namespace understudy::secrets
