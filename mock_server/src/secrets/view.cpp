#include <algorithm>
#include <iterator>

#include "secrets/views.hpp"

namespace understudy::secrets {

void View::keep(std::string_view bytes, std::size_t from) {
  if (bytes.empty()) return;
  const bool goes_on = !segments_.empty() && segments_.back().undone == 0 &&
                       segments_.back().from + (text_.size() - segments_.back().at) == from;
  if (!goes_on) segments_.push_back({text_.size(), from, 0});
  text_ += bytes;
}

void View::undo(std::string_view meaning, std::size_t from, std::size_t size) {
  if (!meaning.empty()) segments_.push_back({text_.size(), from, size});
  text_ += meaning;
}

const View::Segment& View::segment_of(std::size_t at) const {
  return *std::prev(std::ranges::upper_bound(segments_, at, {}, &Segment::at));
}

std::size_t View::begin_of(std::size_t at) const {
  const Segment& segment = segment_of(at);
  return segment.undone != 0 ? segment.from : segment.from + (at - segment.at);
}

std::size_t View::end_of(std::size_t at) const {
  const Segment& segment = segment_of(at);
  return segment.undone != 0 ? segment.from + segment.undone : segment.from + (at - segment.at) + 1;
}

std::vector<std::size_t> View::joints() const {
  std::vector<std::size_t> result;
  result.reserve(segments_.size());
  for (const Segment& segment : segments_) result.push_back(segment.at);
  return result;
}

bool View::is_kept(std::size_t begin, std::size_t end) const {
  const Segment& first = segment_of(begin);
  return first.undone == 0 && &first == &segment_of(end - 1);
}

}  // namespace understudy::secrets
