#pragma once
/// Most line breaks are just that: nothing goes on over them, so that their lines need not be joined.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "secrets/gram_index.hpp"

namespace understudy::secrets {

class LineBreaks {
public:
  LineBreaks(std::string_view data, const GramIndex& index) : data_{data}, index_{index} {}

  /// Those of `places`, all line breaks that stand beside text, over which some secret, a promising run of base64 or
  /// hex, or something escaped may go on.
  [[nodiscard]] std::vector<std::size_t> that_matter(const std::vector<std::size_t>& places);

private:
  /// The blanks around one line break, with those that follow it at once.
  struct Gap {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  [[nodiscard]] Gap gap_at(std::size_t line_break) const;
  [[nodiscard]] bool is_beside_escape(const Gap& gap) const;
  [[nodiscard]] bool has_escape(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool is_without_gaps(const Gap& gap, std::size_t size) const;
  [[nodiscard]] bool is_in_secret(const Gap& gap);
  [[nodiscard]] bool is_in_promising_run(const Gap& gap);
  [[nodiscard]] bool is_promising_from(std::size_t begin, const Gap& gap);
  void take_before(std::size_t at, std::size_t size, std::string_view between);
  void take_after(std::size_t at, std::size_t size, std::string_view between);

  std::string_view data_;
  const GramIndex& index_;
  std::string left_;   // the last characters before the gap, backwards
  std::string right_;  // the first ones after it
  std::string joined_;
  std::size_t run_line_ = std::string_view::npos;  // where the line begins into which a run of base64 goes on
  bool is_promising_ = false;                      // that run
};

}  // namespace understudy::secrets
