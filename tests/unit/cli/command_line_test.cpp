// The command line as a person meets it: help, mistakes, lists.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "harness/cli.hpp"

namespace understudy {
namespace {

using testing::HasSubstr;

struct Told {
  int code = -1;
  std::string output;
  std::string complaint;
};

Told tell(std::vector<std::string> words) {
  words.insert(words.begin(), "understudy");
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  Told told;
  testing::internal::CaptureStdout();
  try {
    told.code = run_cli(static_cast<int>(argv.size()), argv.data());
  } catch (const UsageError& error) {
    told.complaint = error.what();
  }
  told.output = testing::internal::GetCapturedStdout();
  return told;
}

TEST(CommandLine, TeachesWithExamplesAndExitCodes) {
  const Told told = tell({"--help"});

  EXPECT_EQ(told.code, 0);
  EXPECT_THAT(told.output, HasSubstr("Exit codes:"));
  EXPECT_THAT(told.output, HasSubstr("understudy run --list"));
  EXPECT_THAT(told.output, HasSubstr("schema"));
  EXPECT_THAT(told.output, testing::Not(HasSubstr("worker ")));
}

class HelpOf : public testing::TestWithParam<std::string> {};

TEST_P(HelpOf, HasExamples) {
  const Told told = tell({GetParam(), "--help"});

  EXPECT_EQ(told.code, 0);
  EXPECT_THAT(told.output, HasSubstr("Examples:\n  understudy " + GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Subcommands, HelpOf, testing::Values("run", "lint", "schema", "exec"),
                         [](const auto& row) { return row.param; });

TEST(CommandLine, KnowsItsVersion) {
  const Told told = tell({"--version"});

  EXPECT_EQ(told.code, 0);
  EXPECT_THAT(told.output, testing::MatchesRegex("understudy [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

struct Mistake {
  std::string name;
  std::vector<std::string> words;
  std::string complaint;
};

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreExplained) { EXPECT_THAT(tell(GetParam().words).complaint, HasSubstr(GetParam().complaint)); }

INSTANTIATE_TEST_SUITE_P(
    Rows, Mistakes,
    testing::Values(
        Mistake{"Command", {"rum"}, "unknown command \"rum\"; did you mean \"run\"?"},
        Mistake{"FarCommand", {"xyzzy"}, "unknown command \"xyzzy\"; see \"understudy --help\""},
        Mistake{"Option", {"run", "--job", "2"}, "unknown option \"--job\"; did you mean \"--jobs\"?"},
        Mistake{"OptionWithValue", {"run", "--sede=2"}, "unknown option \"--sede=2\"; did you mean \"--seed\"?"},
        Mistake{"EmptyState", {"serve", "--state", ""}, "--state: its value is empty; is a variable not set?"},
        Mistake{"EmptyUpstream", {"verify", "a.har", "--upstream", ""}, "--upstream: its value is empty"},
        Mistake{"EmptyFile", {"replay", ""}, "file: its value is empty"},
        Mistake{"FarOption", {"lint", "--frobnicate"}, "see \"understudy lint --help\""},
        Mistake{"MissingValue", {"run", "--seed"}, "--seed"}, Mistake{"BadNumber", {"run", "--seed", "x"}, "--seed"},
        Mistake{"BadChoice", {"run", "--color", "purple"}, "purple"},
        Mistake{"BadKeep", {"run", "--keep=some"}, "some"},
        Mistake{"NoSuchFile", {"run", "no-such.yaml"}, "no such file or folder: no-such.yaml"},
        Mistake{"BothSchemas", {"schema", "--world", "--scenario"}, "excludes"}),
    [](const auto& row) { return row.param.name; });

struct ScenarioFile : testing::Test {
  ScenarioFile() { std::ofstream{file} << "scenario: lists\ntags: [a, b]\nsteps:\n- run: webpaas help\n"; }
  ~ScenarioFile() override { std::filesystem::remove(file); }
  std::string file = testing::TempDir() + "understudy_list_" + std::to_string(::getpid()) + ".yaml";
};

TEST_F(ScenarioFile, IsListed) {
  const Told told = tell({"run", "--list", file});

  EXPECT_EQ(told.code, 0);
  EXPECT_EQ(told.output, file + ":1  lists  [a, b]\n");
}

TEST_F(ScenarioFile, IsListedWithoutItsSecrets) {
  std::ofstream{file} << "scenario: it takes Zq8rT5vKp2mW\nsecrets: {P: Zq8rT5vKp2mW}\nrun: webpaas help\n"
                         "known: [{secret: P, in: stdout, reason: it shows Zq8rT5vKp2mW}]\n";
  EXPECT_THAT(tell({"run", "--list", file}).output, HasSubstr("it takes [secret P #"));
  for (const auto& words : {std::vector<std::string>{"run", "--list", file},
                            {"run", "--list", "--json", file},
                            {"findings", file},
                            {"findings", "--json", file}})
    EXPECT_THAT(tell(words).output, testing::Not(HasSubstr("Zq8rT5")));
}

TEST_F(ScenarioFile, IsListedAsJson) {
  const Told told = tell({"run", "--list", "--json", file});

  const nlohmann::json list = nlohmann::json::parse(told.output).at("scenarios");
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].at("id"), file + ":1");
  EXPECT_EQ(list[0].at("name"), "lists");
  EXPECT_EQ(list[0].at("tags"), nlohmann::json({"a", "b"}));
}

TEST_F(ScenarioFile, IsNotUpdatedUnderCi) {
  ::setenv("CI", "true", 1);
  const Told told = tell({"run", "--update", file});
  ::unsetenv("CI");

  EXPECT_THAT(told.complaint, HasSubstr("--update is refused under CI=true"));
}

TEST_F(ScenarioFile, CannotHaveTwoReportsOnStandardOutput) {
  EXPECT_THAT(tell({"run", "--tap", "--json", "-", file}).complaint, HasSubstr("only one of --tap, --json -"));
}

TEST(CommandLine, PrintsTheSchemas) {
  for (const std::string which : {"--scenario", "--world"}) {
    const Told told = tell({"schema", which});
    EXPECT_EQ(told.code, 0);
    EXPECT_TRUE(nlohmann::json::parse(told.output).is_object()) << which;
  }
}

}  // namespace
}  // namespace understudy
