#include "secrets/finders.hpp"

#include <algorithm>
#include <tuple>

namespace understudy::secrets {

std::size_t Finders::make_room(std::size_t size) {
  const auto end_of_kept = std::ranges::find_if(
      levels_, [](const Level& level) { return 2 * level.listed < level.finder->secrets().size(); });
  levels_.erase(end_of_kept, levels_.end());
  std::size_t known = 0;
  for (const Level& level : levels_) known += level.listed;
  while (known < size && !levels_.empty() && levels_.back().listed < 2 * (size - known)) {
    known -= levels_.back().listed;
    levels_.pop_back();
  }
  return known;
}

void Finders::add(std::shared_ptr<const SecretHunter> finder) {
  const std::size_t listed = finder->secrets().size();
  levels_.push_back({std::move(finder), listed});
}

void Finders::forget(std::size_t place) {
  for (Level& level : levels_) {
    if (place < level.listed) {
      --level.listed;
      return;
    }
    place -= level.listed;
  }
}

std::string Finders::cover(std::string_view text) const {
  struct Range {
    CoveredRange range;
    const SecretHunter* finder;
  };
  std::vector<Range> ranges;
  for (const Level& level : levels_) {
    for (const CoveredRange& range : level.finder->survey(text).covered) ranges.push_back({range, level.finder.get()});
  }
  std::ranges::stable_sort(ranges, {}, [](const Range& each) { return std::tuple{each.range.begin, ~each.range.end}; });
  std::string covered;
  std::size_t done = 0;
  for (const auto& [range, finder] : ranges) {
    if (range.begin >= done) {
      covered += text.substr(done, range.begin - done);
      covered += shown_as(finder->secrets()[range.secret]);
    }
    done = std::max(done, range.end);  // what overlaps is covered with what it overlaps
  }
  covered += text.substr(done);
  for (const Level& level : levels_)  // those that cannot be hunted
    covered = level.finder->cover_part(covered, {}, 0, covered.size());
  return covered;
}

}  // namespace understudy::secrets
