// `understudy serve` as a person uses it, with the real client.

#include <gmock/gmock.h>

#include <memory>

#include "person.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

/// A server in the foreground of somebody else's terminal; ended with the object.
class Running {
public:
  Running(const fs::path& folder, std::vector<std::string> words, std::vector<std::string> variables) {
    words.insert(words.begin(), UNDERSTUDY_PROGRAM);
    std::array<int, 2> out{};
    EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
    std::vector<char*> argv;
    std::vector<char*> envp;
    for (std::string& word : words) argv.push_back(word.data());
    for (std::string& variable : variables) envp.push_back(variable.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    EXPECT_EQ(::posix_spawn(&pid_, UNDERSTUDY_PROGRAM, &actions, nullptr, argv.data(), envp.data()), 0);
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
  [[nodiscard]] const std::string& said() const { return said_; }
  [[nodiscard]] std::string url() const {
    const std::size_t from = said_.find("http://");
    return said_.substr(from, said_.find(';', from) - from);
  }
  int end(int signal = SIGTERM) {
    ::kill(pid_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string said_;
};

class Serve : public Person {
protected:
  [[nodiscard]] std::unique_ptr<Running> serve(std::vector<std::string> words = {}) const {
    words.insert(words.begin(), "serve");
    auto running = std::make_unique<Running>(work(), std::move(words), env());
    EXPECT_THAT(running->wait_for("Ctrl-C ends it."), HasSubstr("Ctrl-C ends it."));
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

TEST_F(Serve, ASecondShellHasTheRealClient) {
  const auto server = serve();

  for (const std::string sh : {"/bin/sh", "/bin/bash"}) {
    EXPECT_EQ(shell("eval \"$($UNDERSTUDY serve --env)\" && webpaas projects --format=csv --no-header", sh), 0)
        << err();
    EXPECT_THAT(out(), HasSubstr("abcdef1234567,Demo,")) << sh;
  }
  EXPECT_EQ(server->end(SIGINT), 0);
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Serve, ABackupTakesItsTimeAtTheSpeedThatWasAskedFor) {
  const auto server = serve({"--speed", "1000"});

  EXPECT_EQ(shell("eval \"$($UNDERSTUDY serve --env)\" && webpaas backup:create -p abcdef1234567 -e main --yes"), 0)
      << err();

  EXPECT_THAT(err(), HasSubstr("The activity succeeded")) << out();
}

TEST_F(Serve, WithoutAServerTheShellIsStopped) {
  EXPECT_EQ(shell("eval \"$($UNDERSTUDY serve --env)\" && echo went on"), 1);

  EXPECT_THAT(out(), Not(HasSubstr("went on")));
  EXPECT_THAT(err(), HasSubstr("no server runs in this folder"));
  EXPECT_EQ(run({"serve", "--env"}), 2);
  EXPECT_EQ(run({"serve", "--stop"}), 2);
}

TEST_F(Serve, ThereIsOneInAFolder) {
  const auto server = serve();

  EXPECT_EQ(run({"serve"}), 2);
  EXPECT_THAT(err(), HasSubstr("a server of this folder runs already, at " + server->url()));
}

TEST_F(Serve, StopWaitsUntilItIsGone) {
  const auto server = serve();

  EXPECT_EQ(run({"serve", "--stop"}), 0) << err();

  EXPECT_EQ(run({"serve", "--env"}), 2) << "it is gone";
  EXPECT_EQ(server->wait(), 0);
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Serve, WhatItWritesDownIsForItsUserOnly) {
  const auto server = serve();
  struct stat status {};

  ASSERT_EQ(::stat((work() / ".understudy/serve/server.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Serve, AWorldThatChangesIsServedAnew) {
  root_.write("work/base.yaml", "extends: demo\n");
  root_.write("work/my.yaml", "extends: demo\nprojects: {abcdef1234567: {title: Before}}\n");
  const auto server = serve({"--world", "my.yaml"});
  const std::string title =
      "eval \"$($UNDERSTUDY serve --env)\" && webpaas project:info -p abcdef1234567 title --refresh";
  EXPECT_EQ(shell(title), 0) << err();
  EXPECT_EQ(out(), "Before\n");

  root_.write("work/my.yaml", "extends: demo\nproject: {}\n");
  EXPECT_THAT(server->wait_for("the world stays"), HasSubstr("my.yaml:2:1: unknown key \"project\""));
  root_.write("work/my.yaml", "extends: demo\nprojects: {abcdef1234567: {title: After}}\n");
  EXPECT_THAT(server->wait_for("begins anew"), HasSubstr("begins anew"));

  EXPECT_EQ(shell(title), 0) << err();
  EXPECT_EQ(out(), "After\n") << "at the same address";
}

TEST_F(Serve, AnInstallerInstallsTheClient) {
  const auto server = serve();
  if (!fs::exists("/usr/bin/curl")) GTEST_SKIP() << "curl is not installed";
  const std::string begin = "set -e; eval \"$($UNDERSTUDY serve --env)\"; ";
  const std::string then = " | sh; PATH=$HOME/.platformsh/bin:/usr/bin:/bin; webpaas --version";

  EXPECT_EQ(shell(begin + "curl -sfS \"$UNDERSTUDY_INSTALLER_URL\"" + then), 0) << err();
  EXPECT_THAT(out(), HasSubstr("5.11.1"));
  EXPECT_EQ(shell(begin + "curl -sfS http://platform.sh/cli/installer" + then), 0) << "through the proxy" << err();
  EXPECT_THAT(out(), HasSubstr("5.11.1"));
  EXPECT_NE(shell(begin + "curl -sfS http://example.com/cli/installer"), 0) << "other hosts are refused";
}

struct Wrong {
  std::string name;
  std::vector<std::string> words;
  std::string complaint;
};
class Complaints : public Serve, public testing::WithParamInterface<Wrong> {};

TEST_P(Complaints, AreTold) {
  EXPECT_EQ(run(GetParam().words), 2);
  EXPECT_THAT(err(), HasSubstr(GetParam().complaint));
  EXPECT_THAT(left_behind(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Complaints,
    testing::Values(Wrong{"Remote", {"serve", "--bind", "0.0.0.0"}, "add --allow-remote"},
                    Wrong{"Speed", {"serve", "--speed", "1001"}, "--speed: expected a number from 0 to 1000"},
                    Wrong{"Limit", {"serve", "--journal-limit", "big"}, "expected a size, for instance 64M"},
                    Wrong{"World", {"serve", "--world", "dmo"}, "did you mean \"demo\"?"},
                    Wrong{"Token", {"serve", "--token", "alise"}, "did you mean \"alice\"?"},
                    Wrong{"Both", {"serve", "--env", "--stop"}, "--env and --stop exclude each other"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
