// exit, stdout, stderr, screen, and what is implied.
#include <gmock/gmock.h>

#include "check/lines.hpp"
#include "check/whole_text.hpp"
#include "evidence.hpp"

namespace understudy {
namespace {

using namespace testing_support;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(ExitCheck, IsZeroUnlessListed) {
  StepEvidence evidence = quiet_step();
  EXPECT_EQ(verdict("", evidence), "");

  evidence.finished.outcome = Exited{3};
  evidence.finished.stderr_text = "Unauthorized.\n";

  EXPECT_EQ(verdict("", evidence), "exit | 0 | exited with 3");
  EXPECT_EQ(judge("", evidence).at(0).detail, "  Unauthorized.");
  EXPECT_EQ(verdict("exit: 3\n", evidence), "");
  EXPECT_EQ(verdict("exit: [0, 3]\n", evidence), "");
  EXPECT_EQ(verdict("exit: [0, 1]\n", evidence), "exit | 0 or 1 | exited with 3");
}

TEST(ExitCheck, TellsCodesFromSignalsAndTimeouts) {
  StepEvidence killed = quiet_step();
  killed.finished.outcome = Signaled{15};
  StepEvidence late = quiet_step();
  late.finished.outcome = TimedOut{std::chrono::milliseconds{2000}};

  EXPECT_EQ(verdict("exit: SIGTERM\n", killed), "");
  EXPECT_EQ(verdict("exit: signal\n", killed), "");
  EXPECT_THAT(verdict("exit: SIGKILL\n", killed), HasSubstr("exit | SIGKILL | was killed by signal 15"));
  EXPECT_EQ(verdict("exit: timeout\n", late), "");
  EXPECT_EQ(verdict("", late), "exit | 0 | still ran after 2000 ms");
  EXPECT_EQ(verdict("exit: 0\n", killed), "exit | 0 | " + describe(killed.finished.outcome));
}

struct TextRow {
  std::string name;
  std::string lines;   // of the step
  std::string output;  // its stdout
  std::string verdict;
};
class TextCheck : public testing::TestWithParam<TextRow> {};

TEST_P(TextCheck, Judges) { EXPECT_EQ(verdict(GetParam().lines, with_stdout(GetParam().output)), GetParam().verdict); }

const std::string kError = "\n  [Error]                 \n  The variable is        \n  sensitive.  \n\n";

INSTANTIATE_TEST_SUITE_P(
    Contains, TextCheck,
    testing::Values(
        TextRow{"found", "stdout: bc\n", "abcd\n", ""}, TextRow{"number", "stdout: 42\n", "is 42.\n", ""},
        TextRow{"missing", "stdout: xyz\n", "abcd\n", "stdout | contains \"xyz\" | not found; it has 1 line"},
        TextRow{"nothing_came", "stdout: xyz\n", "", "stdout | contains \"xyz\" | not found; it is empty"},
        TextRow{
            "nearest", "stdout: Creating variable env:FOO\n", "a\nCreating variable env:BAR\n",
            "stdout | contains \"Creating variable env:FOO\" | not found; nearest line: \"Creating variable env:BAR\""},
        TextRow{
            "list", "stdout: [a, x, y]\n", "abc\n",
            "stdout | contains \"x\" | not found; it has 1 line\nstdout | contains \"y\" | not found; it has 1 line"},
        TextRow{"trailing_blanks", "stdout: |\n  a\n  b\n", "a  \r\nb\r\n", ""},
        TextRow{"wrapped", "stdout: '[Error] The variable is sensitive.'\n", kError, ""},
        TextRow{"empty", "stdout: {empty: true}\n", " \n", ""},
        TextRow{"not_empty", "stdout: {empty: true}\n", "a\n", "stdout | empty | it has 1 line"},
        TextRow{"something", "stdout: {empty: false}\n", "", "stdout | not empty | it is empty"},
        TextRow{"lines", "stdout: {lines: 2}\n", "a\nb\n", ""},
        TextRow{"lines_range", "stdout: {lines: 3..4}\n", "a\nb\n", "stdout | lines: 3 to 4 | 2"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Others, TextCheck,
    testing::Values(TextRow{"not", "stdout: {not: secret}\n", "a secret b", "stdout | not: \"secret\" | it is there"},
                    TextRow{"not_wrapped", "stdout: {not: The variable is sensitive}\n", kError,
                            "stdout | not: \"The variable is sensitive\" | it is there"},
                    TextRow{"not_fine", "stdout: {not: [secret, {matches: 'x\\d'}]}\n", "abc x", ""},
                    TextRow{"not_matches", "stdout: {not: {matches: 'x\\d'}}\n", "abc x7",
                            "stdout | not: matches \"x\\\\d\" | found \"x7\""},
                    TextRow{"matches", "stdout: {matches: '^b+$'}\n", "a\nbbb\nc\n", ""},
                    TextRow{"no_match", "stdout: {matches: '^b$'}\n", "a\nbbb\n",
                            "stdout | matches \"^b$\" | no match; it has 2 lines"},
                    TextRow{"json", "stdout: {json: {a: 1, b: {c: '#string'}}}\n",
                            R"({"a": 1, "b": {"c": "x", "d": 2}})", ""},
                    TextRow{"json_differs", "stdout: {json: {b: {c: 2}}}\n", R"({"b": {"c": "x"}})",
                            "stdout | json /b/c: 2 | \"x\""},
                    TextRow{"json_path", "stdout: {json: {'$.b[-1].c': 2}}\n", R"({"b": [1, {"c": 2}]})", ""},
                    TextRow{"json_path_differs", "stdout: {json: {'$.b[0]': {c: 2}}}\n", R"({"b": [{"c": 3}]})",
                            "stdout | json $.b[0]/c: 2 | 3"},
                    TextRow{"no_json", "stdout: {json: {a: 1}}\n", "oops", "stdout | JSON | is no JSON"},
                    TextRow{"in_order", "stdout: {in-order: [a, b, a]}\n", "a b\na", ""},
                    TextRow{"out_of_order", "stdout: {in-order: [b, a]}\n", "a b",
                            "stdout | in-order: \"a\" after \"b\" | it came before"},
                    TextRow{"order_missing", "stdout: {in-order: [a, c]}\n", "a b",
                            "stdout | in-order: \"c\" after \"a\" | not found"}),
    [](const auto& row) { return row.param.name; });

TEST(TextCheck, PutsVariablesInLate) {
  StepEvidence evidence = with_stdout("id a.b1 and 7");
  evidence.variables = {{"ID", "a.b1"}, {"N", "7"}};

  EXPECT_EQ(verdict("stdout: id $ID and\n", evidence), "");
  EXPECT_EQ(verdict("stdout: {matches: 'id ${ID} and \\d$'}\n", evidence), "");
  evidence.finished.stdout_text = "id aXb1 and 7";
  EXPECT_EQ(verdict("stdout: {matches: 'id ${ID} and'}\n", evidence),
            "stdout | matches \"id ${ID} and\" | no match; it has 1 line");
  evidence.finished.stdout_text = R"({"n": 7, "s": "7"})";
  EXPECT_EQ(verdict("stdout: {json: {n: $N, s: $N}}\n", evidence), "");
}

TEST(ScreenCheck, ReadsWhatATerminalShows) {
  StepEvidence evidence = with_stdout(
      "\x1b[32mSure?\x1b[0m [Y/n] y\r\n\x1b]0;title\x07"
      "50%\r100%\r\ndoen\b\bne\r\n");

  EXPECT_EQ(verdict("tty: true\nscreen: {is: \"Sure? [Y/n] y\\n50%\\n100%\\ndone\"}\n", evidence), "");
  EXPECT_EQ(verdict("tty: true\nscreen: Maybe\n", evidence), "screen | contains \"Maybe\" | not found; it has 4 lines");
}

struct WholeRow {
  std::string name;
  std::string pattern;
  std::string actual;
  bool matches;
};
class WholeTextMatch : public testing::TestWithParam<WholeRow> {};

TEST_P(WholeTextMatch, KnowsWildcards) {
  EXPECT_EQ(WholeText{GetParam().pattern}.matches(GetParam().actual, {{"V", "x.y"}}), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, WholeTextMatch,
    testing::Values(
        WholeRow{"same", "a\nb\n", "a\nb\n", true}, WholeRow{"differs", "a\nb\n", "a\nc\n", false},
        WholeRow{"more", "a\n", "a\nb\n", false}, WholeRow{"less", "a\nb\n", "a\n", false},
        WholeRow{"blanks_at_ends", "a\nb\n", "a  \nb\n\n\n", true}, WholeRow{"blanks_at_starts", "a\n", " a\n", false},
        WholeRow{"characters", "a[..]c [..]\n", "abbc d\n", true}, WholeRow{"no_characters", "a[..]c\n", "ac\n", true},
        WholeRow{"not_over_lines", "a[..]c\n", "a\nc\n", false}, WholeRow{"overlap", "ab[..]ba\n", "aba\n", false},
        WholeRow{"any_lines", "a\n...\nz\n", "a\nb\nc\nz\n", true}, WholeRow{"no_lines", "a\n...\nz\n", "a\nz\n", true},
        WholeRow{"any_end", "a\n...\n", "a\nb\n", true}, WholeRow{"any_start", "...\nz\n", "z\n", true},
        WholeRow{"backtracks", "...\na\nb\n", "a\nc\na\na\nb\n", true},
        WholeRow{"two_any", "...\na\n...\nb\n", "x\na\ny\nb\nz\nb\n", true},
        WholeRow{"after_any", "a\n...\nz\n", "a\nb\n", false}, WholeRow{"empty", "", "", true},
        WholeRow{"names", "at [API]/x\n", "at [API]/x\n", true}, WholeRow{"variable", "v $V $$V\n", "v x.y $V\n", true},
        WholeRow{"only_any", "...\n", "", true}),
    [](const auto& row) { return row.param.name; });

TEST(WholeText, ShowsWhatDiffers) {
  EXPECT_EQ((WholeText{"1\n2\n3\n4\n[..]\nold\n6\n...\nend\n"}.difference("1\n2\n3\n4\nfive\nnew\n6\n7\n8\nend\n", {})),
            "  @@\n  3\n  4\n  [..]\n- old\n+ new\n  6\n  ...\n  end");
}

struct UpdateRow {
  std::string name;
  std::string pattern;
  std::string actual;
  std::string updated;
};
class WholeTextUpdate : public testing::TestWithParam<UpdateRow> {};

TEST_P(WholeTextUpdate, KeepsLinesThatStillMatch) {
  const Variables variables{{"PASS", "hunter2-secret"}, {"X", "1"}};
  const std::string updated = WholeText{GetParam().pattern}.updated(GetParam().actual, variables);

  EXPECT_EQ(updated, GetParam().updated);
  EXPECT_TRUE(WholeText{updated}.matches(GetParam().actual, variables));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, WholeTextUpdate,
    testing::Values(UpdateRow{"changed", "a [..]\nb\n", "a 1\nc\n", "a [..]\nc\n"},
                    UpdateRow{"added", "a\n[..]z\n", "a\nnew\nyz\n", "a\nnew\n[..]z\n"},
                    UpdateRow{"gone", "a\nb\nc [..]\n", "a\nc 1\n", "a\nc [..]\n"},
                    UpdateRow{"any_lines", "a\n...\nb\nc\n", "a\n1\n2\nb\nd\n", "a\n...\nb\nd\n"},
                    UpdateRow{"any_kept_unswallowing", "a\n...\nb\n", "a\n1\nnew\n", "a\n...\nnew\n"},
                    UpdateRow{"emptied", "a\nb\n", "", ""}, UpdateRow{"first", "", "a\n", "a\n"},
                    UpdateRow{"dollar", "a\n", "costs $5 $PASS\n", "costs $$5 $$PASS\n"},
                    UpdateRow{"secret", "a\nis $PASS\n", "b\nis hunter2-secret\n1 hunter2-secret!\n",
                              "b\nis $PASS\n1 ${PASS}!\n"}),
    [](const auto& row) { return row.param.name; });

TEST(WholeTextCheck, OffersARewrite) {
  const std::vector<Failure> failures = judge("stdout:\n  is: |\n    a [..]\n    b\n", with_stdout("a 1\nc\n"));

  ASSERT_THAT(failures, SizeIs(1));
  EXPECT_EQ(failures[0].detail, "  a [..]\n- b\n+ c");
  ASSERT_TRUE(failures[0].rewrite.has_value());
  EXPECT_EQ(to_string(failures[0].rewrite->at), "s.yaml:4:7");
  EXPECT_EQ(failures[0].rewrite->new_text, "a [..]\nc\n");
}

TEST(WholeText, CopesWithVeryLongOutputs) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += "line " + std::to_string(i) + "\n";
  const std::string changed = lines + "one more\n";

  EXPECT_TRUE(WholeText{lines}.matches(lines, {}));
  EXPECT_EQ(WholeText{lines}.updated(changed, {}), changed);
}

TEST(Lines, AreQuotedWithoutCuttingCharacters) {
  EXPECT_EQ(in_quotes("a\"\n\x01"), "\"a\\\"\\n\\x01\"");
  EXPECT_EQ(in_quotes("äöüäöü", 6), "\"äö ... ü\"");
}

TEST(Capture, TakesValuesFromOutputAndRequests) {
  const std::vector<Scenario> scenarios = parse_scenarios(R"yaml(scenario: s
run: a
capture:
  ID: $.items[0].id
  WORD: 'is "(\w+)"'
  ALL: {from: stderr}
  GRANT: {request: POST /oauth2/token, matches: 'grant_type=(\w+)'}
  NOPE: $.missing
)yaml",
                                                          "s.yaml");
  StepEvidence evidence = with_requests({request("POST", "/oauth2/token", "grant_type=api_token&x=y")});
  evidence.finished.stdout_text = R"({"items": [{"id": 7, "this": "is \"good\""}]})";
  evidence.finished.stderr_text = "  all of it \n\n";
  const std::vector<Capture>& captures = scenarios.at(0).steps.at(0).captures;

  EXPECT_EQ(std::get<std::string>(read_capture(captures.at(0), evidence)), "7");
  EXPECT_EQ(std::get<std::string>(read_capture(captures.at(2), evidence)), "all of it");
  EXPECT_EQ(std::get<std::string>(read_capture(captures.at(3), evidence)), "api_token");
  const Failure failure = std::get<Failure>(read_capture(captures.at(4), evidence));
  EXPECT_EQ(failure.subject + " | " + failure.expected + " | " + failure.actual, "capture NOPE | $.missing | absent");
  EXPECT_EQ(std::get<Failure>(read_capture(captures.at(1), evidence)).subject, "capture WORD");
  evidence.finished.stdout_text = "it is \"good\"";
  EXPECT_EQ(std::get<std::string>(read_capture(captures.at(1), evidence)), "good");
}

}  // namespace
}  // namespace understudy
