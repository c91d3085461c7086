#include "page/axis.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;

Time at(const std::string& text) { return *parse_time("2026-" + text); }

std::vector<std::string> labels(const std::string& from, Milliseconds length, double width) {
  std::vector<std::string> found;
  for (const Tick& tick : ticks_of({at(from), at(from) + length, 0, width}))
    found.push_back(tick.label + (tick.date.empty() ? "" : " " + tick.date));
  return found;
}

TEST(Axis, PutsTimesInProportionAndWhatIsOutsideAtTheEdge) {
  const Scale scale{at("03-01T00:00"), at("03-01T10:00"), 100, 200};

  EXPECT_DOUBLE_EQ(scale.x(at("03-01T05:00")), 200);
  EXPECT_DOUBLE_EQ(scale.x(at("02-01T00:00")), 100);
  EXPECT_DOUBLE_EQ(scale.x(at("04-01T00:00")), 300);
}

TEST(Axis, HasTicksAtRoundTimes) {
  EXPECT_THAT(labels("03-01T03:07", 40min, 250), ElementsAre("03:10", "03:20", "03:30", "03:40"));
  EXPECT_THAT(labels("03-01T03:00", 2s, 500),
              ElementsAre("03:00:00.0", "03:00:00.5", "03:00:01.0", "03:00:01.5", "03:00:02.0"));
  EXPECT_THAT(labels("03-01T03:00", 20s, 300), ElementsAre("03:00:00", "03:00:05", "03:00:10", "03:00:15", "03:00:20"));
}

TEST(Axis, NamesTheDayWhereOneBegins) {
  EXPECT_THAT(labels("02-28T18:00", 12h, 250), ElementsAre("18:00", "21:00", "00:00 2026-03-01", "03:00", "06:00"));
  EXPECT_THAT(labels("03-01T00:00", 72h, 270),
              ElementsAre("00:00", "00:00 2026-03-02", "00:00 2026-03-03", "00:00 2026-03-04"));
}

TEST(Axis, LeavesRoomForLabelsWhateverTheLength) {
  for (Milliseconds length = 1ms; length < 24h * 4000; length = length * 3 / 2 + 1ms) {
    for (const double width : {200.0, 450.0, 950.0}) {
      const Scale scale{at("03-01T03:07:11.123"), at("03-01T03:07:11.123") + length, 0, width};
      const std::vector<Tick> ticks = ticks_of(scale);

      ASSERT_THAT(ticks.size(), Le(width / 46 + 1)) << format_duration(length);
      for (std::size_t i = 1; i < ticks.size(); ++i) {
        ASSERT_THAT(scale.x(ticks[i].at) - scale.x(ticks[i - 1].at), Ge(7.0 * double(ticks[i].label.size())))
            << format_duration(length) << " in " << width;
      }
    }
  }
}

TEST(Axis, HasTicksEnoughFromSecondsToDays) {
  for (const Milliseconds length : {Milliseconds{2s}, Milliseconds{12min}, Milliseconds{24h}, Milliseconds{72h}})
    EXPECT_THAT(labels("03-01T00:00", length, 950).size(), AllOf(Ge(4U), Le(21U))) << format_duration(length);
}

TEST(Axis, WritesTimes) {
  EXPECT_EQ(clock_text(at("03-01T03:00")), "03:00:00");
  EXPECT_EQ(clock_text(at("03-01T03:00:01.25")), "03:00:01.250");
  EXPECT_EQ(moment_text(at("03-01T03:00"), true), "2026-03-01 03:00:00");
}

}  // namespace
}  // namespace understudy
