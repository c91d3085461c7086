// files, activity, state, blocks.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "evidence.hpp"

namespace understudy {
namespace {

using namespace testing_support;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class FilesCheck : public testing::Test {
protected:
  FilesCheck() {
    std::string name = testing::TempDir() + "understudy-files-XXXXXX";
    root_ = ::mkdtemp(name.data());
    evidence_ = quiet_step();
    evidence_.work = root_ / "work";
    evidence_.home = root_ / "home";
    std::filesystem::create_directories(evidence_.work / "sub");
    std::filesystem::create_directories(evidence_.home / ".conf/.session/sess-1");
    write(evidence_.work / "a.txt", "hello\nworld\n", 0644);
    write(evidence_.home / ".conf/.session/sess-1/token.json", R"({"accessToken": "x"})", 0600);
  }
  ~FilesCheck() override { std::filesystem::remove_all(root_); }

  static void write(const std::filesystem::path& path, const std::string& text, mode_t mode) {
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
  }
  [[nodiscard]] std::string verdict_of(const std::string& files) const {
    std::string result;
    for (const Scenario& scenario :
         parse_scenarios("scenario: s\nsteps:\n- run: a\n  files: " + files + "\n", "s.yaml")) {
      for (const Failure& failure : scenario.steps.at(0).checks.at(0)->evaluate(evidence_)) {
        result += failure.subject + " | " + failure.expected + " | " + failure.actual + "\n";
      }
    }
    return result;
  }

  std::filesystem::path root_;
  StepEvidence evidence_;
};

TEST_F(FilesCheck, LooksAtContentModeAndAbsence) {
  EXPECT_EQ(verdict_of("{a.txt: world, b.txt: null, sub/c: {absent: true}}"), "");
  EXPECT_EQ(verdict_of("{a.txt: {is: \"hello\\n[..]\\n\", mode: '0644', not: secret, lines: 2}}"), "");
  EXPECT_EQ(verdict_of("{a.txt: moon}"), "files a.txt | contains \"moon\" | not found; it has 2 lines\n");
  EXPECT_EQ(verdict_of("{b.txt: moon}"), "files b.txt | a file | absent; its folder holds a.txt, sub\n");
  EXPECT_EQ(verdict_of("{a.txt: null}"), "files a.txt | absent | there: a.txt\n");
  EXPECT_EQ(verdict_of("{a.txt: {mode: '0600'}}"), "files a.txt | mode 0600 | mode 0644\n");
  EXPECT_EQ(verdict_of("{sub: x}"), "files sub | a file | it cannot be read as one\n");
}

TEST_F(FilesCheck, FindsFilesOfTheHomeFolderAndByPattern) {
  EXPECT_EQ(verdict_of("{'~/.conf/.session/*/*.json': {mode: '0600', json: {accessToken: '#string'}}}"), "");
  EXPECT_EQ(verdict_of("{'~/**/token.json': {json: {accessToken: y}}}"),
            "files ~/**/token.json | json /accessToken: \"y\" | \"x\"\n");
  EXPECT_EQ(verdict_of("{'~/.conf/**': null}"), "files ~/.conf/** | absent | there: .conf\n");
  EXPECT_EQ(verdict_of("{'*.log': null}"), "");
}

StepEvidence with_activities() {
  StepEvidence evidence = quiet_step();
  evidence.activities = {
      json{{"id", "a1"}, {"type", "environment.push"}, {"state", "complete"}, {"result", "success"}},
      json{{"id", "b1"}, {"type", "environment.backup"}, {"state", "complete"}, {"result", "failure"}},
      json{{"id", "b2"},
           {"type", "environment.backup"},
           {"state", "pending"},
           {"result", nullptr},
           {"text", "CI created a backup"}},
      json{{"id", "d1"}, {"type", "environment.backup.delete"}, {"state", "complete"}, {"result", "success"}}};
  return evidence;
}

struct Row {
  std::string name;
  std::string lines;
  std::string verdict;
};
class ActivityCheck : public testing::TestWithParam<Row> {};

TEST_P(ActivityCheck, LooksAtTheNewestOfItsType) {
  EXPECT_EQ(verdict(GetParam().lines, with_activities()), GetParam().verdict);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, ActivityCheck,
    testing::Values(Row{"short_name", "activity: {backup: pending}\n", ""},
                    Row{"full_name", "activity: {environment.backup: pending}\n", ""},
                    Row{"longer_name", "activity: {backup.delete: success}\n", ""},
                    Row{"other_state", "activity: {backup: complete}\n", "activity backup | complete | pending (b2)"},
                    Row{"result", "activity: {push: failure}\n", "activity push | failure | complete, success (a1)"},
                    Row{"none", "activity: {redeploy: none}\n", ""},
                    Row{"not_none", "activity: {push: none}\n", "activity push | none | complete, success (a1)"},
                    Row{"missing", "activity: {redeploy: pending}\n",
                        "activity redeploy | pending | there is none; there are environment.push (complete, success), "
                        "environment.backup (complete, failure), "
                        "environment.backup (pending), environment.backup.delete (complete, success)"},
                    Row{"json", "activity: {backup: {state: pending, text: CI created a backup, result: null}}\n", ""},
                    Row{"json_differs", "activity: {backup: {text: Bob did}}\n",
                        "activity backup | {\"text\":\"Bob did\"} | json /text: expected \"Bob did\", got \"CI created "
                        "a backup\""}),
    [](const auto& row) { return row.param.name; });

StepEvidence with_platform() {
  StepEvidence evidence = quiet_step();
  evidence.inspect = [](const std::string& path) -> MockServer::Answer {
    if (path != "/projects/p/variables/A") return {404, {{"message", "not found"}}};
    return {200, {{"name", "A"}, {"is_sensitive", true}, {"scopes", json::array({"x"})}, {"status", "active"}}};
  };
  evidence.variables = {{"P", "p"}};
  return evidence;
}

class StateCheck : public testing::TestWithParam<Row> {};

TEST_P(StateCheck, AsksThePlatform) { EXPECT_EQ(verdict(GetParam().lines, with_platform()), GetParam().verdict); }

INSTANTIATE_TEST_SUITE_P(
    Shapes, StateCheck,
    testing::Values(Row{"partial", "state: {/projects/p/variables/A: {name: A, value: '#absent', scopes: [x]}}\n", ""},
                    Row{"variable", "state: {/projects/$P/variables/A: present}\n", ""},
                    Row{"absent", "state: {/projects/p/variables/B: absent}\n", ""},
                    Row{"status_code", "state: {/projects/p/variables/B: {status: 404}}\n", ""},
                    Row{"status_field", "state: {/projects/p/variables/A: {status: active}}\n", ""},
                    Row{"is_there", "state: {/projects/p/variables/A: absent}\n",
                        "state /projects/p/variables/A | absent (404) | 200"},
                    Row{"is_not_there", "state: {/projects/p/variables/B: {name: B}}\n",
                        "state /projects/p/variables/B | 200 | absent (404)"},
                    Row{"differs", "state: {/projects/p/variables/A: {scopes: [x, y]}}\n",
                        "state /projects/p/variables/A | json /scopes: 2 items | 1 item: [\"x\"]"}),
    [](const auto& row) { return row.param.name; });

class BlocksCheck : public testing::TestWithParam<Row> {};

TEST_P(BlocksCheck, KnowsWhetherTimePassed) {
  StepEvidence waits = quiet_step();
  waits.client.platform_time = std::chrono::minutes{12};
  waits.client.polls = 2;
  waits.client.waits = {{"bk1", "environment.backup", std::chrono::minutes{12}, "held its log open"}};

  EXPECT_EQ(verdict(GetParam().lines, waits), GetParam().verdict);
}

const std::string kWaited =
    "12m of platform time passed, 2 polls: held its log open of bk1 (environment.backup) for 12m";

INSTANTIATE_TEST_SUITE_P(Shapes, BlocksCheck,
                         testing::Values(Row{"yes", "blocks: yes\n", ""}, Row{"true", "blocks: true\n", ""},
                                         Row{"no", "blocks: no\n", "blocks | no | " + kWaited},
                                         Row{"false", "blocks: false\n", "blocks | no | " + kWaited},
                                         Row{"for", "blocks: 12m\n", ""},
                                         Row{"for_other", "blocks: 10m\n", "blocks | for 10m | " + kWaited},
                                         Row{"on", "blocks: {for: 12m, on: backup}\n", ""},
                                         Row{"on_other", "blocks: {on: environment.redeploy}\n",
                                             "blocks | yes on environment.redeploy | " + kWaited},
                                         Row{"forever", "blocks: forever\n", "blocks | forever | " + kWaited}),
                         [](const auto& row) { return row.param.name; });

TEST(BlocksCheck, HoldsForAClientThatDoesNotWait) {
  EXPECT_EQ(verdict("blocks: no\n", quiet_step()), "");
  EXPECT_EQ(verdict("blocks: yes\n", quiet_step()), "blocks | yes | no platform time passed");
  StepEvidence polled = with_requests({request("GET", "/a"), request("GET", "/b")});
  polled.client.polls = 1;
  polled.exchanges[1].poll = true;
  EXPECT_THAT(judge("blocks: no\n", polled).at(0).culprits, ElementsAre(2));
}

}  // namespace
}  // namespace understudy
