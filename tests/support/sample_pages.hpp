#pragma once
/// Pages as the commands make them, small and large, for the tests of the page and for a browser.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "../unit/rehearsal/sample_rehearsals.hpp"
#include "../unit/report/sample_runs.hpp"
#include "harness/rehearsal_report.hpp"
#include "harness/run_page.hpp"

namespace understudy::samples {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): times are written as people write them

inline Time at(const std::string& text) { return parse_time("2026-03-" + text).value(); }

/// What every timeline of one project has here.
inline Timeline day(Time from, Milliseconds length) {
  return {.from = from,
          .to = from + length,
          .lanes = {{"site main", "main: site", Lane::Kind::kSite, "main"},
                    {"deploy main", "deploy", Lane::Kind::kDeploy, "main"},
                    {"cron main/app/backup", "backup", Lane::Kind::kCron, "main"},
                    {"activity main environment.backup", "environment.backup", Lane::Kind::kActivity, "main"}}};
}

inline void by_start(Timeline& timeline) {
  std::stable_sort(timeline.spans.begin(), timeline.spans.end(),
                   [](const Span& a, const Span& b) { return a.from < b.from; });
}

/// A cron that redeploys and waits for it: neither ends before the cron's timeout, a day later.
inline Timeline held_deploy() {
  const Time start = at("01T02:00");
  const Time timeout = start + 1h + 24h;
  Timeline t = day(start, 26h);
  t.spans = {
      {"cron main/app/backup", Span::Kind::kRunning, start + 1h, start + 1h + 4s, "backup",
       "redeploy, without --no-wait"},
      {"cron main/app/backup", Span::Kind::kBlocked, start + 1h + 4s, timeout, "waits for environment.redeploy",
       "ended by its timeout of 24h", true},
      {"deploy main", Span::Kind::kWaiting, start + 1h + 4s, timeout, "environment.redeploy", "waits for cron backup"},
      {"deploy main", Span::Kind::kStopping, timeout, timeout + 20s, "environment.redeploy"},
      {"deploy main", Span::Kind::kDeploying, timeout + 20s, timeout + 3min, "environment.redeploy", "success"},
      {"site main", Span::Kind::kHeld, start + 1h + 4s, start + 1h + 64s, "requests are held"},
      {"site main", Span::Kind::kDropped, start + 1h + 64s, timeout + 3min, "requests fail"},
  };
  t.marks = {
      {"cron main/app/backup", start + 1h, "POST /oauth2/token", "200"},
      {"cron main/app/backup", start + 1h + 2s, "POST /projects/abcdef1234567/environments/main/redeploy", "202"}};
  by_start(t);
  return t;
}

inline Timeline cured_deploy() {
  const Time start = at("01T02:00");
  Timeline t = day(start, 26h);
  t.spans = {
      {"cron main/app/backup", Span::Kind::kRunning, start + 1h, start + 1h + 4s, "backup", "exit 0"},
      {"deploy main", Span::Kind::kDeploying, start + 1h + 4s, start + 1h + 3min, "environment.redeploy", "success"},
      {"site main", Span::Kind::kHeld, start + 1h + 4s, start + 1h + 40s, "requests are held"},
  };
  t.marks = {
      {"cron main/app/backup", start + 1h + 2s, "POST /projects/abcdef1234567/environments/main/redeploy", "202"}};
  by_start(t);
  return t;
}

/// Runs of a cron, each `every`, that take `length`.
inline void add_runs(Timeline& timeline, const std::string& name, Milliseconds every, Milliseconds length,
                     int failing_run = -1) {
  const std::string lane = "cron main/app/" + name;
  timeline.lanes.push_back({lane, name, Lane::Kind::kCron, "main"});
  int number = 1;
  for (Time due = timeline.from; due < timeline.to; due += every, ++number) {
    const bool failed = number == failing_run;
    timeline.spans.push_back({lane, Span::Kind::kRunning, due, std::min(due + length, timeline.to),
                              fmt::format("{} {}", name, number), failed ? "exit 1" : "exit 0", failed});
  }
}

/// Five crons on one day; one of them holds the others up at night.
inline Timeline five_crons() {
  const Time start = at("01T00:00");
  Timeline t{.from = start, .to = start + 24h, .lanes = {{"site main", "main: site", Lane::Kind::kSite, "main"}}};
  add_runs(t, "queue", 5min, 0s, 100);
  add_runs(t, "mail", 15min, 40s);
  add_runs(t, "index", 1h, 7min, 20);
  add_runs(t, "report", 6h, 50min);
  add_runs(t, "backup", 24h, 0s);
  const std::string backup = "cron main/app/backup";
  t.spans.push_back({backup, Span::Kind::kBlocked, start + 3h, start + 4h + 12min, "backup:create without --no-wait",
                     "waited for environment.backup"});
  t.spans.push_back({"cron main/app/mail", Span::Kind::kWaiting, start + 3h + 15min, start + 4h + 12min, "mail 14",
                     "waited for cron backup"});
  t.spans.push_back({"cron main/app/report", Span::Kind::kSkipped, start + 20h, start + 20h, "report", "never ran"});
  t.spans.push_back({"site main", Span::Kind::kHeld, start + 3h, start + 3h + 25min, "held for a backup"});
  t.lanes.push_back({"cron staging/app/sync", "a cron with a name that nobody can read to its end in one go",
                     Lane::Kind::kCron, "staging"});
  t.spans.push_back(
      {"cron staging/app/sync", Span::Kind::kRunning, start + 9h, start + 11h, "sync of staging", "exit 0"});
  by_start(t);
  return t;
}

/// A scenario of twelve minutes: a backup that is waited for, with the client's requests.
inline Timeline twelve_minutes() {
  const Time start = at("01T03:00");
  Timeline t = day(start, 12min + 30s);
  t.lanes.push_back({"client", "webpaas backup:create", Lane::Kind::kActivity, "client"});
  const std::string activity = "activity main environment.backup";
  t.spans = {
      {activity, Span::Kind::kWaiting, start + 10s, start + 40s, "backup 7avc", "waits for a slot"},
      {activity, Span::Kind::kWorking, start + 40s, start + 12min + 10s, "environment.backup 7avcmh6kozm5t", "success"},
      {activity, Span::Kind::kWorking, start + 5min, start + 7min, "environment.backup second", "failure", true},
      {"deploy main", Span::Kind::kBuilding, start + 2min, start + 4min, "environment.push", "tree 3f2a"},
      {"deploy main", Span::Kind::kStopping, start + 4min, start + 4min + 30s, "environment.push"},
      {"deploy main", Span::Kind::kDeploying, start + 4min + 30s, start + 6min, "environment.push", "success"},
      {"site main", Span::Kind::kHeld, start + 4min, start + 5min, "requests are held"},
      {"site main", Span::Kind::kDropped, start + 5min, start + 6min, "requests fail"},
      {"cron main/app/backup", Span::Kind::kRunning, start + 3min, start + 3min, "backup 1", "exit 0"},
      {"cron main/app/backup", Span::Kind::kSkipped, start + 8min, start + 8min, "backup 2", "never ran"},
      {"client", Span::Kind::kBlocked, start + 10s, start + 12min + 10s, "blocks", "waited for environment.backup"},
  };
  for (int i = 0; i < 6; ++i)
    t.marks.push_back({"client", start + 10s, fmt::format("GET /projects/abcdef1234567?page={}", i), "200"});
  for (int i = 1; i < 12; ++i)
    t.marks.push_back({"client", start + i * 1min, "GET /projects/abcdef1234567/activities/7avcmh6kozm5t", "200"});
  by_start(t);
  return t;
}

/// As many runs as a day can have.
inline Timeline crowded_day() {
  Timeline t{.from = at("01T00:00"), .to = at("02T00:00")};
  add_runs(t, "every-minute", 1min, 2s);
  add_runs(t, "every-five-minutes", 5min, 0s);
  const std::string lane = "cron main/app/late";
  t.lanes.push_back({lane, "late", Lane::Kind::kCron, "main"});
  for (int i = 0; i < 288; ++i)  // all wait for midnight: more than there can be sub-rows
    t.spans.push_back({lane, Span::Kind::kWaiting, t.from + i * 5min, t.to, fmt::format("late {}", i + 1)});
  by_start(t);
  return t;
}

inline const std::string kHostile =
    "\"><script>alert('1')</script>&amp;\x1b[31m\x01\xff";  // NOLINT(cert-err58-cpp): a test's constant

inline Timeline hostile_timeline() {
  Timeline t{.from = at("01T00:00"), .to = at("01T00:00") + 10s};
  t.lanes = {{kHostile, kHostile, Lane::Kind::kCron, kHostile}};
  t.spans = {{kHostile, Span::Kind::kRunning, t.from, t.to, kHostile, kHostile, true}};
  t.marks = {{kHostile, t.from + 5s, kHostile, kHostile}};
  return t;
}

inline Page scenario_page() {
  return {.title = "webpaas backup:create",
          .summary = "1 scenario, 1 passed.",
          .sections = {{.id = "backup",
                        .heading = "a backup that is waited for",
                        .verdict = "passed",
                        .verdict_text = "passed",
                        .facts = {{"platform time", "12m30s"}, {"requests", "17"}},
                        .code = "webpaas backup:create -p abcdef1234567 -e main --yes",
                        .figures = {{.timeline = twelve_minutes()}}}}};
}

inline Page check_page() {
  return {.title = "Crons of .platform.app.yaml",
          .summary = "Of 5 crons 1 blocks: while it waits, deploys and other crons wait for it.",
          .overview = {{"Cron", "Verdict", "Holds the environment for", "With --no-wait"},
                       {"backup", "blocks", "1d", "4s"},
                       {"queue", "does not block", "0s", ""},
                       {"report", "not proved", "50m", ""}},
          .sections = {{.id = "backup",
                        .heading = "backup",
                        .verdict = "blocks",
                        .verdict_text = "blocks",
                        .paragraphs = {"The cron waits for a redeploy, and the redeploy waits for the cron: nothing "
                                       "ends before the cron's timeout, a day later."},
                        .facts = {{"where", ".platform.app.yaml:31:7"}, {"spec", "0 3 * * *"}},
                        .table = {{"Command", "Waits for", "Cure"},
                                  {"webpaas redeploy --yes", "environment.redeploy", "--no-wait"}},
                        .code = "crons:\n  backup:\n    spec: '0 3 * * *'\n    cmd: webpaas redeploy --yes --no-wait "
                                "&& webpaas backup:create --yes --no-wait --live -p \"$PLATFORM_PROJECT\"\n",
                        .figures = {{"As it is", held_deploy()}, {"With --no-wait", cured_deploy()}}},
                       {.id = "queue",
                        .heading = "queue",
                        .verdict = "ok",
                        .verdict_text = "does not block",
                        .figures = {{"The whole day", five_crons()}}},
                       {.id = "report",
                        .heading = "report",
                        .verdict = "unproved",
                        .verdict_text = "not proved",
                        .paragraphs = {"Its command could not be run here."},
                        .figures = {{"Three in the morning", clip(five_crons(), at("01T02:50"), at("01T04:20"))}}}}};
}

inline Page hostile_page() {
  return {.title = kHostile,
          .summary = kHostile,
          .overview = {{kHostile}, {kHostile}},
          .sections = {{.id = kHostile,
                        .heading = kHostile,
                        .verdict = kHostile,
                        .verdict_text = kHostile,
                        .paragraphs = {kHostile, std::string(300, 'x')},
                        .facts = {{kHostile, kHostile}},
                        .table = {{kHostile}, {kHostile}},
                        .code = kHostile + std::string(300, 'y'),
                        .figures = {{kHostile, hostile_timeline()}}}}};
}

inline Page empty_page() {
  return {.title = "Nothing", .sections = {{.heading = "Empty", .figures = {{.timeline = {}}}}}};
}

inline Page crowded_page() {
  return {.title = "A crowded day", .sections = {{.heading = "Crowded", .figures = {{"All of it", crowded_day()}}}}};
}

/// A run with all verdicts, in which a cron held a deploy.
inline Page run_page() {
  RunReport run = failing_run();
  ScenarioResult waits = sample_passed();
  waits.name = "a redeployment waits for the cron that runs in its containers";
  waits.timeline = held_deploy();
  run.results.push_back(waits);
  run.results.front().timeline = Timeline{.from = at("01T02:00"), .to = at("01T02:00")};
  run.summary = summarize(run.results, run.results.size());
  return page_of_run(run);
}

/// By name, as render_sample_page takes it.
inline std::map<std::string, Page> pages() {
  return {{"scenario", scenario_page()},
          {"check", check_page()},
          {"hostile", hostile_page()},
          {"empty", empty_page()},
          {"crowded", crowded_page()},
          {"run", run_page()},
          {"rehearsal", rehearsal_page(every_verdict())}};
}

}  // namespace understudy::samples
