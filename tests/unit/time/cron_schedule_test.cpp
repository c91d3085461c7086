#include "mock_server/cron_schedule.hpp"

#include <gmock/gmock.h>

#include <set>

namespace understudy {
namespace {

using std::chrono::minutes;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Time at(std::string_view text) { return parse_time(text).value(); }

CronSchedule schedule(std::string_view spec, std::uint64_t hash = 7) {
  return CronSchedule::parse(spec, hash, {.file = "app.yaml", .line = 3, .column = 10});
}

const TimeZone& zone(std::string_view name) {
  const TimeZone* found = find_time_zone(name);
  if (found == nullptr) throw std::runtime_error{"no zone " + std::string{name}};
  return *found;
}

/// The first `count` runs after `start`, to the minute.
std::vector<std::string> runs(std::string_view spec, std::string_view start, std::size_t count,
                              const TimeZone& in = utc()) {
  const CronSchedule cron = schedule(spec);
  std::vector<std::string> result;
  for (Time time = at(start); result.size() < count;) {
    const std::optional<Time> next = cron.next(time, in);
    if (!next) break;
    time = *next;
    result.push_back(format_time(time).substr(0, 16));
  }
  return result;
}

/// Values of the minute field of a schedule that is due in every hour.
std::set<int> minutes_of(std::string_view field, std::uint64_t hash = 7) {
  const CronSchedule cron = schedule(std::string{field} + " * * * *", hash);
  std::set<int> result;
  const Time end = at("2026-03-01T01:00Z");
  for (Time time = at("2026-03-01T00:00Z") - Milliseconds{1}; (time = cron.next(time).value()) < end;) {
    result.insert(static_cast<int>((time - at("2026-03-01T00:00Z")) / minutes{1}));
  }
  return result;
}

TEST(CronSchedules, AreDueStrictlyAfterATime) {
  EXPECT_THAT(runs("*/5 * * * *", "2026-03-01T03:00:00Z", 2), ElementsAre("2026-03-01T03:05", "2026-03-01T03:10"));
  EXPECT_THAT(runs("*/5 * * * *", "2026-03-01T02:59:59.999Z", 1), ElementsAre("2026-03-01T03:00"));
  EXPECT_THAT(runs("*/5 * * * *", "2026-03-01T03:04:00.001Z", 1), ElementsAre("2026-03-01T03:05"));
  EXPECT_THAT(runs("30 4 * * *", "2026-12-31T04:30Z", 2), ElementsAre("2027-01-01T04:30", "2027-01-02T04:30"));
  EXPECT_THAT(runs("0 0 1 1 *", "2026-01-01T00:00Z", 1), ElementsAre("2027-01-01T00:00"));
  EXPECT_THAT(runs("59 23 31 12 *", "1960-01-01T00:00Z", 1), ElementsAre("1960-12-31T23:59"));
}

TEST(CronSchedules, HaveListsRangesStepsAndNames) {
  EXPECT_EQ(minutes_of("1,5-8,40-59/10"), (std::set{1, 5, 6, 7, 8, 40, 50}));
  EXPECT_EQ(minutes_of("05"), std::set{5});
  EXPECT_THAT(runs("0 6 1 feb,Aug *", "2026-03-01T00:00Z", 2), ElementsAre("2026-08-01T06:00", "2027-02-01T06:00"));
  EXPECT_THAT(runs("0 6 * * mon-WED/2", "2026-03-01T00:00Z", 3),
              ElementsAre("2026-03-02T06:00", "2026-03-04T06:00", "2026-03-09T06:00"));
}

TEST(CronSchedules, KnowSundayByThreeNames) {
  for (const char* spec : {"0 6 * * 0", "0 6 * * 7", "0 6 * * sun"}) {
    EXPECT_THAT(runs(spec, "2026-03-02T00:00Z", 1), ElementsAre("2026-03-08T06:00")) << spec;
  }
  EXPECT_THAT(runs("0 6 * * FRI-7", "2026-03-02T00:00Z", 4),
              ElementsAre("2026-03-06T06:00", "2026-03-07T06:00", "2026-03-08T06:00", "2026-03-13T06:00"));
}

TEST(CronSchedules, NeedOneOfTwoRestrictedDayFieldsAndBothIfOneBeginsWithAStar) {
  EXPECT_THAT(runs("0 0 13 * FRI", "2026-03-01T00:00Z", 4),
              ElementsAre("2026-03-06T00:00", "2026-03-13T00:00", "2026-03-20T00:00", "2026-03-27T00:00"));
  EXPECT_THAT(runs("0 0 14 * FRI", "2026-03-07T00:00Z", 2), ElementsAre("2026-03-13T00:00", "2026-03-14T00:00"));
  EXPECT_THAT(runs("0 0 */2 * MON", "2026-03-01T00:00Z", 3),
              ElementsAre("2026-03-09T00:00", "2026-03-23T00:00", "2026-04-13T00:00"));
  EXPECT_THAT(runs("0 0 1-31 * FRI", "2026-03-01T00:00Z", 1), ElementsAre("2026-03-02T00:00"));
}

TEST(CronSchedules, WaitForLeapYearsAndNeverComeOnDaysThatDoNotExist) {
  EXPECT_THAT(runs("0 0 29 2 *", "2026-03-01T00:00Z", 2), ElementsAre("2028-02-29T00:00", "2032-02-29T00:00"));
  EXPECT_THAT(runs("0 0 29 2 *", "2096-03-01T00:00Z", 1), ElementsAre("2104-02-29T00:00"));  // 2100 is none
  EXPECT_EQ(schedule("0 0 30 2 *").next(at("2026-03-01T00:00Z")), std::nullopt);
  EXPECT_EQ(schedule("0 3 30 2 *").next(at("2026-03-01T00:00Z"), zone("Europe/Paris")), std::nullopt);
}

TEST(CronSchedules, LetHStandForAValueThatIsFixed) {
  EXPECT_THAT(minutes_of("H"), ::testing::SizeIs(1));
  EXPECT_EQ(minutes_of("H", 12), minutes_of("H", 12));
  std::set<std::set<int>> values;
  for (std::uint64_t hash = 0; hash < 200; ++hash) {
    values.insert(minutes_of("H", hash));
    for (const int minute : minutes_of("H(10-19)", hash)) EXPECT_THAT(minute, AllOf(testing::Ge(10), testing::Le(19)));
  }
  EXPECT_GT(values.size(), 50U);  // of 60
}

TEST(CronSchedules, BeginTheStepsOfAnHAtAValueThatIsFixed) {
  std::set<int> begins;
  for (std::uint64_t hash = 0; hash < 50; ++hash) {
    const std::set<int> quarters = minutes_of("H/15", hash);
    const int begin = *quarters.begin();
    begins.insert(begin);
    EXPECT_EQ(quarters, (std::set{begin, begin + 15, begin + 30, begin + 45})) << hash;
    EXPECT_EQ(minutes_of("H(0-29)/10", hash).size(), 3U) << hash;
    EXPECT_LE(*minutes_of("H(0-29)/10", hash).rbegin(), 29) << hash;
  }
  EXPECT_GT(begins.size(), 10U);
  EXPECT_EQ(minutes_of("H/1").size(), 60U);
}

TEST(CronSchedules, LetAnHOfDaysFitEveryMonth) {
  for (std::uint64_t hash = 0; hash < 100; ++hash) {
    EXPECT_EQ(schedule("0 0 H * *", hash).shortest_interval(), std::chrono::days{28}) << hash;
    const std::optional<Time> working_day = schedule("0 0 * * H(1-5)", hash).next(at("2026-03-01T00:00Z"));
    EXPECT_LT(working_day, at("2026-03-07T00:00Z")) << hash;
  }
}

struct Refused {
  const char* spec;
  const char* says;
  int column = 10;
};
void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.spec; }

class RefusedSchedules : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedSchedules, AreNamedWithTheirPlaceAndAHint) {
  try {
    (void)schedule(GetParam().spec);
    FAIL() << "it was accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
    EXPECT_EQ(error.at().line, 3);
    EXPECT_EQ(error.at().column, GetParam().column);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedSchedules,
    ::testing::Values(
        Refused{"", "has 0 fields; write five fields: minute, hour, day of the month, month, weekday"},
        Refused{"0 5 * *", "has 4 fields; write five fields"},
        Refused{"0 0 5 * * *", "has 6 fields; there are no seconds and no years", 20},
        Refused{"@daily", "\"@daily\" is no cron schedule of five fields; write \"0 0 * * *\""},
        Refused{" @hourly", "write \"0 * * * *\"", 11}, Refused{"@reboot", "write five fields"},
        Refused{"0 0 ? * *", "the day of the month \"?\" of a cron schedule has a \"?\", which is neither", 14},
        Refused{"0 0 ? * *", "write *", 14}, Refused{"60 * * * *", "has a 60, which is not in 0-59"},
        Refused{"0  24 * * *", "the hour \"24\" of a cron schedule has a 24, which is not in 0-23", 13},
        Refused{"0 0 0 * *", "not in 1-31", 14}, Refused{"0 0 * 13 *", "not in 1-12", 16},
        Refused{"0 0 * * 8", "not in 0-7", 18}, Refused{"99999999999999999999 * * * *", "is not in 0-59"},
        Refused{"0 0 * * MO", "neither a number nor a name (SUN ...); did you mean \"MON\"?", 18},
        Refused{"0 0 * * Monday", "write MON", 18}, Refused{"0 0 * MON *", "a name (JAN ...)", 16},
        Refused{"MON * * * *", "neither a number nor one of * H"}, Refused{"0 0 L * *", "the last day", 14},
        Refused{"0 0 * * MON#2", "the second Monday", 18}, Refused{"h * * * *", "the H is a capital letter"},
        Refused{"H(0-29 * * * *", "write H or H(0-29)"}, Refused{"H5 * * * *", "write H or H(0-29)"},
        Refused{"H(0-70) * * * *", "not in 0-59"}, Refused{"5/15 * * * *", "no range; write 5-59/15"},
        Refused{"*/0 * * * *", "has a step of \"0\""}, Refused{"*/-5 * * * *", "has a step of \"-5\""},
        Refused{"*/ * * * *", "has a step of \"\""}, Refused{"*/90 * * * *", "has a step of 90, but only 60 values"},
        Refused{"H(0-9)/11 * * * *", "has a step of 11, but only 10 values"},
        Refused{"*5 * * * *", "behind a * there may only be a step"}, Refused{"-5 * * * *", "has an empty place"},
        Refused{"1,,2 * * * *", "has an empty place"}, Refused{"1, * * * *", "has an empty place in its list"},
        Refused{"5- * * * *", "has an empty place"}, Refused{"1-2-3 * * * *", "neither a number"},
        Refused{"0 22-6 * * *", "goes backwards; write 22-23,0-6", 12},
        Refused{"0 0 * * FRI-SUN", "at the end of a range Sunday is 7: write 5-7", 18}));

TEST(CronSchedules, KnowTheirShortestInterval) {
  struct Row {
    const char* spec;
    minutes expected;
  };
  for (const Row& row :
       {Row{"* * * * *", minutes{1}}, Row{"*/5 * * * *", minutes{5}}, Row{"*/7 * * * *", minutes{4}},  // 56, 0
        Row{"0 * * * *", minutes{60}}, Row{"58,2 */3 * * *", minutes{56}}, Row{"0 */5 * * *", minutes{240}},
        Row{"59,0 0,23 * * *", minutes{1}}, Row{"59,0 0,23 * * MON", minutes{59}}, Row{"0 3 * * *", minutes{1440}},
        Row{"0 0,1 * * MON", minutes{60}}, Row{"0 3 * * MON,TUE", minutes{1440}}, Row{"0 3 1 * *", minutes{28 * 1440}},
        Row{"0 3 15 * MON", minutes{1440}}, Row{"0 3 1 6 *", minutes{365 * 1440}},
        Row{"0 3 29 2 *", minutes{1461 * 1440}}, Row{"0 3 30 2 *", minutes::max()}}) {
    EXPECT_EQ(schedule(row.spec).shortest_interval(), row.expected) << row.spec;
  }
}

TEST(CronOffsets, AreDrawnBelowThePeriodAndTwentyMinutes) {
  std::set<Milliseconds> drawn;
  for (std::uint64_t run = 0; run < 500; ++run) {
    const Milliseconds offset = random_offset(3, minutes{5}, run);
    drawn.insert(offset);
    EXPECT_GE(offset, Milliseconds{0});
    EXPECT_LT(offset, minutes{5});
    EXPECT_EQ(offset % std::chrono::seconds{1}, Milliseconds{0});
    EXPECT_LT(random_offset(3, minutes::max(), run), minutes{20});
  }
  EXPECT_GT(drawn.size(), 150U);  // of 300
  EXPECT_EQ(random_offset(3, minutes{60}, 9), random_offset(3, minutes{60}, 9));
  EXPECT_NE(random_offset(3, minutes{60}, 9), random_offset(4, minutes{60}, 9));
  EXPECT_EQ(random_offset(3, minutes{0}, 1), Milliseconds{0});
}

// ---- when clocks change: Paris on 2026-03-29 and 2026-10-25 at 01:00Z, New York on 2026-03-08 at 07:00Z and
// 2026-11-01 at 06:00Z

TEST(CronSchedulesInAZone, FollowItsClocks) {
  EXPECT_THAT(runs("30 4 * * *", "2026-03-28T00:00Z", 2, zone("Europe/Paris")),
              ElementsAre("2026-03-28T03:30", "2026-03-29T02:30"));
  EXPECT_THAT(runs("0 0 1 * *", "2026-06-15T00:00Z", 2, zone("America/New_York")),
              ElementsAre("2026-07-01T04:00", "2026-08-01T04:00"));
  EXPECT_THAT(runs("0 0 * * *", "2026-06-15T00:00Z", 1, zone("Asia/Kolkata")), ElementsAre("2026-06-15T18:30"));
}

TEST(CronSchedulesInAZone, RunOnceAfterTheGapIfTheirTimeIsLeftOut) {
  EXPECT_THAT(runs("30 2 * * *", "2026-03-28T12:00Z", 2, zone("Europe/Paris")),
              ElementsAre("2026-03-29T01:00", "2026-03-30T00:30"));
  EXPECT_THAT(runs("*/10 2 * * *", "2026-03-28T12:00Z", 2, zone("Europe/Paris")),
              ElementsAre("2026-03-29T01:00", "2026-03-30T00:00"));
  EXPECT_THAT(runs("0 2,3 * * *", "2026-03-28T12:00Z", 2, zone("Europe/Paris")),
              ElementsAre("2026-03-29T01:00", "2026-03-30T00:00"));
  EXPECT_THAT(runs("15 2 * * *", "2026-03-08T05:00Z", 2, zone("America/New_York")),
              ElementsAre("2026-03-08T07:00", "2026-03-09T06:15"));
}

TEST(CronSchedulesInAZone, RunTheFirstTimeIfTheirTimeComesTwice) {
  EXPECT_THAT(runs("30 2 * * *", "2026-10-24T12:00Z", 2, zone("Europe/Paris")),
              ElementsAre("2026-10-25T00:30", "2026-10-26T01:30"));
  EXPECT_THAT(runs("0,30 2,3 * * *", "2026-10-24T12:00Z", 4, zone("Europe/Paris")),
              ElementsAre("2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T02:00", "2026-10-25T02:30"));
  EXPECT_THAT(runs("30 2 * * *", "2026-10-25T01:10Z", 1, zone("Europe/Paris")), ElementsAre("2026-10-26T01:30"));
  EXPECT_THAT(runs("15 1 * * *", "2026-11-01T00:00Z", 2, zone("America/New_York")),
              ElementsAre("2026-11-01T05:15", "2026-11-02T06:15"));
}

TEST(CronSchedulesInAZone, GoOnThroughBothIfTheyAreOfAllHours) {
  EXPECT_THAT(runs("*/30 * * * *", "2026-03-29T00:00Z", 4, zone("Europe/Paris")),
              ElementsAre("2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30", "2026-03-29T02:00"));
  EXPECT_THAT(runs("*/30 * * * *", "2026-10-25T00:00Z", 4, zone("Europe/Paris")),
              ElementsAre("2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00"));
  EXPECT_THAT(runs("0 0-23 * * *", "2026-11-01T04:30Z", 3, zone("America/New_York")),
              ElementsAre("2026-11-01T05:00", "2026-11-01T06:00", "2026-11-01T07:00"));
}

// Samoa crossed the date line: there was no 30 December 2011.
TEST(CronSchedulesInAZone, GetOverADayThatIsLeftOut) {
  EXPECT_THAT(runs("0 9 * * *", "2011-12-29T12:00Z", 3, zone("Pacific/Apia")),
              ElementsAre("2011-12-29T19:00", "2011-12-30T10:00", "2011-12-30T19:00"));
}

}  // namespace
}  // namespace understudy
