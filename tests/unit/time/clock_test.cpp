#include "mock_server/clock.hpp"

#include <gmock/gmock.h>

#include "mock_server/secrets.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ClockText, TimesGoThereAndBack) {
  const auto time = parse_time("2026-03-01T04:05:06.789+01:00");

  ASSERT_TRUE(time);
  EXPECT_EQ(format_time(*time), "2026-03-01T03:05:06.789000+00:00");
  EXPECT_EQ(parse_time(format_time(*time)), time);
  EXPECT_EQ(parse_time("2026-03-01T03:05Z"), parse_time("2026-03-01 03:05:00"));
}

TEST(ClockText, NonsenseIsNoTime) {
  for (const char* text :
       {"", "2026", "2026-13-01", "2026-02-30", "2026-03-01T25:00", "2026-03-01T03:00Zx", "2026-03-01T03:00+1"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(ClockText, DurationsGoThereAndBack) {
  for (const char* text : {"0s", "12m", "1m30s", "1d2h", "250ms"}) {
    ASSERT_TRUE(parse_duration(text)) << text;
    EXPECT_EQ(format_duration(*parse_duration(text)), text);
  }
  EXPECT_EQ(parse_duration("90"), Milliseconds{90'000});
  for (const char* text : {"", "m", "-5s", "5 m", "5y"}) EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(VirtualClockTest, NeverGoesBack) {
  VirtualClock clock{*parse_time("2026-03-01T03:00Z")};

  clock.advance_to(clock.now() + Milliseconds{5});

  EXPECT_EQ(clock.now(), *parse_time("2026-03-01T03:00:00.005Z"));
  EXPECT_THROW(clock.advance_to(clock.now() - Milliseconds{1}), std::invalid_argument);
}

}  // namespace
}  // namespace understudy
