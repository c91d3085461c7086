#include "harness/page.hpp"

#include <gmock/gmock.h>

#include "golden.hpp"
#include "sample_pages.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

/// A page that shows `timeline` alone.
std::string shown(const Timeline& timeline) {
  return render_page({.title = "t", .sections = {{.heading = "h", .figures = {{.timeline = timeline}}}}});
}

/// Without the style sheet, which is the same everywhere and is looked at by a browser.
std::string without_style(std::string page) {
  const std::size_t begin = page.find("<style>") + 7;
  return page.erase(begin, page.find("</style>") - begin);
}

TEST(Page, OfAScenario) {
  EXPECT_TRUE(matches_golden("page_scenario.html", without_style(render_page(samples::scenario_page()))));
}

TEST(Page, WithNothingInIt) {
  EXPECT_TRUE(matches_golden("page_empty.html", without_style(render_page(samples::empty_page()))));
}

TEST(Page, NeedsNothingFromElsewhere) {
  for (const auto& [name, page] : samples::pages()) {
    const std::string text = render_page(page);
    SCOPED_TRACE(name);
    EXPECT_THAT(text, HasSubstr("default-src 'none'; style-src 'unsafe-inline'"));
    for (const char* loader : {"<script", "<link", "<img", "<iframe", " src=", "@import", "http:", "https:"})
      EXPECT_THAT(text, Not(HasSubstr(loader)));
  }
}

TEST(Page, LetsNothingOutOfItsPlace) {
  const std::string text = render_page(samples::hostile_page());

  EXPECT_EQ(count(text, "&lt;script&gt;"), count(text, "&quot;&gt;&lt;script"));
  EXPECT_GT(count(text, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;\\x1b[31m\\x01\xEF\xBF\xBD"), 15U);
  for (const char* raw : {"<script", "\"\"", "\x1b", "\x01", "\xff"}) EXPECT_THAT(text, Not(HasSubstr(raw)));
}

TEST(Page, LinksTheOverviewToItsSections) {
  const std::string text = render_page(samples::check_page());

  EXPECT_THAT(text, HasSubstr("<tr><td><a href=\"#backup\">backup</a></td>"
                              "<td><span class=\"badge blocks\">blocks</span></td><td>1d</td><td>4s</td></tr>"));
  EXPECT_THAT(text, HasSubstr("<section id=\"backup\">"));
}

TEST(Page, GivesNoIdTwice) {
  const std::string text = render_page({.sections = {{.id = "a"}, {.id = "a"}, {}, {}}});

  for (const char* id : {"\"a\"", "\"a-2\"", "\"section-3\"", "\"section-4\""})
    EXPECT_EQ(count(text, std::string{"<section id="} + id), 1U) << id;
}

TEST(Page, PutsTwoFiguresSideBySideAndOneAcross) {
  const std::string text = render_page(samples::check_page());

  EXPECT_EQ(count(text, "class=\"timeline narrow\""), 2U);
  EXPECT_EQ(count(text, "class=\"timeline wide\""), 2U);
}

TEST(Page, OfACrowdedDayStaysSmallAndListsEverySpan) {
  const std::string text = shown(samples::crowded_day());

  EXPECT_LT(text.size(), 500'000U);
  EXPECT_EQ(count(text, "<tr><td>"), samples::crowded_day().spans.size());
}

TEST(Figure, SaysInItsTableWhatHoveringShows) {
  const std::string text = shown(samples::twelve_minutes());

  EXPECT_THAT(text, HasSubstr("<title>environment.backup second\nworking, failed 03:05:00 to 03:07:00 (2m)\nfailure"));
  EXPECT_THAT(text, HasSubstr("<td>03:05:00<td>03:07:00<td>2m<td>main: environment.backup<td>working, failed"
                              "<td>environment.backup second<td>failure\n"));
  EXPECT_THAT(text, HasSubstr("<title>6 requests\n03:00:10 GET /projects/abcdef1234567?page=0 -&gt; 200\n"));
  EXPECT_EQ(count(text, "<td>request<td>"), 17U);
}

TEST(Figure, ExplainsTheKindsThatItShowsAndNoOther) {
  const std::string text = shown(samples::cured_deploy());
  const std::string legend = text.substr(text.find("<ul class=\"legend\""));

  for (const char* words : {">running<", ">deploying<", ">held: requests wait<", ">request<"})
    EXPECT_THAT(legend, HasSubstr(words));
  for (const char* words : {">waiting<", ">failed<", ">blocked<"}) EXPECT_THAT(legend, Not(HasSubstr(words)));
}

TEST(TimelineSvg, IsNamedAndDescribedForThoseWhoDoNotSeeIt) {
  const std::string svg = timeline_svg(samples::held_deploy(), "day");

  EXPECT_THAT(svg, AllOf(HasSubstr("role=\"img\" aria-labelledby=\"day-title\" aria-describedby=\"day-desc\""),
                         HasSubstr("<title id=\"day-title\">Timeline, 2026-03-01 02:00:00 to 2026-03-02 04:00:00 UTC "
                                   "(1d2h)</title>"),
                         HasSubstr("main: backup: 1 running, 1 blocked, 1 failed, 2 requests")));
}

TEST(TimelineSvg, CutsLongLabelsInThePictureOnly) {
  const std::string svg = timeline_svg(samples::five_crons(), "day");

  EXPECT_THAT(svg, HasSubstr(">a cron with a name th\u2026<"));
  EXPECT_THAT(svg, HasSubstr("\u2026<title>staging: a cron with a name that nobody can read to its end in one go (cron)"
                             "</title>"));
}

TEST(TimelineSvg, CrossesWhatFailed) {
  Timeline timeline = samples::twelve_minutes();
  EXPECT_EQ(count(timeline_svg(timeline, "a"), "class=\"cross\""), 1U);

  for (Span& span : timeline.spans) span.failed = false;
  EXPECT_EQ(count(timeline_svg(timeline, "a"), "class=\"cross\""), 0U);
}

TEST(Svg, ShowsTheRingOfASkippedRunOnItsBox) {
  Timeline timeline = samples::five_crons();
  timeline.spans = {{timeline.lanes.at(0).id, Span::Kind::kSkipped, timeline.from, timeline.to, "report", ""}};
  const std::string svg = timeline_svg(timeline, "a");

  EXPECT_LT(svg.find("<rect class=\"s\""), svg.find("<circle class=\"s\""));
  EXPECT_NE(svg.find("<circle class=\"s\""), std::string::npos);
}

TEST(Page, NamesTheGroupOfALaneUnlessItsLabelDoes) {
  Timeline timeline{.from = Time{}, .to = Time{} + std::chrono::hours{1}};
  timeline.lanes = {{.id = "a", .label = "mainly", .group = "main"},
                    {.id = "b", .label = "main: site", .group = "main"}};
  timeline.marks = {{.lane = "a", .at = Time{}, .label = "x"}, {.lane = "b", .at = Time{}, .label = "y"}};

  EXPECT_THAT(shown(timeline), AllOf(HasSubstr("main: mainly"), Not(HasSubstr("main: main: site"))));
}

}  // namespace
}  // namespace understudy
