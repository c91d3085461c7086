#pragma once
/// Runs as the reports get them: one in which all is well, one in which nearly everything is not.

#include "harness/report.hpp"

namespace understudy {

inline RunInfo sample_info(std::size_t total) {
  return {.version = "0.1.0",
          .client = "webpaas",
          .client_version = "5.11.1",
          .seed = 7,
          .total = total,
          .workers = 2,
          .rerun_options = "--seed 7",
          .hostname = "ci",
          .started = "2026-03-01T03:00:00Z"};
}

inline ScenarioResult sample_passed() {
  using namespace std::chrono_literals;
  return {
      .id = "scenarios/auth/token.yaml:3",
      .file = "scenarios/auth/token.yaml",
      .line = 3,
      .name = "a token is exchanged exactly once",
      .tags = {"auth"},
      .client = "webpaas",
      .verdict = Verdict::kPassed,
      .steps =
          {{.at = {"scenarios/auth/token.yaml", 6, 3},
            .command = "webpaas auth:info",
            .outcome = "exited with 0",
            .stdout_text = "ok\n",
            .requests = {{.number = 1, .wall_time = 210ms, .method = "POST", .target = "/oauth2/token", .status = 200}},
            .wall_time = 400ms}},
      .wall_time = 412ms};
}

inline ScenarioResult sample_skipped() {
  return {.id = "scenarios/git.yaml:1",
          .file = "scenarios/git.yaml",
          .line = 1,
          .name = "needs git",
          .verdict = Verdict::kSkipped,
          .reason = "only-if: has git",
          .wall_time = std::chrono::milliseconds{2}};
}

inline StepResult sample_waiting_step() {
  using namespace std::chrono_literals;
  Failure polled{.at = {"scenarios/backup.yaml", 14, 5},
                 .subject = "requests[1]",
                 .expected = "never: GET /projects/*/**/activities/**",
                 .actual = "got 2",
                 .show_requests = true,
                 .culprits = {5, 6}};
  Failure missing{.at = {"scenarios/backup.yaml", 15, 5},
                  .subject = "requests[0]",
                  .expected = "POST /projects/*/environments/main/backup",
                  .actual = "did not come",
                  .show_requests = true,
                  .nearest = 4,
                  .nearest_why = "path differs: backups, not backup"};
  return {.at = {"scenarios/backup.yaml", 9, 3},
          .command = "webpaas backup:create --yes --no-wait",
          .outcome = "exited with 0",
          .stderr_text = "Creating backup\n",
          .requests = {{4, 210ms, 0ms, "POST", "/projects/p1/environments/main/backups", 202, ""},
                       {5, 240ms, 0ms, "GET", "/projects/p1/activities/bk1", 200, "pending"},
                       {6, 1250ms, 720s, "GET", "/projects/p1/activities/bk1", 200, "pending"}},
          .failures = {polled, missing},
          .jobs = {{"cron nightly", "main", "still runs after 1h", {}},
                   {"hook deploy", "main", "exited with 1 after 2m", {"migrating", "no such table"}}},
          .remarks = {"\"sleep 21\" still held stdout"},
          .platform_time = 720s,
          .blocked_on = "activity bk1 (environment.backup) for 12m",
          .wall_time = 400ms,
          .by_hand = "cd /tmp/understudy-abc/w0/s1 && . ./env && webpaas backup:create --yes --no-wait"};
}

inline ScenarioResult sample_failed() {
  return {.id = "scenarios/backup.yaml:5",
          .file = "scenarios/backup.yaml",
          .line = 5,
          .name = "backup:create waits, unless told not to / --no-wait returns",
          .tags = {"backup", "cron"},
          .client = "webpaas",
          .verdict = Verdict::kFailed,
          .steps = {sample_waiting_step()},
          .wall_time = std::chrono::milliseconds{410},
          .sandbox = "/tmp/understudy-abc/w0/s1"};
}

/// Its output tries to be XML, a workflow command, a TAP directive and a terminal's escape sequence.
inline ScenarioResult sample_nasty() {
  return {.id = "scenarios/backup.yaml:30",
          .file = "scenarios/backup.yaml",
          .line = 30,
          .name = "shows <help> & \"more\" # not a directive",
          .verdict = Verdict::kFailed,
          .steps = {{.at = {"scenarios/backup.yaml", 31, 3},
                     .command = "webpaas help",
                     .outcome = "exited with 1",
                     .stdout_text = "]]> \x1b[31mred\x1b[0m \xff\n::error::planted\n",
                     .failures = {{.at = {"scenarios/backup.yaml", 33, 5},
                                   .subject = "stdout",
                                   .expected = "Usage:\n  help [..]",
                                   .actual = "]]> \x1b[31mred\x1b[0m",
                                   .detail = "- Usage:\n+ ]]> 100%, red"}},
                     .by_hand = "webpaas help"}},
          .wall_time = std::chrono::milliseconds{300}};
}

inline ScenarioResult sample_error() {
  return {.id = "scenarios/odd.yaml:1",
          .file = "scenarios/odd.yaml",
          .line = 1,
          .name = "kills its worker",
          .verdict = Verdict::kError,
          .reason = "the worker died by signal 9 while it ran this scenario",
          .wall_time = std::chrono::milliseconds{1000}};
}

inline RunReport sample_run(std::vector<ScenarioResult> results) {
  RunReport run{sample_info(results.size()), summarize(results, results.size()), std::move(results)};
  run.summary.wall_time = std::chrono::milliseconds{8230};
  return run;
}
inline RunReport passing_run() { return sample_run({sample_passed(), sample_skipped()}); }
inline RunReport failing_run() {
  return sample_run({sample_passed(), sample_failed(), sample_nasty(), sample_error(), sample_skipped()});
}

/// Tells `listener` of the whole run, results in the original order.
inline void play(const RunReport& run, Listener& listener) {
  listener.on_run_started(run.info);
  for (std::size_t i = 0; i < run.results.size(); ++i) {
    const ScenarioResult& result = run.results[i];
    const ScenarioRef ref{i, result.id, result.file, result.line, result.name, result.repeat};
    listener.on_scenario_started(ref);
    listener.on_scenario_finished(ref, result);
  }
  listener.on_run_finished(run.summary, run.results);
}

}  // namespace understudy
