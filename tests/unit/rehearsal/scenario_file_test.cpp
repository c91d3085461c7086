#include "rehearsal/scenario_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "harness/scenario.hpp"
#include "sample_client.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kApp = R"(name: app
type: php:8.2
variables: {env: {MAIL_PASSWORD: hunter2hunter2, MODE: production-mode}}
crons:
  backup:
    spec: '0 3 * * *'
    commands: {start: sh cron.sh}
  often:
    spec: '* * * * *'
    commands: {start: 'echo $$ $CLIENT'}
  never:
    spec: '0 0 1 1 *'
    commands: {start: 'true'}
)";

class ScenarioFile : public testing::Test {
protected:
  ScenarioFile() {
    folder_.write(".platform.app.yaml", kApp);
    folder_.write("cron.sh", "#!/bin/sh\n# $$\nexport API_TOKEN='abcdefgh12345678'\n./more.sh\n");
    folder_.write("more.sh", "webpaas backup:create\n", true);
    folder_.write(".environment", "export MODE=fast\n");
    folder_.write("unneeded.txt", "left alone\n");
  }

  /// Of a rehearsal in which all but `never` were due.
  std::string emit(const std::string& cron = "") {
    const AppProject project = load_app_project(folder_.path());
    const ClientProfile client = webpaas();
    const bool has_world = !world_.empty();
    const Node world = has_world ? parse_documents(world_, "mine.yaml").front() : Node{};
    const AppWorld made = make_app_world({.project = project, .client = client, .world = has_world ? &world : nullptr});
    for (const World::Token& token : made.world.tokens()) tokens_.push_back(token.value);
    Rehearsal rehearsal;
    for (const CronDefinition& each : project.apps.front().crons) {
      rehearsal.crons.push_back(
          {.app = "app", .name = each.name, .spec = each.spec, .at = each.at, .verdict = verdict_});
      CronRunReport& run = rehearsal.crons.back().typical;
      if (each.name == "never") continue;
      run.due = parse_time("2026-03-01T03:00:00Z").value();
      run.ended = run.due + std::chrono::seconds{3};
    }
    const auto named = std::ranges::find(rehearsal.crons, cron, &CronReport::name);
    return scenario_file({.rehearsal = rehearsal,
                          .project = project,
                          .world = made,
                          .client = client,
                          .world_name = has_world ? "mine" : "",
                          .base = world},
                         named == rehearsal.crons.end() ? nullptr : &*named);
  }
  [[nodiscard]] std::vector<Scenario> read(const std::string& text) const {
    return load_scenarios(folder_.write("emitted.yaml", text));
  }

  TemporaryFolder folder_;
  std::string world_;
  CronReport::Verdict verdict_ = CronReport::Verdict::kBlocks;
  std::vector<std::string> tokens_;
};

TEST_F(ScenarioFile, IsAScenarioForEachCronThatWasDue) {
  const std::vector<Scenario> scenarios = read(emit());

  ASSERT_EQ(scenarios.size(), 2U);
  EXPECT_EQ(scenarios[0].name, "the cron backup waits for nothing");
  EXPECT_EQ(scenarios[1].name, "the cron often waits for nothing");
  EXPECT_EQ(scenarios[0].client, webpaas().name);
}

TEST_F(ScenarioFile, HoldsWhatTheCronNeedsAndNoOtherCron) {
  const std::string text = emit("backup");

  EXPECT_THAT(text, HasSubstr("app/cron.sh: |\n"));
  EXPECT_THAT(text, HasSubstr("app/more.sh:\n"));
  EXPECT_THAT(text, HasSubstr("executable: true\n"));
  EXPECT_THAT(text, HasSubstr("app/.environment: |\n"));
  EXPECT_THAT(text, Not(HasSubstr("unneeded")));
  EXPECT_THAT(text, Not(HasSubstr("often")));
  EXPECT_THAT(text, HasSubstr("backup: {runs: 1, state: ended, exit: 0, blocks: false}\n"));
  EXPECT_THAT(text, HasSubstr("clock: \"2026-03-01T02:59:30.000000+00:00\"\n"));
}

TEST_F(ScenarioFile, HoldsNoSecret) {
  const std::string text = emit();

  ASSERT_FALSE(tokens_.empty());
  for (const std::string& token : tokens_) EXPECT_THAT(text, Not(HasSubstr(token)));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
  EXPECT_THAT(text, Not(HasSubstr("abcdefgh12345678")));
  EXPECT_THAT(text, HasSubstr("export API_TOKEN='$SECRET_API_TOKEN'\n"));
  EXPECT_THAT(text, HasSubstr("{MAIL_PASSWORD: \"$SECRET_MAIL_PASSWORD\", MODE: production-mode}\n"));
}

TEST_F(ScenarioFile, KeepsDollarsThatTheScenarioWouldTakeForItsOwn) {
  EXPECT_THAT(emit("backup"), HasSubstr("# $$$$\n"));
  EXPECT_THAT(emit("often"), HasSubstr("echo $$$$ $$CLIENT"));
}

TEST_F(ScenarioFile, LooksAtOneRunOfACronThatComesEveryMinute) {
  EXPECT_THAT(emit("often"), HasSubstr("advance: \"1m29s\"\n"));
}

TEST_F(ScenarioFile, IsLaidOverTheUsersWorld) {
  world_ =
      "users: {me: {}}\ntokens: {t: {user: me}}\nprojects:\n  p2345678901ab:\n    title: Untouched\n    owner: me\n"
      "    environments: {main: {type: production, deployment: {webapps: {old: {crons: {x: {spec: '0 1 * * *', "
      "commands: {start: 'true'}}}}}}}}\n";

  const std::string text = emit("backup");

  EXPECT_THAT(text, HasSubstr("given:\n  world: mine\n"));
  EXPECT_THAT(text, HasSubstr("old: null\n"));
  EXPECT_THAT(text, Not(HasSubstr("Untouched")));
  EXPECT_THAT(text, HasSubstr("--worlds FOLDER"));
}

TEST_F(ScenarioFile, HoldsAllFilesIfTheShellMakesUpWhatIsRun) {
  folder_.write(".platform.app.yaml", "name: app\ntype: php:8.2\ncrons: {a: {spec: '0 3 * * *', cmd: '$X'}}\n");
  EXPECT_THAT(emit(), HasSubstr("app/unneeded.txt"));

  folder_.write("big.txt", std::string(100'001, 'x'));
  const std::string text = emit();
  EXPECT_THAT(text, Not(HasSubstr("app/unneeded.txt")));
  EXPECT_THAT(text, HasSubstr("# The app is too big to be written here as a whole"));
}

TEST_F(ScenarioFile, PassesOverALinkThatLeadsToItself) {
  folder_.write(".platform.app.yaml", "name: app\ntype: php:8.2\ncrons: {a: {spec: '0 3 * * *', cmd: '$X'}}\n");
  std::filesystem::create_symlink("loop", folder_.path() / "loop");

  EXPECT_THAT(emit(), AllOf(HasSubstr("app/unneeded.txt"), Not(HasSubstr("loop"))));
}

TEST_F(ScenarioFile, TakesTheGuessAwayThatSavesACron) {
  EXPECT_THAT(emit("backup"), HasSubstr("containers: {app: app}\n"));

  verdict_ = CronReport::Verdict::kSaved;

  EXPECT_THAT(emit("backup"), HasSubstr("containers: {app: app, shell: /bin/bash}\n"));
}

TEST_F(ScenarioFile, CannotBeMadeOfACronThatWasNeverDue) {
  EXPECT_THROW(static_cast<void>(emit("never")), std::invalid_argument);
}

}  // namespace
}  // namespace understudy
