#include "harness/pool.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "harness/stopwatch.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// What the run leaves in the folder for temporary files is the run's own.
class PoolTest : public testing::Test {
protected:
  PoolTest() {
    std::string name = (fs::temp_directory_path() / "understudy-test-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) temporary_ = name;
    ::setenv("TMPDIR", temporary_.c_str(), 1);
  }
  ~PoolTest() override {
    remove_tree(temporary_);
    ::unsetenv("TMPDIR");
  }

  static std::vector<PoolJob> jobs(const std::vector<std::string>& names) {
    std::vector<PoolJob> all;
    for (const std::string& name : names) all.push_back({{.order = all.size(), .id = name, .name = name}, 0});
    return all;
  }

  static PoolOptions options(int workers) { return {.workers = workers, .worker_command = {STAND_IN_POOL, "worker"}}; }

  [[nodiscard]] std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator{temporary_}) {
      if (!entry.is_directory()) names.push_back(entry.path().filename().string());
    }
    if (names.empty() && !fs::is_empty(temporary_)) names.emplace_back("empty folders");
    return names;
  }

  fs::path temporary_;
};

struct Recorder final : Listener {
  void on_scenario_started(const ScenarioRef& scenario) override { events.push_back("+" + scenario.name); }
  void on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) override {
    events.push_back(std::string{to_string(result.verdict)} + " " + scenario.name);
  }
  void on_client_ready(const std::string& version) override { client = version; }
  std::vector<std::string> events;
  std::string client;
};

std::vector<std::string> verdicts(const PoolOutcome& outcome) {
  std::vector<std::string> all;
  for (const ScenarioResult& result : outcome.results)
    all.push_back(result.name + " " + std::string{to_string(result.verdict)});
  return all;
}

TEST_F(PoolTest, RunsInTheOrderGivenAndAnswersInTheOriginalOne) {
  std::vector<PoolJob> shuffled = jobs({"pass", "fail", "big"});
  std::swap(shuffled[0], shuffled[2]);
  Recorder recorder;

  const PoolOutcome outcome = run_pool(shuffled, options(1), recorder);

  EXPECT_THAT(recorder.events, ElementsAre("+big", "passed big", "+fail", "failed fail", "+pass", "passed pass"));
  EXPECT_THAT(verdicts(outcome), ElementsAre("pass passed", "fail failed", "big passed"));
  EXPECT_EQ(recorder.client, "5.11.1");
  EXPECT_THAT(outcome.results[2].steps.at(0).stdout_text, SizeIs(3 << 20));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(PoolTest, SharesScenariosAmongWorkers) {
  const std::vector<std::string> names(50, "pass");
  Recorder recorder;

  const PoolOutcome outcome = run_pool(jobs(names), options(4), recorder);

  EXPECT_THAT(outcome.results, SizeIs(50));
  EXPECT_EQ(recorder.events.size(), 100U);
}

TEST_F(PoolTest, GoesOnWithoutAWorkerThatDied) {
  Recorder recorder;

  const PoolOutcome outcome = run_pool(jobs({"die", "pass", "exit", "pass", "die"}), options(2), recorder);

  EXPECT_THAT(verdicts(outcome), ElementsAre("die error", "pass passed", "exit error", "pass passed", "die error"));
  EXPECT_EQ(outcome.results[0].reason, "the worker died by signal 9 while it ran this scenario");
  EXPECT_EQ(outcome.results[2].reason, "the worker exited with 7 while it ran this scenario");
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(PoolTest, StartsNothingMoreAfterAFailureIfSoAsked) {
  PoolOptions fail_fast = options(1);
  fail_fast.fail_fast = true;
  Recorder recorder;

  const PoolOutcome outcome = run_pool(jobs({"pass", "fail", "pass", "pass"}), fail_fast, recorder);

  EXPECT_THAT(verdicts(outcome), ElementsAre("pass passed", "fail failed"));
}

TEST_F(PoolTest, TellsBadInputFromOurOwnErrors) {
  Recorder recorder;

  const PoolOutcome outcome = run_pool(jobs({"throw", "bad-input"}), options(1), recorder);

  EXPECT_EQ(outcome.results[0].reason, "the port is gone");
  EXPECT_FALSE(outcome.results[0].bad_input);
  EXPECT_THAT(outcome.results[1].reason, HasSubstr("world.yaml:3:1: unknown key \"x\""));
  EXPECT_TRUE(outcome.results[1].bad_input);
}

TEST_F(PoolTest, StopsWhenAWorkerCannotBeMadeReady) {
  PoolOptions broken = options(2);
  broken.settings = {{"fatal", true}};
  Recorder recorder;

  try {
    static_cast<void>(run_pool(jobs({"pass", "pass"}), broken, recorder));
    FAIL() << "it ran";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "no client found; install it");
  }
  EXPECT_THAT(recorder.events, IsEmpty());
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(PoolTest, GivesUpOnWorkersThatEndAtOnce) {
  PoolOptions broken = options(2);
  broken.settings = {{"leave", true}};
  Recorder recorder;

  EXPECT_THROW(static_cast<void>(run_pool(jobs({"pass", "pass"}), broken, recorder)), std::runtime_error);
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(PoolTest, SaysWhichProgramCannotBeStarted) {
  PoolOptions broken = options(1);
  broken.worker_command = {"/no/such/program", "worker"};
  Recorder recorder;

  try {
    static_cast<void>(run_pool(jobs({"pass"}), broken, recorder));
    FAIL() << "it ran";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/no/such/program: No such file or directory"));
  }
}

TEST_F(PoolTest, KeepsASandboxThatIsToBeKeptAndNothingElse) {
  Recorder recorder;

  const PoolOutcome outcome = run_pool(jobs({"keep", "pass"}), options(1), recorder);

  EXPECT_TRUE(fs::exists(fs::path{outcome.results[0].sandbox} / "file"));
  EXPECT_THAT(left_behind(), ElementsAre("file"));
}

/// A front in a process of its own. Whoever it starts inherits its standard error, so the end of that is the end of
/// all.
class Front {
public:
  Front(int workers, const std::vector<std::string>& names) {
    std::vector<std::string> words{STAND_IN_POOL, "front", std::to_string(workers)};
    words.insert(words.end(), names.begin(), names.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDERR_FILENO);
    EXPECT_EQ(::posix_spawn(&pid_, STAND_IN_POOL, &actions, nullptr, argv.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    output_ = pipe[0];
  }
  ~Front() {
    if (pid_ > 0) static_cast<void>(exit_status());
    ::close(output_);
  }
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  /// Reads until `text` has come `times`.
  bool wait_for(const std::string& text, int times) {
    while (count(text) < times) {
      if (!read_more(kLimitMs)) return false;
    }
    return true;
  }
  /// Nobody holds its standard error any more: no process is left.
  bool wait_for_end_of_all(int limit_ms = kLimitMs) {
    while (read_more(limit_ms)) {
    }
    return ended_;
  }
  void kill(int signal) const { ::kill(pid_, signal); }
  int exit_status() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

  static constexpr int kLimitMs = 60'000;

private:
  [[nodiscard]] int count(const std::string& text) const {
    int found = 0;
    for (std::size_t at = 0; (at = text_.find(text, at)) != std::string::npos; ++at) ++found;
    return found;
  }
  bool read_more(int limit_ms) {
    pollfd source{output_, POLLIN, 0};
    if (::poll(&source, 1, limit_ms) <= 0) return false;
    std::array<char, 4096> chunk{};
    const ssize_t n = ::read(output_, chunk.data(), chunk.size());
    ended_ = n == 0;
    if (n > 0) text_.append(chunk.data(), static_cast<std::size_t>(n));
    return n > 0;
  }

  pid_t pid_ = -1;
  int output_ = -1;
  bool ended_ = false;
  std::string text_;
};

struct Ending {
  std::string name;
  int signal;
  int status;
};

class PoolEnding : public PoolTest, public testing::WithParamInterface<Ending> {};

TEST_P(PoolEnding, LeavesNoProcessAndNoFile) {
  Front front{2, {"pass", "fail", "hang", "hang", "pass"}};
  ASSERT_TRUE(front.wait_for("hanging", 2));

  front.kill(GetParam().signal);

  ASSERT_TRUE(front.wait_for_end_of_all());
  EXPECT_EQ(front.exit_status(), GetParam().status);
  EXPECT_THAT(left_behind(), IsEmpty());
  if (GetParam().status > 0) {
    EXPECT_THAT(front.text(), HasSubstr("pass passed\nfail failed\n"));
  }
}

INSTANTIATE_TEST_SUITE_P(Signals, PoolEnding,
                         testing::Values(Ending{"Interrupted", SIGINT, 130}, Ending{"Terminated", SIGTERM, 143},
                                         Ending{"HungUp", SIGHUP, 129}, Ending{"Killed", SIGKILL, -SIGKILL}),
                         [](const auto& row) { return row.param.name; });

TEST_F(PoolTest, HasNoPatienceAfterASecondInterrupt) {
  constexpr int kLessThanItsPatienceMs = 4000;
  Front front{1, {"stop"}};
  ASSERT_TRUE(front.wait_for("hanging", 1));

  front.kill(SIGINT);
  front.kill(SIGTERM);

  EXPECT_TRUE(front.wait_for_end_of_all(kLessThanItsPatienceMs));
  EXPECT_THAT(left_behind(), IsEmpty());
}

}  // namespace
}  // namespace understudy
