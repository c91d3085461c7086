// How jobs end before they are done, and what is left then: nothing.

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "container_fixture.hpp"
#include "harness/process.hpp"
#include "process/descendants.hpp"

namespace understudy {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class Ending : public ContainerTest {
protected:
  void TearDown() override {
    ContainerTest::TearDown();
    EXPECT_THAT(descendants_of(::getpid()), IsEmpty());
  }
  /// In the job's command, a `sleep` while platform time stands still; we go on when it is reached.
  std::uint64_t start_and_wait(Job job) {
    platform.hold(true);
    const std::uint64_t number = start(std::move(job));
    platform.wait_for_spenders(1);
    return number;
  }
};
INSTANTIATE_TEST_SUITE_P(With, Ending, testing::Values(Isolation::kNamespaces, Isolation::kNone), name_of);

TEST_P(Ending, StopIsATermSignal) {
  const std::uint64_t job = start_and_wait({.command = "sleep 600; echo not reached", .env = {}});

  runner().stop(job);

  const JobEnd end = platform.wait_for_end(job);
  EXPECT_EQ(end.exit_code, 128 + SIGTERM);
  EXPECT_EQ(end.output, "");
}

TEST_P(Ending, ATermSignalCanBeCaught) {
  const std::uint64_t job =
      start_and_wait({.command = "trap 'echo cleaning up; exit 4' TERM; sleep 600 & wait", .env = {}});

  runner().stop(job);

  const JobEnd end = platform.wait_for_end(job);
  EXPECT_EQ(end.exit_code, 4);
  EXPECT_EQ(end.output, "cleaning up\n");
}

TEST_P(Ending, StopRunsTheStopCommandInTheSameContainer) {
  const std::uint64_t job = start_and_wait({.command = "echo $$ >${TMPDIR:-/tmp}/pid; sleep 600; echo $?",
                                            .stop_command = "echo stopping; kill $(cat ${TMPDIR:-/tmp}/pid)",
                                            .env = {}});

  runner().stop(job);

  const JobEnd end = platform.wait_for_end(job);
  EXPECT_EQ(end.output, "stopping\n");
  EXPECT_EQ(end.exit_code, 128 + SIGTERM);
}

TEST_P(Ending, WhatIgnoresTheSignalIsKilled) {
  const std::uint64_t job = start_and_wait({.command = "trap 'echo no' TERM; while :; do sleep 600; done", .env = {}});
  runner().stop(job);
  platform.wait_for_spenders(2);  // it lives on

  runner().kill(job);

  EXPECT_EQ(platform.wait_for_end(job).exit_code, 128 + SIGKILL);
}

TEST_P(Ending, StopComesInTimeHoweverEarly) {
  const std::uint64_t job = start("sleep 1; while :; do :; done");

  runner().stop(job);

  EXPECT_EQ(platform.wait_for_end(job).exit_code, 128 + SIGTERM);
}

TEST_P(Ending, KillComesInTimeHoweverEarly) {
  const std::uint64_t job = start("while :; do :; done");

  runner().kill(job);

  EXPECT_EQ(platform.wait_for_end(job).exit_code, 128 + SIGKILL);
}

TEST_P(Ending, WhatRunsInTheBackgroundEndsWithTheShell) {
  const JobEnd end = run("setsid dash -c 'while :; do :; done' & (while :; do :; done) & echo started");

  EXPECT_EQ(end.output, "started\n");
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_THAT(descendants_of(::getpid()), IsEmpty());
}

TEST_P(Ending, ComputingForTooLongIsReported) {
  settings.real_time_limit = std::chrono::milliseconds{200};

  const JobEnd end = run("echo begun; sleep 5 & while :; do :; done");

  EXPECT_THAT(end.error, HasSubstr("computed for more than 200 ms"));
  EXPECT_EQ(end.exit_code, 128 + SIGKILL);
  EXPECT_EQ(end.output, "begun\n");
}

TEST_P(Ending, TheRunnerEndsWhatStillRuns) {
  start_and_wait({.command = "sleep 600", .env = {}});
  start("while :; do :; done");

  runner_.reset();

  EXPECT_NE(platform.wait_for_end(1).exit_code, 0);
  EXPECT_NE(platform.wait_for_end(2).exit_code, 0);
}

TEST_P(Ending, JobsOutliveTheCommandsOfSteps) {
  const std::uint64_t job = start_and_wait({.command = "sleep 600; echo done", .env = {}});

  const Finished finished = run_command({.argv = {"/bin/sh", "-c", "sleep 1000 & exit 3"}});
  platform.hold(false);

  EXPECT_THAT(finished.leaks, SizeIs(1));
  const JobEnd end = platform.wait_for_end(job);
  EXPECT_EQ(end.output, "done\n");
  EXPECT_EQ(end.exit_code, 0);
}

TEST_P(Ending, ManyJobsRunBesideEachOther) {
  platform.hold(true);
  for (int i = 0; i < 8; ++i) start("sleep 10; echo done");
  platform.wait_for_spenders(8);
  platform.hold(false);

  for (std::uint64_t number = 1; number <= 8; ++number) EXPECT_EQ(platform.wait_for_end(number).output, "done\n");
}

}  // namespace
}  // namespace understudy
