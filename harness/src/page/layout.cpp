#include "page/layout.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace understudy {
namespace {

constexpr double kRightMargin = 38;  // half a tick's label
constexpr double kEmptyHeight = 34;
constexpr double kWidestCluster = 60;  // so that hovering still tells morning from noon
constexpr double kWidestMarks = 26;

/// What is drawn later lies on top: where shapes of least width collide, trouble is seen.
int depth_of(Span::Kind kind) {
  constexpr std::array kOrder{
      Span::Kind::kSkipped,  Span::Kind::kWaiting,   Span::Kind::kRunning, Span::Kind::kWorking, Span::Kind::kBuilding,
      Span::Kind::kStopping, Span::Kind::kDeploying, Span::Kind::kHeld,    Span::Kind::kBlocked, Span::Kind::kDropped};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), kind) - kOrder.begin());
}

/// Gives each span of a lane a sub-row in which it meets no other. They come by start.
class SubRows {
public:
  std::size_t place(const Span& span) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (fits(rows_[row], span)) return put(row, span);
    }
    if (rows_.size() == kMostSubRows) return put(kMostSubRows - 1, span);
    rows_.emplace_back();
    return put(rows_.size() - 1, span);
  }
  [[nodiscard]] std::size_t count() const { return std::max<std::size_t>(rows_.size(), 1); }

private:
  struct Row {
    Time start{};  // of the last one
    Time end{};
  };

  /// Two that begin together hide each other even if one is only a dot.
  static bool fits(const Row& row, const Span& span) { return row.end <= span.from && row.start < span.from; }
  std::size_t put(std::size_t row, const Span& span) {
    rows_[row] = {span.from, std::max(rows_[row].end, span.to)};
    return row;
  }

  std::vector<Row> rows_;
};

/// Collects the spans of one lane into shapes.
class Shapes {
public:
  explicit Shapes(const Scale& scale) : scale_{scale} {}

  void add(const Span& span, std::size_t row, double y) {
    const double x = scale_.x(span.from);
    const double exact = scale_.x(span.to) - x;
    const auto key = std::tuple{row, span.kind, span.failed};
    if (const auto found = open_.find(key); found != open_.end() && merge(shapes_[found->second], span, x, exact))
      return;
    const double width = std::max(exact, kLeastWidth);
    const double right = scale_.left + scale_.width;
    open_[key] = shapes_.size();
    shapes_.push_back({.kind = span.kind,
                       .failed = span.failed,
                       .x = std::min(x, right - width),
                       .y = y,
                       .width = width,
                       .is_narrow = exact < kLeastWidth,
                       .spans = {&span},
                       .starts = {x},
                       .end = span.to});
  }

  std::vector<Shape> take() {
    const auto below = [](const Shape& a, const Shape& b) {
      return std::tuple{a.failed, depth_of(a.kind)} < std::tuple{b.failed, depth_of(b.kind)};
    };
    std::stable_sort(shapes_.begin(), shapes_.end(), below);
    return std::move(shapes_);
  }

private:
  /// True if `span` has become part of `shape`: both are too short for the scale, or one hides the other.
  bool merge(Shape& shape, const Span& span, double x, double exact) const {
    const double end = shape.x + shape.width;
    const bool indistinct = shape.is_narrow && exact < kLeastWidth && x < end + 1 && x - shape.x < kWidestCluster;
    const bool hidden = span.from < shape.end;
    if (!indistinct && !hidden) return false;
    const double right = scale_.left + scale_.width;
    shape.width = std::max(end, std::min(x + std::max(exact, kLeastWidth), right)) - shape.x;
    shape.spans.push_back(&span);
    shape.starts.push_back(x);
    shape.end = std::max(shape.end, span.to);
    shape.is_narrow = shape.is_narrow && exact < kLeastWidth;
    return true;
  }

  const Scale& scale_;
  std::vector<Shape> shapes_;
  std::map<std::tuple<std::size_t, Span::Kind, bool>, std::size_t> open_;  // the latest of each sort
};

std::vector<MarkShape> mark_shapes(const std::vector<const Mark*>& marks, const Scale& scale, double y) {
  std::vector<MarkShape> shapes;
  for (const Mark* mark : marks) {
    const double x = scale.x(mark->at);
    const bool near = !shapes.empty() && x - shapes.back().tips.back() < kMarkWidth;
    if (!near || x - shapes.back().x >= kWidestMarks) {
      shapes.push_back({.x = x, .y = y, .marks = {mark}, .tips = {x}});
      continue;
    }
    shapes.back().marks.push_back(mark);
    if (x - shapes.back().tips.back() >= kMarkWidth / 2) shapes.back().tips.push_back(x);
  }
  return shapes;
}

bool is_in_sight(const Span& span, const Timeline& timeline) {
  return span.from <= timeline.to && span.to >= timeline.from && span.from <= span.to;
}

/// Spans and marks by the lane that they belong to, by time.
struct Content {
  std::map<std::string, std::vector<const Span*>> spans;
  std::map<std::string, std::vector<const Mark*>> marks;

  explicit Content(const Timeline& timeline) {
    for (const Span& span : timeline.spans) {
      if (is_in_sight(span, timeline)) spans[span.lane].push_back(&span);
    }
    for (const Mark& mark : timeline.marks) {
      if (mark.at >= timeline.from && mark.at <= timeline.to) marks[mark.lane].push_back(&mark);
    }
    for (auto& [lane, of_lane] : spans)
      std::stable_sort(of_lane.begin(), of_lane.end(), [](auto* a, auto* b) { return a->from < b->from; });
    for (auto& [lane, of_lane] : marks)
      std::stable_sort(of_lane.begin(), of_lane.end(), [](auto* a, auto* b) { return a->at < b->at; });
  }
};

LaneRow lane_row(const Lane& lane, double y, const Content& content, const Scale& scale) {
  LaneRow row{.lane = lane, .y = y};
  double top = y + kLanePadding;
  if (const auto marks = content.marks.find(lane.id); marks != content.marks.end()) {
    row.marks = mark_shapes(marks->second, scale, top + kMarkHeight - 2);
    top += kMarkHeight;
  }
  SubRows sub_rows;
  Shapes shapes{scale};
  if (const auto spans = content.spans.find(lane.id); spans != content.spans.end()) {
    for (const Span* span : spans->second) {
      const std::size_t sub_row = sub_rows.place(*span);
      shapes.add(*span, sub_row, top + static_cast<double>(sub_row) * kSubRowHeight);
    }
  }
  row.shapes = shapes.take();
  const double gaps = static_cast<double>(sub_rows.count() - 1) * (kSubRowHeight - kSpanHeight);
  row.height = top - y + static_cast<double>(sub_rows.count()) * kSpanHeight + gaps + kLanePadding;
  return row;
}

}  // namespace

std::vector<Lane> lanes_by_group(const Timeline& timeline) {
  std::vector<Lane> lanes = timeline.lanes;
  std::set<std::string> known;
  for (const Lane& lane : lanes) known.insert(lane.id);
  const auto add_unknown = [&](const std::string& id) {
    if (known.insert(id).second) lanes.push_back({.id = id, .label = id});
  };
  for (const Span& span : timeline.spans) add_unknown(span.lane);
  for (const Mark& mark : timeline.marks) add_unknown(mark.lane);
  std::map<std::string, std::size_t> order;
  for (const Lane& lane : lanes) order.emplace(lane.group, order.size());
  std::stable_sort(lanes.begin(), lanes.end(),
                   [&](const Lane& a, const Lane& b) { return order[a.group] < order[b.group]; });
  return lanes;
}

Layout lay_out(const Timeline& timeline, double width, double label_width) {
  const Time to = std::max(timeline.to, timeline.from + std::chrono::seconds{1});  // an instant has a width, too
  Layout layout{
      .width = width,
      .scale = {.from = timeline.from, .to = to, .left = label_width, .width = width - label_width - kRightMargin}};
  const Content content{timeline};
  double y = kHeadHeight;
  std::string group;
  for (const Lane& lane : lanes_by_group(timeline)) {
    if (lane.group != group) {
      layout.groups.push_back({lane.group, y});
      y += kGroupHeight;
      group = lane.group;
    }
    layout.lanes.push_back(lane_row(lane, y, content, layout.scale));
    y += layout.lanes.back().height;
  }
  if (!layout.lanes.empty()) layout.ticks = ticks_of(layout.scale);
  layout.height = y + (layout.lanes.empty() ? kEmptyHeight : kLanePadding);
  return layout;
}

}  // namespace understudy
