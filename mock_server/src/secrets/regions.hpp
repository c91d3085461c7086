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
  /// How far a walk over some places is.
  struct Walk {
    std::size_t next = 0;  ///< of the places
    std::size_t done = 0;  ///< bytes of the data
    std::size_t skip = 0;  ///< places before it are done
  };

  /// `full`: bytes on both sides of a place that what is looked for can have.
  Regions(std::string_view data, const Marks& marks, std::size_t full)
      : data_{data}, marks_{marks}, full_{full}, near_{std::min(full, kNear)} {}

  /// Calls `use(begin, end)` for regions around all of `places`, neighbours joined up to kLargest. A few bytes on both
  /// sides tell whether there is something: where `use` says so, it is called again for a region with all that may
  /// belong to it; `forget` is called in between.
  /// `places` has all that are before `known`, and grows with it: regions that others may belong to are left for later.
  template <class Use, class Forget>
  void go_on(Walk& walk, const std::vector<std::size_t>& places, std::size_t known, const Use& use,
             const Forget& forget) const {
    const std::size_t reach = known == data_.size() ? 0 : kLargest + 2 * full_ + kApart;
    while (walk.next < places.size() && places[walk.next] + reach <= known) {
      std::size_t place = places[walk.next];
      if (place < walk.skip) {
        ++walk.next;
        continue;
      }
      const std::size_t begin = std::max(begin_of(place), walk.done - std::min(walk.done, 2 * full_));
      std::size_t end = 0;
      const auto is_next_within = [&](std::size_t last) {
        return walk.next < places.size() && places[walk.next] <= last;
      };
      do {
        place = places[walk.next++];
        while (is_next_within(place + near_) && place - begin < kLargest) place = places[walk.next++];
        end = end_of(place);
      } while (is_next_within(end + kApart) && end - begin < kLargest);
      walk.done = end;
      if (!use(begin, end)) continue;
      const std::size_t all_begin = begin - std::min(begin, full_);
      const std::size_t all_end = std::min(std::max(end, begin + kLargest) + full_, data_.size());
      if (all_begin == begin && all_end == end) continue;
      forget();
      use(all_begin, all_end);
      walk.done = all_end;
      walk.skip = all_end == data_.size() ? all_end : all_end - full_;
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
