// `understudy serve --state FILE` as a person uses it: with the real client, and killed in between.

#include <gmock/gmock.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "mock_server/clock.hpp"
#include "serving_person.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// What a server is asked by whoever has read what it printed.
struct Api {
  explicit Api(const ServingPerson::Running& server)
      : client{server.url()}, control{{"Authorization", "Bearer " + server.control_token()}} {}
  json ask(const std::string& what) { return json::parse(client.Get("/.understudy/v1" + what, control)->body); }
  json tell(const std::string& what, const json& body) {
    return json::parse(client.Post("/.understudy/v1" + what, control, body.dump(), "application/json")->body);
  }

  httplib::Client client;
  httplib::Headers control;
};

class ServeState : public ServingPerson {
protected:
  /// In a shell that was told about the server.
  [[nodiscard]] int told(const std::string& script) const {
    return shell("eval \"$($UNDERSTUDY serve --env)\" && { " + script + "; }");
  }

  /// A fresh one, without a state file.
  [[nodiscard]] auto serve_snapshot(const json& snapshot) {
    auto server = serve({"--seed", "7"});
    EXPECT_EQ(Api{*server}.tell("/load", {{"snapshot", snapshot}}).value("world", ""), "(snapshot)");
    return server;
  }
};

constexpr const char* kCreate =
    "webpaas variable:create -p abcdef1234567 -l project --name KEPT --value good --no-wait";
constexpr const char* kList =
    "webpaas variables -p abcdef1234567 -e main -l project --format=csv --no-header --columns=name,value";

TEST_F(ServeState, WhatTheClientDidIsThereAfterAKill) {
  auto server = serve({"--state", "my.state"});
  ASSERT_EQ(told(kCreate), 0) << err();
  const json issued = Api{*server}.tell("/tokens", {{"user", "alice"}, {"kind", "access"}});
  Api{*server}.tell("/advance", {{"by", "3m"}});
  const std::string shown = Api{*server}.ask("/status").at("now");
  server->end(SIGKILL);

  server = serve({"--state", "my.state"});

  EXPECT_EQ(told(kList), 0) << err();
  EXPECT_EQ(out(), "KEPT,good\n");
  const json status = Api{*server}.ask("/status");
  EXPECT_GE(status.at("now").get<std::string>(), shown) << "time does not go back";
  EXPECT_LE(*parse_time(status.at("now").get<std::string>()), *parse_time(shown) + std::chrono::hours{1});
  const httplib::Headers bearer{{"Authorization", "Bearer " + issued.at("value").get<std::string>()}};
  EXPECT_EQ(Api{*server}.client.Get("/projects/abcdef1234567", bearer)->status, 200) << "its tokens are good";
  EXPECT_EQ(server->end(SIGTERM), 0);
}

TEST_F(ServeState, ResetKeepsWhatWasThereBesideIt) {
  auto server = serve({"--state", "my.state"});
  ASSERT_EQ(told(kCreate), 0) << err();

  EXPECT_TRUE(Api{*server}.tell("/reset", json::object()).contains("now"));

  EXPECT_THAT(server->wait_for("is in my.state.1"), HasSubstr("what my.state held is in my.state.1"));
  EXPECT_EQ(told(kList + std::string{" || true"}), 0);
  EXPECT_THAT(out(), Not(HasSubstr("KEPT")));
  EXPECT_EQ(server->end(SIGTERM), 0);
  server = serve({"--state", "my.state.1"});
  EXPECT_EQ(told(kList), 0) << err();
  EXPECT_EQ(out(), "KEPT,good\n");
}

TEST_F(ServeState, ASnapshotMovesToAnotherServer) {
  auto server = serve({"--state", "my.state"});
  ASSERT_EQ(told(kCreate), 0) << err();
  const json snapshot = Api{*server}.ask("/snapshot");
  server->end(SIGKILL);

  server = serve_snapshot(snapshot);

  EXPECT_EQ(told(kList), 0) << err();
  EXPECT_EQ(out(), "KEPT,good\n");
}

constexpr const char* kMe = "webpaas api:curl --fail /users/me";
constexpr const char* kRevokeAll =
    "for id in $(webpaas api:curl /users/me/api-tokens | grep -o '\"id\": *\"[^\"]*\"' | cut -d '\"' -f 4); do "
    "webpaas api:curl -X DELETE /users/me/api-tokens/$id; done";

TEST_F(ServeState, WhereTheFirstTokenWasRevokedShellsGetOneThatLogsIn) {
  auto server = serve({"--state", "my.state"});
  ASSERT_EQ(told(kRevokeAll), 0) << err();
  const json snapshot = Api{*server}.ask("/snapshot");
  server->end(SIGTERM);

  server = serve({"--state", "my.state"});
  EXPECT_EQ(told(kMe), 0) << "after a restart: " << out() << err();
  server->end(SIGTERM);

  server = serve_snapshot(snapshot);
  EXPECT_EQ(told(kMe), 0) << "with a snapshot: " << out() << err();
  EXPECT_THAT(server->wait_for("serve --env gives"), HasSubstr("is of no use any more; serve --env gives \""));
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
