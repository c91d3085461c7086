// Where a repository's configuration is found, and what its files include.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

#include "harness/application.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

const fs::path kSamples = fs::path{SOURCE_DIR} / "tests/samples/apps";
constexpr const char* kApp = "name: app\ntype: php:8.2\n";

std::string complaint_of(const fs::path& path) {
  try {
    static_cast<void>(load_app_project(path));
  } catch (const InputError& e) {
    return e.what();
  }
  return "(none)";
}

struct Repository : ::testing::Test {
  TemporaryFolder folder;
};

TEST_F(Repository, WhoseAppIsIncludedLooksForWhatThatIncludesInTheAppsFolder) {
  folder.write(".platform/applications.yaml", "- !include ../apps/one.yaml\n");
  folder.write("apps/one.yaml",
               "name: one\ntype: php:8.2\nsource: {root: site}\nhooks: {build: !include {type: string, path: b.sh}}\n");
  folder.write("site/b.sh", "make\n");

  const AppProject project = load_app_project(folder.path());

  ASSERT_THAT(project.apps, SizeIs(1));
  EXPECT_EQ(project.apps[0].hooks.build, "make\n");
}

TEST_F(Repository, WithoutApplicationsSaysWhatWasLookedFor) {
  EXPECT_THAT(complaint_of(folder.path()),
              AllOf(StartsWith(folder.path().string() + ": no application is described here"),
                    HasSubstr(".platform.app.yaml (also in folders below)"), HasSubstr(".upsun/config.yaml")));
  EXPECT_THAT(complaint_of(folder.path() / "none"), EndsWith("none: does not exist"));

  folder.write(".platform.app.yml", kApp);

  EXPECT_THAT(complaint_of(folder.path()), HasSubstr("there is .platform.app.yml, which the platform does not read"));
}

TEST_F(Repository, IsSearchedButNotInWhatOthersWrote) {
  for (const char* name : {"z", "a/deep/er", "node_modules/b", ".git/c", "vendor/d"}) {
    folder.write(std::string{name} + "/.platform.app.yaml",
                 "type: php:8.2\nname: " + fs::path{name}.filename().string());
  }

  const AppProject project = load_app_project(folder.path());

  ASSERT_THAT(project.apps, SizeIs(2));
  EXPECT_EQ(project.apps[0].root, folder.path() / "z");  // the less deep first
  EXPECT_EQ(project.apps[1].root, folder.path() / "a/deep/er");
}

TEST_F(Repository, IsReadFromOneOfItsFiles) {
  EXPECT_EQ(
      load_app_project(kSamples / "applications-map/.platform/applications.yaml").folder.lexically_relative(kSamples),
      "applications-map");
  EXPECT_EQ(load_app_project(kSamples / "applications-map/.platform").apps.at(1).root.lexically_relative(kSamples),
            "applications-map/two");
  EXPECT_THAT(load_app_project(kSamples / "upsun-two-files/.upsun/data.yaml").apps, SizeIs(2));
  EXPECT_THAT(load_app_project(kSamples / "upsun-two-files/.upsun").apps, SizeIs(2));

  const AppProject one = load_app_project(kSamples / "monorepo/services/api/.platform.app.yaml");

  EXPECT_THAT(one.apps, SizeIs(1));
  EXPECT_EQ(one.folder.lexically_relative(kSamples), "monorepo");  // by its folder .platform
  EXPECT_THAT(one.routes, SizeIs(2));
  EXPECT_THAT(complaint_of(kSamples / "monorepo/.platform/routes.yaml"), HasSubstr("does not describe applications"));
}

/// The folder that the test runs in, until it ends.
class CurrentFolder {
public:
  explicit CurrentFolder(const fs::path& folder) { fs::current_path(folder); }
  CurrentFolder(const CurrentFolder&) = delete;
  CurrentFolder& operator=(const CurrentFolder&) = delete;
  ~CurrentFolder() { fs::current_path(before_); }

private:
  fs::path before_ = fs::current_path();
};

TEST_F(Repository, IsNamedAsItWasTyped) {
  folder.write("run", "true");
  folder.write(".platform.app.yaml", std::string{kApp} + "hooks: {build: !include {type: string, path: run}}\n");
  const CurrentFolder here{folder.path()};

  for (const char* typed : {".", ".platform.app.yaml", "./.platform.app.yaml"}) {
    const Application app = load_app_project(typed).apps.at(0);

    EXPECT_EQ(app.at.file, ".platform.app.yaml") << typed;
    EXPECT_EQ(app.root, ".") << typed;
    EXPECT_EQ(app.hooks.build, "true") << typed;
  }
  folder.write(".platform.app.yaml", std::string{kApp} + "hooks: {build: !include {type: string, path: runs}}\n");
  EXPECT_EQ(complaint_of("."), ".platform.app.yaml:3:16: there is no file \"runs\"; looked in .");
  EXPECT_EQ(load_app_project((kSamples / "nodejs").string() + "/").folder, kSamples / "nodejs");
}

TEST_F(Repository, IsReadFromAFileOfAnyName) {
  const fs::path upsun =
      folder.write("mine.yaml", "applications: {a: {type: 'php:8.2'}}\nservices: {db: {type: 'redis:7'}}");
  const fs::path list = folder.write("list.yaml", "- {name: a, type: 'php:8.2'}\n- {name: b, type: 'php:8.2'}\n");

  EXPECT_EQ(load_app_project(upsun).style, AppProject::Style::kUpsunConfig);
  EXPECT_EQ(load_app_project(upsun).services["db"]["type"], "redis:7");
  EXPECT_THAT(load_app_project(list).apps, SizeIs(2));
  EXPECT_EQ(load_app_project(folder.write("x.yaml", kApp)).apps.at(0).root, folder.path());
}

TEST_F(Repository, WithBothBrandsIsReadFromUpsuns) {
  folder.write(".platform.app.yaml", kApp);
  folder.write(".upsun/config.yaml", "applications: {new: {type: 'php:8.3'}}");

  const AppProject project = load_app_project(folder.path());

  ASSERT_THAT(project.apps, SizeIs(1));
  EXPECT_EQ(project.apps[0].name, "new");
  ASSERT_THAT(project.remarks, SizeIs(1));
  EXPECT_THAT(to_string(project.remarks[0].at), EndsWith(".platform.app.yaml"));
}

TEST_F(Repository, PrefersApplicationsYamlForTheSameApp) {
  folder.write(".platform/applications.yaml", "app: {type: 'php:8.3'}\n");
  folder.write(".platform.app.yaml", kApp);
  folder.write("other/.platform.app.yaml", "name: other\ntype: php:8.2\n");

  const AppProject project = load_app_project(folder.path());

  ASSERT_THAT(project.apps, SizeIs(2));
  EXPECT_EQ(project.apps[0].type, "php:8.3");
  EXPECT_EQ(project.apps[1].name, "other");
  ASSERT_THAT(project.remarks, SizeIs(1));
  EXPECT_THAT(project.remarks[0].text, HasSubstr("is not read: the app \"app\" is described in"));
}

TEST(Sections, HoldServicesAndRoutes) {
  const AppProject drupal = load_app_project(kSamples / "drupal");
  const AppProject upsun = load_app_project(kSamples / "upsun-two-files");

  EXPECT_EQ(drupal.services["db"]["type"], "mariadb:10.6");
  EXPECT_EQ(drupal.routes["https://www.{default}/"]["to"], "https://{default}/");
  EXPECT_EQ(upsun.services["db"]["type"], "mariadb:11.4");
  EXPECT_EQ(upsun.routes["https://{default}/"]["upstream"], "front:http");
  EXPECT_EQ(load_app_project(kSamples / "nodejs").services, json::object());
}

TEST(IncludedFiles, StandInForTexts) {
  const Application app = load_app_project(kSamples / "include-script").apps.at(0);

  EXPECT_EQ(app.hooks.build, "set -e\ncomposer install\n");
  EXPECT_THAT(app.crons.at(0).start, EndsWith("exit 0\nwebpaas backup:create --yes\n"));
  EXPECT_EQ(app.crons.at(0).start_at.file, (kSamples / "include-script/scripts/backup.sh").string());
  EXPECT_EQ(app.crons.at(0).start_at.line, 1);
}

TEST(IncludedFiles, StandInForTreesAndBytes) {
  const Application app = load_app_project(kSamples / "include-yaml").apps.at(0);

  EXPECT_EQ(app.variables["env"]["NODE_ENV"], "production");
  EXPECT_EQ(app.crons.at(0).start, "node report.js\n");  // beside the file that includes it
  EXPECT_EQ(app.configuration["web"]["locations"]["/"]["headers"]["X-Key"], "a2V5Cg==");
}

TEST(IncludedFiles, AreFoundInTheFolderOfTheApplication) {
  EXPECT_EQ(load_app_project(kSamples / "applications-list").apps.at(0).hooks.build, "composer install\n");
}

TEST(IncludedFiles, AndArchivesServeServices) {
  const json services = load_app_project(kSamples / "solr-archive").services;

  EXPECT_EQ(services["index"]["configuration"]["cores"]["main"]["conf_dir"], "solr/conf");
  EXPECT_EQ(services["front"]["configuration"]["vcl"], "sub vcl_recv { return (pass); }\n");
}

struct IncludeTest : Repository {
  std::string complaint(const std::string& rest) const {
    folder.write("repo/.platform.app.yaml", kApp + rest);
    return complaint_of(folder.path() / "repo");
  }
};

TEST_F(IncludeTest, NeverLeavesTheRepository) {
  folder.write("secret", "outside");
  folder.write("repo/app/run", "inside");
  fs::create_symlink(folder.path() / "secret", folder.path() / "repo/link");
  fs::create_symlink("loop", folder.path() / "repo/loop");

  EXPECT_THAT(complaint("hooks: {build: !include {type: string, path: ../secret}}"),
              HasSubstr(":3:16: \"../secret\" leads out of the repository"));
  EXPECT_THAT(complaint("hooks: {build: !include {type: string, path: link}}"),
              HasSubstr("leads out of the repository"));
  EXPECT_THAT(complaint("hooks: {build: !include {type: string, path: /etc/passwd}}"),
              HasSubstr("is an absolute path"));
  EXPECT_THAT(complaint("hooks: {build: !include {type: string, path: loop}}"), HasSubstr("there is no file \"loop\""));
  EXPECT_THAT(complaint("hooks: {build: !archive ../secret}"), HasSubstr("leads out of the repository"));
  EXPECT_THAT(complaint("source: {root: ../..}"), HasSubstr(":3:16: \"../..\" leads out of the repository"));
  EXPECT_EQ(complaint("hooks: {build: !include {type: string, path: app/../app/run}}"), "(none)");
}

TEST_F(IncludeTest, SaysWhatIsWrongWithIt) {
  folder.write("repo/bytes", "\xff\xfe");
  folder.write("repo/two.yaml", "a: 1\n---\nb: 2\n");

  EXPECT_THAT(complaint("hooks: {build: !include {type: text, path: x}}"),
              HasSubstr(":3:32: an !include has no type \"text\""));
  EXPECT_THAT(complaint("hooks: {build: !include {file: x}}"), HasSubstr("unknown key \"file\" in an !include"));
  EXPECT_THAT(complaint("hooks: {build: !include {type: string}}"), HasSubstr("an !include needs the key \"path\""));
  EXPECT_THAT(complaint("hooks: {build: !include }"), HasSubstr("an !include needs the path of a file"));
  EXPECT_THAT(complaint("hooks: {build: !include {type: string, path: .}}"), HasSubstr("\".\" is no file"));
  EXPECT_THAT(complaint("hooks: {build: !include {type: string, path: bytes}}"),
              HasSubstr("include it with the type binary"));
  EXPECT_THAT(complaint("crons: !include two.yaml"),
              HasSubstr("two.yaml:3:1: a file that is included has one document only"));
  EXPECT_THAT(complaint("hooks: {build: !archive [x]}"), HasSubstr("an !archive needs the path of a folder"));
}

TEST_F(IncludeTest, EndsWhereFilesIncludeEachOtherManyTimes) {
  constexpr int kFiles = 12;
  for (int i = 0; i < kFiles; ++i) {
    folder.write(fmt::format("repo/f{}.yaml", i), fmt::format("[!include f{0}.yaml, !include f{0}.yaml]", i + 1));
  }
  folder.write(fmt::format("repo/f{}.yaml", kFiles), "x");

  EXPECT_THAT(complaint("web: {all: !include f0.yaml}"), HasSubstr("includes more than 500 files"));
}

}  // namespace
}  // namespace understudy
