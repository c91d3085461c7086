#include "harness/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "sample_runs.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Result, SurvivesTheWayToTheFront) {
  for (const ScenarioResult& result : failing_run().results) {
    const json once = to_json(result);
    EXPECT_EQ(to_json(scenario_result_from_json(once)), once) << result.name;
  }
}

TEST(Result, KeepsRewritesAndTheNearestRequest) {
  ScenarioResult result = sample_failed();
  result.steps[0].failures[0].rewrite = Rewrite{{"a.yaml", 3, 9}, "new [..]\n"};

  result.timeline = Timeline{.from = *parse_time("2026-03-01T03:00:00Z"),
                             .to = *parse_time("2026-03-01T04:00:00Z"),
                             .lanes = {{"client webpaas", "requests", Lane::Kind::kClient, "client webpaas"}}};
  const ScenarioResult back = scenario_result_from_json(to_json(result));
  ASSERT_TRUE(back.timeline);
  EXPECT_EQ(to_json(*back.timeline), to_json(*result.timeline));

  const Failure& first = back.steps.at(0).failures.at(0);
  ASSERT_TRUE(first.rewrite.has_value());
  EXPECT_EQ(first.rewrite->new_text, "new [..]\n");
  EXPECT_EQ(to_string(first.rewrite->at), "a.yaml:3:9");
  EXPECT_THAT(first.culprits, ElementsAre(5, 6));
  EXPECT_EQ(back.steps[0].failures.at(1).nearest, 4U);
}

TEST(Summary, CountsVerdictsAndWhatWasNotRun) {
  const Summary summary = summarize(failing_run().results, 7);

  EXPECT_EQ(summary, (Summary{.passed = 1, .failed = 2, .errors = 1, .skipped = 1, .not_run = 2}));
}

TEST(Summary, ReadsLikeASentence) {
  Summary summary{.passed = 31, .failed = 1, .skipped = 2};
  summary.wall_time = std::chrono::milliseconds{8230};

  EXPECT_EQ(summary_line(summary, 1), "31 passed, 1 failed, 2 skipped in 8.2 s (seed 1)");
}

struct Exit {
  std::string name;
  Summary summary;
  int code;
};

class ExitCode : public testing::TestWithParam<Exit> {};

TEST_P(ExitCode, SaysWhatCameOfTheRun) { EXPECT_EQ(exit_code(GetParam().summary), GetParam().code); }

INSTANTIATE_TEST_SUITE_P(Rows, ExitCode,
                         testing::Values(Exit{"AllPassed", {.passed = 3}, 0},
                                         Exit{"SomeSkipped", {.passed = 1, .skipped = 2}, 0},
                                         Exit{"SomeFailed", {.passed = 1, .failed = 1}, 1},
                                         Exit{"BadInput", {.failed = 1, .errors = 1, .bad_inputs = 1}, 2},
                                         Exit{"ErrorsOutrankFailures", {.failed = 1, .errors = 2, .bad_inputs = 1}, 3},
                                         Exit{"Interrupted", {.failed = 1, .interrupted_by = 2}, 130},
                                         Exit{"Terminated", {.passed = 1, .interrupted_by = 15}, 143}),
                         [](const auto& row) { return row.param.name; });

struct ColorCase {
  std::string name;
  ColorChoice choice;
  std::map<std::string, std::string> env;
  bool terminal;
  bool color;
};

class Color : public testing::TestWithParam<ColorCase> {};

TEST_P(Color, FollowsTheConventions) {
  const auto lookup = [](const char* name) -> const char* {
    const auto found = GetParam().env.find(name);
    return found == GetParam().env.end() ? nullptr : found->second.c_str();
  };

  EXPECT_EQ(use_color(GetParam().choice, lookup, GetParam().terminal), GetParam().color);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Color,
    testing::Values(ColorCase{"Terminal", ColorChoice::kAuto, {}, true, true},
                    ColorCase{"Pipe", ColorChoice::kAuto, {}, false, false},
                    ColorCase{"NoColor", ColorChoice::kAuto, {{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}}, true, false},
                    ColorCase{"EmptyNoColor", ColorChoice::kAuto, {{"NO_COLOR", ""}}, true, true},
                    ColorCase{"ForceColor", ColorChoice::kAuto, {{"FORCE_COLOR", "1"}}, false, true},
                    ColorCase{"ForceColorZero", ColorChoice::kAuto, {{"FORCE_COLOR", "0"}}, false, false},
                    ColorCase{"CliColorForce", ColorChoice::kAuto, {{"CLICOLOR_FORCE", "1"}}, false, true},
                    ColorCase{"CliColorZero", ColorChoice::kAuto, {{"CLICOLOR", "0"}}, true, false},
                    ColorCase{"DumbTerminal", ColorChoice::kAuto, {{"TERM", "dumb"}}, true, false},
                    ColorCase{"Always", ColorChoice::kAlways, {{"NO_COLOR", "1"}}, false, true},
                    ColorCase{"Never", ColorChoice::kNever, {{"FORCE_COLOR", "1"}}, true, false}),
    [](const auto& row) { return row.param.name; });

TEST(Escapes, MakeXmlThatIsAlwaysValid) {
  EXPECT_EQ(xml_escaped("a<b & \"c\"]]>"), "a&lt;b &amp; &quot;c&quot;]]&gt;");
  EXPECT_EQ(xml_escaped(std::string_view{"a\0b\x1b\x08\x0c\r\td\n", 10}), "ab\td\n");
  EXPECT_EQ(xml_escaped("\xff\xc3\x28\xed\xa0\x80"), "\uFFFD\uFFFD(\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(xml_escaped("\xef\xbf\xbe|é ✗"), "|é ✗");
}

TEST(Escapes, KeepWorkflowCommandsWhole) {
  EXPECT_EQ(github_escaped("100%\r\na:b,c"), "100%25%0D%0Aa:b,c");
  EXPECT_EQ(github_property("a:b,c\n%"), "a%3Ab%2Cc%0A%25");
}

TEST(Escapes, KeepTapPointsOnOneLine) { EXPECT_EQ(tap_escaped("a # b \\ c\nd"), "a \\# b \\\\ c d"); }

TEST(Escapes, ShowControlBytesInsteadOfObeyingThem) {
  EXPECT_EQ(printable("a\x1b[2J\tb\r\n"), "a\\x1b[2J\tb\\x0d\n");
  EXPECT_EQ(printable("\xc2\x9b"), "\\x9b");  // the one-character form of ESC [
}

TEST(FailureText, MarksCulpritsAndTheNearestRequest) {
  const std::string text = failure_text(sample_failed(), sample_info(1), false);

  EXPECT_THAT(text, StartsWith("FAIL  scenarios/backup.yaml:5  backup:create waits, unless told not to"));
  EXPECT_THAT(text, ContainsRegex("✗ 5 .*GET  /projects/p1/activities/bk1 .*pending"));
  EXPECT_THAT(text, ContainsRegex("~ 4 .*POST /projects/p1/environments/main/backups"));
  EXPECT_THAT(text, HasSubstr("nearest: path differs: backups, not backup"));
  EXPECT_THAT(text, HasSubstr("at scenarios/backup.yaml:14:5"));
  EXPECT_THAT(text, HasSubstr("rerun:    understudy run scenarios/backup.yaml:5 --seed 7 --keep\n"));
  EXPECT_THAT(text, HasSubstr("by hand:  cd /tmp/understudy-abc/w0/s1 && . ./env && webpaas backup:create"));
}

TEST(FailureText, PromisesNoSandboxThatIsGone) {
  ScenarioResult result = sample_failed();
  result.sandbox.clear();

  EXPECT_THAT(failure_text(result, sample_info(1), false), Not(HasSubstr("/tmp/understudy-abc")));
}

TEST(FailureText, CutsALongRequestTableAroundTheMarks) {
  ScenarioResult result = sample_failed();
  StepResult& step = result.steps[0];
  step.requests.clear();
  for (std::uint64_t n = 1; n <= 200; ++n) step.requests.push_back({.number = n, .method = "GET", .target = "/x"});
  step.failures.resize(1);
  step.failures[0].culprits = {100};

  const std::string text = failure_text(result, sample_info(1), false);

  EXPECT_THAT(text, HasSubstr("✗ 100  "));
  EXPECT_THAT(text, HasSubstr("       98  "));
  EXPECT_THAT(text, Not(HasSubstr("       97  ")));
  EXPECT_THAT(text, HasSubstr("      ...\n"));
}

TEST(FailureText, SaysTheSameOnce) {
  ScenarioResult result = sample_failed();
  StepResult& step = result.steps[0];
  step.remarks = {"foreign host: a", "foreign host: b", "foreign host: a"};
  for (Failure& failure : step.failures) failure.detail = "the whole output";

  const std::string text = failure_text(result, sample_info(1), false);

  EXPECT_THAT(text, HasSubstr("  note: foreign host: a (2 times)\n  note: foreign host: b\n"));
  EXPECT_EQ(text.find("the whole output"), text.rfind("the whole output"));
  EXPECT_THAT(text, HasSubstr("| (as above)\n"));
}

TEST(FailureText, PutsABarBeforeWhatTheClientWrote) {
  ScenarioResult result = sample_nasty();
  result.steps[0].failures[0].detail.clear();

  EXPECT_THAT(failure_text(result, sample_info(1), false), HasSubstr("\n      | ::error::planted\n"));
}

TEST(JsonReport, DiffersBetweenRunsOnlyBelowWall) {
  ScenarioResult moved = sample_failed();
  moved.sandbox = "/tmp/understudy-xyz/w1/s9";
  moved.wall_time += std::chrono::seconds{1};
  moved.steps[0].wall_time += std::chrono::seconds{1};
  moved.steps[0].requests[1].wall_time += std::chrono::seconds{1};
  moved.steps[0].by_hand = "cd /tmp/understudy-xyz/w1/s9 && . ./env && webpaas backup:create --yes --no-wait";
  const std::function<json(const json&)> without_wall = [&](const json& value) {
    json out = value;
    if (value.is_object()) {
      out = json::object();
      for (const auto& [key, member] : value.items()) {
        if (!key.starts_with("wall")) out[key] = without_wall(member);
      }
    } else if (value.is_array()) {
      std::transform(value.begin(), value.end(), out.begin(), without_wall);
    }
    return out;
  };

  const json first = without_wall(json_document(sample_run({sample_failed()})));
  const json second = without_wall(json_document(sample_run({moved})));

  EXPECT_EQ(first, second) << json::diff(first, second).dump(2);
  EXPECT_THAT(first.dump(), Not(HasSubstr("/tmp/")));
}

TEST(JunitReport, GivesTwoCasesOfOneNameTwoNames) {
  ScenarioResult second = sample_passed();
  second.line = 9;

  const std::string document = junit_document(sample_run({sample_passed(), second}));

  EXPECT_THAT(document, HasSubstr("name=\"a token is exchanged exactly once\""));
  EXPECT_THAT(document, HasSubstr("name=\"a token is exchanged exactly once (line 9)\""));
  EXPECT_THAT(document, HasSubstr("classname=\"auth.token\""));
}

TEST(TapReport, KeepsTheOriginalOrderWhateverComesFirst) {
  const RunReport run = passing_run();
  std::ostringstream out;
  const auto report = tap_report(out);

  report->on_run_started(run.info);
  report->on_scenario_finished({.order = 1}, run.results[1]);
  const std::string early = out.str();
  report->on_scenario_finished({.order = 0}, run.results[0]);
  report->on_run_finished(run.summary, run.results);

  EXPECT_THAT(early, Not(HasSubstr("ok ")));
  EXPECT_THAT(
      out.str(),
      ContainsRegex("ok 1 - scenarios/auth/token.yaml:3 [^\n]*\nok 2 - scenarios/git.yaml:1 [^\n]* # SKIP only-if"));
}

TEST(TapReport, BailsOutWhenInterrupted) {
  std::ostringstream out;
  const auto report = tap_report(out);

  report->on_run_started(sample_info(4));
  report->on_run_finished({.not_run = 4, .interrupted_by = 2}, {});

  EXPECT_THAT(out.str(), HasSubstr("1..4\n"));
  EXPECT_THAT(out.str(), HasSubstr("Bail out! interrupted\n"));
}

TEST(GithubReport, StaysBelowTheLimitAndSaysHowManyMore) {
  const std::vector<ScenarioResult> many(13, sample_failed());
  std::ostringstream out;

  play(sample_run(many), *github_report(out));

  std::size_t annotations = 0;
  const std::string text = out.str();
  for (std::size_t at = 0; (at = text.find("::error file=", at)) != std::string::npos; ++at) ++annotations;
  EXPECT_EQ(annotations, 10U);
  EXPECT_THAT(text, HasSubstr("%0Aand 3 more scenarios are broken\n"));
  EXPECT_THAT(text, StartsWith("::error file=scenarios/backup.yaml,line=14,title=backup%3Acreate waits%2C unless"));
}

TEST(Console, DrawsAStatusLineOnlyOnATerminal) {
  std::ostringstream pipe;
  std::ostringstream terminal;

  play(passing_run(), *console_report(pipe, {}));
  play(passing_run(), *console_report(terminal, {.terminal = true, .columns = 60}));

  EXPECT_THAT(pipe.str(), Not(HasSubstr("\r")));
  EXPECT_THAT(terminal.str(), HasSubstr("[0/2]  running: scenarios/auth/token.yaml:3 (0 s)"));
  EXPECT_THAT(terminal.str(), HasSubstr("\r\x1b[K"));
}

TEST(Console, WithoutProgressShowsFailuresAndTheSummary) {
  std::ostringstream out;

  play(failing_run(), *console_report(out, {.progress = false}));

  EXPECT_THAT(out.str(), Not(HasSubstr("\nok ")));
  EXPECT_THAT(out.str(), HasSubstr("FAIL  scenarios/backup.yaml:5"));
  EXPECT_THAT(out.str(), HasSubstr("ERROR scenarios/odd.yaml:1"));
  EXPECT_THAT(out.str(), HasSubstr("1 passed, 2 failed, 1 could not be run, 1 skipped in 8.2 s (seed 7)\n"));
}

TEST(AtomicFile, ReplacesTheWholeAndLeavesNothingBeside) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "deep" / "report.xml";

  write_file_atomically(file, "one");
  write_file_atomically(file, "two");

  EXPECT_EQ(content_of(file), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{file.parent_path()}, {}), 1);
}

TEST(AtomicFile, WritesToADeviceInsteadOfReplacingIt) {
  write_file_atomically("/dev/null", "nothing");

  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(ExchangeLines, AreOneObjectALineWithTheirScenario) {
  ScenarioResult result = sample_failed();
  result.steps.resize(2);
  result.steps[1].exchanges = json::array({{{"method", "GET"}}, {{"method", "POST"}}});

  const std::string lines = exchange_lines(sample_run({result}));

  ASSERT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  const json first = json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(first.at("scenario"), result.id);
  EXPECT_EQ(first.at("step"), 2);
  EXPECT_EQ(first.at("method"), "GET");
  EXPECT_FALSE(json_document(sample_run({result})).at("scenarios")[0].at("steps")[1].contains("exchanges"));
}

TEST(AtomicFile, NamesTheFileThatCannotBeWritten) {
  try {
    write_file_atomically("/proc/no/such/report.xml", "text");
    FAIL() << "it was written";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), StartsWith("cannot write /proc/no/such"));
  }
}

struct Broken final : Listener {
  void on_run_finished(const Summary&, std::span<const ScenarioResult>) override {
    throw std::runtime_error{"disk full"};
  }
};

TEST(Listeners, TellEveryoneOfTheEndEvenIfOneThrows) {
  std::ostringstream out;
  Listeners listeners;
  listeners.add(std::make_unique<Broken>());
  listeners.add(tap_report(out));

  EXPECT_THROW(play(passing_run(), listeners), std::runtime_error);
  EXPECT_THAT(out.str(), HasSubstr("ok 2 - "));
}

}  // namespace
}  // namespace understudy
