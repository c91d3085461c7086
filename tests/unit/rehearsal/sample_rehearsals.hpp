#pragma once
/// Rehearsals as `rehearse` gives them: one with every verdict, one in which all is well, one without crons.

#include <chrono>
#include <string>

#include "harness/rehearsal.hpp"

namespace understudy::samples {

inline Time on_march(const std::string& text) { return parse_time("2026-03-" + text + "Z").value(); }

inline const char* const kAppFile = "shop/.platform.app.yaml";

inline Timeline cron_timeline(const std::string& name, Time start, Milliseconds blocked, Milliseconds deploy) {
  using namespace std::chrono_literals;
  const std::string cron = "cron main/app/" + name;
  Timeline t{.from = start - 5min,
             .to = start + std::max(blocked, deploy) + 10min,
             .lanes = {{"site main", "main: site", Lane::Kind::kSite, "main"},
                       {"deploy main", "deploy", Lane::Kind::kDeploy, "main"},
                       {cron, name, Lane::Kind::kCron, "main"}}};
  if (blocked > 0ms) {
    t.spans = {{cron, Span::Kind::kBlocked, start, start + blocked, name + " 1", "waits for environment.backup"}};
  } else {
    t.spans = {{cron, Span::Kind::kRunning, start, start + 3s, name + " 1", "exit 0"}};
  }
  t.spans.push_back({"deploy main", Span::Kind::kWaiting, start + 1s, start + 1s + deploy - 2min, "environment.push"});
  t.spans.push_back({"deploy main", Span::Kind::kDeploying, start + 1s + deploy - 2min, start + 1s + deploy,
                     "environment.push", "success"});
  t.marks = {{cron, start, "POST /projects/abcdef1234567/environments/main/backup", "202"}};
  return t;
}

inline CallReport call(const std::string& options, Milliseconds blocked = {}) {
  return {.command = "backup:create",
          .line = "webpaas backup:create --yes" + options,
          .blocked = blocked,
          .on = blocked.count() > 0 ? "environment.backup" : ""};
}

inline CronRunReport run_at(Time due, Milliseconds took, std::vector<CallReport> calls) {
  return {.due = due, .started = due, .ended = due + took, .output = "Creating backup\n", .calls = std::move(calls)};
}

inline DeployReport deploy_at(Time asked, Milliseconds took) {
  return {.asked = asked, .ended = asked + took, .took = took, .undisturbed = std::chrono::minutes{3}};
}

/// Its command waits, so a deploy does.
inline CronReport blocking_cron() {
  using namespace std::chrono_literals;
  const Time due = on_march("01T03:00:00");
  CronReport cron{.app = "app",
                  .name = "backup",
                  .spec = "0 3 * * *",
                  .at = {kAppFile, 29, 3},
                  .verdict = CronReport::Verdict::kBlocks,
                  .reason = "backup:create waits 12m2s for environment.backup",
                  .runs = 1,
                  .longest = 12min + 5s,
                  .typical = run_at(due, 12min + 5s, {call(" --wait", 12min + 2s)}),
                  .cure = {"backup:create"},
                  .changes = {{{kAppFile, 32, 9},
                               "if [ \"$PLATFORM_BRANCH\" = main ]; then webpaas backup:create --yes --wait; fi",
                               "if [ \"$PLATFORM_BRANCH\" = main ]; then webpaas backup:create --yes --no-wait; fi"}},
                  .role_needed = "admin on production",
                  .role_has = "owner of the organization"};
  CronPlay as_it_is{.run = cron.typical, .deploy = deploy_at(due + 1s, 24h)};
  as_it_is.run.timed_out = true;
  as_it_is.deploy.held = 1min;
  as_it_is.deploy.dropped = 23h + 56min;
  as_it_is.deploy.deadlock =
      "environment.push 3f waits for cron backup waits for environment.backup 4g waits for environment.push 3f";
  as_it_is.deploy.ended_by = "the cron's timeout";
  as_it_is.deploy.delayed = {"cleanup came 12m late", "report was skipped 3 times"};
  as_it_is.timeline = cron_timeline("backup", due, 24h, 24h);
  CronPlay cured{.kind = CronPlay::Kind::kCured,
                 .run = run_at(due, 3s, {call(" --no-wait")}),
                 .deploy = deploy_at(due + 1s, 3min),
                 .timeline = cron_timeline("backup", due, 0ms, 3min)};
  cron.plays = {as_it_is, cured};
  return cron;
}

/// It waits for what waits for it, even when nobody deploys.
inline CronReport deadlocked_cron() {
  using namespace std::chrono_literals;
  const Time due = on_march("01T04:00:00");
  const std::string circle = "environment.redeploy 5h waits for cron refresh waits for environment.redeploy 5h";
  CronReport cron{.app = "app",
                  .name = "refresh",
                  .spec = "0 4 * * *",
                  .at = {kAppFile, 34, 3},
                  .verdict = CronReport::Verdict::kDeadlock,
                  .reason = "redeploy waits for environment.redeploy, which waits for the cron",
                  .runs = 1,
                  .skipped = 1,
                  .longest = 24h,
                  .typical = {.due = due,
                              .started = due,
                              .ended = due + 24h,
                              .exit_code = 143,
                              .timed_out = true,
                              .calls = {{.command = "redeploy",
                                         .line = "webpaas redeploy --yes",
                                         .exit_code = 143,
                                         .blocked = 24h,
                                         .on = "environment.redeploy",
                                         .deadlock = circle}}},
                  .cure = {"redeploy"}};
  CronPlay as_it_is{.run = cron.typical, .deploy = deploy_at(due + 1s, 25h)};
  as_it_is.deploy.ended.reset();
  cron.plays = {as_it_is};
  return cron;
}

/// It does not wait, since the client takes the container for a hook.
inline CronReport saved_cron() {
  using namespace std::chrono_literals;
  CronReport cron = blocking_cron();
  cron.name = "snapshot";
  cron.spec = "0 5 * * *";
  cron.at = {kAppFile, 40, 3};
  cron.verdict = CronReport::Verdict::kSaved;
  cron.reason = "nothing waits, but only because the client guesses that it is in a hook";
  cron.longest = 3s;
  cron.role_needed = "";
  const Time due = on_march("01T05:00:00");
  cron.typical = run_at(due, 3s, {call("")});
  cron.changes = {
      {{kAppFile, 43, 14}, "start: webpaas backup:create --yes", "start: webpaas backup:create --no-wait --yes"}};
  CronPlay as_it_is{
      .run = cron.typical, .deploy = deploy_at(due + 1s, 3min), .timeline = cron_timeline("snapshot", due, 0ms, 3min)};
  CronPlay without{.kind = CronPlay::Kind::kWithoutGuess,
                   .run = run_at(due, 12min + 5s, {call("", 12min + 2s)}),
                   .deploy = deploy_at(due + 3s, 15min),
                   .timeline = cron_timeline("snapshot", due, 12min, 15min)};
  CronPlay cured = as_it_is;
  cured.kind = CronPlay::Kind::kCured;
  cron.plays = {as_it_is, without, cured};
  return cron;
}

inline Rehearsal every_verdict() {
  using namespace std::chrono_literals;
  Rehearsal r{.folder = "shop",
              .project = "abcdef1234567",
              .environment = "main",
              .from = on_march("01T00:00:00"),
              .to = on_march("02T00:00:00"),
              .client = "webpaas 5.11.1"};
  const Time start = r.from;
  r.crons = {blocking_cron(), deadlocked_cron(), saved_cron()};
  r.crons.push_back({.app = "app",
                     .name = "import",
                     .spec = "0 6 * * *",
                     .at = {kAppFile, 46, 3},
                     .verdict = CronReport::Verdict::kFailed,
                     .reason = "it ended with exit code 2",
                     .runs = 1,
                     .longest = 1s,
                     .typical = {.due = start + 6h,
                                 .started = start + 6h,
                                 .ended = start + 6h + 1s,
                                 .exit_code = 2,
                                 .output = "one\ntwo\nthree\nfour\nfive\n\x1b[31mthere is no such file\x1b[0m\n"}});
  r.crons.push_back({.app = "app",
                     .name = "sync",
                     .spec = "H 7 * * *",
                     .at = {kAppFile, 50, 3},
                     .verdict = CronReport::Verdict::kNotExercised,
                     .reason = "its guard let nothing run: PLATFORM_BRANCH is main, not develop",
                     .runs = 1,
                     .typical = run_at(start + 7h, 1s, {})});
  r.crons.push_back({.app = "app",
                     .name = "yearly",
                     .spec = "0 0 1 1 *",
                     .at = {kAppFile, 55, 3},
                     .verdict = CronReport::Verdict::kNotExercised,
                     .reason = "it was never due"});
  r.crons.push_back({.app = "app",
                     .name = "a-cron-with-a-name-that-is-longer-than-any-column-would-like-it-to-be",
                     .spec = "*/5 * * * *",
                     .at = {kAppFile, 60, 3},
                     .verdict = CronReport::Verdict::kOk,
                     .reason = "nothing in it waits",
                     .runs = 288,
                     .late = 2,
                     .longest = 4s,
                     .typical = run_at(start + 5min, 4s, {})});
  r.findings = {{.level = Finding::Level::kError,
                 .code = "token-not-env",
                 .at = {kAppFile, 29, 3},
                 .app = "app",
                 .cron = "backup",
                 .text = "The token is in a variable without env:, so the client does not see it.",
                 .hint = "Name it env:OVHCLOUD_WEBPAAS_CLI_TOKEN."},
                {.level = Finding::Level::kWarning,
                 .code = "no-guard",
                 .at = {kAppFile, 40, 3},
                 .app = "app",
                 .cron = "snapshot",
                 .text = "It would run on every active environment.",
                 .hint = "Test for [ \"$PLATFORM_ENVIRONMENT_TYPE\" = production ] first, so that only production is "
                         "backed up and no quota of a preview environment is used up by it."},
                {.level = Finding::Level::kNote, .code = "inherited", .at = {kAppFile, 1, 1}, .text = "A note."}};
  r.remarks = {{{kAppFile, 47, 5}, "cmd is deprecated: write commands: {start: ...}"}};
  r.stood_in_for = {"bin/console", "drush"};
  r.why_not_isolated = "bubblewrap (bwrap) is not installed";
  r.day = cron_timeline("backup", start + 3h, 12min, 15min);
  r.day.from = r.from;
  r.day.to = r.to;
  return r;
}

/// Of two apps, all well.
inline Rehearsal all_well() {
  using namespace std::chrono_literals;
  Rehearsal r{.folder = ".",
              .project = "abcdef1234567",
              .environment = "production",
              .from = on_march("01T00:00:00"),
              .to = on_march("08T00:00:00"),
              .client = "upsun 5.11.1"};
  for (const char* app : {"api", "web"}) {
    r.crons.push_back({.app = app,
                       .name = "backup",
                       .spec = "0 3 * * *",
                       .at = {".upsun/config.yaml", 12, 7},
                       .reason = "nothing in it waits",
                       .runs = 7,
                       .longest = 3s,
                       .typical = run_at(r.from + 3h, 3s, {call(" --no-wait")})});
  }
  return r;
}

inline Rehearsal no_crons() {
  return {.folder = "static",
          .project = "abcdef1234567",
          .environment = "main",
          .from = on_march("01T00:00:00"),
          .to = on_march("02T00:00:00"),
          .client = "webpaas 5.11.1"};
}

}  // namespace understudy::samples
