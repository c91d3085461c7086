// `understudy serve --state FILE` as a person uses it: with the real client, and killed in between.

#include <gmock/gmock.h>
#include <httplib.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "mock_server/clock.hpp"
#include "person.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ServeState : public Person {
protected:
  /// Starts a server in the work folder, and waits until it says where it is. Killed with the object at the latest.
  class Server {
  public:
    Server(const ServeState& person, std::vector<std::string> words) {
      words.insert(words.begin(), {UNDERSTUDY_PROGRAM, "serve"});
      std::vector<std::string> variables = person.env();
      std::array<int, 2> out{};
      EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
      posix_spawn_file_actions_t actions;
      ::posix_spawn_file_actions_init(&actions);
      ::posix_spawn_file_actions_addchdir_np(&actions, person.work().c_str());
      ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
      ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
      ::posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
      EXPECT_EQ(::posix_spawn(&pid_, UNDERSTUDY_PROGRAM, &actions, nullptr, pointers(words).data(),
                              pointers(variables).data()),
                0);
      ::posix_spawn_file_actions_destroy(&actions);
      ::close(out[1]);
      out_ = out[0];
      EXPECT_THAT(wait_for("Ctrl-C ends it."), HasSubstr("Ctrl-C ends it."));
      const std::size_t from = said_.find("http://");
      client.emplace(said_.substr(from, said_.find(';', from) - from));
      const std::size_t token = said_.find("#token=");
      control = {{"Authorization", "Bearer " + said_.substr(token + 7, said_.find('\n', token) - token - 7)}};
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
      if (pid_ > 0) end(SIGKILL);
      ::close(out_);
    }

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
    int end(int signal) {
      ::kill(pid_, signal);
      return end_of(std::exchange(pid_, -1));
    }
    json ask(const std::string& what) { return json::parse(client->Get("/.understudy/v1" + what, control)->body); }
    json tell(const std::string& what, const json& body) {
      return json::parse(client->Post("/.understudy/v1" + what, control, body.dump(), "application/json")->body);
    }

    std::optional<httplib::Client> client;
    httplib::Headers control;

  private:
    pid_t pid_ = -1;
    int out_ = -1;
    std::string said_;
  };

  [[nodiscard]] std::unique_ptr<Server> serve(const std::vector<std::string>& words) const {
    return std::make_unique<Server>(*this, words);
  }
  /// In a shell that was told about the server; what it prints is in out().
  [[nodiscard]] int shell(const std::string& script) const {
    std::vector<std::string> variables = env();
    std::vector<std::string> words{"/bin/sh", "-c",
                                   "cd " + work().string() +
                                       " && eval \"$(" UNDERSTUDY_PROGRAM " serve --env)\" && { " + script + "; } >" +
                                       (root_.path() / "stdout").string() + " 2>" + (root_.path() / "stderr").string()};
    pid_t pid = -1;
    EXPECT_EQ(::posix_spawn(&pid, "/bin/sh", nullptr, nullptr, pointers(words).data(), pointers(variables).data()), 0);
    return end_of(pid);
  }
};

constexpr const char* kCreate =
    "webpaas variable:create -p abcdef1234567 -l project --name KEPT --value good --no-wait";
constexpr const char* kList =
    "webpaas variables -p abcdef1234567 -e main -l project --format=csv --no-header --columns=name,value";

TEST_F(ServeState, WhatTheClientDidIsThereAfterAKill) {
  auto server = serve({"--state", "my.state"});
  ASSERT_EQ(shell(kCreate), 0) << err();
  const json issued = server->tell("/tokens", {{"user", "alice"}, {"kind", "access"}});
  server->tell("/advance", {{"by", "3m"}});
  const std::string shown = server->ask("/status").at("now");
  server->end(SIGKILL);

  server = serve({"--state", "my.state"});

  EXPECT_EQ(shell(kList), 0) << err();
  EXPECT_EQ(out(), "KEPT,good\n");
  const json status = server->ask("/status");
  EXPECT_GE(status.at("now").get<std::string>(), shown) << "time does not go back";
  EXPECT_LE(*parse_time(status.at("now").get<std::string>()), *parse_time(shown) + std::chrono::hours{1});
  const httplib::Headers bearer{{"Authorization", "Bearer " + issued.at("value").get<std::string>()}};
  EXPECT_EQ(server->client->Get("/projects/abcdef1234567", bearer)->status, 200) << "its tokens are good";
  EXPECT_EQ(server->end(SIGTERM), 0);
}

TEST_F(ServeState, ResetKeepsWhatWasThereBesideIt) {
  auto server = serve({"--state", "my.state"});
  ASSERT_EQ(shell(kCreate), 0) << err();

  EXPECT_TRUE(server->tell("/reset", json::object()).contains("now"));

  EXPECT_THAT(server->wait_for("is in my.state.1"), HasSubstr("what my.state held is in my.state.1"));
  EXPECT_EQ(shell(kList + std::string{" || true"}), 0);
  EXPECT_THAT(out(), Not(HasSubstr("KEPT")));
  EXPECT_EQ(server->end(SIGTERM), 0);
  server = serve({"--state", "my.state.1"});
  EXPECT_EQ(shell(kList), 0) << err();
  EXPECT_EQ(out(), "KEPT,good\n");
}

TEST_F(ServeState, ASnapshotMovesToAnotherServer) {
  auto server = serve({"--state", "my.state"});
  ASSERT_EQ(shell(kCreate), 0) << err();
  const json snapshot = server->ask("/snapshot");
  server->end(SIGKILL);

  server = serve({"--seed", "7"});
  EXPECT_EQ(server->tell("/load", {{"snapshot", snapshot}}).value("world", ""), "(snapshot)");

  EXPECT_EQ(shell(kList), 0) << err();
  EXPECT_EQ(out(), "KEPT,good\n");
}

TEST_F(ServeState, WhatDoesNotFitIsRefusedAndLeftAsItIs) {
  EXPECT_EQ(serve({"--state", "my.state", "--seed", "5"})->end(SIGTERM), 0);
  const std::string before = content_of(work() / "my.state");

  EXPECT_EQ(run({"serve", "--state", "my.state", "--seed", "6"}), 2);
  EXPECT_THAT(err(), HasSubstr("my.state: was made with the seed 5"));
  EXPECT_EQ(run({"serve", "--state", "my.state", "--world", "company", "--seed", "5"}), 2);
  EXPECT_THAT(err(), HasSubstr("my.state: was made with another world"));
  EXPECT_EQ(content_of(work() / "my.state"), before);

  root_.write("work/broken.state", before.substr(0, before.size() / 2));
  EXPECT_EQ(run({"serve", "--state", "broken.state"}), 2);
  EXPECT_THAT(err(), HasSubstr("broken.state: is damaged"));
  root_.write("work/text.state", "hello");
  EXPECT_EQ(run({"serve", "--state", "text.state"}), 2);
  EXPECT_THAT(err(), HasSubstr("text.state: is no state file"));
  EXPECT_EQ(content_of(work() / "text.state"), "hello");
  EXPECT_THAT(left_behind(), IsEmpty());
}

}  // namespace
}  // namespace understudy
