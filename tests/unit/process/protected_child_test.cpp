#include "process/protected_child.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "harness/process.hpp"
#include "process/descendants.hpp"

namespace understudy {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// Reads its standard input, which never ends while `input` is open.
pid_t start_reader(int input) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  char name[] = "cat";
  char* const argv[] = {name, nullptr};
  pid_t pid = 0;
  EXPECT_EQ(::posix_spawn(&pid, "/bin/cat", &actions, nullptr, argv, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

struct ProtectedChildTest : testing::Test {
  ProtectedChildTest() { EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0); }
  ~ProtectedChildTest() override {
    close_input();
    ::close(ends_[0]);
  }
  void close_input() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  int ends_[2]{};
};

TEST_F(ProtectedChildTest, OutlivesACommandAndItsCleaning) {
  ProtectedChild child{[&] { return start_reader(ends_[0]); }};

  const Finished finished = run_command({.argv = {"/bin/sh", "-c", "cat /dev/zero >/dev/null & exit 3"}});

  EXPECT_EQ(std::get<Exited>(finished.outcome).code, 3);
  EXPECT_THAT(finished.leaks, SizeIs(1));  // what is the command's is still found, and what is not is not
  EXPECT_FALSE(is_zombie(child.pid()));
  EXPECT_THAT(descendants(), IsEmpty());
  close_input();
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ProtectedChildTest, KeepsItsStatusWhenItEndsDuringACommand) {
  ProtectedChild child{[&] { return start_reader(ends_[0]); }};
  ::kill(child.pid(), SIGTERM);

  const Finished finished = run_command({.argv = {"/bin/true"}});

  EXPECT_EQ(std::get<Exited>(finished.outcome).code, 0);
  EXPECT_EQ(WTERMSIG(child.wait()), SIGTERM);
}

TEST_F(ProtectedChildTest, IsGoneWithItsOwner) {
  pid_t pid = 0;
  {
    const ProtectedChild child{[&] { return start_reader(ends_[0]); }};
    pid = child.pid();
    EXPECT_THAT(descendants_of(::getpid()), Contains(pid));
  }

  EXPECT_THAT(descendants_of(::getpid()), Not(Contains(pid)));
}

}  // namespace
}  // namespace understudy
