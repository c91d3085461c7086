// What is wrong with crons and can be told without running them: each finding, and the same without it.

#include "rehearsal/static_findings.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "sample_client.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kInstalled = "hooks: {build: 'curl -fsS https://platform.sh/cli/installer | php'}\n";
const std::string kGuardedBackup =
    "crons: {backup: {spec: '0 3 * * *', commands: {start: '[ $PLATFORM_BRANCH = main ] && webpaas backup:create'}}}\n";

/// Of an app with one cron that runs `command`, and the client installed.
std::string cron(const std::string& command, const std::string& spec = "0 3 * * *") {
  return kInstalled + "crons:\n  nightly:\n    spec: '" + spec + "'\n    commands:\n      start: |\n        " +
         command + "\n";
}

struct StaticFindings : testing::Test {
  Repository repository;

  std::vector<Finding> in(const std::string& rest, const std::string& world = "") const {
    const AppProject project = repository.with(rest);
    return static_findings(project, world_of(project, world), webpaas());
  }
  /// "warning no-guard 4:3"
  std::vector<std::string> codes(const std::string& rest, const std::string& world = "") const {
    std::vector<std::string> result;
    for (const Finding& one : in(rest, world)) {
      result.push_back(fmt::format("{} {} {}:{}", name_of(one.level), one.code, one.at.line, one.at.column));
    }
    return result;
  }
};

// ---- no-guard

TEST_F(StaticFindings, TellOfACronThatWritesWithoutAGuard) {
  const std::vector<Finding> findings = in(cron("webpaas backup:create --yes && webpaas redeploy"));

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "no-guard");
  EXPECT_EQ(findings[0].level, Finding::Level::kWarning);
  EXPECT_EQ(findings[0].app, "app");
  EXPECT_EQ(findings[0].cron, "nightly");
  EXPECT_EQ(findings[0].at.line, 8);
  EXPECT_EQ(findings[0].text,
            "The cron \"nightly\" runs backup:create and redeploy without asking which environment it is in, so it "
            "does so in every active environment.");
  EXPECT_EQ(
      findings[0].hint,
      "Run it in production only, with if [ \"$PLATFORM_ENVIRONMENT_TYPE\" = production ]; then ... fi around it.");
}

TEST_F(StaticFindings, AreSilentAboutACronWithAGuardOrOneThatOnlyReads) {
  EXPECT_THAT(codes(cron("[ \"$PLATFORM_BRANCH\" = main ] && webpaas backup:create")), IsEmpty());
  EXPECT_THAT(codes(cron("[ \"$PLATFORM_ENVIRONMENT_TYPE\" = production ] && webpaas redeploy")), IsEmpty());
  EXPECT_THAT(codes(cron("webpaas backup:list | mail me")), IsEmpty());
  EXPECT_THAT(codes(cron("drush cron")), IsEmpty());
}

TEST_F(StaticFindings, LookForGuardsInScripts) {
  repository.folder.write("guarded.sh", "[ $PLATFORM_BRANCH = main ] || exit 0\nwebpaas redeploy\n");
  repository.folder.write("bare.sh", "webpaas redeploy\n");

  EXPECT_THAT(codes(cron("sh guarded.sh")), IsEmpty());
  EXPECT_THAT(codes(cron("sh bare.sh")), ElementsAre("warning no-guard 8:14"));
}

TEST_F(StaticFindings, NoteACronThatAsksForSomethingElse) {
  const std::vector<Finding> findings = in(cron("[ \"$BACKUPS\" = 1 ] && webpaas backup:create"));

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].level, Finding::Level::kNote);
  EXPECT_THAT(findings[0].text,
              HasSubstr("looks at $BACKUPS but not at which environment it is in, so it may run backup:create"));
}

// ---- spec-too-frequent

TEST_F(StaticFindings, TellOfASpecThatThePlanMayNotAllow) {
  const std::vector<Finding> findings = in(cron("drush cron", "*/2 * * * *"));

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "spec-too-frequent");
  EXPECT_EQ(to_string(findings[0].at).substr(repository.folder.path().string().size()), "/.platform.app.yaml:6:11");
  EXPECT_EQ(
      findings[0].text,
      "The cron \"nightly\" is due again after 2 minutes, and a Professional plan allows no less than 5 minutes.");
  EXPECT_THAT(in(cron("drush cron", "* * * * *"))[0].text, HasSubstr("is due again after 1 minute, and"));
}

TEST_F(StaticFindings, NameTheWorldsPlanAndKnowLargerOnes) {
  const std::string often = cron("drush cron", "* * * * *");

  EXPECT_THAT(in(often, "projects: {p1: {subscription: {plan: medium}}}")[0].text,
              HasSubstr("5 minutes (this project's plan is medium)."));
  EXPECT_THAT(codes(often, "projects: {p1: {subscription: {plan: enterprise/2xlarge}}}"), IsEmpty());
  EXPECT_THAT(codes(cron("drush cron", "*/5 * * * *")), IsEmpty());
  EXPECT_THAT(codes(cron("drush cron", "H/5 * * * *")), IsEmpty());
  EXPECT_THAT(codes(cron("drush cron", "*/19 * * * *")), IsEmpty());  // the vendor's own, for Drupal
  EXPECT_THAT(codes(cron("drush cron", "0,2 4 1 1 *")), ElementsAre(HasSubstr("spec-too-frequent")));
  EXPECT_THAT(codes(cron("drush cron", "* * 30 2 *")), IsEmpty());  // never
}

// ---- not-installed

TEST_F(StaticFindings, TellOfAClientThatNothingInstalls) {
  const std::vector<Finding> findings = in("hooks: {build: npm ci}\n" + kGuardedBackup);

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "not-installed");
  EXPECT_EQ(findings[0].level, Finding::Level::kError);
  EXPECT_EQ(findings[0].at.line, 4);
  EXPECT_EQ(findings[0].text,
            "The cron \"backup\" calls webpaas, and the build hook of the app \"app\" does not install it.");
}

TEST_F(StaticFindings, KnowTheWaysToInstallTheClient) {
  for (const char* const hook :
       {"curl -sfS https://platform.sh/cli/installer | php",
        "wget -qO- https://cli.webpaas.ovhcloud.com/installer | php",
        "curl -fsSL https://raw.githubusercontent.com/platformsh/cli/main/installer.sh | VENDOR=upsun bash",
        "bash <(curl -fsSL platform.sh/cli/installer)",
        "php -r \"readfile(''https://platform.sh/cli/installer'');\" | php", "composer require platformsh/cli",
        "npm install -g @upsun/cli-linux-x64",
        "curl -L https://github.com/platformsh/cli/releases/download/5.0.0/platform.tar.gz | tar xz",
        "sh install.sh"}) {
    repository.folder.write("install.sh", "curl -fsS https://platform.sh/cli/installer | php\n");
    EXPECT_THAT(codes(fmt::format("hooks: {{build: '{}'}}\n", hook) + kGuardedBackup), IsEmpty()) << hook;
  }
  for (const char* const hook : {"curl https://example.com/cli/installer | php", "composer install", "sh none.sh"}) {
    EXPECT_THAT(codes(fmt::format("hooks: {{build: '{}'}}\n", hook) + kGuardedBackup),
                ElementsAre(HasSubstr("not-installed")))
        << hook;
  }
}

TEST_F(StaticFindings, KnowAClientOfTheRepository) {
  EXPECT_THAT(codes("dependencies: {php: {platformsh/cli: '*'}}\n" + kGuardedBackup), IsEmpty());
  ASSERT_THAT(codes(kGuardedBackup), ElementsAre(HasSubstr("not-installed")));
  repository.folder.write("composer.json", "{\"require\": {\"platformsh/cli\": \"^3\"}}");
  EXPECT_THAT(codes(kGuardedBackup), IsEmpty());
  repository.folder.write("composer.json", "{}");
  ASSERT_THAT(codes(kGuardedBackup), ElementsAre(HasSubstr("not-installed")));
  repository.folder.write("vendor/bin/webpaas", "#!/usr/bin/env php\n", true);
  EXPECT_THAT(codes(kGuardedBackup), IsEmpty());
}

TEST_F(StaticFindings, KnowAClientThatIsCalledByItsPathInTheRepository) {
  repository.folder.write("tools/platform", "#!/bin/sh\n", true);

  EXPECT_THAT(codes("crons: {x: {spec: '0 3 * * *', commands: {start: tools/platform backup:list}}}\n"), IsEmpty());
}

// ---- token-in-repository

TEST_F(StaticFindings, TellOfATokenInTheRepositoryWithoutSayingIt) {
  const std::vector<Finding> findings =
      in("variables:\n  env:\n    A: b\n    OVHCLOUD_WEBPAAS_CLI_TOKEN: s3cr3t-value\n  php: {memory_limit: 1G}\n");

  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "token-in-repository");
  EXPECT_EQ(findings[0].at.line, 6);
  EXPECT_EQ(findings[0].at.column, 5);
  EXPECT_EQ(findings[0].app, "app");
  EXPECT_THAT(findings[0].text + findings[0].hint,
              AllOf(HasSubstr("OVHCLOUD_WEBPAAS_CLI_TOKEN is written in the repository"), Not(HasSubstr("s3cr3t"))));
}

TEST_F(StaticFindings, KnowTokensOfOtherBrandsAndNoOtherVariables) {
  EXPECT_THAT(codes("variables: {env: {platformsh_cli_token: x}}\n"), ElementsAre("error token-in-repository 3:19"));
  EXPECT_THAT(codes("variables: {env: {CSRF_TOKEN: x, OVHCLOUD_WEBPAAS_CLI_TOKENS: y}}\n"), IsEmpty());
}

// ---- what the world says of the token

struct TokenRow {
  std::string name;
  std::string project;      // variables of the project level
  std::string environment;  // and of main
  std::vector<std::string> codes;
};
void PrintTo(const TokenRow& row, std::ostream* out) { *out << row.project << " | " << row.environment; }

const std::string kName = "\"env:OVHCLOUD_WEBPAAS_CLI_TOKEN\"";
const std::string kGood = "value: s3cr3t, is_sensitive: true";

const TokenRow kTokenRows[] = {
    {"Good", "", kName + ": {" + kGood + ", is_inheritable: false}", {}},
    {"OfTheProject", kName + ": {" + kGood + ", visible_build: false}", "", {"note token-inheritable 4"}},
    {"InBuilds", kName + ": {" + kGood + "}", "", {"warning token-visible-in-build 4", "note token-inheritable 4"}},
    {"InBuildsOfAnotherAppOnly",
     kName + ": {" + kGood + ", application_scope: [other]}",
     "",
     {"note token-inheritable 4", "error no-token 4"}},
    {"Inheritable", "", kName + ": {" + kGood + "}", {"warning token-inheritable 8"}},
    {"NotSensitive", "", kName + ": {value: s3cr3t, is_inheritable: false}", {"warning token-not-sensitive 8"}},
    {"NotEnv",
     "",
     "OVHCLOUD_WEBPAAS_CLI_TOKEN: {" + kGood + ", is_inheritable: false}",
     {"error token-not-env 8", "error no-token 4"}},
    {"NotEnvBesideTheRightOne",
     "",
     "OVHCLOUD_WEBPAAS_CLI_TOKEN: {" + kGood + ", is_inheritable: false}, " + kName + ": {" + kGood +
         ", is_inheritable: false}",
     {}},
    {"Disabled", "", kName + ": {" + kGood + ", is_inheritable: false, is_enabled: false}", {"error no-token 4"}},
    {"NotAtRunTime",
     "",
     kName + ": {" + kGood + ", is_inheritable: false, visible_runtime: false}",
     {"error no-token 4"}},
    {"ForThisApp", "", kName + ": {" + kGood + ", is_inheritable: false, application_scope: [app]}", {}},
    {"ForAnotherApp",
     "",
     kName + ": {" + kGood + ", is_inheritable: false, application_scope: [other]}",
     {"error no-token 4"}},
    {"SmallLetters", "", "\"env:ovhcloud_webpaas_cli_token\": {" + kGood + ", is_inheritable: false}", {}},
    {"None", "", "", {"error no-token 4"}},
    {"AnotherVariable", "A: b", "\"env:TOKEN\": x", {"error no-token 4"}},
};

class TokenInAWorld : public testing::TestWithParam<TokenRow> {};

TEST_P(TokenInAWorld, IsLookedAt) {
  const Repository repository;
  const AppProject project = repository.with(kInstalled + kGuardedBackup);
  const std::string yaml = fmt::format(
      "projects:\n  p1:\n    variables:\n      {{{}}}\n    environments:\n      main:\n        variables:\n"
      "          {{{}}}\n      dev: {{}}\n",
      GetParam().project, GetParam().environment);

  std::vector<std::string> found;
  for (const Finding& one : static_findings(project, world_of(project, yaml), webpaas())) {
    found.push_back(fmt::format("{} {} {}", name_of(one.level), one.code, one.at.line));
    EXPECT_EQ(one.at.file == "world.yaml", one.code != "no-token");
    EXPECT_THAT(one.text + one.hint, Not(HasSubstr("s3cr3t")));
    EXPECT_TRUE(one.text.ends_with('.') && one.hint.ends_with('.')) << one.text << one.hint;
  }

  EXPECT_THAT(found, testing::UnorderedElementsAreArray(GetParam().codes));
}

INSTANTIATE_TEST_SUITE_P(Variables, TokenInAWorld, testing::ValuesIn(kTokenRows),
                         [](const auto& row) { return row.param.name; });

TEST_F(StaticFindings, SayWhatKeepsATokenFromAnApp) {
  const auto hint = [&](const std::string& variable) {
    const std::string world =
        "projects: {p1: {environments: {main: {variables: {" + kName + ": {" + kGood + ", " + variable + "}}}}}}";
    for (const Finding& one : in(kInstalled + kGuardedBackup, world)) {
      if (one.code == "no-token") return one.hint;
    }
    return std::string{"(none)"};
  };

  EXPECT_EQ(hint("is_enabled: false"), "Enable the variable env:OVHCLOUD_WEBPAAS_CLI_TOKEN.");
  EXPECT_EQ(hint("visible_runtime: false"), "Make the variable env:OVHCLOUD_WEBPAAS_CLI_TOKEN visible at run time.");
  EXPECT_EQ(hint("application_scope: [x]"),
            "Add the app \"app\" to the application scope of the variable env:OVHCLOUD_WEBPAAS_CLI_TOKEN.");
  EXPECT_EQ(hint("is_enabled: true"), "(none)");
}

TEST_F(StaticFindings, KnowOtherWaysToATokenAndCronsThatNeedNone) {
  const std::string none = "projects: {p1: {}}";
  const auto backup = [](const std::string& command) {
    return kInstalled + "crons: {x: {spec: '0 3 * * *', commands: {start: '" + command + "'}}}\n";
  };

  EXPECT_THAT(codes(backup("drush cron"), none), IsEmpty());
  EXPECT_THAT(codes(backup("webpaas me"), none), ElementsAre(HasSubstr("no-token")));
  EXPECT_THAT(codes(backup("OVHCLOUD_WEBPAAS_CLI_TOKEN=$(cat t) webpaas me"), none), IsEmpty());
  EXPECT_THAT(codes(backup("export OVHCLOUD_WEBPAAS_CLI_TOKEN=$T; webpaas me"), none), IsEmpty());
  EXPECT_THAT(codes("variables: {env: {OVHCLOUD_WEBPAAS_CLI_TOKEN: x}}\n" + backup("webpaas me"), none),
              ElementsAre(HasSubstr("token-in-repository")));
  repository.folder.write(".environment", "export OVHCLOUD_WEBPAAS_CLI_TOKEN=\"$T\"\n");
  EXPECT_THAT(codes(backup("webpaas me"), none), IsEmpty());
}

TEST_F(StaticFindings, TellNothingOfAVariableThatWasMadeUp) {
  EXPECT_THAT(codes(kInstalled + kGuardedBackup), IsEmpty());
}

// ---- all together

TEST_F(StaticFindings, AreInTheOrderOfTheFile) {
  const std::string rest =
      "crons:\n  b: {spec: '* * * * *', cmd: webpaas redeploy}\n  a: {spec: '0 3 * * *', cmd: webpaas redeploy}\n"
      "variables: {env: {UPSUN_CLI_TOKEN: x}}\n";

  EXPECT_THAT(codes(rest),
              ElementsAre("warning spec-too-frequent 4:13", "warning no-guard 4:31", "error not-installed 4:31",
                          "warning no-guard 5:31", "error token-in-repository 6:19"))
      << "what is wrong with an app is said once";
}

TEST(StaticFindingsOfSamples, AreWhatAReaderFinds) {
  const auto found = [](const std::string& sample) {
    const AppProject project = load_app_project(std::filesystem::path{SOURCE_DIR} / "tests/samples/apps" / sample);
    std::vector<std::string> result;
    for (const Finding& one : static_findings(project, world_of(project), webpaas())) {
      result.push_back(one.app + "/" + one.cron + " " + one.code);
    }
    return result;
  };

  EXPECT_THAT(found("drupal"), IsEmpty());
  EXPECT_THAT(found("golang"), ElementsAre("app/snapshot not-installed"));
  EXPECT_THAT(found("java-spring"), ElementsAre("spring/renew not-installed"));
}

}  // namespace
}  // namespace understudy
