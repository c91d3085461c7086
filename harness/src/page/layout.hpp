#pragma once
/// Where everything in the picture of a timeline stands. Knows pixels, but no SVG.

#include <string>
#include <vector>

#include "mock_server/timeline.hpp"
#include "page/axis.hpp"

namespace understudy {

/// Spans of one kind that are drawn as one: usually a single span, several where the scale cannot tell them apart.
struct Shape {
  Span::Kind kind{};
  bool failed = false;
  double x = 0;
  double y = 0;
  double width = 0;
  bool is_narrow = false;  ///< none of its spans is as wide as the least that is drawn
  std::vector<const Span*> spans{};
  std::vector<double> starts{};  ///< x of each span
  Time end{};                    ///< of the one that lasts longest
};

/// Requests that stand so close together that they are one to the eye.
struct MarkShape {
  double x = 0;
  double y = 0;  ///< of the tip
  std::vector<const Mark*> marks{};
  std::vector<double> tips{};  ///< x of each that is drawn
};

struct LaneRow {
  Lane lane{};
  double y = 0;
  double height = 0;
  std::vector<Shape> shapes{};  ///< in the order in which they are drawn
  std::vector<MarkShape> marks{};
};

struct GroupRow {
  std::string name{};
  double y = 0;
};

struct Layout {
  double width = 0;
  double height = 0;
  Scale scale{};
  std::vector<Tick> ticks{};  ///< none without lanes
  std::vector<GroupRow> groups{};
  std::vector<LaneRow> lanes{};
};

constexpr double kHeadHeight = 46;  ///< the axis, above the lanes
constexpr double kGroupHeight = 26;
constexpr double kSpanHeight = 18;
constexpr double kSubRowHeight = 21;
constexpr double kLanePadding = 6;
constexpr double kMarkHeight = 12;  ///< strip for requests, at the top of lanes that have some
constexpr double kMarkWidth = 9;
constexpr double kLeastWidth = 3;  ///< of a span, however short
constexpr std::size_t kMostSubRows = 8;

/// `timeline` must outlive the result, which points into it.
[[nodiscard]] Layout lay_out(const Timeline& timeline, double width, double label_width);

/// The lanes of `timeline` by group, in the order in which groups first come, and then those that only spans or marks
/// know of.
[[nodiscard]] std::vector<Lane> lanes_by_group(const Timeline& timeline);

}  // namespace understudy
