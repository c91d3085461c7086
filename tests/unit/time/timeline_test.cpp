#include "mock_server/timeline.hpp"

#include <gmock/gmock.h>

#include "mock_server/document.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Time kStart = *parse_time("2026-03-01T03:00Z");

Timeline sample() {
  return {.from = kStart,
          .to = kStart + 1h,
          .lanes = {{"site main", "main: site", Lane::Kind::kSite, "main"}, {"cron a", "a", Lane::Kind::kCron}},
          .spans = {{"cron a", Span::Kind::kRunning, kStart + 10min, kStart + 20min, "run 1", "exit 1", true},
                    {"cron a", Span::Kind::kSkipped, kStart + 30min, kStart + 30min},
                    {"site main", Span::Kind::kHeld, kStart + 250ms, kStart + 50min, "held"}},
          .marks = {{"cron a", kStart + 15min, "GET /me", "200"}}};
}

TEST(TimelineJson, CountsSecondsFromTheStart) {
  const json out = to_json(sample());

  EXPECT_EQ(out.at("start"), "2026-03-01T03:00:00.000000+00:00");
  EXPECT_EQ(out.at("seconds"), 3600);
  EXPECT_EQ(out.at("lanes").at(0),
            (json{{"id", "site main"}, {"label", "main: site"}, {"kind", "site"}, {"group", "main"}}));
  EXPECT_EQ(out.at("spans").at(0), (json{{"lane", "cron a"},
                                         {"kind", "running"},
                                         {"from", 600},
                                         {"to", 1200},
                                         {"label", "run 1"},
                                         {"detail", "exit 1"},
                                         {"failed", true}}));
  EXPECT_EQ(out.at("spans").at(2).at("from"), 0.25);
  EXPECT_EQ(out.at("marks").at(0), (json{{"lane", "cron a"}, {"at", 900}, {"label", "GET /me"}, {"detail", "200"}}));
}

TEST(TimelineJson, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(to_json(sample()).at("spans").at(1),
            (json{{"lane", "cron a"}, {"kind", "skipped"}, {"from", 1800}, {"to", 1800}}));
}

TEST(TimelineJson, GoesThereAndBack) {
  const json out = to_json(sample());
  const Timeline back = timeline_from_json(json::parse(out.dump()));

  EXPECT_EQ(to_json(back), out);
  EXPECT_EQ(back.spans.at(2).from, kStart + 250ms);
  EXPECT_TRUE(back.spans.at(0).failed);
  EXPECT_EQ(to_json(timeline_from_json(to_json(Timeline{}))), to_json(Timeline{}));
}

TEST(TimelineJson, KnowsEveryKind) {
  Timeline all{.to = Time{1s}};
  for (int kind = 0; kind <= static_cast<int>(Span::Kind::kSkipped); ++kind)
    all.spans.push_back({.lane = "x", .kind = static_cast<Span::Kind>(kind)});
  for (int kind = 0; kind <= static_cast<int>(Lane::Kind::kClient); ++kind)
    all.lanes.push_back({.id = "x", .kind = static_cast<Lane::Kind>(kind)});

  EXPECT_EQ(to_json(timeline_from_json(to_json(all))), to_json(all));
}

std::string complaint_about(const json& in) {
  try {
    return "none: " + to_json(timeline_from_json(in)).dump();
  } catch (const InputError& problem) {
    return problem.what();
  }
}

TEST(TimelineJson, SaysWhatIsWrong) {
  const json good = to_json(sample());
  const auto with = [&good](const char* place, const json& value) {
    json bad = good;
    bad[json::json_pointer{place}] = value;
    return complaint_about(bad);
  };

  EXPECT_EQ(with("/spans/0/kind", "runing"), "timeline: unknown kind \"runing\" of a span; did you mean \"running\"?");
  EXPECT_THAT(with("/lanes/0/kind", "x"), HasSubstr("timeline: unknown kind \"x\" of a lane"));
  EXPECT_THAT(with("/start", "yesterday"), HasSubstr("\"yesterday\" is no time"));
  EXPECT_THAT(with("/spans/0/to", 1), HasSubstr("ends before it begins"));
  EXPECT_THAT(with("/spans/0/to", 1e300), HasSubstr("\"to\" is out of range"));
  EXPECT_THAT(with("/spans/0/label", 7), HasSubstr("timeline: "));
  EXPECT_THAT(with("/marks/0/at", "late"), HasSubstr("timeline: "));
  EXPECT_THAT(complaint_about(json::object()), HasSubstr("start"));
  EXPECT_THAT(complaint_about(json::array()), HasSubstr("timeline: "));
}

TEST(Clip, CutsSpansAtItsEdgesAndSaysSo) {
  const Timeline part = clip(sample(), kStart + 12min, kStart + 16min);

  EXPECT_EQ(part.from, kStart + 12min);
  EXPECT_EQ(part.to, kStart + 16min);
  ASSERT_THAT(part.spans, SizeIs(2));
  EXPECT_EQ(part.spans[0].from, kStart + 12min);
  EXPECT_EQ(part.spans[0].to, kStart + 16min);
  EXPECT_EQ(part.spans[0].detail, "exit 1; since 2026-03-01 03:10:00; until 2026-03-01 03:20:00");
  EXPECT_EQ(part.spans[1].detail, "since 2026-03-01 03:00:00; until 2026-03-01 03:50:00");
  EXPECT_THAT(part.marks, ElementsAre(Field(&Mark::label, "GET /me")));
}

TEST(Clip, LeavesOutLanesWithNothingInThePart) {
  const Timeline part = clip(sample(), kStart + 40min, kStart + 45min);

  EXPECT_THAT(part.lanes, ElementsAre(Field(&Lane::id, "site main")));
  EXPECT_THAT(part.marks, IsEmpty());
}

TEST(Clip, KeepsDotsAtItsEdgesButNotSpansThatOnlyTouchThem) {
  EXPECT_THAT(clip(sample(), kStart + 30min, kStart + 31min).spans, SizeIs(2));  // the dot, and the site that is held
  EXPECT_THAT(clip(sample(), kStart + 20min, kStart + 25min).spans, SizeIs(1));  // run 1 has just ended
  EXPECT_THAT(clip(sample(), kStart + 50min, kStart + 55min).spans, IsEmpty());
}

TEST(Clip, RefusesAPartThatEndsBeforeItBegins) {
  EXPECT_THROW(static_cast<void>(clip(sample(), kStart + 1min, kStart)), std::invalid_argument);
}

}  // namespace
}  // namespace understudy
