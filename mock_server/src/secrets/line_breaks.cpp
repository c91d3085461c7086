#include "secrets/line_breaks.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "secrets/encoded.hpp"
#include "secrets/views.hpp"

namespace understudy::secrets {
namespace {

constexpr std::size_t kNear = 64;  // as in Regions

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

void LineBreaks::look_at(const std::vector<std::size_t>& places) {
  const std::size_t known = std::min(words_.known(), data_.size());
  if (known < needed_) return;
  constexpr std::size_t kAhead = 4;
  for (; next_ < places.size(); ++next_) {
    const std::size_t place = places[next_];
    if (next_ + kAhead < places.size()) index_.prepare_gap(data_, places[next_ + kAhead]);
    if (place >= gap_.end) {  // else it is of the gap before
      const Gap gap = gap_at(place);
      needed_ = std::min(gap.end + kNear, data_.size());
      if (known < needed_) {
        known_ = place;
        return;
      }
      gap_ = gap;
      const bool in_run = is_in_run(gap) && is_in_promising_run(gap);  // has to see all of them
      matters_ = in_run || is_in_escape(gap) || is_in_secret(gap);
    }
    if (matters_) that_matter_.push_back(place);
  }
  known_ = known;
}

LineBreaks::Gap LineBreaks::gap_at(std::size_t place) const {
  Gap gap{place, place + 1};
  while (gap.begin > 0 && is_blank(data_[gap.begin - 1])) --gap.begin;
  while (gap.end < data_.size() && is_blank(data_[gap.end])) ++gap.end;
  return gap;
}

bool LineBreaks::has_line_break(std::size_t begin, std::size_t end) const {
  while (begin < end && data_[begin] != '\n') ++begin;
  return begin < end;
}

/// What stands whole on one side need not wait for the line break: its own undoing comes to the same text.
bool LineBreaks::is_in_escape(const Gap& gap) const {
  static_assert(kNear == kWord);
  const std::size_t first = gap.begin - std::min(gap.begin, kNear);
  const std::size_t size = gap.begin - first;
  const std::uint64_t behind = size == kWord ? 0 : ~std::uint64_t{0} << size;
  std::uint64_t escapes = words_.escapes_from(first) & ~behind;
  for (; escapes != 0; escapes &= escapes - 1) {
    const std::size_t at = first + static_cast<std::size_t>(std::countr_zero(escapes));
    if (may_go_on_behind(data_.substr(at, gap.begin - at))) return true;
  }
  return false;
}

/// The last `size` characters before `at`, backwards, as they are in the joined text: other gaps become `between`.
void LineBreaks::take_before(std::size_t at, std::size_t size, std::string_view between) {
  left_.clear();
  while (at > 0 && left_.size() < size) {
    bool is_gap = false;
    std::size_t blanks = at;
    while (blanks > 0 && is_blank(data_[blanks - 1])) is_gap |= data_[--blanks] == '\n';
    if (is_gap) {
      left_ += between;
      at = blanks;
    } else {
      const std::size_t taken = std::clamp<std::size_t>(at - blanks, 1, size - left_.size());
      for (std::size_t i = 0; i < taken; ++i) left_ += data_[--at];
    }
  }
}

/// The first ones from `at` on.
void LineBreaks::take_after(std::size_t at, std::size_t size, std::string_view between) {
  right_.clear();
  while (at < data_.size() && right_.size() < size) {
    bool is_gap = false;
    std::size_t blanks = at;
    while (blanks < data_.size() && is_blank(data_[blanks])) is_gap |= data_[blanks++] == '\n';
    if (is_gap) {
      right_ += between;
      at = blanks;
    } else {
      const std::size_t taken = std::clamp<std::size_t>(blanks - at, 1, size - right_.size());
      right_ += data_.substr(at, taken);
      at += taken;
    }
  }
}

/// Whether the `size` characters on both sides are as they are in the joined text.
bool LineBreaks::is_without_gaps(const Gap& gap, std::size_t size) const {
  if (gap.begin < size || data_.size() - gap.end < size) return false;
  std::size_t begin = gap.begin - size;
  std::size_t end = gap.end + size;
  while (begin > 0 && is_blank(data_[begin])) --begin;
  while (end < data_.size() && is_blank(data_[end - 1])) ++end;
  return data_.substr(begin, gap.begin - begin).find('\n') == std::string_view::npos &&
         data_.substr(gap.end, end - gap.end).find('\n') == std::string_view::npos;
}

bool LineBreaks::is_in_secret(const Gap& gap) {
  if (!index_.may_go_over_gap(data_, gap.begin, gap.end)) return false;  // as nearly always
  const std::size_t size = index_.shortest() - 1;  // on both sides: a run over the gap has one more
  const bool is_plain = is_without_gaps(gap, size);
  const std::size_t most = index_.has_blanks() ? 1 : 0;
  for (std::size_t blanks = 0; blanks <= most; ++blanks) {
    std::size_t joint = size;
    if (is_plain) {
      joined_.resize(2 * size + blanks);
      data_.copy(joined_.data(), size, gap.begin - size);
      joined_[size] = ' ';  // if there is to be one, else the next letter
      data_.copy(joined_.data() + size + blanks, size, gap.end);
    } else {
      const std::string_view between = std::string_view{" "}.substr(0, blanks);
      take_before(gap.begin, size, between);
      take_after(gap.end, size, between);
      joined_.assign(left_.rbegin(), left_.rend());
      joined_ += between;
      joined_ += right_;
      joint = left_.size();
    }
    const std::array<std::size_t, 2> joints{joint, joint + blanks};
    if (index_.may_go_over(joined_, std::span{joints}.first(1 + blanks))) return true;
  }
  return false;
}

bool LineBreaks::is_in_run(const Gap& gap) {
  const bool goes_over =
      gap.begin > 0 && gap.end < data_.size() && is_base64(data_[gap.begin - 1]) && is_base64(data_[gap.end]);
  if (!goes_over) run_line_ = std::string_view::npos;
  return goes_over;
}

/// Whether a run is promising is told by its beginning; so all the gaps that it goes over matter, or none.
bool LineBreaks::is_in_promising_run(const Gap& gap) {
  const std::size_t first = run_line_ == std::string_view::npos ? 0 : run_line_;
  const std::size_t begin = words_.begin_of_base64(first, gap.begin);
  const bool goes_on = begin == run_line_;
  run_line_ = gap.end;
  if (goes_on) return is_promising_;
  // A line break that does not stand beside text is none of the places, but joined as well.
  if (begin > 0 && is_blank(data_[begin - 1])) {
    const Gap before = gap_at(begin - 1);
    const bool may_go_on =
        has_line_break(before.begin, before.end) && before.begin > 0 && is_base64(data_[before.begin - 1]);
    if (may_go_on) {
      is_promising_ = true;
      return true;
    }
  }
  is_promising_ = is_promising_from(begin, gap);
  return is_promising_;
}

/// The run that begins at `begin` and goes over `gap`.
bool LineBreaks::is_promising_from(std::size_t begin, const Gap& gap) {
  const auto tells = [](std::string_view run) { return promising_base64(run) != 0 || promising_hex(run) != 0; };
  if (gap.begin - begin >= kTellingRun) return tells(data_.substr(begin, kTellingRun));
  const std::size_t end = words_.end_of_base64(gap.end);
  std::size_t blanks = end;
  while (blanks < data_.size() && is_blank(data_[blanks]) && data_[blanks] != '\n') ++blanks;
  const bool ends_there = blanks >= data_.size() || data_[blanks] != '\n';
  if (ends_there && gap.begin - begin + (end - gap.end) < kShortestRun) return false;
  take_after(begin, kTellingRun, {});
  const auto run_end = std::ranges::find_if_not(right_, is_base64);
  const std::string_view run{right_.data(), static_cast<std::size_t>(run_end - right_.begin())};
  return run.size() >= kShortestRun && tells(run);
}

}  // namespace understudy::secrets
