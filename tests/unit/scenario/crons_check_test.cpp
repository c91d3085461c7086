// `crons:` and `hooks:`, against a history that was made up.
#include <gmock/gmock.h>

#include "evidence.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using namespace testing_support;

const Time kThree = parse_time("2026-03-01T03:00:00Z").value();

JobRecord run_of(JobKind kind, const std::string& name, Milliseconds after, std::optional<Milliseconds> took) {
  JobRecord run{.number = 1,
                .kind = kind,
                .name = name,
                .project = "p",
                .environment = "main",
                .app = "app",
                .started = kThree + after};
  if (took) run.ended = run.started + *took;
  return run;
}

/// backup at 03:00 for 12 minutes, waiting for a backup, and at 04:00 again, which still runs and waits for ever; quick
/// at 03:12 on staging; a build that failed.
StepEvidence with_history() {
  StepEvidence evidence = quiet_step();
  evidence.variables = {{"WHAT", "backup"}};
  JobRecord first = run_of(JobKind::kCron, "backup", 0min, 12min + 2s);
  first.output = "Creating a backup\nBackup name: b1\n";
  first.clients = {
      {.id = 1,
       .report = {.platform_time = 12min, .waits = {{"b1", "environment.backup", 12min, "held its log open"}}}}};
  JobRecord second = run_of(JobKind::kCron, "backup", 60min, std::nullopt);
  second.clients = {
      {.id = 2, .report = {.platform_time = 5min, .waits = {{"b2", "environment.backup", 5min, "held its log open"}}}},
      {.id = 3,
       .report = {.platform_time = 3min,
                  .waits = {{"r1", "environment.redeploy", 3min, "polled it"}},
                  .polls = 2,
                  .deadlock = true,
                  .deadlock_reason = "redeploy r1 waits for cron backup waits for redeploy r1"}}};
  JobRecord quick = run_of(JobKind::kCron, "quick", 12min, 0s);
  quick.environment = "staging";
  JobRecord build = run_of(JobKind::kBuildHook, "build", 30min, 1min);
  build.exit_code = 2;
  build.output = "compiling\nfailed\n";
  evidence.history.jobs = {first, quick, build, second};
  evidence.history.skipped = {{.project = "p", .environment = "main", .app = "app", .name = "backup", .due = kThree}};
  return evidence;
}

struct Row {
  std::string name;
  std::string lines;
  std::string verdict;
};
class CronsCheck : public testing::TestWithParam<Row> {};

TEST_P(CronsCheck, LooksAtWhatRan) {
  EXPECT_EQ(verdict("containers: true\n" + GetParam().lines + "\n", with_history()), GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    Holds, CronsCheck,
    testing::Values(Row{"all_of_the_ended", "crons: {backup: {exit: 0, took: 12m2s, output: 'Backup name: b1'}}", ""},
                    Row{"counts", "crons: {backup: {runs: 2, skipped: 1}, quick: {runs: '1..', skipped: never}}", ""},
                    Row{"state", "crons: {backup: {state: running}, quick: {state: ended}}", ""},
                    Row{"blocks", "crons: {backup: {blocks: {for: forever, on: $WHAT}}, quick: {blocks: no}}", ""},
                    Row{"deadlock", "crons: {backup: {deadlock: waits for cron backup}}", ""},
                    Row{"no_deadlock", "crons: {quick: {deadlock: {empty: true}}}", ""},
                    Row{"hook", "hooks: {build: {runs: 1, exit: [1, 2], took: 1m, output: failed}}", ""},
                    Row{"never", "crons: {other: {runs: never}}\nhooks: {deploy: {runs: 0}}", ""},
                    Row{"elsewhere", "crons: {backup: {runs: 0, skipped: 0, environment: staging}}", ""},
                    Row{"other_app", "crons: {backup: {runs: 0, app: api}}", ""}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    SaysWhatIsThereInstead, CronsCheck,
    testing::Values(
        Row{"runs", "crons: {backup: {runs: 3}}",
            "cron backup runs | 3 | 2 runs, the last at 2026-03-01T04:00:00, which still runs"},
        Row{"skipped", "crons: {backup: {skipped: never}}", "cron backup skipped | none | 1"},
        Row{"other_name", "crons: {bakup: {exit: 0}}",
            "cron bakup runs | a run | it never ran; there are cron backup (2 runs), cron quick (1 run), hook build (1 "
            "run)"},
        Row{"a_hook_is_no_cron", "crons: {build: {runs: 1}}",
            "cron build runs | 1 | it never ran; there are cron backup (2 runs), cron quick (1 run), hook build (1 "
            "run)"},
        Row{"ended", "crons: {backup: {state: ended}}", "cron backup state | ended | it still runs"},
        Row{"running", "hooks: {build: {state: running}}", "hook build state | running | it ended with 2 after 1m"},
        Row{"exit", "hooks: {build: {exit: 0}}", "hook build exit | 0 | 2"},
        Row{"took", "crons: {backup: {took: 12m}}", "cron backup took | 12m | 12m2s (from 03:00:00 to 03:12:02)"},
        Row{"output", "crons: {backup: {output: {not: Backup}}}", "cron backup output | not: \"Backup\" | it is there"},
        Row{"no_client", "crons: {quick: {blocks: yes}}", "cron quick blocks | yes | it ran no client"},
        Row{"blocks", "crons: {backup: {blocks: no}}",
            "cron backup blocks | no | it would wait for ever: redeploy r1 waits for cron backup waits for redeploy "
            "r1, "
            "2 polls: held its log open of b2 (environment.backup) for 5m; polled it of r1 (environment.redeploy) for "
            "3m"},
        Row{"no_deadlock", "crons: {quick: {deadlock: x}}",
            "cron quick deadlock | contains \"x\" | there was none: no platform time passed"}),
    [](const auto& row) { return row.param.name; });

TEST(CronsCheckAlone, SaysThatNothingRan) {
  EXPECT_EQ(verdict("containers: true\ncrons: {a: {runs: 1}}\n", quiet_step()),
            "cron a runs | 1 | it never ran, nor did anything else");
}

TEST(CronsCheckAlone, NeedsARunThatHasEnded) {
  StepEvidence evidence = quiet_step();
  evidence.history.jobs = {run_of(JobKind::kCron, "a", 0min, std::nullopt)};

  EXPECT_EQ(verdict("containers: true\ncrons: {a: {exit: 0}}\n", evidence),
            "cron a state | a run that has ended | the only one still runs");
}

TEST(CronsCheckAlone, StandsUnderAdvance) {
  EXPECT_EQ(complaint("scenario: s\ncontainers: true\nadvance: 1h\ncrons: {a: {runs: never}}\n"), "");
}

}  // namespace
}  // namespace understudy
