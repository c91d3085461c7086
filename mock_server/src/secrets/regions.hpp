#pragma once
/// Which parts of some data have to be undone: those around escapes and splits.

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "secrets/marks.hpp"

namespace understudy::secrets {

class Regions {
public:
  /// `full`: bytes on both sides of a place that what is looked for can have.
  Regions(std::string_view data, const Marks& marks, std::size_t full)
      : data_{data}, marks_{marks}, full_{full}, near_{std::min(full, kNear)} {}

  /// Calls `use(begin, end)` for regions around all of `places`, neighbours joined up to kLargest. A few bytes on both
  /// sides tell whether there is something: where `use` says so, it is called again for a region with all that may
  /// belong to it. Returns after the last one; `forget` is called in between.
  template <class Use, class Forget>
  void for_each(const std::vector<std::size_t>& places, const Use& use, const Forget& forget) const {
    std::size_t done = 0;
    for (auto place = places.begin(); place != places.end();) {
      const std::size_t begin = std::max(begin_of(*place), done - std::min(done, 2 * full_));
      std::size_t end = 0;
      do {
        while (place + 1 != places.end() && *(place + 1) <= *place + near_ && *place - begin < kLargest) ++place;
        end = end_of(*place);
        ++place;
      } while (place != places.end() && *place <= end + kApart && end - begin < kLargest);
      done = end;
      if (!use(begin, end)) continue;
      const std::size_t all_begin = begin - std::min(begin, full_);
      const std::size_t all_end = std::min(std::max(end, begin + kLargest) + full_, data_.size());
      if (all_begin == begin && all_end == end) continue;
      forget();
      use(all_begin, all_end);
      done = all_end;
      if (all_end == data_.size()) return;
      place = std::lower_bound(place, places.end(), all_end - full_);
    }
  }

private:
  static constexpr std::size_t kLargest = 1 << 16;  // what fits into a cache
  static constexpr std::size_t kApart = 256;        // a region costs as much as so many bytes
  /// Twelve characters that eight bytes stand for each, halved: more are in the same region, or behind a place.
  static constexpr std::size_t kNear = 64;

  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  /// Something compressed may be of use only with all of it.
  [[nodiscard]] std::size_t reach_of(std::size_t place) const {
    return marks_.has_head(place - std::min(place, full_), place + full_) ? full_ : near_;
  }
  /// Blanks beside a line break do not count, and base64 belongs together.
  [[nodiscard]] std::size_t begin_of(std::size_t place) const {
    const std::size_t first = place - std::min(place, full_);
    std::size_t at = place;
    while (at > first && is_blank(data_[at - 1])) --at;
    at -= std::min(at, reach_of(place));
    while (at > first && is_base64(data_[at - 1])) --at;
    return at;
  }
  [[nodiscard]] std::size_t end_of(std::size_t place) const {
    const std::size_t last = std::min(place + full_, data_.size());
    std::size_t at = std::min(place + 1, last);
    while (at < last && is_blank(data_[at])) ++at;
    at = std::min(at + reach_of(place), data_.size());
    while (at < last && is_base64(data_[at])) ++at;
    return at;
  }

  std::string_view data_;
  const Marks& marks_;
  std::size_t full_;
  std::size_t near_;
};

}  // namespace understudy::secrets
