// `understudy serve` as a person uses it, with the real client.

#include <gmock/gmock.h>
#include <httplib.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "serving_person.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Serve : public ServingPerson {};

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

TEST_F(Serve, AShellKeepsItsTokenWhenAnotherWorldIsLoaded) {
  const std::string token = "tokens: {ci: {user: alice, value: OF-BEFORE}}\n";
  root_.write("work/my.yaml", "extends: demo\n" + token);
  const auto server = serve({"--world", "my.yaml", "--token", "ci"});
  const auto load = [&](const std::string& yaml) {
    httplib::Client client{server->url()};
    return client
        .Post("/.understudy/v1/load", {{"Authorization", "Bearer " + server->control_token()}},
              nlohmann::json{{"yaml", yaml}}.dump(), "application/json")
        ->body;
  };
  ASSERT_EQ(shell("$UNDERSTUDY serve --env > env"), 0) << err();
  const std::string me = "eval \"$(cat env)\" && webpaas api:curl --fail /users/me";

  EXPECT_THAT(load("extends: demo\n"), Not(HasSubstr("remarks")));
  EXPECT_EQ(shell(me), 0) << err();

  EXPECT_THAT(load("users: {bob: {first_name: B, last_name: B, email: b@example.com}}\n"
                   "tokens: {bobs: {user: bob, value: A-TOKEN-OF-BOBS}}\n"),
              HasSubstr("remarks"));
  EXPECT_THAT(server->wait_for("is of no use"), HasSubstr("eval \"$("));
  EXPECT_NE(shell(me), 0);
  EXPECT_EQ(shell("$UNDERSTUDY serve --env > env && " + me), 0) << err();
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they have a malloc of their own
/// Of glibc's malloc, beside the first one: 64 MiB each, of which the beginning is in use.
int heaps_of_threads(pid_t pid) {
  constexpr std::uintptr_t kSize = std::uintptr_t{64} << 20U;
  std::ifstream maps{"/proc/" + std::to_string(pid) + "/maps"};
  EXPECT_TRUE(maps.is_open());
  int count = 0;
  std::uintptr_t begin_before = 1;
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words{line};
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string may;
    words >> std::hex >> begin >> dash >> end >> may;
    if (may == "---p" && begin_before % kSize == 0 && end == begin_before + kSize) ++count;
    begin_before = begin;
  }
  return count;
}

TEST_F(Serve, WhatOneThreadLetsGoOfIsOfUseToTheOthers) {
  const auto server = serve();
  std::vector<httplib::Client> clients;
  for (int i = 0; i < 4; ++i) {  // each has a thread
    clients.emplace_back(server->url()).set_keep_alive(true);
    ASSERT_EQ(clients.back().Get("/projects")->status, 401);
  }

  EXPECT_EQ(heaps_of_threads(server->pid()), 0);
}
#endif

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
