// The world that an application is rehearsed in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_client.hpp"

namespace understudy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kToken = "env:OVHCLOUD_WEBPAAS_CLI_TOKEN";
constexpr const char* kGuarded =
    "crons:\n  backup:\n    spec: '0 3 * * *'\n    commands:\n      start: '[ $PLATFORM_BRANCH = live ] && x'\n";

struct AppWorldTest : testing::Test {
  Repository repository;

  static const World::ProjectOutline& project_of(const AppWorld& made, std::vector<World::ProjectOutline>& all) {
    all = made.world.projects();
    return *std::ranges::find(all, made.project, &World::ProjectOutline::id);
  }
  /// "live production active, staging staging active"
  static std::string environments_of(const AppWorld& made) {
    std::vector<World::ProjectOutline> all;
    std::string text;
    for (const World::EnvironmentOutline& one : project_of(made, all).environments) {
      text += (text.empty() ? "" : ", ") + one.id + " " + one.type;
    }
    return text;
  }
  /// Of the environment that is looked at, as JSON.
  static nlohmann::json deployment_of(const AppWorld& made, const std::string& environment) {
    const Node* node = &made.node;
    for (const std::string& key : {std::string{"projects"}, made.project, std::string{"environments"}, environment}) {
      node = node->find(key);
      if (node == nullptr) return nullptr;
    }
    node = node->find("deployment");
    return node == nullptr ? nlohmann::json{} : node->to_json();
  }
  std::string complaint(const std::string& rest, const std::string& world = "", const std::string& environment = "") {
    try {
      (void)world_of(repository.with(rest), world, environment);
    } catch (const InputError& e) {
      const std::string text = e.what();
      const std::string folder = repository.folder.path().string() + "/";
      return text.starts_with(folder) ? text.substr(folder.size()) : text;
    }
    return "(none)";
  }
};

TEST_F(AppWorldTest, IsMadeUpWithProductionUnderTheBranchThatGuardsTestFor) {
  const AppProject project = repository.with(kGuarded);

  const AppWorld made = world_of(project);

  EXPECT_TRUE(made.is_made_up);
  EXPECT_EQ(made.environment, "live");
  EXPECT_EQ(environments_of(made), "live production, staging staging");
  EXPECT_THAT(made.remarks, IsEmpty());
}

TEST_F(AppWorldTest, IsMadeUpWithMainIfNoGuardNamesABranch) {
  EXPECT_EQ(world_of(repository.with("crons: {}\n")).environment, "main");
}

TEST_F(AppWorldTest, IsMadeUpWithTheEnvironmentThatIsAskedFor) {
  const AppProject project = repository.with(kGuarded);

  EXPECT_EQ(environments_of(world_of(project, "", "staging")), "live production, staging staging");
  EXPECT_EQ(world_of(project, "", "staging").environment, "staging");
  EXPECT_EQ(environments_of(world_of(project, "", "feature")), "feature development, live production, staging staging");
}

TEST_F(AppWorldTest, IsMadeUpWithATokenAsTheGuideHasIt) {
  const AppWorld made = world_of(repository.with(kGuarded));

  const std::vector<World::VariableOutline> variables = made.world.variables(made.project, "live");

  ASSERT_EQ(variables.size(), 1U);
  EXPECT_EQ(variables[0].name, kToken);
  EXPECT_EQ(variables[0].environment, "");
  EXPECT_TRUE(variables[0].is_sensitive);
  EXPECT_TRUE(variables[0].visible_runtime);
  EXPECT_FALSE(variables[0].visible_build);
  ASSERT_EQ(made.world.tokens().size(), 1U);
  EXPECT_EQ(made.world.tokens()[0].user, "cron-bot");
  const Node* value = &made.node;
  for (const char* const key : {"projects", "abcdef1234567", "variables", kToken, "value"}) value = value->find(key);
  EXPECT_EQ(value->text(), made.world.tokens()[0].value);
}

TEST_F(AppWorldTest, HasTheRepositoryDeployedInOneEnvironment) {
  repository.folder.write(".platform/services.yaml", "db: {type: 'mariadb:10.6', disk: 256}\n");
  repository.folder.write(".platform/routes.yaml",
                          "'https://{default}/': {type: upstream, upstream: 'app:http'}\n"
                          "'https://www.{default}/': {type: redirect, to: 'https://{default}/'}\n");
  const AppWorld made = world_of(repository.with(kGuarded), "", "feat/x_1");

  const nlohmann::json deployment = deployment_of(made, "feat/x_1");

  EXPECT_EQ(deployment["webapps"]["app"]["type"], "php:8.2");
  EXPECT_EQ(deployment["webapps"]["app"]["crons"]["backup"]["spec"], "0 3 * * *");
  EXPECT_EQ(deployment["services"]["db"]["type"], "mariadb:10.6");
  const nlohmann::json& route = deployment["routes"]["https://www.feat-x-1-abcdef1234567.example.com/"];
  EXPECT_EQ(route["type"], "redirect");
  EXPECT_EQ(route["original_url"], "https://www.{default}/");
  EXPECT_TRUE(deployment_of(made, "live").is_null());
  EXPECT_TRUE(deployment_of(made, "staging").is_null());
}

TEST_F(AppWorldTest, LeadsToTheAppIfThereAreNoRoutes) {
  const AppWorld made = world_of(repository.with(kGuarded));

  const nlohmann::json routes = deployment_of(made, "live")["routes"];

  EXPECT_EQ(routes["https://live-abcdef1234567.example.com/"]["upstream"], "app:http");
}

TEST_F(AppWorldTest, BeginsWhenItIsToldTo) {
  const AppProject project = repository.with(kGuarded);
  const ClientProfile client = webpaas();
  const Node user = parse_documents("extends: demo\nclock: 2026-01-01T00:00:00Z", "world.yaml").front();

  const AppWorld made = make_app_world({.project = project,
                                        .client = client,
                                        .world = &user,
                                        .library = kLibrary,
                                        .from = parse_time("2026-05-06T07:08:09Z")});

  EXPECT_EQ(parse_time(made.node.find("clock")->text()), parse_time("2026-05-06T07:08:09Z"));
  EXPECT_EQ(world_of(project, "extends: demo\nclock: 2026-01-01T00:00:00Z").node.find("clock")->text(),
            "2026-01-01T00:00:00Z");
}

TEST_F(AppWorldTest, KeepsTheUsersWorldAndDeploysIntoIt) {
  const std::string yaml =
      "programs: {drush: 5m}\nprojects:\n  p1:\n    environments:\n      main: {deployment: {webapps: {old: {crons: "
      "{x: "
      "{spec: '* * * * *', commands: {start: x}}}}}}}\n      dev: {deployment: {webapps: {old: {}}}}\n  p0: {}\n";

  const AppWorld made = world_of(repository.with("crons: {}\n"), yaml);

  EXPECT_FALSE(made.is_made_up);
  EXPECT_EQ(made.project, "p1");  // the first one of the file
  EXPECT_EQ(made.environment, "main");
  EXPECT_EQ(deployment_of(made, "main")["webapps"].size(), 1U);
  EXPECT_TRUE(deployment_of(made, "main")["webapps"].contains("app"));
  EXPECT_TRUE(deployment_of(made, "dev")["webapps"].contains("old"));
  EXPECT_EQ(made.world.programs().at("drush"), std::chrono::minutes{5});
  EXPECT_THAT(made.world.variables("p1", "main"), IsEmpty());
}

TEST_F(AppWorldTest, ChoosesTheEnvironmentThatGuardsNameIfTheUsersWorldHasIt) {
  const AppProject project = repository.with(kGuarded);

  EXPECT_EQ(world_of(project, "projects: {p1: {environments: {main: {}, live: {}}}}").environment, "live");
  EXPECT_EQ(world_of(project, "extends: guide").environment, "master");
  EXPECT_EQ(world_of(project, "extends: guide", "staging").environment, "staging");
}

TEST_F(AppWorldTest, RemarksOnWhatKeepsCronsFromRunning) {
  const auto texts = [](const AppWorld& made) {
    std::vector<std::string> all;
    for (const Remark& remark : made.remarks) all.push_back(to_string(remark.at) + ": " + remark.text);
    return all;
  };

  EXPECT_THAT(
      texts(world_of(repository.with(kGuarded), "projects: {p1: {}}")),
      ElementsAre("world.yaml:1:12: the crons' guards test for the branch \"live\", and \"main\" is looked at"));
  EXPECT_THAT(texts(world_of(repository.with("crons: {}\n"),
                             "projects: {p1: {environments: {main: {}, old: {status: "
                             "inactive}}}}",
                             "old")),
              ElementsAre("world.yaml:1:12: the environment \"old\" is inactive: no cron runs in it"));
  EXPECT_THAT(texts(world_of(repository.with("crons: {never: {spec: '0 0 30 2 *', cmd: x}}\n"))),
              ElementsAre(HasSubstr(".platform.app.yaml:3:23: the cron \"never\" is never due: no day fits \"0 0 30 2 "
                                    "*\"")));
}

TEST_F(AppWorldTest, ComplainsOfSchedulesWhereTheyStandInTheRepository) {
  EXPECT_THAT(complaint("crons:\n  a: {spec: '0 25 * * *', cmd: x}\n"), HasSubstr(".platform.app.yaml:4:1"));
  EXPECT_THAT(complaint("crons:\n  a: {spec: daily, cmd: x}\n"), HasSubstr(".platform.app.yaml:4:13"));
  EXPECT_EQ(complaint("timezone: Europe/Pariss\n"),
            ".platform.app.yaml:3:11: there is no time zone \"Europe/Pariss\"; did you mean \"Europe/Paris\"?");
}

TEST_F(AppWorldTest, ComplainsOfTheUsersWorld) {
  EXPECT_EQ(complaint("crons: {}\n", "projects: {p1: {}}", "mian"),
            "world.yaml:1:12: the project \"p1\" has no environment \"mian\"; did you mean \"main\"?");
  EXPECT_EQ(complaint("crons: {}\n", "projects: {p1: {}}", "zzz"),
            "world.yaml:1:12: the project \"p1\" has no environment \"zzz\"; there are main");
  EXPECT_THAT(complaint("crons: {}\n", "users: {a: {}}"), HasSubstr("this world has no project"));
  EXPECT_THAT(complaint("crons: {}\n", "projects: {p1: {owner: none}}"), HasSubstr("world.yaml:1:24"));
}

TEST(AppWorlds, AreMadeOfEverySampleThatCanBeRead) {
  std::size_t made = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator{std::filesystem::path{SOURCE_DIR} / "tests/samples/apps"}) {
    if (entry.path().filename().string().starts_with("broken-")) continue;
    SCOPED_TRACE(entry.path());
    const AppProject project = load_app_project(entry.path());

    EXPECT_NO_THROW(EXPECT_FALSE(world_of(project).environment.empty()));
    EXPECT_NO_THROW(EXPECT_FALSE(world_of(project, "extends: shop").environment.empty()));
    ++made;
  }
  EXPECT_GT(made, 15U);
}

}  // namespace
}  // namespace understudy
