// A run of scenarios as a page: what is in it, in which order, and what never is.
#include "harness/run_page.hpp"

#include <gmock/gmock.h>

#include "../report/sample_runs.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Time kStart = *parse_time("2026-03-01T02:50:00Z");

Timeline timeline_of(Milliseconds length, Lane::Kind kind) {
  return {.from = kStart,
          .to = kStart + length,
          .lanes = {{"lane", "nightly", kind, "main"}},
          .spans = {
              {.lane = "lane", .kind = Span::Kind::kRunning, .from = kStart, .to = kStart + length, .label = "run 1"}}};
}

ScenarioResult passed(const std::string& name, const std::optional<Timeline>& timeline, int line = 1) {
  return {.id = "scenarios/a.yaml:" + std::to_string(line),
          .name = name,
          .client = "webpaas",
          .verdict = Verdict::kPassed,
          .steps = {{.command = "webpaas redeploy\n--yes",
                     .outcome = "exited with 0",
                     .blocked_on = "activity abc (environment.redeploy) for 36m30s"}},
          .timeline = timeline};
}

std::vector<std::string> headings_of(const Page& page) {
  std::vector<std::string> texts;
  for (const PageSection& section : page.sections) texts.push_back(section.heading);
  return texts;
}

std::vector<std::string> column(const Page& page, std::size_t index) {
  std::vector<std::string> texts;
  for (const auto& row : page.overview) texts.push_back(row.at(index));
  return texts;
}

TEST(RunPage, HasSectionsForWhatFailedAndForWhatHappenedOnThePlatform) {
  const Page page = page_of_run(sample_run({passed("only asks", timeline_of(1min, Lane::Kind::kClient)),
                                            passed("has a cron", timeline_of(40min, Lane::Kind::kCron)),
                                            passed("at one moment", timeline_of(0min, Lane::Kind::kActivity)),
                                            passed("was not looked at", std::nullopt), sample_failed()}));

  EXPECT_THAT(headings_of(page), ElementsAre(sample_failed().name, "has a cron", "at one moment"));
  EXPECT_THAT(page.sections[0].figures, IsEmpty()) << "nothing was recorded";
  EXPECT_THAT(page.sections[1].figures, SizeIs(1));
  EXPECT_THAT(page.sections[2].figures, IsEmpty()) << "no time, no picture";
  EXPECT_THAT(column(page, 0), ElementsAre("Scenario", sample_failed().name, "only asks", "has a cron", "at one moment",
                                           "was not looked at"));
  EXPECT_THAT(column(page, 1), ElementsAre("Verdict", "failed", "passed", "passed", "passed", "passed"));
  EXPECT_THAT(column(page, 2), ElementsAre("Platform time", "", "1m", "40m", "0s", ""));
  EXPECT_EQ(page.summary, "4 passed, 1 failed; client webpaas 5.11.1, seed 7.");
}

TEST(RunPage, StepsSayWhatWasRunAndWhatItWaitedFor) {
  const Page page = page_of_run(sample_run({passed("x", timeline_of(40min, Lane::Kind::kCron))}));

  EXPECT_THAT(page.sections.at(0).table, ElementsAre(ElementsAre("Step", "Command", "Outcome", "Waited for"),
                                                     ElementsAre("1", "webpaas redeploy ...", "exited with 0",
                                                                 "activity abc (environment.redeploy) for 36m30s")));
  EXPECT_THAT(page.sections.at(0).code, IsEmpty());
}

TEST(RunPage, AFailureIsExplained) {
  const Page page = page_of_run(failing_run());

  EXPECT_THAT(headings_of(page), ElementsAre(sample_failed().name, sample_nasty().name, sample_error().name));
  EXPECT_EQ(page.sections[0].code,
            "step 1: webpaas backup:create --yes --no-wait  -> exited with 0\n"
            "  requests[1]\n"
            "      expected  never: GET /projects/*/**/activities/**\n"
            "      got       got 2\n"
            "      at scenarios/backup.yaml:14:5\n"
            "  requests[0]\n"
            "      expected  POST /projects/*/environments/main/backup\n"
            "      got       did not come\n"
            "      at scenarios/backup.yaml:15:5\n"
            "  requests that were sent\n"
            "    ~   4  +0s       POST   /projects/p1/environments/main/backups  202\n"
            "           path differs: backups, not backup\n"
            "    x   5  +0s       GET    /projects/p1/activities/bk1  200  pending\n"
            "    x   6  +12m      GET    /projects/p1/activities/bk1  200  pending\n"
            "  note: \"sleep 21\" still held stdout\n"
            "  standard error\n"
            "      | Creating backup\n");
  EXPECT_THAT(page.sections[1].code, AllOf(HasSubstr("expected\n      | Usage:\n"), HasSubstr("      | - Usage:\n"),
                                           Not(HasSubstr("standard output"))));
  EXPECT_THAT(page.sections[2].paragraphs, ElementsAre(sample_error().reason));
  EXPECT_THAT(page.sections[2].facts,
              testing::Contains(testing::Pair("Run again", "understudy run scenarios/odd.yaml:1 --seed 7 --keep")));
  EXPECT_THAT(column(page, 4), testing::Contains("only-if: has git"));
}

TEST(RunPage, IsTheSameHoweverLongAndWheneverItRan) {
  RunReport one = failing_run();
  RunReport two = one;
  two.info.started = "2027-01-01T00:00:00Z";
  two.info.hostname = "another";
  two.info.workers = 7;
  two.summary.wall_time = 99s;
  for (ScenarioResult& result : two.results) {
    result.wall_time = 77s;
    result.sandbox = "/tmp/another";
    for (StepResult& step : result.steps) {
      step.wall_time = 55s;
      step.by_hand = "cd /tmp/another";
      for (RequestLine& request : step.requests) request.wall_time = 33s;
    }
  }
  EXPECT_EQ(render_page(page_of_run(one)), render_page(page_of_run(two)));
}

TEST(RunPage, ScenariosOfOneNameAreToldApart) {
  const std::optional<Timeline> happened = timeline_of(1min, Lane::Kind::kDeploy);
  ScenarioResult again = passed("same", happened, 1);
  again.repeat = 1;
  ScenarioResult other = passed("other", happened, 9);
  ScenarioResult other_again = other;
  other_again.repeat = 1;
  const Page page = page_of_run(
      sample_run({passed("same", happened, 1), again, passed("same", std::nullopt, 7), other, other_again}));

  EXPECT_THAT(column(page, 0), ElementsAre("Scenario", "same (scenarios/a.yaml:1)", "same (scenarios/a.yaml:1) (run 2)",
                                           "same (scenarios/a.yaml:7)", "other", "other (run 2)"));
}

TEST(RunPage, OfVeryManyTimelinesTheLastAreLeftOutAndItSaysSo) {
  std::vector<ScenarioResult> results;
  for (int i = 0; i < 500; ++i)
    results.push_back(passed("s" + std::to_string(i), timeline_of(1min, Lane::Kind::kCron), i));
  ScenarioResult failed = passed("failed", timeline_of(1min, Lane::Kind::kCron), 999);
  failed.verdict = Verdict::kFailed;
  results.push_back(failed);
  const Page page = page_of_run(sample_run(results));

  const auto figures = std::ranges::count_if(page.sections, [](const PageSection& s) { return !s.figures.empty(); });
  EXPECT_EQ(figures, 400);
  EXPECT_THAT(page.sections.front().heading, "failed");
  EXPECT_THAT(page.sections.front().figures, SizeIs(1));
  EXPECT_THAT(page.summary, HasSubstr("timelines of 101 scenarios that passed are left out"));
}

TEST(RunPage, AVerdictLooksTheSameWithASectionAndWithout) {
  const std::string text = render_page(page_of_run(
      sample_run({passed("has a cron", timeline_of(40min, Lane::Kind::kCron)), passed("has none", std::nullopt, 2)})));

  EXPECT_THAT(text, AllOf(HasSubstr("<td>has none</td><td><span class=\"badge passed\">passed</span></td>"),
                          HasSubstr("has a cron</a></td><td><span class=\"badge passed\">passed</span></td>")));
}

TEST(RunPage, ALongFailureIsCut) {
  ScenarioResult result = sample_failed();
  Failure failure{.subject = "stdout", .expected = "x", .actual = "y", .detail = "z\n"};
  for (int i = 0; i < 2'000; ++i) {
    failure.detail += "another line\n";
    result.steps.front().failures.push_back(failure);
  }
  const std::string code = page_of_run(sample_run({result})).sections.at(0).code;
  EXPECT_EQ(std::ranges::count(code, '\n'), 401);
  EXPECT_THAT(code, HasSubstr(" more lines\n"));
}

}  // namespace
}  // namespace understudy
