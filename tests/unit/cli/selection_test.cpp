#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/cli.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* kTwoDocuments = R"(scenario: first
tags: [auth]
steps:
- run: webpaas auth:info
---
scenario: second
tags: [backup, slow]
cases:
- name: one
  run: webpaas backup:list
- name: two
  run: webpaas backup:get
)";

class SelectionTest : public testing::Test {
protected:
  SelectionTest() {
    write("scenarios/b/two.yaml", kTwoDocuments);
    write("scenarios/a.yml", "scenario: only one\nsteps:\n- run: webpaas help\n");
    write("scenarios/notes.txt", "no scenario\n");
    write("scenarios/.hidden/x.yaml", "no: scenario\n");
  }

  void write(const std::string& name, const std::string& text) const { temporary_.write(name, text); }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  static std::vector<std::string> titles(const std::vector<Candidate>& candidates) {
    std::vector<std::string> all;
    for (const Candidate& candidate : candidates) all.push_back(candidate.scenario.title());
    return all;
  }
  std::vector<std::string> selected(const Selection& selection) const {
    return titles(select(find_scenarios({path("scenarios")}), selection));
  }
  template <class Work>
  static std::string complaint_of(Work work) {
    try {
      work();
    } catch (const UsageError& error) {
      return error.what();
    }
    return "no complaint";
  }

  TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path();
};

TEST_F(SelectionTest, SearchesFoldersForScenariosInOrder) {
  EXPECT_THAT(titles(find_scenarios({path("scenarios")})),
              ElementsAre("only one", "first", "second / one", "second / two"));
}

TEST_F(SelectionTest, TakesWhatIsNamedTwiceOnce) {
  EXPECT_THAT(
      titles(find_scenarios({path("scenarios/a.yml"), path("scenarios/./b/../a.yml") + ":1", path("scenarios")})),
      ElementsAre("only one", "first", "second / one", "second / two"));
}

TEST_F(SelectionTest, FindsTheScenarioOrCaseAtALine) {
  const std::string file = path("scenarios/b/two.yaml");

  EXPECT_THAT(titles(find_scenarios({file + ":4"})), ElementsAre("first"));
  EXPECT_THAT(titles(find_scenarios({file + ":10"})), ElementsAre("second / one"));
  EXPECT_THAT(titles(find_scenarios({file + ":11"})), ElementsAre("second / two"));
  EXPECT_THAT(titles(find_scenarios({file + ":6"})), ElementsAre("second / one", "second / two"));
  EXPECT_EQ(find_scenarios({file + ":11"}).at(0).index, 2U);
}

TEST_F(SelectionTest, FindsAScenarioByItsOwnId) {
  for (const Candidate& candidate : find_scenarios({path("scenarios")})) {
    EXPECT_THAT(titles(find_scenarios({candidate.scenario.id()})), ElementsAre(candidate.scenario.title()));
  }
}

TEST_F(SelectionTest, SaysWhatIsMissing) {
  EXPECT_THAT(complaint_of([&] { static_cast<void>(find_scenarios({path("scenarios/b/tow.yaml")})); }),
              HasSubstr("no such file or folder: " + path("scenarios/b/tow.yaml") + "; did you mean \"two.yaml\"?"));
  EXPECT_THAT(complaint_of([&] { static_cast<void>(find_scenarios({path("scenarios/a.yml") + ":99"})); }),
              HasSubstr("no scenario at " + path("scenarios/a.yml") + ":99"));
}

TEST_F(SelectionTest, ComplainsOfEveryBrokenFile) {
  write("scenarios/c.yaml", "scenario: x\nstep: []\n");
  write("scenarios/d.yaml", "scenario: [x\n");

  const std::string complaint = complaint_of([&] { static_cast<void>(find_scenarios({path("scenarios")})); });

  EXPECT_THAT(complaint, HasSubstr(path("scenarios/c.yaml") + ":2:1: "));
  EXPECT_THAT(complaint, HasSubstr("\n" + path("scenarios/d.yaml") + ":"));
}

TEST_F(SelectionTest, FiltersByPatternAndTag) {
  EXPECT_THAT(selected({.filter = "sec.*two"}), ElementsAre("second / two"));
  EXPECT_THAT(selected({.filter = "two\\.yaml"}), ElementsAre("first", "second / one", "second / two"));
  EXPECT_THAT(selected({.exclude = "second"}), ElementsAre("only one", "first"));
  EXPECT_THAT(selected({.tags = {"backup and slow"}}), ElementsAre("second / one", "second / two"));
  EXPECT_THAT(selected({.filter = "one", .tags = {"auth", "slow"}}), ElementsAre("second / one"));
  EXPECT_THAT(selected({.only = {{{path("scenarios/b/two.yaml"), "second / two"}, {"gone.yaml", "x"}}}}),
              ElementsAre("second / two"));
}

TEST_F(SelectionTest, TakesNothingSelectedForAnError) {
  EXPECT_THAT(complaint_of([&] { selected({.filter = "nowhere"}); }),
              HasSubstr("nothing selected: none of 4 scenarios matches"));
  EXPECT_THAT(complaint_of([&] { selected({.only = {{}}}); }), HasSubstr("no scenario failed in the last run"));
  fs::create_directories(folder_ / "empty");
  EXPECT_THAT(complaint_of([&] { static_cast<void>(select(find_scenarios({path("empty")}), {})); }),
              HasSubstr("there is no scenario"));
}

TEST_F(SelectionTest, ExplainsABadPattern) {
  EXPECT_THAT(complaint_of([&] { selected({.filter = "a("}); }), HasSubstr("--filter \"a(\": missing )"));
}

TEST_F(SelectionTest, ShufflesByTheSeedAlone) {
  const std::vector<Candidate> candidates = find_scenarios({path("scenarios")});
  const auto orders = [&](bool shuffle, std::uint64_t seed) {
    std::vector<std::size_t> all;
    for (const PoolJob& job : plan_jobs(candidates, 2, shuffle, seed)) all.push_back(job.scenario.order);
    return all;
  };

  EXPECT_THAT(orders(false, 1), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_EQ(orders(true, 1), orders(true, 1));
  EXPECT_THAT(orders(true, 1), UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_NE(orders(true, 1), orders(true, 2));
  EXPECT_EQ(plan_jobs(candidates, 2, false, 1).at(5).scenario.repeat, 1);
  EXPECT_EQ(plan_jobs(candidates, 2, false, 1).at(5).index, 0U);
}

ScenarioResult result(const std::string& file, const std::string& name, Verdict verdict) {
  return {.file = file, .name = name, .verdict = verdict};
}

TEST_F(SelectionTest, RemembersWhatFailedUntilItPasses) {
  const LastRun record{folder_ / ".understudy/last-run.json"};
  EXPECT_THAT(record.broken(), IsEmpty());

  record.record(std::vector{result("a", "1", Verdict::kFailed), result("a", "2", Verdict::kPassed),
                            result("b", "3", Verdict::kError), result("b", "4", Verdict::kSkipped)});
  EXPECT_THAT(record.broken(), UnorderedElementsAre(Pair("a", "1"), Pair("b", "3")));

  record.record(std::vector{result("a", "1", Verdict::kPassed), result("a", "2", Verdict::kFailed)});
  EXPECT_THAT(record.broken(), UnorderedElementsAre(Pair("a", "2"), Pair("b", "3")));
}

TEST_F(SelectionTest, ReplacesADamagedRecord) {
  write(".understudy/last-run.json", "{\"broken\": 7");
  const LastRun record{folder_ / ".understudy/last-run.json"};

  EXPECT_THROW(static_cast<void>(record.broken()), InputError);
  record.record(std::vector{result("a", "1", Verdict::kFailed)});
  EXPECT_THAT(record.broken(), ElementsAre(Pair("a", "1")));
}

}  // namespace
}  // namespace understudy
