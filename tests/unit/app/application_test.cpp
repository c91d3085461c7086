// What an application says, part by part.

#include "harness/application.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "temporary_folder.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::filesystem::path kSamples = std::filesystem::path{SOURCE_DIR} / "tests/samples/apps";

/// "LINE:COLUMN: text" of each.
std::vector<std::string> said(const AppProject& project) {
  std::vector<std::string> texts;
  for (const Remark& remark : project.remarks) {
    texts.push_back(std::to_string(remark.at.line) + ":" + std::to_string(remark.at.column) + ": " + remark.text);
  }
  return texts;
}

std::string complaint_of(const std::filesystem::path& path) {
  try {
    static_cast<void>(load_app_project(path));
  } catch (const InputError& e) {
    return e.what();
  }
  return "(none)";
}

struct ApplicationTest : ::testing::Test {
  TemporaryFolder folder;

  AppProject load(const std::string& yaml) const {
    folder.write(".platform.app.yaml", yaml);
    return load_app_project(folder.path());
  }
  Application app(const std::string& rest) const { return load("name: app\ntype: php:8.2\n" + rest).apps.at(0); }
  std::string complaint(const std::string& rest) const {
    folder.write(".platform.app.yaml", "name: app\ntype: php:8.2\n" + rest);
    return complaint_of(folder.path());
  }
};

TEST(Crons, KeepTextsAndPlaces) {
  const Application app = load_app_project(kSamples / "symfony").apps.at(0);
  const CronDefinition& check = app.crons.at(0);

  EXPECT_EQ(check.name, "security-check");
  EXPECT_THAT(to_string(check.at), EndsWith("symfony/.platform.app.yaml:24:5"));
  EXPECT_EQ(check.spec, "50 23 * * *");
  EXPECT_THAT(to_string(check.spec_at), EndsWith(":26:15"));
  EXPECT_EQ(check.start,
            R"(if [ "$PLATFORM_ENVIRONMENT_TYPE" = "production" ]; then php bin/console security:check; fi)");
  EXPECT_THAT(to_string(check.start_at), EndsWith(":28:20"));
  EXPECT_EQ(check.stop, "kill -INT \"$(cat /tmp/check.pid)\"");
  EXPECT_FALSE(check.uses_cmd);
  EXPECT_EQ(check.timeout, 3600s);
  EXPECT_EQ(check.shutdown_timeout, 30s);
  EXPECT_EQ(app.crons.at(1).timeout, std::nullopt);
}

TEST(Crons, AreShownAsADeploymentDoes) {
  const Application app = load_app_project(kSamples / "symfony").apps.at(0);

  EXPECT_EQ(app.configuration["crons"]["clean"],
            json::parse(R"({"spec": "H 3 * * *", "timeout": 86400, "shutdown_timeout": null,
                            "commands": {"start": "php bin/console messenger:stop-workers", "stop": null}})"));
  EXPECT_EQ(app.configuration["crons"]["security-check"]["timeout"], 3600);
}

TEST(Crons, TakeCmdAndSayThatItIsDeprecated) {
  const AppProject project = load_app_project(kSamples / "cmd-and-commands");
  const std::vector<CronDefinition>& crons = project.apps.at(0).crons;

  EXPECT_TRUE(crons.at(0).uses_cmd);
  EXPECT_EQ(crons.at(0).start, "bin/old");
  EXPECT_FALSE(crons.at(1).uses_cmd);
  EXPECT_EQ(crons.at(2).start, "bin/mixed");
  EXPECT_EQ(crons.at(2).stop, "bin/halt");
  EXPECT_THAT(said(project), ElementsAre(HasSubstr("6:14: the cron \"old\" uses cmd, which is deprecated"),
                                         HasSubstr("12:14: the cron \"mixed\" uses cmd, which is deprecated")));
}

TEST(Crons, TakeWhatIsMerged) {
  const std::vector<CronDefinition> crons = load_app_project(kSamples / "merge-keys").apps.at(0).crons;

  EXPECT_EQ(crons.at(0).timeout, 60s);  // the earlier of two bases wins
  EXPECT_EQ(crons.at(0).spec, "0 2 * * *");
  EXPECT_EQ(crons.at(0).spec_at.line, 2);
  EXPECT_EQ(crons.at(1).spec, "30 2 * * *");  // its own wins
  EXPECT_EQ(crons.at(1).timeout, 7200s);
}

TEST_F(ApplicationTest, AsksForTheRightTypesInACron) {
  EXPECT_THAT(complaint("crons: {a: {spec: 5, cmd: x}}"), HasSubstr(":3:19: expected a text, found a whole number"));
  EXPECT_THAT(complaint("crons: {a: }"), HasSubstr("expected a map, found nothing"));
  EXPECT_THAT(complaint("crons: {a: {spec: x, commands: y}}"), HasSubstr("write commands: {start: COMMAND}"));
  EXPECT_THAT(complaint("crons: {a: {spec: x, cmd: y, timeout: 0}}"), HasSubstr("a timeout has 1 to 86400 seconds"));
  EXPECT_THAT(complaint("crons: {a: {spec: x, cmd: y, timeout: 1m}}"), HasSubstr("expected a whole number"));
  EXPECT_THAT(complaint("crons: {a: {spec: x, commands: {strat: y}}}"), HasSubstr("did you mean \"start\"?"));
}

TEST(Hooks, KeepTextsAndPlaces) {
  const HookDefinitions hooks = load_app_project(kSamples / "laravel").apps.at(0).hooks;

  EXPECT_EQ(hooks.deploy, "php artisan migrate --force\n");
  EXPECT_EQ(hooks.post_deploy, "php artisan queue:restart");
  EXPECT_EQ(hooks.deploy_at.line, 16);
  EXPECT_EQ(hooks.post_deploy_at.line, 18);
}

TEST(Application, SaysWhatItIs) {
  const Application app = load_app_project(kSamples / "django").apps.at(0);

  EXPECT_EQ(app.type, "python:3.11");
  EXPECT_EQ(app.type_at.line, 3);
  EXPECT_EQ(app.timezone, "Europe/Paris");
  EXPECT_EQ(app.timezone_at.line, 11);
  EXPECT_EQ(app.root, kSamples / "django");
  EXPECT_EQ(app.configuration["hooks"]["post_deploy"], nullptr);
  EXPECT_EQ(app.configuration["dependencies"]["python3"]["pipenv"], "2023.7.23");
}

TEST_F(ApplicationTest, ShowsMountsInOneForm) {
  const json mounts = app("mounts:\n  /web/files: 'shared:files/f'\n  all: shared:files\n  logs/: {source: storage}\n"
                          "  x: {source: service, service: nfs, source_path: y}\n")
                          .configuration["mounts"];

  EXPECT_EQ(mounts, json::parse(R"({"web/files": {"source": "local", "source_path": "f"},
                                    "all": {"source": "local", "source_path": ""},
                                    "logs": {"source": "storage", "source_path": "logs"},
                                    "x": {"source": "service", "service": "nfs", "source_path": "y"}})"));
  EXPECT_THAT(complaint("mounts: {a: {source: locl}}"),
              HasSubstr(":3:22: a mount has no source \"locl\"; did you mean"));
  EXPECT_THAT(complaint("mounts: {a: {source: tmp}, /a: {source: tmp}}"), HasSubstr("the mount \"a\" is here twice"));
  EXPECT_THAT(complaint("mounts: {a: {source: service}}"), HasSubstr("needs the key \"service\""));
}

TEST_F(ApplicationTest, ShowsRelationshipsInOneForm) {
  const json shown = app("relationships: {a: 'db:mysql', b: {service: s, endpoint: e}, c: , d: {endpoint: http}}")
                         .configuration["relationships"];

  EXPECT_EQ(shown, json::parse(R"({"a": {"service": "db", "endpoint": "mysql"}, "b": {"service": "s", "endpoint": "e"},
                                   "c": {"service": "c", "endpoint": null}, "d": {"service": "d", "endpoint": "http"}})"));
}

TEST_F(ApplicationTest, KeepsVariablesByNamespace) {
  const Application read = app("variables: {env: {A: b, N: 1}, php: {memory_limit: 1G}, none: }");

  EXPECT_EQ(read.variables, json::parse(R"({"env": {"A": "b", "N": 1}, "php": {"memory_limit": "1G"}})"));
  EXPECT_EQ(read.configuration["variables"], read.variables);
  EXPECT_EQ(read.variables_at.at("env:N").column, 25);
  EXPECT_EQ(read.variables_at.size(), 3U);
}

TEST(Remarks, SayWhatIsOdd) {
  EXPECT_THAT(said(load_app_project(kSamples / "odd")),
              ElementsAre("1:7: the name \"Shop\" should be in lower case", "2:7: the type \"php\" has no version",
                          "3:1: unknown key \"cron\" in an app; did you mean \"crons\"?",
                          "4:9: unknown key \"postdeploy\" in hooks; did you mean \"post_deploy\"?",
                          "5:15: there is no role \"everybody\": admin, contributor, viewer",
                          "6:22: the tag \"!secret\" is not known; the value is taken without it",
                          "8:49: the command of the cron \"idle\" is empty: it runs nothing",
                          AllOf(HasSubstr("9:16: there is no folder"), HasSubstr("nowhere"))));
}

TEST(Remarks, AreNoneForAPlainApplication) {
  for (const char* name :
       {"drupal", "symfony", "django", "static-site", "upsun-two-files", "merge-keys", "solr-archive"}) {
    EXPECT_THAT(said(load_app_project(kSamples / name)), IsEmpty()) << name;
  }
}

TEST(Remarks, NameACronThatNeverRuns) {
  EXPECT_THAT(said(load_app_project(kSamples / "laravel")),
              Contains("25:9: a worker has no crons: those of \"queue\" never run"));
}

TEST_F(ApplicationTest, RefusesNamesThatAreNone) {
  for (const char* name : {"'../up'", "'a b'", "''", "'.hidden'"}) {
    folder.write(".platform.app.yaml", "type: php:8.2\nname: " + std::string{name} + "\n");

    EXPECT_THAT(complaint_of(folder.path()), HasSubstr(".platform.app.yaml:2:7: ")) << name;
  }
}

TEST_F(ApplicationTest, RefusesKeysThatCannotBeNames) {
  for (const char* name : {"'up/x'", "'a b'"}) {
    folder.write(".upsun/config.yaml", "applications:\n  " + std::string{name} + ": {type: 'php:8.2'}\n");

    EXPECT_THAT(complaint_of(folder.path()), HasSubstr("config.yaml:2:3: ")) << name;
  }
}

TEST_F(ApplicationTest, RefusesMountsOutsideOfTheApp) {
  for (const char* mount : {"'../up'", "'.'", "'a/../../b'", "'/'"}) {
    folder.write(".platform.app.yaml",
                 "name: a\ntype: php:8.2\nmounts:\n  " + std::string{mount} + ": {source: local}\n");

    EXPECT_THAT(complaint_of(folder.path()), HasSubstr(".platform.app.yaml:4:3: a mount needs a path below")) << mount;
  }
}

TEST_F(ApplicationTest, IsCalledAppWhereItIsAlone) {
  const AppProject project = load("type: php:8.2\n");

  EXPECT_EQ(project.apps.at(0).name, "app");
  EXPECT_THAT(said(project), ElementsAre("1:1: the app has no name; it is called \"app\" here"));
}

}  // namespace
}  // namespace understudy
