#pragma once
/// Most line breaks are just that: nothing goes on over them, so that their lines need not be joined.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "secrets/byte_words.hpp"
#include "secrets/gram_index.hpp"
#include "secrets/kept_words.hpp"

namespace understudy::secrets {

class LineBreaks {
public:
  /// `words`: about the data up to now, whenever something is called.
  LineBreaks(std::string_view data, const KeptWords& words, const GramIndex& index)
      : data_{data}, words_{words}, index_{index} {}

  /// Looks at those of `places`, all line breaks that stand beside text so far, about which the words up to now tell
  /// all.
  void look_at(const std::vector<std::size_t>& places);
  /// Those over which some secret, a promising run of base64 or hex, or something escaped may go on.
  [[nodiscard]] const std::vector<std::size_t>& that_matter() const { return that_matter_; }
  /// Those before it were looked at: about others the words do not tell enough yet.
  [[nodiscard]] std::size_t known() const { return known_; }

private:
  /// The blanks around a place, as a rule a line break, with those that follow it at once.
  struct Gap {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  [[nodiscard]] Gap gap_at(std::size_t place) const;
  [[nodiscard]] bool has_line_break(std::size_t begin, std::size_t end) const;
  [[nodiscard]] bool is_in_escape(const Gap& gap) const;
  [[nodiscard]] bool is_without_gaps(const Gap& gap, std::size_t size) const;
  [[nodiscard]] bool is_in_secret(const Gap& gap);
  [[nodiscard]] bool is_in_run(const Gap& gap);
  [[nodiscard]] bool is_in_promising_run(const Gap& gap);
  [[nodiscard]] bool is_promising_from(std::size_t begin, const Gap& gap);
  void take_before(std::size_t at, std::size_t size, std::string_view between);
  void take_after(std::size_t at, std::size_t size, std::string_view between);

  std::string_view data_;
  const KeptWords& words_;
  const GramIndex& index_;
  std::vector<std::size_t> that_matter_;
  std::size_t next_ = 0;  // of the places
  std::size_t known_ = 0;
  std::size_t needed_ = 0;  // bytes that the words have to be about before its gap is looked at: it may be a long one
  Gap gap_;                 // the last one that was looked at
  bool matters_ = false;    // that one
  std::string left_;        // the last characters before the gap, backwards
  std::string right_;       // the first ones after it
  std::string joined_;
  std::size_t run_line_ = std::string_view::npos;  // where the line begins into which a run of base64 goes on
  bool is_promising_ = false;                      // that run
};

}  // namespace understudy::secrets
