#pragma once
/// Starts programs, and waits for them and for what they say.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace understudy {

/// Longer than anything that a test waits for takes, in a sanitizer's build beside others.
inline constexpr int kPatienceMs = 60'000;

struct Program {
  std::vector<std::string> words;  ///< the first is its path
  std::vector<std::string> env;    ///< NAME=VALUE
  std::filesystem::path folder;    ///< where it works, and files are
  std::filesystem::path input{"/dev/null"};
  std::filesystem::path output{};  ///< a file that is made anew
  std::filesystem::path error{};   ///< another; if there is none, it is together with the output
  int said_to = -1;                ///< an open descriptor, instead of `output`
};

/// As exec() wants them; they live as long as `texts`.
[[nodiscard]] inline std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

[[nodiscard]] inline pid_t start(Program program) {
  constexpr int kNew = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addchdir_np(&actions, program.folder.c_str());
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, program.input.c_str(), O_RDONLY, 0);
  if (program.said_to >= 0)
    ::posix_spawn_file_actions_adddup2(&actions, program.said_to, STDOUT_FILENO);
  else
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, program.output.c_str(), kNew, 0600);
  if (program.error.empty())
    ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  else
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, program.error.c_str(), kNew, 0600);
  pid_t pid = -1;
  EXPECT_EQ(::posix_spawn(&pid, program.words.at(0).c_str(), &actions, nullptr, pointers(program.words).data(),
                          pointers(program.env).data()),
            0)
      << program.words.at(0);
  ::posix_spawn_file_actions_destroy(&actions);
  return pid;
}

/// Exit code, or the signal's number made negative.
[[nodiscard]] inline int end_of(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Through which a program that was started by another says how far it is.
class Fifo {
public:
  explicit Fifo(std::filesystem::path path) : path_{std::move(path)} {
    if (::mkfifo(path_.c_str(), 0600) == 0) end_ = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  }
  ~Fifo() { ::close(end_); }
  Fifo(const Fifo&) = delete;
  Fifo& operator=(const Fifo&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }
  /// Whether something came that was not waited for.
  [[nodiscard]] bool has_something() const {
    pollfd source{end_, POLLIN, 0};
    return ::poll(&source, 1, 0) > 0 && (source.revents & POLLIN) != 0;
  }
  /// Until `wanted` has come; "" is its end: whoever held it open is gone.
  [[nodiscard]] bool wait_for(const std::string& wanted) const {
    std::string text;
    while (wanted.empty() || text.find(wanted) == std::string::npos) {
      pollfd source{end_, POLLIN, 0};
      if (::poll(&source, 1, kPatienceMs) <= 0) return false;
      std::array<char, 256> chunk{};
      const ssize_t count = ::read(end_, chunk.data(), chunk.size());
      if (count == 0) return wanted.empty();
      if (count > 0) text.append(chunk.data(), static_cast<std::size_t>(count));
    }
    return true;
  }

private:
  std::filesystem::path path_;
  int end_ = -1;
};

}  // namespace understudy
