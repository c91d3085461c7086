// Every test here starts a real program and afterwards looks whether anything of it is left.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/process.hpp"
#include "harness/stopwatch.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::Optional;
using testing::StartsWith;
using testing::UnorderedElementsAre;
using testing::VariantWith;

auto ExitedWith(int code) { return VariantWith<Exited>(Field(&Exited::code, code)); }

Command shell(const std::string& script) {
  return {.argv = {"/bin/sh", "-c", script}, .env = {{"PATH", "/usr/bin:/bin"}}, .working_directory = "/"};
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD; }

struct RunCommand : testing::Test {
  ~RunCommand() override { EXPECT_FALSE(has_children()) << "a process was left behind"; }
};

TEST_F(RunCommand, ReportsOutputAndExitCode) {
  const Finished done = run_command(shell("echo out; echo err >&2; exit 7"));

  EXPECT_THAT(done.outcome, ExitedWith(7));
  EXPECT_EQ(done.stdout_text, "out\n");
  EXPECT_EQ(done.stderr_text, "err\n");
  EXPECT_THAT(done.leaks, IsEmpty());
  EXPECT_EQ(done.dropped_bytes, 0U);
  EXPECT_GT(done.wall_time, 0us);
}

TEST_F(RunCommand, TellsSignalsFromExitCodes) {
  EXPECT_THAT(run_command(shell("kill -9 $$")).outcome, VariantWith<Signaled>(Field(&Signaled::signal, SIGKILL)));
  EXPECT_THAT(run_command(shell("exit 137")).outcome, ExitedWith(137));
}

// Probe A of the runner conventions: a grandchild keeps stdout after the client has ended.
TEST_F(RunCommand, DoesNotWaitForAGrandchildThatHoldsStdout) {
  const Stopwatch stopwatch;
  const Finished done = run_command(shell("sleep 21 & echo hi"));

  EXPECT_LT(stopwatch.elapsed(), 10s);
  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_EQ(done.stdout_text, "hi\n");
  EXPECT_THAT(done.leaks, ElementsAre(MatchesRegex("pid [0-9]+ \"sleep 21\" still held stdout")));
}

// Probe B: a hang. Killing the child lets the shell's wait succeed, which must not count.
TEST_F(RunCommand, AHangIsATimeoutWhateverTheClientMakesOfItsEnd) {
  Command command = shell("trap 'exit 0' TERM HUP INT; sleep 22 & wait; exit 0");
  command.timeout = 200ms;

  const Finished done = run_command(command);

  EXPECT_THAT(done.outcome, VariantWith<TimedOut>(Field(&TimedOut::limit, 200ms)));
  EXPECT_THAT(done.leaks, IsEmpty()) << "what we ended ourselves is no leak";
  EXPECT_LT(done.wall_time, 10s);
}

// Probe C: a hang in a session of its own, out of reach of the process group.
TEST_F(RunCommand, EndsAHangInItsOwnSession) {
  Command command = shell("setsid sleep 23 & wait");
  command.timeout = 200ms;

  EXPECT_THAT(run_command(command).outcome, VariantWith<TimedOut>(testing::_));
}

TEST_F(RunCommand, EndsADaemonThatLetGoOfEverything) {
  const Finished done = run_command(shell("(setsid sh -c 'sleep 24; true' </dev/null >/dev/null 2>&1 &) ; exit 3"));

  EXPECT_THAT(done.outcome, ExitedWith(3));
  EXPECT_THAT(done.leaks, UnorderedElementsAre(MatchesRegex("pid [0-9]+ \"sh -c sleep 24; true\" outlived the client"),
                                               MatchesRegex("pid [0-9]+ \"sleep 24\" outlived the client")));
}

TEST_F(RunCommand, AHelperThatEndsByItselfIsNoLeak) {
  // It waits for the client's end, and the pipe that it writes to then has a reader.
  const Finished done = run_command(shell("(read x; echo late) <&0 & exec 0</dev/null; echo early"));

  EXPECT_THAT(done.leaks, IsEmpty());
  EXPECT_THAT(done.stdout_text, AllOf(HasSubstr("early\n"), HasSubstr("late\n")));
}

TEST_F(RunCommand, ReadsBothStreamsAtOnce) {
  const Finished done = run_command(shell("head -c 3000000 /dev/zero & head -c 3000000 /dev/zero >&2; wait"));

  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_EQ(done.stdout_text.size(), 3'000'000U);
  EXPECT_EQ(done.stderr_text.size(), 3'000'000U);
}

TEST_F(RunCommand, CountsWhatIsBeyondTheLimitAndGoesOn) {
  Command command = shell("head -c 300000 /dev/zero; echo err >&2; exit 5");
  command.output_limit_bytes = 1000;

  const Finished done = run_command(command);

  EXPECT_THAT(done.outcome, ExitedWith(5));
  EXPECT_EQ(done.stdout_text.size(), 1000U);
  EXPECT_EQ(done.stderr_text, "err\n");
  EXPECT_EQ(done.dropped_bytes, 299'000U);
}

TEST_F(RunCommand, GivesExactlyTheEnvironmentThatItWasGiven) {
  const Finished done = run_command({.argv = {"/usr/bin/env"}, .env = {{"A", "1"}, {"B", "x=y z"}}});

  EXPECT_EQ(done.stdout_text, "A=1\nB=x=y z\n");
}

TEST_F(RunCommand, RunsInTheGivenFolder) {
  Command command = shell("pwd -P");
  command.working_directory = "/usr";

  EXPECT_EQ(run_command(command).stdout_text, "/usr\n");
}

TEST_F(RunCommand, StdinIsEmptyUnlessGiven) {
  Command command = shell("cat; echo end");
  EXPECT_EQ(run_command(command).stdout_text, "end\n");

  command.stdin_text = std::string(500'000, 'x');
  EXPECT_EQ(run_command(command).stdout_text, std::string(500'000, 'x') + "end\n");
}

TEST_F(RunCommand, AClientThatDoesNotReadItsStdinIsNoError) {
  Command command = shell("exec <&-; echo done");
  command.stdin_text = std::string(1 << 20, 'x');

  const Finished done = run_command(command);

  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_EQ(done.stdout_text, "done\n");
}

TEST_F(RunCommand, InheritsNoDescriptor) {
  // One as careless code opens it: without close-on-exec.
  const int careless = ::open("/dev/null", O_RDONLY);  // NOLINT(android-cloexec-open): that is the point
  ASSERT_GE(careless, 0);

  const Finished done = run_command(shell("ls /proc/$$/fd"));

  ::close(careless);
  EXPECT_EQ(done.stdout_text, "0\n1\n2\n");
}

TEST_F(RunCommand, InheritsNoSignalState) {
  ::signal(SIGPIPE, SIG_IGN);
  const Finished done = run_command(shell("grep -E '^Sig(Blk|Ign)' /proc/self/status"));
  ::signal(SIGPIPE, SIG_DFL);

  EXPECT_EQ(done.stdout_text, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_F(RunCommand, IsInASessionOfItsOwn) {
  const Finished done = run_command(shell("set -- $(cat /proc/$$/stat); echo $1 $5 $6"));

  int process = 0;
  int group = 0;
  int session = 0;
  ASSERT_EQ(std::sscanf(done.stdout_text.c_str(), "%d %d %d", &process, &group, &session), 3) << done.stdout_text;
  EXPECT_EQ(group, process);
  EXPECT_EQ(session, process);
}

TEST_F(RunCommand, SaysWhatCannotBeStarted) {
  const auto message = [](const Command& command) -> std::string {
    try {
      run_command(command);
      return "started";
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  };
  EXPECT_EQ(message({.argv = {"/no/such/program"}}), "cannot start /no/such/program: No such file or directory");
  EXPECT_EQ(message({.argv = {"/etc/passwd"}}), "cannot start /etc/passwd: Permission denied");
  EXPECT_EQ(message({.argv = {"/bin/sh"}, .working_directory = "/no/such/folder"}),
            "cannot start /bin/sh in /no/such/folder: No such file or directory");
}

TEST_F(RunCommand, CanRunAgainAfterAFailedStart) {
  EXPECT_THROW(run_command({.argv = {"/no/such/program"}}), std::runtime_error);

  EXPECT_THAT(run_command(shell("exit 4")).outcome, ExitedWith(4));
}

TEST_F(RunCommand, StopsOnRequestFromAnotherThread) {
  StopRequest stop;
  std::jthread other{[&] { stop.stop("it would wait for ever"); }};

  const Finished done = run_command(shell("sleep 25"), &stop);

  EXPECT_THAT(done.outcome, VariantWith<Stopped>(Field(&Stopped::reason, "it would wait for ever")));
  EXPECT_LT(done.wall_time, 20s);
}

TEST_F(RunCommand, AStopRequestCanComeBeforeOrAfterTheRun) {
  StopRequest early;
  early.stop("first");
  early.stop("second");
  EXPECT_THAT(run_command(shell("sleep 26"), &early).outcome, VariantWith<Stopped>(Field(&Stopped::reason, "first")));

  StopRequest late;
  EXPECT_THAT(run_command(shell("exit 0"), &late).outcome, ExitedWith(0));
  late.stop("too late");
}

TEST_F(RunCommand, DoesNotDisturbBlockingCallsOfOtherThreads) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ssize_t received = 0;
  {
    std::jthread reader{[&] {
      char c = 0;
      received = ::read(ends[0], &c, 1);
    }};
    for (int i = 0; i < 20; ++i) run_command(shell("true & wait"));
    ASSERT_EQ(::write(ends[1], "x", 1), 1);
  }
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(received, 1) << "interrupted by SIGCHLD";
}

TEST_F(RunCommand, DoesNotRunTwiceAtOnce) {
  StopRequest stop;
  Finished done;
  std::string message;
  const std::string marker = testing::TempDir() + "understudy-started-" + std::to_string(::getpid());
  ASSERT_EQ(::mkfifo(marker.c_str(), 0600), 0);
  std::jthread first{[&] { done = run_command(shell("echo > " + marker + "; sleep 27"), &stop); }};
  std::ifstream{marker}.get();  // blocks until the client has started
  try {
    run_command(shell("true"));
  } catch (const std::logic_error& error) {
    message = error.what();
  }
  stop.stop("enough");
  first.join();
  std::filesystem::remove(marker);

  EXPECT_EQ(message, "run_command is already running in this process");
  EXPECT_THAT(done.outcome, VariantWith<Stopped>(testing::_));
}

struct OnATerminal : RunCommand {
  static Command terminal(const std::string& script, std::vector<TerminalTurn> turns) {
    Command command = shell(script);
    command.terminal = std::move(turns);
    command.timeout = 20s;
    return command;
  }
};

TEST_F(OnATerminal, AllThreeStreamsAreOneTerminalOfTheGivenWidth) {
  const Finished done = run_command(
      terminal("for n in 0 1 2; do test -t $n && echo $n; done; stty size; echo err >&2; echo tty > /dev/tty", {}));

  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_EQ(done.stdout_text, "0\n1\n2\n24 200\nerr\ntty\n");
  EXPECT_EQ(done.stderr_text, "");
}

TEST_F(OnATerminal, HoldsAConversation) {
  const Finished done = run_command(
      terminal(R"(printf 'Name? '; read name; printf '\033[1mSu\033[0mre, %s? ' "$name"; read yes; echo "<$yes>")",
               {{"Name?", "Ada\n"}, {"Sure, Ada?", "y\n"}}));

  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_THAT(done.stdout_text, AllOf(StartsWith("Name? Ada\n"), EndsWith("y\n<y>\n")));
  EXPECT_EQ(done.unmet_turn, std::nullopt);
}

// The question comes before the echo is turned off, as in PHP and in ssh; a password typed too early would be shown.
TEST_F(OnATerminal, TypesAPasswordOnlyWhenItIsReadFor) {
  const Finished done = run_command(terminal(
      "printf 'Password: '; for i in 1 2 3 4 5 6 7 8 9; do /bin/true; done; stty -echo; read password; stty echo; "
      "echo; echo ${#password} characters",
      {{"Password:", "correct horse\n"}}));

  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_EQ(done.stdout_text, "Password: \n13 characters\n");
}

// PHP waits for its terminal with select, bash and ssh with pselect or poll.
TEST_F(OnATerminal, SeesThatAProgramWaitsWithSelect) {
  const Finished done =
      run_command(terminal("printf 'Go? '; exec bash -c 'read -t 15 x; echo \"<$x>\"'", {{"Go?", "on\n"}}));

  EXPECT_EQ(done.stdout_text, "Go? on\n<on>\n");
  EXPECT_LT(done.wall_time, 900ms) << "typed only when the time was up";
}

TEST_F(OnATerminal, NamesTheTurnThatWasNotMet) {
  const Finished done = run_command(terminal("echo hello", {{"hello", ""}, {"continue?", "y\n"}}));

  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_THAT(done.unmet_turn, Optional(std::string{"continue?"}));
}

TEST_F(OnATerminal, AQuestionThatNobodyAnswersIsATimeout) {
  Command command = terminal("printf 'Sure? '; read x; echo never", {});
  command.timeout = 200ms;

  const Finished done = run_command(command);

  EXPECT_THAT(done.outcome, VariantWith<TimedOut>(testing::_));
  EXPECT_EQ(done.stdout_text, "Sure? ");
}

TEST_F(OnATerminal, NamesAProcessThatKeepsIt) {
  const Finished done = run_command(terminal("trap '' HUP; sleep 28 & echo hi", {}));

  EXPECT_THAT(done.outcome, ExitedWith(0));
  EXPECT_EQ(done.stdout_text, "hi\n");
  EXPECT_THAT(done.leaks, ElementsAre(MatchesRegex("pid [0-9]+ \"sleep 28\" still held the terminal")));
}

TEST(Outcomes, AreDescribed) {
  EXPECT_EQ(describe(Exited{1}), "exited with 1");
  EXPECT_EQ(describe(Signaled{SIGKILL}), "was killed by signal 9 (SIGKILL)");
  EXPECT_EQ(describe(TimedOut{2000ms}), "still ran after 2000 ms");
  EXPECT_EQ(describe(Stopped{"it would wait for ever"}), "was stopped: it would wait for ever");
}

}  // namespace
}  // namespace understudy
