#include "harness/update.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "evidence.hpp"

namespace understudy {
namespace {

using namespace testing_support;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Rewrites of every whole output in `yaml`, as a run in which the client printed `output` would ask for them.
std::vector<Rewrite> rewrites_for(const std::string& yaml, const std::string& output) {
  std::vector<Rewrite> rewrites;
  for (const Scenario& scenario : parse_scenarios(yaml, "s.yaml")) {
    for (const Step& step : scenario.steps) {
      StepEvidence evidence = with_stdout(output);
      evidence.variables = scenario.variables;
      for (const auto& check : step.checks) {
        for (const Failure& failure : check->evaluate(evidence)) {
          if (failure.rewrite) rewrites.push_back(*failure.rewrite);
        }
      }
    }
  }
  return rewrites;
}

std::string updated(const std::string& yaml, const std::string& output) {
  UpdateReport report;
  return rewrite_scalars(yaml, rewrites_for(yaml, output), report);
}

struct Row {
  std::string name;
  std::string before;
  std::string output;
  std::string after;
};
class Update : public testing::TestWithParam<Row> {};

TEST_P(Update, RewritesTheOutputAndNothingElse) {
  const std::string result = updated(GetParam().before, GetParam().output);

  EXPECT_EQ(result, GetParam().after);
  EXPECT_THAT(rewrites_for(result, GetParam().output), IsEmpty()) << "the rewritten expectation does not hold";
}

const std::string kHead = "scenario: s # one\nrun: a\n";

INSTANTIATE_TEST_SUITE_P(
    Shapes, Update,
    testing::Values(
        Row{"block", kHead + "stdout:\n  is: |  # whole\n    old\n    keep [..]\n\n# after\ntags: t\n",
            "new\nkeep 1\nmore\n",
            kHead + "stdout:\n  is: |  # whole\n    new\n    keep [..]\n    more\n\n# after\ntags: t\n"},
        Row{"two",
            kHead + "stdout:\n  is: |\n    a\n---\nscenario: t\nsteps:\n- run: b\n  stdout:\n    is: |-\n      b\n     "
                    " c\n  # end\n",
            "x\n",
            kHead + "stdout:\n  is: |\n    x\n---\nscenario: t\nsteps:\n- run: b\n  stdout:\n    is: |-\n      x\n  # "
                    "end\n"},
        Row{"empty_lines", kHead + "stdout:\n  is: |\n    a\n\n    b\nexit: 0\n", "a\n\nc\n\nd\n",
            kHead + "stdout:\n  is: |\n    a\n\n    c\n\n    d\nexit: 0\n"},
        Row{"to_nothing", kHead + "stdout:\n  is: |\n    a\n    b\nexit: 0\n", "",
            kHead + "stdout:\n  is: |\nexit: 0\n"},
        Row{"from_nothing", kHead + "stdout:\n  is: |\nexit: 0\n", "a\n", kHead + "stdout:\n  is: |\n    a\nexit: 0\n"},
        Row{"indented_output", kHead + "stdout:\n  is: |\n    a\n", "  b\n c\n",
            kHead + "stdout:\n  is: |2\n      b\n     c\n"},
        Row{"explicit_indent", kHead + "stdout:\n  is: |1\n    a\n   b\n", "  c\nd\n",
            kHead + "stdout:\n  is: |1\n     c\n   d\n"},
        Row{"folded", kHead + "stdout:\n  is: >\n    a\n    b\n", "x\ny\n", kHead + "stdout:\n  is: |\n    x\n    y\n"},
        Row{"no_newline_at_end", kHead + "stdout:\n  is: |\n    a", "b\n", kHead + "stdout:\n  is: |\n    b\n"},
        Row{"plain", kHead + "stdout:\n  is: a\nexit: 0\n", "b\nc\n",
            kHead + "stdout:\n  is: |\n    b\n    c\nexit: 0\n"},
        Row{"plain_one_line", kHead + "stdout:\n  is: a # comment\n", "b: \"c\"\n",
            kHead + "stdout:\n  is: \"b: \\\"c\\\"\" # comment\n"},
        Row{"in_flow", kHead + "stdout: {is: 'a', not: z}\n", "b\nc\n", kHead + "stdout: {is: \"b\\nc\", not: z}\n"},
        Row{"control_characters", kHead + "stdout:\n  is: |\n    a\nexit: 0\n", "\x1b[1mb\n",
            kHead + "stdout:\n  is: \"\\x1b[1mb\\n\"\nexit: 0\n"},
        Row{"windows_lines", "scenario: s\r\nrun: a\r\nstdout:\r\n  is: |\r\n    a\r\n    b\r\nexit: 0\r\n", "a\nc\n",
            "scenario: s\r\nrun: a\r\nstdout:\r\n  is: |\r\n    a\r\n    c\r\nexit: 0\r\n"},
        Row{"any_lines", kHead + "stdout:\n  is: |\n    a\n    ...\n    z\n", "b\n1\n2\nz\n",
            kHead + "stdout:\n  is: |\n    b\n    ...\n    z\n"},
        Row{"in_json", R"({"scenario": "s", "run": "a", "stdout": {"is": "old", "not": "z"}})", "b\n",
            R"({"scenario": "s", "run": "a", "stdout": {"is": "b", "not": "z"}})"}),
    [](const auto& row) { return row.param.name; });

TEST(UpdateOfCases, KeepsVariablesAndRefusesWhatDiffers) {
  const std::string yaml =
      "scenario: s\nrun: a $N\nstdout:\n  is: |\n    name $N\n    old\ncases: [{name: x, N: '1'}, {name: y, N: '2'}]\n";
  UpdateReport report;

  std::vector<Rewrite> agreed = rewrites_for(yaml, "name 1\nnew\n");
  ASSERT_THAT(agreed, SizeIs(2));
  agreed.pop_back();
  EXPECT_THAT(rewrite_scalars(yaml, agreed, report), HasSubstr("    name $N\n    new\ncases"));
  EXPECT_EQ(rewrite_scalars(yaml, rewrites_for(yaml, "name 1\nnew\n"), report), yaml);
  EXPECT_THAT(
      report.refused,
      ElementsAre("s.yaml:4:7: two cases give different outputs here; use wildcards, or an expectation for each case"));
  EXPECT_EQ(report.rewritten, 1);
}

class UpdateOfFiles : public testing::Test {
protected:
  UpdateOfFiles() {
    std::string name = testing::TempDir() + "understudy-update-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    file_ = folder_ / "s.yaml";
    write("scenario: s\nrun: a\nstdout:\n  is: |\n    old\n");
  }
  ~UpdateOfFiles() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) const { std::ofstream{file_} << text; }
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    out << std::ifstream{file_}.rdbuf();
    return out.str();
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(UpdateOfFiles, ReplacesThemAtOnceAndKeepsTheirMode) {
  ::chmod(file_.c_str(), 0640);
  std::filesystem::create_symlink(file_, folder_ / "link.yaml");

  const UpdateReport report = apply_rewrites(folder_ / "link.yaml", {{{"s.yaml", 4, 7}, "new\n"}});

  EXPECT_EQ(report.rewritten, 1);
  EXPECT_EQ(text(), "scenario: s\nrun: a\nstdout:\n  is: |\n    new\n");
  struct stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0640U);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link.yaml"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_}, {}), 2);
}

TEST_F(UpdateOfFiles, LeavesThemAloneWhenTheyChangedMeanwhile) {
  const std::string before = text();

  EXPECT_THROW(static_cast<void>(apply_rewrites(file_, {{{"s.yaml", 40, 7}, "new\n"}})), InputError);
  EXPECT_THROW(static_cast<void>(apply_rewrites(file_, {{{"s.yaml", 4, 70}, "new\n"}})), InputError);

  EXPECT_EQ(text(), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_}, {}), 1);
}

}  // namespace
}  // namespace understudy
