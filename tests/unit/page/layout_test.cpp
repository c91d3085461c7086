#include "page/layout.hpp"

#include <gmock/gmock.h>

#include "page/escape.hpp"
#include "sample_pages.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::Ge;
using testing::IsEmpty;
using testing::SizeIs;

const Time kStart = *parse_time("2026-03-01T00:00Z");

/// One lane called "a", a pixel a minute.
Timeline hours(int count) { return {.from = kStart, .to = kStart + count * 1h, .lanes = {{.id = "a"}}}; }
Layout laid_out(const Timeline& timeline) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(timeline.to - timeline.from);
  Layout layout = lay_out(timeline, 138 + static_cast<double>(minutes.count()), 100);
  EXPECT_DOUBLE_EQ(layout.scale.width, static_cast<double>(minutes.count()));
  return layout;
}
Span span(Milliseconds from, Milliseconds to, Span::Kind kind = Span::Kind::kRunning, bool failed = false) {
  return {.lane = "a", .kind = kind, .from = kStart + from, .to = kStart + to, .failed = failed};
}

TEST(Layout, StacksSpansThatOverlapAndOnlyThose) {
  Timeline timeline = hours(10);
  timeline.spans = {span(0h, 2h), span(1h, 3h), span(2h, 4h), span(150min, 200min)};
  const Layout layout = laid_out(timeline);
  const std::vector<Shape>& shapes = layout.lanes.at(0).shapes;
  const double top = shapes.at(0).y;

  ASSERT_THAT(shapes, SizeIs(4));
  EXPECT_EQ(shapes[1].y, top + kSubRowHeight);
  EXPECT_EQ(shapes[2].y, top);
  EXPECT_EQ(shapes[3].y, top + 2 * kSubRowHeight);
  EXPECT_EQ(layout.lanes[0].height, 2 * kLanePadding + 2 * kSubRowHeight + kSpanHeight);
}

TEST(Layout, StacksADotUponWhatBeginsWithIt) {
  Timeline timeline = hours(10);
  timeline.spans = {span(1h, 1h), span(1h, 3h), span(3h, 3h)};
  const Layout layout = laid_out(timeline);

  EXPECT_EQ(layout.lanes.at(0).height, 2 * kLanePadding + kSubRowHeight + kSpanHeight);
}

TEST(Layout, DrawsShortSpansWideEnoughEvenAtTheEnd) {
  Timeline timeline = hours(10);
  timeline.spans = {span(1h, 1h), span(10h, 10h)};
  const Layout layout = laid_out(timeline);

  EXPECT_THAT(layout.lanes.at(0).shapes, AllOf(SizeIs(2), Each(Field(&Shape::width, kLeastWidth))));
  EXPECT_EQ(layout.lanes[0].shapes[1].x + kLeastWidth, layout.scale.left + layout.scale.width);
}

TEST(Layout, JoinsDotsThatTheScaleCannotTellApart) {
  Timeline timeline = hours(2);
  timeline.spans = {span(10min, 10min), span(12min, 12min), span(14min, 14min), span(60min, 60min)};
  const Layout layout = laid_out(timeline);

  ASSERT_THAT(layout.lanes.at(0).shapes, SizeIs(2));
  EXPECT_THAT(layout.lanes[0].shapes[0].spans, SizeIs(3));
  EXPECT_EQ(layout.lanes[0].shapes[0].width, 4 + kLeastWidth);
}

TEST(Layout, JoinsNeitherWhatCanBeSeenNorWhatDiffers) {
  Timeline timeline = hours(10);
  timeline.spans = {span(0h, 1h), span(1h, 2h), span(121min, 121min, Span::Kind::kSkipped),
                    span(122min, 122min, Span::Kind::kRunning, true), span(123min, 123min)};
  const Layout layout = laid_out(timeline);

  EXPECT_THAT(layout.lanes.at(0).shapes, AllOf(SizeIs(5), Each(Field(&Shape::spans, SizeIs(1)))));
}

TEST(Layout, HidesNothingUnderWhatLastsLonger) {
  Timeline timeline = hours(10);
  for (int i = 0; i < 9; ++i) timeline.spans.push_back(span(0h, 9h));  // one sub-row more than there are
  timeline.spans.push_back(span(1h, 2h));
  timeline.spans.push_back(span(3h, 4h));
  const Layout layout = laid_out(timeline);

  for (const Shape& a : layout.lanes.at(0).shapes) {
    for (const Shape& b : layout.lanes[0].shapes) {
      EXPECT_TRUE(&a == &b || a.y != b.y || a.x + a.width <= b.x || b.x + b.width <= a.x);
    }
  }
}

TEST(Layout, PutsTroubleOnTop) {
  Timeline timeline = hours(10);
  timeline.spans = {span(1h, 2h, Span::Kind::kRunning, true), span(2h, 3h, Span::Kind::kBlocked),
                    span(3h, 4h, Span::Kind::kWaiting)};
  const Layout layout = laid_out(timeline);

  EXPECT_THAT(layout.lanes.at(0).shapes,
              ElementsAre(Field(&Shape::kind, Span::Kind::kWaiting), Field(&Shape::kind, Span::Kind::kBlocked),
                          Field(&Shape::failed, true)));
}

TEST(Layout, LosesNoSpanOfACrowdedDay) {
  const Timeline timeline = samples::crowded_day();
  const Layout layout = lay_out(timeline, 1160, 190);
  std::size_t spans = 0;
  std::size_t shapes = 0;
  for (const LaneRow& row : layout.lanes) {
    shapes += row.shapes.size();
    for (const Shape& shape : row.shapes) spans += shape.spans.size();
    EXPECT_THAT(row.shapes, Each(Field(&Shape::width, Ge(kLeastWidth))));
  }

  EXPECT_EQ(spans, timeline.spans.size());
  EXPECT_LT(shapes, 100U);
  EXPECT_LT(layout.height, 400);
}

TEST(Layout, DrawsNothingThatLiesOutside) {
  Timeline timeline = hours(2);
  timeline.spans = {span(-2h, -1h), span(3h, 4h), span(-1h, 1h)};
  timeline.marks = {{.lane = "a", .at = kStart - 1h}};
  const Layout layout = laid_out(timeline);

  ASSERT_THAT(layout.lanes.at(0).shapes, SizeIs(1));
  EXPECT_EQ(layout.lanes[0].shapes[0].x, layout.scale.left);
  EXPECT_EQ(layout.lanes[0].shapes[0].width, 60);
  EXPECT_THAT(layout.lanes[0].marks, IsEmpty());
}

TEST(Layout, JoinsRequestsOfOneInstant) {
  Timeline timeline = hours(2);
  for (const Milliseconds when : {Milliseconds{10min}, Milliseconds{10min}, Milliseconds{11min}, Milliseconds{90min}})
    timeline.marks.push_back({.lane = "a", .at = kStart + when});
  const Layout layout = laid_out(timeline);

  ASSERT_THAT(layout.lanes.at(0).marks, SizeIs(2));
  EXPECT_THAT(layout.lanes[0].marks[0].marks, SizeIs(3));
  EXPECT_THAT(layout.lanes[0].marks[0].tips, SizeIs(1));
}

TEST(Layout, GroupsLanesInTheOrderOfTheirFirst) {
  const Timeline timeline{
      .from = kStart,
      .to = kStart + 1h,
      .lanes = {{.id = "1", .group = "main"}, {.id = "2", .group = "staging"}, {.id = "3", .group = "main"}},
      .spans = {{.lane = "unheard of", .from = kStart, .to = kStart + 1min}}};

  EXPECT_THAT(lanes_by_group(timeline), ElementsAre(Field(&Lane::id, "1"), Field(&Lane::id, "3"), Field(&Lane::id, "2"),
                                                    Field(&Lane::id, "unheard of")));
  EXPECT_THAT(
      lay_out(timeline, 1160, 190).groups,
      ElementsAre(Field(&GroupRow::name, "main"), Field(&GroupRow::name, "staging"), Field(&GroupRow::name, "")));
}

TEST(Layout, OfNothingIsFinite) {
  const Layout layout = lay_out({}, 1160, 190);

  EXPECT_GT(layout.height, 0);
  EXPECT_THAT(layout.ticks, IsEmpty());
}

}  // namespace
}  // namespace understudy
