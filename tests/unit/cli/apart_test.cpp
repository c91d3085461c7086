#include "cli/apart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "harness/cli.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The message of what `work` throws as an `Error`.
template <class Error>
std::string message_of(const std::function<json(const fs::path&)>& work) {
  try {
    static_cast<void>(do_apart(work));
  } catch (const UsageError& error) {
    return std::is_same_v<Error, UsageError> ? error.what() : "a UsageError";
  } catch (const std::runtime_error& error) {
    return std::is_same_v<Error, std::runtime_error> ? error.what() : "a runtime_error";
  }
  return "nothing";
}

TEST(Apart, ReturnsWhatTheWorkDoesAndRemovesItsFolder) {
  const Apart done = do_apart([](const fs::path& folder) {
    fs::create_directories(folder / "locked/inside");
    fs::permissions(folder / "locked", fs::perms::owner_read | fs::perms::owner_exec);
    return json{{"folder", folder.string()}, {"process", ::getpid()}, {"long", std::string(1 << 20, 'x')}};
  });

  EXPECT_NE(done.result["process"], ::getpid());
  EXPECT_EQ(done.result["long"].get<std::string>().size(), 1U << 20);
  EXPECT_FALSE(fs::exists(fs::path{done.result["folder"].get<std::string>()}.parent_path()));
  EXPECT_EQ(done.interrupted_by, 0);
}

TEST(Apart, RethrowsWithTheExitCodeThatItMeans) {
  EXPECT_EQ(message_of<UsageError>([](const fs::path&) -> json {
              throw InputError{{"a.yaml", 1, 2}, "is odd"};
            }),
            "a.yaml:1:2: is odd");
  EXPECT_EQ(message_of<UsageError>([](const fs::path&) -> json { throw UsageError{"--what"}; }), "--what");
  EXPECT_EQ(message_of<std::runtime_error>([](const fs::path&) -> json { throw std::runtime_error{"no disk"}; }),
            "no disk");
}

TEST(Apart, SaysSoIfTheWorkDies) {
  EXPECT_EQ(message_of<std::runtime_error>([](const fs::path&) -> json { ::_exit(0); }),
            "the process that did the work died");
}

TEST(Apart, EndsWhatTheWorkLeavesRunning) {
  const Apart done = do_apart([](const fs::path&) {
    const pid_t pid = ::fork();
    if (pid == 0) {  // holds the pipe open, too
      ::setsid();
      for (;;) ::pause();
    }
    return json{{"left", pid}};
  });

  EXPECT_EQ(::kill(done.result["left"].get<pid_t>(), 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(Apart, EndsItAllWhenASignalComes) {
  const pid_t parent = ::getpid();
  const Apart done = do_apart([parent](const fs::path& own) -> json {
    std::ofstream{own / "file"} << "x";
    ::kill(parent, SIGTERM);
    for (;;) ::pause();
  });

  EXPECT_EQ(done.interrupted_by, SIGTERM);
  EXPECT_TRUE(done.result.is_null());
  errno = 0;
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace understudy
