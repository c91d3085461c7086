// What is seen of the programs that a command starts. They are real ones, most of which live for a millisecond.

#include "process/exec_watch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ostream>

#include "harness/process.hpp"
#include "harness/stopwatch.hpp"
#include "process/descendants.hpp"
#include "process/exec_filter.hpp"
#include "process/exec_notices.hpp"

namespace understudy {

void PrintTo(const SeenProcess& process, std::ostream* out) {
  *out << process.pid << " (of " << process.parent << ") " << process.program << ':';
  for (const std::string& word : process.argv) *out << " '" << word.substr(0, 100) << '\'';
}

namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::VariantWith;

constexpr std::chrono::seconds kPatience{60};  // of a test with a slow machine

auto ExitedWith(int code) { return VariantWith<Exited>(Field(&Exited::code, code)); }
template <class Words>
auto Ran(const std::string& program, const Words& argv) {
  return AllOf(Field(&SeenProcess::program, program), Field(&SeenProcess::argv, argv));
}

Command shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}, .env = {{"PATH", "/usr/bin:/bin"}}, .working_directory = "/"};
}

bool is_sampled(const Finished& done) {
  return done.why_processes_unseen.find("/proc was looked at") != std::string::npos;
}

/// Where the kernel has no such filter there is nothing to test.
#define RUN_WATCHED(done, command)                                 \
  const Finished done = run_command(command);                      \
  if (is_sampled(done)) GTEST_SKIP() << done.why_processes_unseen; \
  ASSERT_EQ(done.why_processes_unseen, "")

TEST(ExecWatch, SeesTheCommandItselfFirst) {
  const Command command = shell(":");
  RUN_WATCHED(done, command);

  ASSERT_THAT(done.processes, SizeIs(1));
  const SeenProcess& seen = done.processes.front();
  EXPECT_EQ(seen.program, "/bin/sh");
  EXPECT_EQ(seen.argv, command.argv);
  EXPECT_THAT(seen.env, ElementsAre("PATH=/usr/bin:/bin"));
  EXPECT_EQ(seen.parent, ::getpid());
  EXPECT_GT(seen.pid, 1);
  EXPECT_EQ(done.unseen_processes, 0U);
}

TEST(ExecWatch, SeesWhatAProcessBecomesAndItsEnvironment) {
  RUN_WATCHED(done, shell("/bin/sh -c 'exec env FOO=secret /bin/true'; :"));

  ASSERT_THAT(done.processes, SizeIs(4));
  EXPECT_THAT(done.processes[1], Ran("/bin/sh", ElementsAre("/bin/sh", "-c", "exec env FOO=secret /bin/true")));
  EXPECT_THAT(done.processes[2], Ran("/usr/bin/env", ElementsAre("env", "FOO=secret", "/bin/true")));
  EXPECT_THAT(done.processes[3], Ran("/bin/true", ElementsAre("/bin/true")));
  EXPECT_THAT(done.processes[3].env, Contains("FOO=secret"));
  EXPECT_THAT(done.processes[2].env, Not(Contains("FOO=secret")));
  EXPECT_EQ(done.processes[3].pid, done.processes[1].pid);
  EXPECT_EQ(done.processes[3].parent, done.processes[0].pid);
}

TEST(ExecWatch, MissesNoneOfManyThatEndAtOnce) {
  RUN_WATCHED(done, shell("i=0; while [ $i -lt 200 ]; do N=value-$i /bin/true number $i; i=$((i+1)); done"));

  ASSERT_THAT(done.processes, SizeIs(201));
  for (int i = 0; i < 200; ++i) {
    const SeenProcess& seen = done.processes[static_cast<std::size_t>(i) + 1];
    EXPECT_THAT(seen, Ran("/bin/true", ElementsAre("/bin/true", "number", std::to_string(i))));
    EXPECT_THAT(seen.env, Contains(fmt::format("N=value-{}", i)));
  }
}

TEST(ExecWatch, KeepsARepeatedOneOnce) {
  RUN_WATCHED(done, shell("for i in 1 2 3 4 5 6 7 8 9; do true; /bin/true x; done"));

  EXPECT_THAT(done.processes, SizeIs(2));
  EXPECT_EQ(done.unseen_processes, 0U);
}

TEST(ExecWatch, SeesManyAtTheSameTime) {
  RUN_WATCHED(done, shell("for i in 1 2 3 4 5 6 7 8; do (for j in 1 2 3 4 5 6 7 8; do /bin/true $i-$j; done) & done; "
                          "wait"));

  EXPECT_THAT(done.processes, SizeIs(65));
}

TEST(ExecWatch, SeesGrandchildrenInTheirOwnSession) {
  // The substitution ends when nobody holds its pipe any more.
  RUN_WATCHED(done, shell("x=$( (setsid sh -c 'setsid /bin/true far away; :' &) )"));

  EXPECT_THAT(done.processes, Contains(Ran("/bin/true", ElementsAre("/bin/true", "far", "away"))));
}

TEST(ExecWatch, SeesOneThatHasClosedAllItsDescriptors) {
  RUN_WATCHED(done, shell("for n in 0 1 2 3 4 5 6 7 8 9; do eval \"exec $n<&-\"; done; exec /bin/true in the dark"));

  EXPECT_THAT(done.processes, Contains(Ran("/bin/true", ElementsAre("/bin/true", "in", "the", "dark"))));
  EXPECT_THAT(done.outcome, ExitedWith(0));
}

TEST(ExecWatch, SeesLongArgumentsToTheirEnd) {
  Command command{.argv = {"/bin/true", std::string(100'000, 'a') + "end", "", "b"}};
  command.env["LONG"] = std::string(100'000, 'e');
  for (int i = 0; i < 3000; ++i) command.argv.push_back(fmt::format("word {}", i));  // the array has several pages
  RUN_WATCHED(done, command);

  ASSERT_THAT(done.processes, SizeIs(1));
  EXPECT_EQ(done.processes[0].argv, command.argv);
  EXPECT_THAT(done.processes[0].env, ElementsAre("LONG=" + command.env["LONG"]));
}

TEST(ExecWatch, SeesBytesThatAreNoText) {
  RUN_WATCHED(done, shell(R"sh(/bin/true "$(printf '\377\001\200')")sh"));

  EXPECT_THAT(done.processes, Contains(Ran("/bin/true", ElementsAre("/bin/true", "\xff\x01\x80"))));
}

TEST(ExecWatch, AProgramThatIsNotThereCountsOnceWithTheLastPlace) {
  Command command = shell("nosuchprogram a; nosuchprogram a; /no/such/program b; env -i /bin/true c");
  command.env["PATH"] = "/no/such/folder:/usr/bin:/bin";
  RUN_WATCHED(done, command);

  // A shell looks before it leaps, and asks the kernel only for what it was told to run; env tries one after the other.
  EXPECT_THAT(done.processes, Contains(Ran("/bin/true", ElementsAre("/bin/true", "c"))));
  EXPECT_THAT(done.processes, Contains(Ran("/usr/bin/env", ElementsAre("env", "-i", "/bin/true", "c"))));
  EXPECT_THAT(done.processes, Not(Contains(Field(&SeenProcess::program, "/no/such/folder/env"))));
}

TEST(ExecWatch, ASearchByEnvIsOneEntry) {
  Command command{.argv = {"/usr/bin/env", "true", "sought"}, .env = {{"PATH", "/no/such/folder:/nor/this:/bin"}}};
  RUN_WATCHED(done, command);

  EXPECT_THAT(done.processes, ElementsAre(testing::_, Ran("/bin/true", ElementsAre("true", "sought"))));
}

TEST(ExecWatch, SeesWhatRunsOnATerminal) {
  Command command = shell("read word; /bin/true \"$word\"");
  command.terminal = std::vector<TerminalTurn>{{.expect = "", .send = "typed\n"}};
  command.timeout = 20s;
  RUN_WATCHED(done, command);

  EXPECT_THAT(done.processes, ElementsAre(testing::_, Ran("/bin/true", ElementsAre("/bin/true", "typed"))));
}

TEST(ExecWatch, DoesNotDelayTheEndHoweverMuchIsStillStarted) {
  const Stopwatch stopwatch;
  RUN_WATCHED(done, shell("(trap '' HUP; while :; do /bin/true; done) >/dev/null 2>&1 & exit 6"));

  EXPECT_THAT(done.outcome, ExitedWith(6));
  EXPECT_THAT(done.leaks, Not(IsEmpty()));
  EXPECT_LT(stopwatch.elapsed(), 10s);
}

TEST(ExecWatch, LetsACommandBeEndedThatStartsOneProgramAfterTheOther) {
  Command command = shell("while :; do (while :; do /bin/true; done) & /bin/true; (/bin/true &); kill $!; done");
  command.timeout = 300ms;

  EXPECT_THAT(run_command(command).outcome, VariantWith<TimedOut>(testing::_));
}

TEST(ExecWatch, CanBeLeftOut) {
  Command command = shell("/bin/true");
  command.watch_processes = false;

  const Finished done = run_command(command);

  EXPECT_THAT(done.processes, IsEmpty());
  EXPECT_EQ(done.why_processes_unseen, "");
}

TEST(ExecWatch, GivesUpNoPrivilegesThatItNeedNot) {
  if (::geteuid() != 0) GTEST_SKIP() << "without root the kernel demands it";
  EXPECT_EQ(run_command(shell("grep NoNewPrivs /proc/self/status")).stdout_text, "NoNewPrivs:\t0\n");
}

/// A child that has installed a filter and asks for a program.
class Asking {
public:
  Asking() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    const Handle ours{ends[0]};
    const Handle childs{ends[1]};
    pid_ = ::fork();
    if (pid_ == 0) {
      if (install_exec_filter(childs.get()) == nullptr) ::execl("/bin/true", "true", "asked for", nullptr);
      ::_exit(99);
    }
    std::optional<ListenerMessage> message = receive_listener(ours);
    if (message) listener = std::move(message->listener);
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() {
    if (pid_ != 0) kill();
  }
  void kill() {
    ::kill(pid_, SIGKILL);
    wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return status;
  }
  Handle listener;

private:
  pid_t pid_ = 0;
};

#define REQUIRE_FILTER(asking) \
  if ((asking).listener.get() < 0) GTEST_SKIP() << "this kernel has no such filter, or this runs under one"

TEST(ExecListener, AProcessGoesOnWhenItIsAnswered) {
  Asking child;
  REQUIRE_FILTER(child);
  ExecListener listener{std::move(child.listener)};

  const auto question = listener.next();

  ASSERT_TRUE(question);
  EXPECT_THAT(question->process, Ran("/bin/true", ElementsAre("true", "asked for")));
  EXPECT_TRUE(listener.let_go_on(*question));
  EXPECT_EQ(child.wait(), 0);
}

TEST(ExecListener, AProcessMayBeKilledBeforeTheQuestionIsRead) {
  Asking child;
  REQUIRE_FILTER(child);
  ExecListener listener{std::move(child.listener)};
  const Handle copy{::fcntl(listener.descriptor(), F_DUPFD_CLOEXEC, 0)};
  ASSERT_TRUE(wait_readable(copy, 60'000));

  child.kill();

  EXPECT_FALSE(listener.next());
}

TEST(ExecListener, AProcessMayBeKilledBeforeTheAnswer) {
  Asking child;
  REQUIRE_FILTER(child);
  ExecListener listener{std::move(child.listener)};
  const auto question = listener.next();
  ASSERT_TRUE(question);

  child.kill();

  EXPECT_FALSE(listener.let_go_on(*question));
}

/// Waits until what `watch` has seen matches; other sightings are passed over.
template <class Matcher>
bool comes_to_see(ExecWatch& watch, const Matcher& matcher) {
  const Stopwatch stopwatch;
  while (stopwatch.elapsed() < kPatience) {
    for (const SeenProcess& process : watch.take().processes) {
      if (testing::Value(process, matcher)) return true;
    }
    std::this_thread::yield();
  }
  return false;
}

TEST(ExecWatch, LooksAtProcWhereAFilterMustNotBe) {
  Pipe input = [] {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    return Pipe{Handle{ends[0]}, Handle{ends[1]}};
  }();
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(input.source.get(), STDIN_FILENO);
    std::array<char*, 2> env{const_cast<char*>("SHOWN=yes"), nullptr};
    std::array<char*, 3> argv{const_cast<char*>("cat"), const_cast<char*>("-"), nullptr};
    ::execve("/bin/cat", argv.data(), env.data());
    ::_exit(99);
  }
  ExecWatch watch{[child] { return std::vector<pid_t>{child}; }, "it is forbidden"};

  EXPECT_EQ(watch.childs_end(), -1);
  EXPECT_TRUE(comes_to_see(watch, AllOf(Field(&SeenProcess::argv, ElementsAre("cat", "-")),
                                        Field(&SeenProcess::env, ElementsAre("SHOWN=yes")),
                                        Field(&SeenProcess::program, testing::EndsWith("/cat")),
                                        Field(&SeenProcess::pid, child), Field(&SeenProcess::parent, ::getpid()))));
  EXPECT_THAT(watch.take().why_unseen, AllOf(HasSubstr("it is forbidden"), HasSubstr("/proc")));
  input.sink.close();
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

// Understudy under Understudy. A filter holds for one thread and what it starts, so a thread is enough of an outer one.
TEST(ExecWatch, UnderAnotherWatchACommandStillRunsAndSaysWhyItSeesLess) {
  ExecWatch outer{descendants};
  Finished done;
  std::thread inside{[&] {
    if (install_exec_filter(outer.childs_end()) == nullptr) done = run_command(shell("/bin/true inner; echo fine"));
  }};
  inside.join();
  outer.stop();

  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_EQ(done.stdout_text, "fine\n");
  EXPECT_THAT(done.why_processes_unseen, HasSubstr("/proc was looked at"));
  const Sightings seen = outer.take();
  if (!seen.why_unseen.empty()) GTEST_SKIP() << seen.why_unseen;
  EXPECT_THAT(done.why_processes_unseen, HasSubstr("a seccomp filter of the same kind"));
  EXPECT_THAT(seen.processes, Contains(Ran("/bin/true", ElementsAre("/bin/true", "inner"))));
}

}  // namespace
}  // namespace understudy
