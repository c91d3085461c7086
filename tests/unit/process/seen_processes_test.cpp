#include "process/seen_processes.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

SeenProcess process(int pid, const std::string& program, const std::string& argument = "") {
  return {.pid = pid, .parent = 1, .program = program, .argv = {"name", argument}, .env = {"PATH=/a:/b"}};
}

auto Ran(const std::string& program) { return Field(&SeenProcess::program, program); }

TEST(SeenProcesses, KeepsEachOnceWithTheFirstThatHadIt) {
  SeenProcesses seen;
  seen.add(process(10, "/bin/x", "1"));
  seen.add(process(11, "/bin/x", "2"));
  seen.add(process(12, "/bin/x", "1"));

  const Sightings taken = seen.take();

  ASSERT_THAT(taken.processes, SizeIs(2));
  EXPECT_EQ(taken.processes[0].pid, 10);
  EXPECT_EQ(taken.processes[1].argv, (std::vector<std::string>{"name", "2"}));
  EXPECT_EQ(taken.unseen, 0U);
  EXPECT_EQ(taken.why_unseen, "");
}

TEST(SeenProcesses, TellsWordsApartWhateverTheirBounds) {
  SeenProcesses seen;
  seen.add({.pid = 1, .program = "/x", .argv = {"ab", "c"}});
  seen.add({.pid = 2, .program = "/x", .argv = {"a", "bc"}});
  seen.add({.pid = 3, .program = "/x", .argv = {"ab"}, .env = {"c"}});

  EXPECT_THAT(seen.take().processes, SizeIs(3));
}

TEST(SeenProcesses, OfASearchOnlyTheLastPlaceCounts) {
  SeenProcesses seen;
  seen.add(process(10, "/a/git"));
  seen.add(process(11, "/a/git"));  // another process, in between
  seen.add(process(10, "/b/git"));
  seen.add(process(11, "/b/git"));
  seen.add(process(10, "/a/other"));

  EXPECT_THAT(seen.take().processes, ElementsAre(Ran("/b/git"), Ran("/a/other")));
}

TEST(SeenProcesses, AProcessMayBecomeSeveralPrograms) {
  SeenProcesses seen;
  seen.add(process(10, "/bin/sh"));
  seen.add(process(10, "/bin/git", "new argument"));
  seen.add(process(10, "/lib/git", "yet another"));

  EXPECT_THAT(seen.take().processes, ElementsAre(Ran("/bin/sh"), Ran("/bin/git"), Ran("/lib/git")));
}

TEST(SeenProcesses, CountsWhatItHasNoRoomFor) {
  const SeenProcess one = process(1, "/bin/x", "1000");
  SeenProcesses seen{memory_of(one) * 3};
  for (int i = 0; i < 10; ++i) seen.add(process(i, "/bin/x", fmt::format("{}", 1000 + i)));
  seen.add(process(20, "/bin/x", "1000"));  // known

  const Sightings taken = seen.take();

  EXPECT_THAT(taken.processes, SizeIs(3));
  EXPECT_EQ(taken.unseen, 7U);
  EXPECT_THAT(taken.why_unseen, HasSubstr("too many"));
}

TEST(SeenProcesses, HasRoomAgainForWhatWasNotFoundOrTaken) {
  const SeenProcess one = process(1, "/a/git");
  SeenProcesses seen{memory_of(one)};
  seen.add(process(1, "/a/git"));
  seen.add(process(1, "/b/git"));
  EXPECT_THAT(seen.take().processes, ElementsAre(Ran("/b/git")));

  seen.add(process(1, "/b/git"));
  const Sightings again = seen.take();
  EXPECT_THAT(again.processes, ElementsAre(Ran("/b/git")));
  EXPECT_EQ(again.unseen, 0U);
  EXPECT_THAT(seen.take().processes, IsEmpty());
}

}  // namespace
}  // namespace understudy
