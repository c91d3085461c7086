#pragma once
/// Starts the program as a person does, in a folder of theirs, with the real client of the checkout.

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
#include <vector>

#include "temporary_folder.hpp"

namespace understudy {

class Person : public testing::Test {
protected:
  Person() {
    std::filesystem::create_directories(root_.path() / "tmp");
    std::filesystem::create_directories(root_.path() / "work");
    if (::mkfifo(fifo().c_str(), 0600) == 0) fifo_ = ::open(fifo().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  }
  ~Person() override { ::close(fifo_); }
  void SetUp() override {
    if (!std::filesystem::exists(client())) GTEST_SKIP() << "the real client is not installed: ./dev setup";
  }
  static std::filesystem::path client() {
    return std::filesystem::path{SOURCE_DIR} / "node_modules/@upsun/cli-linux-x64/bin/upsun";
  }

  [[nodiscard]] std::filesystem::path work() const { return root_.path() / "work"; }
  [[nodiscard]] std::string fifo() const { return (root_.path() / "fifo").string(); }
  [[nodiscard]] std::string out() const { return content_of(root_.path() / "stdout"); }
  [[nodiscard]] std::string err() const { return content_of(root_.path() / "stderr"); }

  [[nodiscard]] std::vector<std::string> env() const {
    return {"PATH=/usr/bin:/bin", "UNDERSTUDY_ROOT=" SOURCE_DIR, "UNDERSTUDY_CLIENT=" + client().string(),
            "TMPDIR=" + (root_.path() / "tmp").string(), "OVHCLOUD_WEBPAAS_CLI_TOKEN=ambient-token"};
  }
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  }

  /// Into the files of out() and err(); `input` is what it reads.
  [[nodiscard]] pid_t start(std::vector<std::string> words, const std::string& input = "") const {
    words.insert(words.begin(), UNDERSTUDY_PROGRAM);
    std::vector<std::string> variables = env();
    variables.insert(variables.begin(), before_env_.begin(), before_env_.end());
    const std::string stdin_file = root_.write("stdin", input).string();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, work().c_str());
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, stdin_file.c_str(), O_RDONLY, 0);
    for (const auto& [descriptor, name] : {std::pair{STDOUT_FILENO, "stdout"}, {STDERR_FILENO, "stderr"}}) {
      const std::string file = (root_.path() / name).string();
      ::posix_spawn_file_actions_addopen(&actions, descriptor, file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    }
    pid_t pid = -1;
    EXPECT_EQ(
        ::posix_spawn(&pid, UNDERSTUDY_PROGRAM, &actions, nullptr, pointers(words).data(), pointers(variables).data()),
        0);
    ::posix_spawn_file_actions_destroy(&actions);
    return pid;
  }
  /// Exit code, or the signal's number made negative.
  static int end_of(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  [[nodiscard]] int run(const std::vector<std::string>& words, const std::string& input = "") const {
    return end_of(start(words, input));
  }

  /// Waits until `wanted` has come through the fifo.
  [[nodiscard]] bool wait_for(const std::string& wanted) const {
    constexpr int kLimitMs = 60'000;
    std::string text;
    while (text.find(wanted) == std::string::npos) {
      pollfd source{fifo_, POLLIN, 0};
      if (::poll(&source, 1, kLimitMs) <= 0) return false;
      std::array<char, 256> chunk{};
      const ssize_t count = ::read(fifo_, chunk.data(), chunk.size());
      if (count == 0) return false;
      if (count > 0) text.append(chunk.data(), static_cast<std::size_t>(count));
    }
    return true;
  }
  [[nodiscard]] std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{root_.path() / "tmp"})
      names.push_back(entry.path().filename().string());
    return names;
  }

  TemporaryFolder root_;
  std::vector<std::string> before_env_{};  ///< variables that count before those of env()
  int fifo_ = -1;
};

}  // namespace understudy
