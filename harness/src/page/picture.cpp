#include "page/picture.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/page.hpp"
#include "mock_server/document.hpp"
#include "page/escape.hpp"
#include "page/layout.hpp"
#include "page/words.hpp"

namespace understudy {
namespace {

constexpr double kCharacterWidth = 7.2;      // of lane labels; generous, as the reader's font is not known
constexpr double kSpanCharacterWidth = 6.7;  // of labels in spans, which are smaller
constexpr std::size_t kMostNamed = 8;        // in the title of a shape that stands for many
constexpr double kDateWidth = 80;
constexpr double kToothGap = 3.2;  // between the middles of a comb's teeth

std::string title_element(const std::string& text) { return "<title>" + html_escaped(text) + "</title>"; }

/// "and 5 more" after the first few of `items`, each said by `say`.
template <class Item, class Say>
std::string first_few(const std::vector<Item>& items, Say say) {
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), kMostNamed); ++i) text += (i == 0 ? "" : "\n") + say(*items[i]);
  if (items.size() > kMostNamed) text += fmt::format("\nand {} more", items.size() - kMostNamed);
  return text;
}

std::string shape_title(const Shape& shape, bool dates) {
  if (shape.spans.size() == 1) return span_title(*shape.spans.front(), dates);
  return fmt::format("{} \u00d7 {}\n", shape.spans.size(), words_for(*shape.spans.front())) +
         first_few(shape.spans, [dates](const Span& span) {
           const std::string label = span.label.empty() ? "" : " " + span.label;
           return fmt::format("{}{} ({})", moment_text(span.from, dates), label, format_duration(span.to - span.from));
         });
}

class Picture {
public:
  Picture(const Timeline& timeline, const std::string& id, const PictureSize& size)
      : timeline_{timeline},
        id_{identifier(id)},
        size_{size},
        layout_{lay_out(timeline, size.width, size.label_width)},
        dates_{needs_dates(timeline)} {}

  std::string draw() {
    open();
    draw_axis();
    for (const GroupRow& group : layout_.groups) draw_group(group);
    draw_labels();
    for (const LaneRow& lane : layout_.lanes) draw_lane(lane);
    if (layout_.lanes.empty()) draw_nothing();
    return out_ + "</svg>\n";
  }

private:
  void open() {
    const std::string width = number(layout_.width);
    const std::string height = number(layout_.height);
    out_ += fmt::format(
        "<svg class=\"timeline {0}\" id=\"{1}\" viewBox=\"0 0 {2} {3}\" width=\"{2}\" height=\"{3}\" role=\"img\" "
        "aria-labelledby=\"{1}-title\" aria-describedby=\"{1}-desc\">\n",
        size_.name, id_, width, height);
    out_ += fmt::format("<title id=\"{}-title\">Timeline, {}</title>\n", id_, range_text(timeline_.from, timeline_.to));
    out_ += fmt::format("<desc id=\"{}-desc\">{}</desc>\n", id_, html_escaped(description_of(timeline_)));
  }

  /// A line for each tick, its time above it, and the day in a row of its own where one begins.
  void draw_axis() {
    const double bottom = layout_.height;
    if (layout_.lanes.empty()) return;
    text(12, 18, "date", date_text(timeline_.from));
    std::string grid;
    for (const Tick& tick : layout_.ticks) {
      const double x = layout_.scale.x(tick.at);
      const bool day = !tick.date.empty();
      grid += fmt::format("M{} {}V{}", number(x), number(day ? 8 : kHeadHeight - 6), number(bottom));
      text(x, kHeadHeight - 12, "tick", tick.label);
      const bool at_edge = x + kDateWidth > layout_.width;
      if (day) text(at_edge ? x - 4 : x + 4, 18, at_edge ? "date end" : "date", tick.date);
    }
    out_ += fmt::format("<path class=\"grid\" d=\"{}\"/>\n", grid);
  }

  void draw_group(const GroupRow& group) {
    const std::string name = group.name.empty() ? "other" : group.name;
    out_ += fmt::format("<path class=\"rule\" d=\"M0 {0}H{1}\"/>\n", number(group.y), number(layout_.width));
    text(12, group.y + 18, "group", ellipsized(name, columns(size_.width - 24)), name);
  }

  /// In a box of their own, which cuts what a wide font would put over the spans.
  void draw_labels() {
    out_ += fmt::format("<svg width=\"{}\" height=\"{}\">\n", number(size_.label_width - 8), number(layout_.height));
    for (const LaneRow& row : layout_.lanes) {
      const std::string& label = row.lane.label.empty() ? row.lane.id : row.lane.label;
      const std::string kind{to_string(row.lane.kind)};
      const std::size_t room = columns(size_.label_width - 28);
      const bool is_said = row.lane.kind == Lane::Kind::kClient || label.find(kind) != std::string::npos;
      const bool has_room = columns_of(label) + kind.size() + 1 <= room && !is_said;
      out_ += fmt::format("<text class=\"label\" x=\"12\" y=\"{}\">{}{}{}</text>\n", number(middle_of(row) + 4),
                          html_escaped(ellipsized(label, room)),
                          has_room ? fmt::format(" <tspan class=\"kind\">{}</tspan>", kind) : "",
                          title_element(whole_label(row.lane) + " (" + kind + ")"));
    }
    out_ += "</svg>\n";
  }

  static double middle_of(const LaneRow& row) {
    const double marks = row.marks.empty() ? 0 : kMarkHeight;
    return row.y + kLanePadding + marks + kSpanHeight / 2;
  }

  void draw_lane(const LaneRow& row) {
    out_ += fmt::format("<path class=\"base\" d=\"M{} {}h{}\"/>\n", number(layout_.scale.left),
                        number(row.y + row.height), number(layout_.scale.width));
    for (const Shape& shape : row.shapes) draw_shape(shape);
    for (const MarkShape& marks : row.marks) draw_marks(marks);
  }

  void draw_shape(const Shape& shape) {
    out_ += fmt::format("<g class=\"{}\">{}", to_string(shape.kind), title_element(shape_title(shape, dates_)));
    if (shape.is_narrow && shape.starts.back() - shape.starts.front() >= kLeastWidth) {
      draw_comb(shape);
    } else {
      draw_box(shape);
    }
    if (shape.failed) draw_cross(shape);
    out_ += "</g>\n";
  }

  void draw_box(const Shape& shape) {
    const bool is_skipped = shape.kind == Span::Kind::kSkipped;
    if (is_skipped && shape.is_narrow) return draw_ring(shape);
    out_ += fmt::format("<rect class=\"s\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>", number(shape.x),
                        number(shape.y), number(shape.width), number(kSpanHeight), shape.width < 8 ? 1 : 3);
    if (is_skipped) draw_ring(shape);  // on the box, which would hide it
    draw_span_label(shape);
  }

  void draw_ring(const Shape& shape) {
    out_ += fmt::format("<circle class=\"s\" cx=\"{}\" cy=\"{}\" r=\"4\"/>",
                        number(shape.x + std::min(shape.width / 2, 9.0)), number(shape.y + kSpanHeight / 2));
  }

  /// A tooth for each span that can still be seen apart from its neighbour.
  void draw_comb(const Shape& shape) {
    std::string teeth;
    double last = -1;
    for (const double start : shape.starts) {
      const double x = std::min(start + kLeastWidth / 2, shape.x + shape.width - 1);
      if (last >= 0 && x - last < kToothGap) continue;
      teeth += fmt::format("M{} {}v{}", number(x), number(shape.y), number(kSpanHeight));
      last = x;
    }
    out_ += fmt::format("<rect class=\"back\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", number(shape.x),
                        number(shape.y), number(shape.width), number(kSpanHeight));
    out_ += fmt::format("<path class=\"comb\" d=\"{}\"/>", teeth);
  }

  void draw_span_label(const Shape& shape) {
    constexpr std::size_t kFewestCharacters = 8;
    const double before = shape.kind == Span::Kind::kSkipped ? 18 : 6;
    const double after = shape.failed ? 22 : 6;
    const double width = std::max(0.0, shape.width - before - after);
    const auto room = static_cast<std::size_t>(width / kSpanCharacterWidth);
    const std::string& label = shape.spans.front()->label;
    std::string shown = label.empty() || shape.spans.size() > 1 ? std::string{to_string(shape.kind)} : label;
    if (shape.spans.size() > 1) shown = fmt::format("{} \u00d7 {}", shape.spans.size(), shown);
    if (columns_of(shown) > room && room < kFewestCharacters) return;
    text(shape.x + before, shape.y + 13, "in", ellipsized(shown, room));
  }

  void draw_cross(const Shape& shape) {
    const double x = shape.x + (shape.width < 24 ? shape.width / 2 : shape.width - 10);
    const double y = shape.y + kSpanHeight / 2;
    const std::string cross = fmt::format("M{0} {1}l8 8m0 -8l-8 8", number(x - 4), number(y - 4));
    out_ += fmt::format("<path class=\"halo\" d=\"{0}\"/><path class=\"cross\" d=\"{0}\"/>", cross);
  }

  void draw_marks(const MarkShape& shape) {
    std::string triangles;
    for (const double x : shape.tips) {
      triangles += fmt::format("M{} {}l{} {}h{}z", number(x), number(shape.y), number(-kMarkWidth / 2),
                               number(2 - kMarkHeight), number(kMarkWidth));
    }
    const std::string heading = shape.marks.size() == 1 ? "" : counted(shape.marks.size(), "request") + "\n";
    const auto say = [this](const Mark& mark) { return mark_title(mark, dates_); };
    out_ += fmt::format("<path class=\"mark\" d=\"{}\">{}</path>\n", triangles,
                        title_element(heading + first_few(shape.marks, say)));
  }

  void draw_nothing() { text(12, layout_.height / 2 + 4, "nothing", "Nothing happened in this time."); }

  void text(double x, double y, std::string_view style, const std::string& content, const std::string& title = "") {
    out_ += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}{}</text>\n", style, number(x), number(y),
                        html_escaped(content), title.empty() ? "" : title_element(title));
  }

  static std::size_t columns(double width) { return static_cast<std::size_t>(width / kCharacterWidth); }

  const Timeline& timeline_;
  std::string id_;
  const PictureSize& size_;
  Layout layout_;
  bool dates_;
  std::string out_;
};

constexpr std::string_view kSampleBox = "<svg class=\"sample\" width=\"28\" height=\"16\" aria-hidden=\"true\">";

}  // namespace

const PictureSize& wide_picture() {
  static const PictureSize kSize{"wide", 1160, 190};
  return kSize;
}

const PictureSize& narrow_picture() {
  static const PictureSize kSize{"narrow", 620, 150};
  return kSize;
}

std::string draw_timeline(const Timeline& timeline, const std::string& id, const PictureSize& size) {
  return Picture{timeline, id, size}.draw();
}

std::string timeline_svg(const Timeline& timeline, const std::string& id) {
  return draw_timeline(timeline, id, wide_picture());
}

std::string span_sample(Span::Kind kind, bool failed) {
  const std::string_view cross = failed ? "<path class=\"cross\" d=\"M10 4l8 8m0 -8l-8 8\"/>" : "";
  const std::string_view ring = kind == Span::Kind::kSkipped ? "<circle class=\"s\" cx=\"14\" cy=\"8\" r=\"4\"/>" : "";
  return fmt::format(
      "{}<g class=\"{}\"><rect class=\"s\" x=\"1\" y=\"1\" width=\"26\" height=\"14\" rx=\"3\"/>{}{}</g></svg>",
      kSampleBox, to_string(kind), ring, cross);
}

std::string mark_sample() { return std::string{kSampleBox} + "<path class=\"mark\" d=\"M14 13l-4.5 -10h9z\"/></svg>"; }

}  // namespace understudy
