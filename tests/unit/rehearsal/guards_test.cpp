// What a cron asks of its environment, in the forms that people write.

#include "rehearsal/guards.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

#include "temporary_folder.hpp"

namespace understudy {
namespace {

using testing::ElementsAreArray;

/// "branch main", "not type staging", "other X", "empty other X"
std::string text_of(const Guard& guard) {
  const std::string kind = guard.kind == Guard::Kind::kBranch        ? "branch"
                           : guard.kind == Guard::Kind::kEnvironment ? "environment"
                           : guard.kind == Guard::Kind::kType        ? "type"
                                                                     : "other " + guard.variable;
  return fmt::format("{}{}{}{}", guard.negated ? "not " : "", kind, guard.value.empty() ? "" : " ", guard.value);
}

struct Row {
  std::string name;
  std::string command;
  std::vector<std::string> guards;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.command; }

const Row kRows[] = {
    {"None", "drush cron; webpaas backup:create", {}},
    {"If", "if [ \"$PLATFORM_BRANCH\" = master ]; then\n  webpaas backup:create\nfi", {"branch master"}},
    {"IfOnOneLine", "if [ $PLATFORM_BRANCH = main ]; then drush cron; fi", {"branch main"}},
    {"AndList", "[ $PLATFORM_BRANCH = \"main\" ] && drush cron", {"branch main"}},
    {"Test", "test \"$PLATFORM_BRANCH\" = main && drush cron", {"branch main"}},
    {"Brackets", "if [[ \"$PLATFORM_BRANCH\" == 'main' ]]; then drush cron; fi", {"branch main"}},
    {"BracketsBare", "[[ $PLATFORM_BRANCH == main ]] && drush cron", {"branch main"}},
    {"Braces", "[ \"${PLATFORM_BRANCH}\" = main ] && drush cron", {"branch main"}},
    {"BracesWithDefault", "[ \"${PLATFORM_BRANCH:-x}\" = main ] && drush cron", {"branch main"}},
    {"ValueFirst", "[ main = \"$PLATFORM_BRANCH\" ] && drush cron", {"branch main"}},
    {"Padded", "[ \"x$PLATFORM_BRANCH\" = xmain ] && drush cron", {"branch main"}},
    {"Type", "if [ \"$PLATFORM_ENVIRONMENT_TYPE\" = production ]; then drush cron; fi", {"type production"}},
    {"Environment", "[ \"$PLATFORM_ENVIRONMENT\" = main-bvxea6i ] && drush cron", {"environment main-bvxea6i"}},
    {"EnvironmentPattern", "[[ $PLATFORM_ENVIRONMENT = main-* ]] && drush cron", {"environment main-*"}},
    {"EnvironmentQuotedPattern", "[ $PLATFORM_ENVIRONMENT = \"main-*\" ] && drush cron", {"environment main-*"}},
    {"EnvironmentCut", "[ \"${PLATFORM_ENVIRONMENT%%-*}\" = main ] && drush cron", {"environment main"}},
    {"Regex", "[[ $PLATFORM_BRANCH =~ ^(main|master)$ ]] && drush cron", {"branch main", "branch master"}},
    {"RegexOfEnvironment", "[[ $PLATFORM_ENVIRONMENT =~ ^main-.* ]] && drush cron", {"environment main-*"}},
    {"Unequal", "[ $PLATFORM_BRANCH != staging ] && drush cron", {"not branch staging"}},
    {"UnequalLeaves", "if [ \"$PLATFORM_BRANCH\" != master ]; then exit 0; fi; drush cron", {"branch master"}},
    {"UnequalLeavesInAList", "[ \"$PLATFORM_BRANCH\" != master ] && exit\ndrush cron", {"branch master"}},
    {"EqualOrLeaves", "[ $PLATFORM_BRANCH = main ] || exit 0\ndrush cron", {"branch main"}},
    {"EqualOrWorks", "[ $PLATFORM_BRANCH = main ] || drush cron", {"not branch main"}},
    {"EqualOrLeavesWithAWord", "[ $PLATFORM_BRANCH = main ] || { echo no; exit 0; }; drush cron", {"branch main"}},
    {"LeavesWithAWord", "if [ $PLATFORM_BRANCH != main ]; then\n  echo \"$(date) no\"\n  exit 0\nfi", {"branch main"}},
    {"EqualLeaves", "[ $PLATFORM_BRANCH = staging ] && exit 0; drush cron", {"not branch staging"}},
    {"WorksThenLeaves", "if [ $PLATFORM_BRANCH = main ]; then drush cron; exit 0; fi", {"branch main"}},
    {"WorksOrLeaves", "if [ $PLATFORM_BRANCH = main ]; then drush cron || exit 1; fi", {"branch main"}},
    {"TellsAndGoesOn", "[ $PLATFORM_BRANCH = main ] && echo main\nexit 0", {"branch main"}},
    {"ListOverLines", "[ $PLATFORM_BRANCH != main ] &&\n  exit 0", {"branch main"}},
    {"Not", "if ! [ $PLATFORM_BRANCH = staging ]; then drush cron; fi", {"not branch staging"}},
    {"NotInside", "[ ! \"$PLATFORM_BRANCH\" = staging ] && drush cron", {"not branch staging"}},
    {"NotBrackets", "[[ ! ( $PLATFORM_BRANCH == dev ) ]] && drush cron", {"not branch dev"}},
    {"Else", "if [ $PLATFORM_BRANCH = dev ]; then echo no; else drush cron; fi", {"not branch dev"}},
    {"ElseLeaves", "if [ $PLATFORM_BRANCH = main ]; then echo yes; else exit; fi; drush cron", {"branch main"}},
    {"EitherOr",
     "if [ $PLATFORM_BRANCH = main ] || [ $PLATFORM_BRANCH = master ]; then drush cron; fi",
     {"branch main", "branch master"}},
    {"NeitherNorLeaves",
     "[ $PLATFORM_BRANCH != main ] && [ $PLATFORM_BRANCH != master ] && exit 0; drush cron",
     {"branch main", "branch master"}},
    {"BothInside",
     "[ $PLATFORM_BRANCH = main -a \"$PLATFORM_ENVIRONMENT_TYPE\" = production ] && drush cron",
     {"branch main", "type production"}},
    {"BothInBrackets",
     "[[ $PLATFORM_BRANCH == main && ( $ENABLED == 1 || -n $FORCED ) ]] && drush cron",
     {"branch main", "other ENABLED 1", "other FORCED"}},
    {"Nested",
     "if [ $PLATFORM_BRANCH = main ]; then\n  if [ \"$ENABLED\" = yes ]; then drush cron; fi\nfi",
     {"branch main", "other ENABLED yes"}},
    {"Case", "case \"$PLATFORM_BRANCH\" in main|master) drush cron;; esac", {"branch main", "branch master"}},
    {"CaseLines",
     "case $PLATFORM_ENVIRONMENT in\n  main-*)\n    drush cron\n    ;;\n  *)\n    echo no\n    ;;\nesac",
     {"environment main-*"}},
    {"CaseLeaves", "case $PLATFORM_BRANCH in main) ;; *) exit 0;; esac; drush cron", {"branch main"}},
    {"CaseRest", "case $PLATFORM_BRANCH in (dev|qa) ;; (*) drush cron;; esac", {"not branch dev", "not branch qa"}},
    {"CaseOfSomeLeaves", "case $PLATFORM_BRANCH in dev) exit 0;; esac; drush cron", {"not branch dev"}},
    {"CaseOfSomethingElse", "case \"$1\" in main) drush cron;; esac", {}},
    {"Copy", "branch=$PLATFORM_BRANCH; [ \"$branch\" = main ] && drush cron", {"branch main"}},
    {"CopyWithDefault",
     "export PLATFORM_BRANCH=${PLATFORM_BRANCH:-dev}\n[ $PLATFORM_BRANCH = main ] && x",
     {"branch main"}},
    {"OwnVariable", "DAY=$(date +%u); [ \"$DAY\" = 7 ] && drush cron", {}},
    {"OwnVariableOfALoop", "for x in a b; do [ \"$x\" = a ] && drush cron; done", {}},
    {"Empty", "[ -z \"$PLATFORM_BRANCH\" ] && drush cron", {"not other PLATFORM_BRANCH"}},
    {"NotEmpty", "if [ -n \"$PLATFORM_PROJECT\" ]; then drush cron; fi", {"other PLATFORM_PROJECT"}},
    {"OtherVariable", "[ \"$PLATFORM_PROJECT\" = abc ] && drush cron", {"other PLATFORM_PROJECT abc"}},
    {"Files", "[ -f x ] && [ \"$#\" = 1 ] && [ 3 -gt 2 ] && drush cron", {}},
    {"NotComparedWithText", "[ \"$PLATFORM_BRANCH\" = \"$OTHER\" ] && drush cron", {}},
    {"ShellText", "sh -c '[ $PLATFORM_BRANCH = main ] && drush cron'", {"branch main"}},
    {"Script", "sh cron.sh", {"branch main"}},
    {"ScriptByPath", "cd lib && ./cron", {"type production"}},
    {"ScriptBehindAGuard", "[ \"$ENABLED\" = 1 ] && bash cron.sh", {"other ENABLED 1", "branch main"}},
    {"ScriptOfAnotherLanguage", "./php-cron", {}},
    {"Comment", "# [ $PLATFORM_BRANCH = main ]\ndrush cron", {}},
    {"Unfinished", "if [ $PLATFORM_BRANCH = main", {"branch main"}},
};

class Guards : public testing::TestWithParam<Row> {};

TEST_P(Guards, AreFoundInShellText) {
  const TemporaryFolder tree;
  tree.write("cron.sh", "test \"$PLATFORM_BRANCH\" = main || exit 0\ndrush cron\n");
  tree.write("lib/cron", "#!/bin/sh\n[ $PLATFORM_ENVIRONMENT_TYPE = production ] && drush cron\n", true);
  tree.write("php-cron", "#!/usr/bin/env php\n<?php // [ $PLATFORM_BRANCH = main ]\n", true);

  std::vector<std::string> found;
  for (const Guard& guard : find_guards(GetParam().command, tree.path())) found.push_back(text_of(guard));

  EXPECT_THAT(found, ElementsAreArray(GetParam().guards));
}

INSTANTIATE_TEST_SUITE_P(Forms, Guards, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });

TEST(Guards, HaveTheBrandsPrefix) {
  const std::string command = "[ $ACME_BRANCH = main ] && x; [ $PLATFORM_BRANCH = other ] && x";

  const std::vector<Guard> guards = find_guards(command, ".", "ACME_");

  ASSERT_EQ(guards.size(), 2U);
  EXPECT_EQ(text_of(guards[0]), "branch main");
  EXPECT_EQ(text_of(guards[1]), "other PLATFORM_BRANCH other");
}

AppProject project_of(const std::vector<std::string>& commands) {
  AppProject project;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    Application app{.name = fmt::format("app{}", i)};
    app.crons.push_back({.name = "cron", .start = commands[i]});
    project.apps.push_back(app);
  }
  return project;
}

TEST(GuardedBranch, IsWhatMostCronsTestFor) {
  const std::string main = "[ $PLATFORM_BRANCH = main ] && x";
  const std::string master = "[ $PLATFORM_BRANCH = master ] && x";
  const std::string master_twice = "[ $PLATFORM_BRANCH = master ] && x; [ $PLATFORM_BRANCH = master ] && y";

  EXPECT_EQ(guarded_branch(project_of({main, master, master})), "master");
  EXPECT_EQ(guarded_branch(project_of({main, master_twice})), "main");  // of equals the first
}

TEST(GuardedBranch, IsInFrontOfAnEnvironmentsSuffix) {
  EXPECT_EQ(guarded_branch(project_of({"[ $PLATFORM_ENVIRONMENT = pre-prod-bvxea6i ] && x"})), "pre-prod");
  EXPECT_EQ(guarded_branch(project_of({"[[ $PLATFORM_ENVIRONMENT = live-* ]] && x"})), "live");
  EXPECT_EQ(guarded_branch(project_of({"[[ $PLATFORM_ENVIRONMENT = live* ]] && x"})), "live");
}

TEST(GuardedBranch, IsNoneIfNoGuardNamesOne) {
  for (const char* const command : {"x", "[ $PLATFORM_ENVIRONMENT_TYPE = production ] && x",
                                    "[ $PLATFORM_BRANCH != dev ] && x", "[ $PLATFORM_BRANCH = staging ] && x",
                                    "[[ $PLATFORM_BRANCH = feature/* ]] && x", "[ $PLATFORM_BRANCH = $X ]"}) {
    EXPECT_EQ(guarded_branch(project_of({command})), "") << command;
  }
}

}  // namespace
}  // namespace understudy
