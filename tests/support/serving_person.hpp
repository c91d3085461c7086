#pragma once
/// A person with `understudy serve` in one terminal, and a shell that was told about it in another.

#include <gmock/gmock.h>

#include <memory>
#include <utility>

#include "person.hpp"

namespace understudy {

class ServingPerson : public Person {
public:
  /// The server in the foreground of somebody else's terminal; ended with the object at the latest.
  class Running {
  public:
    Running(const std::filesystem::path& folder, std::vector<std::string> words, std::vector<std::string> variables) {
      words.insert(words.begin(), {UNDERSTUDY_PROGRAM, "serve"});
      std::array<int, 2> out{};
      EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
      posix_spawn_file_actions_t actions;
      ::posix_spawn_file_actions_init(&actions);
      ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
      ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
      ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
      ::posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
      EXPECT_EQ(::posix_spawn(&pid_, UNDERSTUDY_PROGRAM, &actions, nullptr, pointers(words).data(),
                              pointers(variables).data()),
                0);
      ::posix_spawn_file_actions_destroy(&actions);
      ::close(out[1]);
      out_ = out[0];
    }
    ~Running() {
      if (pid_ > 0) end();
      ::close(out_);
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    /// Reads until `text` has come, or the end.
    const std::string& wait_for(const std::string& text) {
      std::array<char, 512> chunk{};
      while (said_.find(text) == std::string::npos) {
        pollfd source{out_, POLLIN, 0};
        if (::poll(&source, 1, 60'000) <= 0) break;
        const ssize_t size = ::read(out_, chunk.data(), chunk.size());
        if (size <= 0) break;
        said_.append(chunk.data(), static_cast<std::size_t>(size));
      }
      return said_;
    }
    [[nodiscard]] std::string url() const { return between("http://", ';', 0); }
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::string control_token() const { return between("#token=", '\n', 7); }

    int end(int signal = SIGTERM) {
      ::kill(pid_, signal);
      return wait();
    }
    int wait() { return end_of(std::exchange(pid_, -1)); }

  private:
    [[nodiscard]] std::string between(const std::string& begin, char end, std::size_t less) const {
      const std::size_t from = said_.find(begin);
      return said_.substr(from + less, said_.find(end, from) - from - less);
    }

    pid_t pid_ = -1;
    int out_ = -1;
    std::string said_;
  };

protected:
  /// Waits until it says where it is.
  [[nodiscard]] std::unique_ptr<Running> serve(const std::vector<std::string>& words = {}) const {
    auto running = std::make_unique<Running>(work(), words, env());
    EXPECT_THAT(running->wait_for("Ctrl-C ends it."), testing::HasSubstr("Ctrl-C ends it."));
    return running;
  }
  /// In a shell of its own that has our environment; what it prints is in out().
  [[nodiscard]] int shell(const std::string& script, const std::string& shell = "/bin/sh") const {
    std::vector<std::string> variables = env();
    variables.emplace_back("UNDERSTUDY=" UNDERSTUDY_PROGRAM);
    std::vector<std::string> words{shell, "-c", script};
    const std::string out = (root_.path() / "stdout").string();
    const std::string err = (root_.path() / "stderr").string();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, work().c_str());
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t pid = -1;
    EXPECT_EQ(::posix_spawn(&pid, shell.c_str(), &actions, nullptr, pointers(words).data(), pointers(variables).data()),
              0);
    ::posix_spawn_file_actions_destroy(&actions);
    return end_of(pid);
  }
};

}  // namespace understudy
