// What is seen of the programs of jobs.

#include <sched.h>

#include <atomic>
#include <ostream>

#include "container_fixture.hpp"
#include "process/exec_watch.hpp"
#include "process/proc_files.hpp"

namespace understudy {

void PrintTo(const SeenProcess& process, std::ostream* out) {
  *out << process.pid << " (of " << process.parent << ") " << process.program << ':';
  for (const std::string& word : process.argv) *out << " '" << word.substr(0, 100) << '\'';
}

namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

template <class Words>
auto Ran(const std::string& program, const Words& argv) {
  return AllOf(Field(&SeenProcess::program, program), Field(&SeenProcess::argv, argv));
}

class ProcessesOfJobs : public ContainerTest {
protected:
  /// Of the only job that ran; skips the test where the kernel has no such filter.
  JobProcesses take_one() {
    std::vector<JobProcesses> all = runner().take_processes();
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? JobProcesses{} : all.front();
  }
  static bool is_sampled(const JobProcesses& seen) {
    return seen.why_processes_unseen.find("/proc was looked at") != std::string::npos;
  }
};
INSTANTIATE_TEST_SUITE_P(With, ProcessesOfJobs, testing::Values(Isolation::kNamespaces, Isolation::kNone), name_of);

TEST_P(ProcessesOfJobs, AreSeenFromTheKeeperOn) {
  const std::uint64_t job = start("FOO=secret /bin/true a; sh -c 'exec env BAR=other /bin/true b'; :");
  platform.wait_for_end(job);

  const JobProcesses seen = take_one();

  if (is_sampled(seen)) GTEST_SKIP() << seen.why_processes_unseen;
  EXPECT_EQ(seen.job, job);
  EXPECT_EQ(seen.why_processes_unseen, "");
  EXPECT_EQ(seen.unseen_processes, 0U);
  ASSERT_THAT(seen.processes, Not(IsEmpty()));
  EXPECT_EQ(seen.processes.front().program, isolated() ? "/usr/bin/bwrap" : settings.program.string());
  EXPECT_EQ(seen.processes.front().parent, ::getpid());
  EXPECT_THAT(seen.processes, Contains(Field(&SeenProcess::argv, Contains(":keeper"))));
  EXPECT_THAT(seen.processes, Contains(Ran("/bin/true", ElementsAre("/bin/true", "a"))));
  EXPECT_THAT(seen.processes, Contains(AllOf(Ran("/bin/true", ElementsAre("/bin/true", "b")),
                                             Field(&SeenProcess::env, Contains("BAR=other")))));
  for (const SeenProcess& process : seen.processes) {  // as this process sees them, in whatever namespace they are
    EXPECT_TRUE(process.parent == ::getpid() ||
                testing::Value(seen.processes, Contains(Field(&SeenProcess::pid, process.parent))))
        << testing::PrintToString(process);
  }
}

TEST_P(ProcessesOfJobs, AreSeenWithShimsAndTheClientBehindThem) {
  give_client("exec /bin/true \"$WEBPAAS_TOKEN\"");
  const std::uint64_t job = start(Job{.command = "sleep 3; webpaas me", .env = {{"WEBPAAS_TOKEN", "t0"}}});
  platform.wait_for_end(job);

  const JobProcesses seen = take_one();

  if (is_sampled(seen)) GTEST_SKIP() << seen.why_processes_unseen;
  EXPECT_THAT(seen.processes, Contains(Ran("/bin/true", ElementsAre("/bin/true", "t0"))));
  EXPECT_THAT(seen.processes, Contains(Field(&SeenProcess::argv, ElementsAre("sleep", "3"))));
  EXPECT_THAT(seen.processes, Contains(Field(&SeenProcess::argv, ElementsAre("webpaas", "me"))));
}

TEST_P(ProcessesOfJobs, AreToldOfEachJobOnce) {
  const std::uint64_t one = start("/bin/true one");
  platform.wait_for_end(one);
  const std::uint64_t other = start("/bin/true other");
  platform.wait_for_end(other);

  const std::vector<JobProcesses> all = runner().take_processes();

  ASSERT_THAT(all, SizeIs(2));
  if (is_sampled(all[0])) GTEST_SKIP() << all[0].why_processes_unseen;
  EXPECT_EQ(all[0].job, one);
  EXPECT_EQ(all[1].job, other);
  EXPECT_THAT(all[0].processes, Contains(Field(&SeenProcess::argv, ElementsAre("/bin/true", "one"))));
  EXPECT_THAT(all[1].processes, Contains(Field(&SeenProcess::argv, ElementsAre("/bin/true", "other"))));
  EXPECT_THAT(all[1].processes, Not(Contains(Field(&SeenProcess::argv, ElementsAre("/bin/true", "one")))));
  for (const JobProcesses& again : runner().take_processes()) {
    EXPECT_THAT(again.processes, IsEmpty());
  }
}

TEST_P(ProcessesOfJobs, AreSeenWhileTheJobRunsAndAfterTheShutDown) {
  platform.hold(true);
  const std::uint64_t job = start("/bin/true early; sleep 5; /bin/true late");
  platform.wait_for_spenders(1);

  const JobProcesses early = take_one();
  if (is_sampled(early)) GTEST_SKIP() << early.why_processes_unseen;
  EXPECT_THAT(early.processes, Contains(Field(&SeenProcess::argv, ElementsAre("/bin/true", "early"))));

  platform.hold(false);
  platform.wait_for_end(job);
  runner().shut_down();
  EXPECT_THAT(take_one().processes, Contains(Field(&SeenProcess::argv, ElementsAre("/bin/true", "late"))));
}

TEST_P(ProcessesOfJobs, AreNotWatchedIfNobodyWants) {
  settings.watch_processes = false;
  EXPECT_EQ(run("/bin/true").exit_code, 0);

  EXPECT_THAT(runner().take_processes(), IsEmpty());
}

/// Makes the thread that answers one that runs only when nobody else wants to, and keeps the processors busy.
class SlowAnswers {
public:
  SlowAnswers() {
    any_numbered_entry("/proc/self/task", [this](int thread) {
      if (read_proc_file(fmt::format("/proc/self/task/{}/comm", thread)) !=
          ExecWatch::kThreadName + std::string{"\n"}) {
        return false;
      }
      const sched_param none{};
      slowed_ += ::sched_setscheduler(thread, SCHED_IDLE, &none) == 0 ? 1 : 0;
      return false;
    });
    for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
      threads_.emplace_back([this] {
        while (!enough_) continue;
      });
    }
  }
  SlowAnswers(const SlowAnswers&) = delete;
  SlowAnswers& operator=(const SlowAnswers&) = delete;
  ~SlowAnswers() { enough_ = true; }
  [[nodiscard]] int slowed() const { return slowed_; }

private:
  int slowed_ = 0;
  std::atomic<bool> enough_ = false;
  std::vector<std::jthread> threads_;
};

// Who waits for our answer before it becomes another program sleeps, as the kernel sees it, for as long as nobody
// gives us a processor to answer on.
TEST_P(ProcessesOfJobs, ThatWaitForOurAnswerAreNotQuiet) {
  // Of a plain command dash makes a vfork, which is no sleep; of a subshell a fork, for which it waits.
  const std::uint64_t job = start("sleep 1; while :; do (exec /bin/true); done");
  platform.wait_for_spenders(1);

  int quiet = 0;
  {
    const SlowAnswers slow;
    EXPECT_EQ(slow.slowed(), 1);
    for (int i = 0; i < 500; ++i) quiet += runner().is_quiet(job) ? 1 : 0;
  }

  EXPECT_EQ(quiet, 0);
  runner().kill(job);
  platform.wait_for_end(job);
  if (!is_sampled(take_one())) {
    EXPECT_TRUE(becomes_quiet(job));  // it is over
  }
}

TEST_P(ProcessesOfJobs, ThatComputeAndThenSleepBecomeQuiet) {
  platform.hold(true);
  const std::uint64_t job = start("for i in 1 2 3 4 5 6 7 8 9; do /bin/true $i; done; sleep 5");
  platform.wait_for_spenders(1);

  EXPECT_TRUE(becomes_quiet(job));
  EXPECT_THAT(take_one().processes, Contains(Field(&SeenProcess::argv, ElementsAre("/bin/true", "9"))));
}

}  // namespace
}  // namespace understudy
