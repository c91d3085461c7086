// Every repository in tests/samples/apps: what is understood of it, or which line is complained of.

#include <gmock/gmock.h>

#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "harness/application.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

const std::filesystem::path kSamples = std::filesystem::path{SOURCE_DIR} / "tests/samples/apps";

/// "front[sitemap] api[sync purge]"
std::string apps_of(const AppProject& project) {
  std::string text;
  for (const Application& app : project.apps) {
    text += (text.empty() ? "" : " ") + app.name + "[";
    for (const CronDefinition& cron : app.crons) text += (&cron == app.crons.data() ? "" : " ") + cron.name;
    text += "]";
  }
  return text;
}

struct Good {
  std::string name;
  std::string folder;
  AppProject::Style style;
  std::string apps;
};
void PrintTo(const Good& row, std::ostream* out) { *out << row.folder; }

constexpr auto kPlatform = AppProject::Style::kPlatformAppYaml;
constexpr auto kList = AppProject::Style::kApplicationsYaml;
constexpr auto kUpsun = AppProject::Style::kUpsunConfig;

const std::vector<Good> kGood{
    {"Drupal", "drupal", kPlatform, "drupal[drupal backup]"},
    {"Symfony", "symfony", kPlatform, "app[security-check clean]"},
    {"Laravel", "laravel", kPlatform, "shop[scheduler]"},
    {"NodeJs", "nodejs", kPlatform, "node[feeds]"},
    {"Django", "django", kPlatform, "django[clear_sessions newsletter]"},
    {"Rails", "rails", kPlatform, "rails[reports]"},
    {"Golang", "golang", kPlatform, "app[snapshot]"},
    {"JavaSpring", "java-spring", kPlatform, "spring[renew]"},
    {"StaticSite", "static-site", kPlatform, "docs[]"},
    {"NoName", "no-name", kPlatform, "app[]"},
    {"Monorepo", "monorepo", kPlatform, "front[sitemap] api[sync purge]"},
    {"ApplicationsList", "applications-list", kList, "admin[tidy] site[]"},
    {"ApplicationsMap", "applications-map", kList, "one[first] two[second]"},
    {"UpsunAnchors", "upsun-anchors", kUpsun, "backend[nightly] worker[hourly nightly]"},
    {"UpsunTwoFiles", "upsun-two-files", kUpsun, "front[warm] back[]"},
    {"IncludeScript", "include-script", kPlatform, "app[backup]"},
    {"IncludeYaml", "include-yaml", kPlatform, "app[report]"},
    {"SolrArchive", "solr-archive", kPlatform, "search[index]"},
    {"MergeKeys", "merge-keys", kPlatform, "app[prune export]"},
    {"CmdAndCommands", "cmd-and-commands", kPlatform, "app[old new mixed]"},
    {"Odd", "odd", kPlatform, "Shop[idle]"},
};

class GoodSamples : public ::testing::TestWithParam<Good> {};

TEST_P(GoodSamples, AreUnderstood) {
  const AppProject project = load_app_project(kSamples / GetParam().folder);

  EXPECT_EQ(project.style, GetParam().style);
  EXPECT_EQ(apps_of(project), GetParam().apps);
}

/// Whoever shows a configuration may rely on these (required by the published description, or indexed by the client).
TEST_P(GoodSamples, ShowTheirConfigurationAsTheApiDoes) {
  for (const Application& app : load_app_project(kSamples / GetParam().folder).apps) {
    std::set<std::string> keys;
    for (const auto& [key, value] : app.configuration.items()) keys.insert(key);

    EXPECT_THAT(keys, IsSupersetOf({"name", "type", "access", "relationships", "mounts", "timezone", "variables", "web",
                                    "hooks", "crons", "source", "build", "dependencies"}));
    EXPECT_EQ(app.configuration["name"], app.name);
    EXPECT_EQ(app.configuration["crons"].size(), app.crons.size());
    for (const CronDefinition& cron : app.crons) {
      EXPECT_EQ(app.configuration["crons"][cron.name]["commands"]["start"], cron.start);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Apps, GoodSamples, ::testing::ValuesIn(kGood), [](const auto& row) { return row.param.name; });

struct Broken {
  std::string name;
  std::string folder;
  std::string place;      // file, line and column below the folder
  std::string complaint;  // behind it
};
void PrintTo(const Broken& row, std::ostream* out) { *out << row.folder; }

const std::vector<Broken> kBroken{
    {"DuplicateKey", "broken-duplicate-key", ".platform.app.yaml:5:5",
     R"(the key "backup" is here twice; first in line 4)"},
    {"TypeIsNumber", "broken-type-is-number", ".platform.app.yaml:2:7",
     "expected a type, found a number; write LANGUAGE:VERSION"},
    {"MisspeltCronKey", "broken-misspelt-cron-key", ".platform.app.yaml:6:9",
     R"(unknown key "comands" in the cron "backup"; did you mean "commands"?)"},
    {"MissingSpec", "broken-missing-spec", ".platform.app.yaml:4:5", R"(the cron "backup" needs the key "spec")"},
    {"MissingInclude", "broken-missing-include", ".platform.app.yaml:7:20",
     R"(there is no file "scripts/backup.sh"; looked in )"},
    {"BadIndentation", "broken-bad-indentation", ".platform.app.yaml:6:7", "did not find expected key"},
    {"BothCmdAndCommands", "broken-both-cmd-and-commands", ".platform.app.yaml:6:14",
     R"(the cron "backup" has both cmd and commands.start)"},
    {"Tab", "broken-tab", ".platform.app.yaml:4:1", "found character that cannot start any token"},
    {"BareAsterisk", "broken-bare-asterisk", ".platform.app.yaml:5:16",
     R"(put quotes around a text that begins with "*")"},
    {"IncludeLeadsOut", "broken-include-leads-out", ".platform.app.yaml:4:13",
     R"(etc/passwd" leads out of the repository)"},
    {"IncludeOfItself", "broken-include-of-itself", "crons.yaml:3:15", R"(crons.yaml" includes itself)"},
    {"IncludeIsBroken", "broken-include-is-broken", "crons.yaml:3:1", "did not find expected"},
    {"TimeoutTooLong", "broken-timeout-too-long", ".platform.app.yaml:4:63",
     "a timeout has 1 to 86400 seconds, not 90000"},
    {"CronsAreAList", "broken-crons-are-a-list", ".platform.app.yaml:4:5", "expected a map, found a list"},
    {"HookIsAList", "broken-hook-is-a-list", ".platform.app.yaml:5:9", "expected a text, found a list"},
    {"NoCommand", "broken-no-command", ".platform.app.yaml:4:5",
     R"(the cron "a" has no command; write commands: {start: COMMAND})"},
    {"TwoWithoutName", "broken-two-without-name", "a/.platform.app.yaml:1:1",
     R"(an app needs the key "name"; there are 2 apps)"},
    {"SameName", "broken-same-name", "b/.platform.app.yaml:2:1", R"("app" is in applications twice; first at )"},
    {"Empty", "broken-empty", ".platform.app.yaml", "is empty"},
    {"VariablesWithoutNamespace", "broken-variables-without-namespace", ".platform.app.yaml:4:14",
     "variables are maps by namespace, found a text; write env: {APP_ENV: VALUE}"},
    {"MountOfOld", "broken-mount-of-old", ".platform.app.yaml:4:16", R"(a mount cannot be "files/x")"},
    {"UpsunSameService", "broken-upsun-same-service", ".upsun/b.yaml:2:3", R"("db" is in services twice; first at )"},
};

class BrokenSamples : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenSamples, AreRefusedWithTheirPlace) {
  const Broken& row = GetParam();
  std::string complaint = "(none)";

  try {
    static_cast<void>(load_app_project(kSamples / row.folder));
  } catch (const InputError& e) {
    complaint = e.what();
  }

  EXPECT_THAT(complaint, StartsWith((kSamples / row.folder / row.place).string() + ": "));
  EXPECT_THAT(complaint, HasSubstr(row.complaint));
}

INSTANTIATE_TEST_SUITE_P(Apps, BrokenSamples, ::testing::ValuesIn(kBroken),
                         [](const auto& row) { return row.param.name; });

TEST(Samples, AreAllInTheTables) {
  std::set<std::string> named;
  for (const Good& row : kGood) named.insert(row.folder);
  for (const Broken& row : kBroken) named.insert(row.folder);
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator{kSamples})
    there.insert(entry.path().filename().string());

  EXPECT_EQ(named, there);
}

}  // namespace
}  // namespace understudy
