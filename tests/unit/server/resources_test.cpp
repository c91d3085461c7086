#include "server_fixture.hpp"

namespace understudy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

struct Roles : Server {
  bool has_link(const std::string& path, const std::string& link) { return body(get(path))["_links"].contains(link); }
};

TEST_F(Roles, LinksAndAnswersAgree) {
  start();
  struct Row {
    const char* who;
    const char* environment;
    bool may;
  };
  for (const Row& row : {Row{"alice", "main", true},
                         {"bot", "main", true},
                         {"reader", "main", false},
                         {"developer", "main", false},
                         {"developer", "dev", true}}) {
    SCOPED_TRACE(std::string{row.who} + " on " + row.environment);
    log_in(row.who);
    const std::string path = std::string{"/projects/p1/environments/"} + row.environment;
    EXPECT_EQ(get(path)->status, 200);
    EXPECT_EQ(has_link(path, "#backup"), row.may);
    EXPECT_EQ(has_link(path, "#manage-variables"), row.may);
    EXPECT_EQ(post(path + "/backup")->status, row.may ? 200 : 403);
    EXPECT_EQ(post(path + "/redeploy")->status, row.may ? 200 : 403);
    EXPECT_EQ(post(path + "/variables", {{"name", "X" + std::string{row.who}}, {"value", "1"}})->status,
              row.may ? 201 : 403);
  }
}

TEST_F(Roles, AStrangerSeesNothing) {
  start();
  log_in("stranger");

  EXPECT_EQ(get("/projects/p1")->status, 403);
  EXPECT_EQ(get(kMain)->status, 403);
  EXPECT_EQ(get("/projects/p1/environments/nowhere")->status, 403) << "what is there is nobody else's business";
  EXPECT_EQ(get("/projects/p2")->status, 404);
  EXPECT_TRUE(body(get("/me"))["projects"].empty());
  EXPECT_TRUE(body(get("/projects")).empty());
}

TEST_F(Roles, AnInactiveEnvironmentOffersNoBackup) {
  start();
  log_in("alice");

  EXPECT_FALSE(has_link("/projects/p1/environments/idle", "#backup"));
  EXPECT_EQ(post("/projects/p1/environments/idle/backup")->status, 400);
  EXPECT_EQ(get("/projects/p1/environments/idle/deployments/current")->status, 404);
}

struct Resources : Server {};

TEST_F(Resources, AreAnsweredWithAndWithoutApiInFront) {
  start();
  log_in("alice");

  EXPECT_EQ(get("/projects/p1")->body, get("/api/projects/p1")->body);
  EXPECT_EQ(body(get("/projects/p1"))["_links"]["self"]["href"], "/api/projects/p1");
}

TEST_F(Resources, IdsWithSlashesAreOneSegment) {
  start("projects: {p1: {environments: {main: {}, feat/x: {}}}}");
  log_in("alice");

  EXPECT_EQ(body(get("/projects/p1/environments/feat%2Fx"))["id"], "feat/x");
  EXPECT_EQ(body(get("/projects/p1/environments/feat%2Fx"))["_links"]["self"]["href"],
            "/api/projects/p1/environments/feat%2Fx");
}

TEST_F(Resources, ProjectSettingsAndCapabilities) {
  start("projects: {p1: {settings: {enforce_mfa: true, build_resources: {cpu: 2.0}}}}");
  log_in("alice");

  EXPECT_EQ(body(get("/projects/p1/settings"))["build_resources"], (nlohmann::json{{"cpu", 2.0}, {"memory", 2048}}));
  EXPECT_EQ(body(get("/projects/p1/settings"))["enforce_mfa"], true);
  EXPECT_TRUE(body(get("/projects/p1/capabilities"))["autoscaling"]["enabled"]);
  EXPECT_EQ(patch("/projects/p1/settings", {{"build_resources", {{"memory", 4096}}}})->status, 200);
  EXPECT_EQ(body(get("/projects/p1/settings"))["build_resources"]["memory"], 4096);
  EXPECT_EQ(patch("/projects/p1/settings", {{"enforce_mfa", "yes"}})->status, 400);
}

TEST_F(Resources, EnvironmentsAreChangedByPatch) {
  start();
  log_in("alice");

  EXPECT_EQ(patch("/projects/p1/environments/dev", {{"title", "Development"}, {"restrict_robots", false}})->status,
            200);
  EXPECT_EQ(body(get("/projects/p1/environments/dev"))["title"], "Development");
  EXPECT_EQ(body(get("/projects/p1/environments/dev"))["restrict_robots"], false);
  EXPECT_THAT(patch("/projects/p1/environments/dev", {{"parent", "nowhere"}})->body,
              HasSubstr("there is no environment nowhere"));
  EXPECT_EQ(patch("/projects/p1/environments/dev", {{"title", 5}})->status, 400);
}

TEST_F(Resources, AccessIsListedInBothForms) {
  start();
  log_in("alice");

  std::vector<std::string> emails;
  for (const auto& item : body(get("/projects/p1/access"))) emails.push_back(item["_embedded"]["users"][0]["email"]);
  EXPECT_THAT(emails, UnorderedElementsAre("alice@example.com", "bot@example.com", "reader@example.com",
                                           "developer@example.com"));
  const nlohmann::json user_access = body(get("/projects/p1/user-access"));
  EXPECT_EQ(user_access["items"].size(), 4U);
  const nlohmann::json users = body(get(user_access["_links"]["ref:users:0"]["href"].get<std::string>()));
  EXPECT_EQ(users.size(), 4U);
  EXPECT_THAT(body(get("/users/me/extended-access"))["items"][0]["permissions"], ElementsAre("admin"));
}

struct Variables : Server {
  void SetUp() override {
    start();
    log_in("alice");
  }
};

TEST_F(Variables, LiveAndDieOnAnEnvironment) {
  const auto created = post(kMain + "/variables", {{"name", "env:FOO"}, {"value", "bar"}});
  ASSERT_EQ(created->status, 201);
  EXPECT_EQ(body(created)["_embedded"]["entity"]["value"], "bar");
  EXPECT_EQ(body(created)["_embedded"]["activities"][0]["type"], "environment.variable.create");
  EXPECT_EQ(body(created)["_embedded"]["activities"][0]["payload"]["variable"]["value"], "bar");
  EXPECT_EQ(post(kMain + "/variables", {{"name", "env:FOO"}, {"value", "x"}})->status, 409);

  EXPECT_EQ(patch(kMain + "/variables/env%3AFOO", {{"value", "new"}})->status, 200);
  EXPECT_EQ(body(get(kMain + "/variables/env%3AFOO"))["value"], "new");

  EXPECT_EQ(remove(kMain + "/variables/env%3AFOO")->status, 200);
  EXPECT_EQ(get(kMain + "/variables/env%3AFOO")->status, 404);
}

TEST_F(Variables, ASensitiveValueNeverComesBack) {
  const std::string secret = "correct-horse-battery";
  for (const std::string& level : {kMain, std::string{"/projects/p1"}}) {
    const auto created = post(level + "/variables", {{"name", "env:S"}, {"value", secret}, {"is_sensitive", true}});
    EXPECT_EQ(created->status, 201);
    EXPECT_THAT(created->body, Not(HasSubstr(secret)));
    EXPECT_FALSE(body(get(level + "/variables/env%3AS")).contains("value"));
    EXPECT_THAT(get(level + "/variables")->body, Not(HasSubstr(secret)));
    EXPECT_THAT(patch(level + "/variables/env%3AS", {{"is_sensitive", false}})->body,
                HasSubstr("a sensitive variable stays sensitive"));
    EXPECT_THAT(patch(level + "/variables/env%3AS", {{"value", secret + "2"}})->body, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(get("/projects/p1/activities")->body, Not(HasSubstr(secret)));
  EXPECT_THAT(server->secrets().cover(secret), HasSubstr("[secret variable env:S #"));
}

TEST_F(Variables, CanBecomeSensitiveLater) {
  post(kMain + "/variables", {{"name", "LATER"}, {"value", "plain-at-first"}});

  EXPECT_EQ(patch(kMain + "/variables/LATER", {{"is_sensitive", true}})->status, 200);

  EXPECT_FALSE(body(get(kMain + "/variables/LATER")).contains("value"));
}

TEST_F(Variables, AreInheritedUnlessTheySayNo) {
  post(kMain + "/variables", {{"name", "A"}, {"value", "from main"}});
  post(kMain + "/variables", {{"name", "B"}, {"value", "x"}, {"is_inheritable", false}});

  const nlohmann::json seen = body(get("/projects/p1/environments/dev/variables"));

  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0]["inherited"], true);
  EXPECT_FALSE(seen[0]["_links"].contains("#delete"));
  EXPECT_EQ(remove("/projects/p1/environments/dev/variables/A")->status, 404);
  post("/projects/p1/environments/dev/variables", {{"name", "A"}, {"value", "own"}});
  EXPECT_EQ(body(get("/projects/p1/environments/dev/variables/A"))["value"], "own");
}

TEST_F(Variables, BadOnesAreRefusedWithTheFieldsName) {
  const std::string path = kMain + "/variables";
  EXPECT_EQ(body(post(path, {{"value", "x"}}))["detail"]["name"], "is required");
  EXPECT_EQ(body(post(path, {{"name", "X"}}))["detail"]["value"], "is required");
  EXPECT_EQ(body(post(path, {{"name", "X"}, {"value", 5}}))["detail"]["value"], "expected a string, found number");
  EXPECT_EQ(body(post(path, {{"name", "X"}, {"value", "{"}, {"is_json", true}}))["detail"]["value"],
            "is not valid JSON");
  EXPECT_EQ(post(path, {{"name", std::string(300, 'x')}, {"value", "x"}})->status, 400);
  EXPECT_TRUE(body(get(path)).empty());
}

TEST_F(Variables, OnAnInactiveEnvironmentNothingIsRedeployed) {
  const auto created = post("/projects/p1/environments/idle/variables", {{"name", "X"}, {"value", "1"}});

  EXPECT_EQ(created->status, 201);
  EXPECT_TRUE(body(created)["_embedded"]["activities"].empty());
}

struct BadRequests : Server {
  void SetUp() override {
    start();
    log_in("alice");
  }
};

TEST_F(BadRequests, GetThePlatformsFormAndEndNothing) {
  const std::string path = kMain + "/backup";
  EXPECT_EQ(client->Post(path, bearer, "{\"safe\":", "application/json")->status, 400);
  EXPECT_EQ(client->Post(path, bearer, "[1]", "application/json")->status, 400);
  EXPECT_EQ(client->Post(path, bearer, "{\"safe\":\"yes\"}", "application/json")->status, 400);
  EXPECT_EQ(client->Post(path, bearer, "<safe/>", "application/xml")->status, 415);
  EXPECT_EQ(client->Post(path, bearer, std::string("{\"x\":\"\xff\xfe\"}"), "application/json")->status, 400);
  EXPECT_EQ(client->Get("/projects/p1/activities?count=many", bearer)->status, 400);
  EXPECT_EQ(client->Get("/projects/p1/activities?starts_at=yesterday", bearer)->status, 400);
  EXPECT_EQ(client->Post(path, bearer, std::string(5 << 20, ' '), "application/json")->status, 413);
  httplib::Client again{server->base_url()};
  EXPECT_EQ(again.Get("/users/me", bearer)->status, 200);
}

TEST_F(BadRequests, AnEmptyListStandsForAnEmptyObject) {
  EXPECT_EQ(client->Post(kMain + "/backup", bearer, "[]", "application/json")->status, 200);
  EXPECT_EQ(client->Post(kMain + "/redeploy", bearer, "", "application/json")->status, 200);
}

TEST_F(BadRequests, WhatNoRouteAnswersIsSaidSo) {
  const auto answer = get("/projects/p1/teapots");

  EXPECT_EQ(answer->status, 404);
  EXPECT_THAT(body(answer)["message"].get<std::string>(), HasSubstr("No route answers GET /projects/p1/teapots"));
  EXPECT_EQ(server->journal().entries().back().note, "no route");
  EXPECT_EQ(server->journal().entries().back().route, "");
}

TEST_F(BadRequests, ABodyOfAGetDoesNotSpoilTheNextRequest) {
  const auto answer = client->send([&] {
    httplib::Request request;
    request.method = "GET";
    request.path = "/users/me";
    request.headers = bearer;
    request.body = "POST /oauth2/revoke HTTP/1.1\r\n\r\n";
    return request;
  }());

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(get("/users/me")->status, 200);
  EXPECT_EQ(server->journal().entries().back().path, "/users/me");
}

TEST_F(Server, GivesWhatItShowsATagThatFollowsFromIt) {
  start();
  log_in("alice");
  const std::string tag = get(kMain)->get_header_value("ETag");
  ASSERT_EQ(tag.size(), 18U);
  EXPECT_EQ(get(kMain)->get_header_value("ETag"), tag);

  httplib::Headers headers = bearer;
  headers.emplace("If-None-Match", tag);
  const auto known = client->Get(kMain, headers);
  EXPECT_EQ(known->status, 304);
  EXPECT_EQ(known->body, "");

  EXPECT_EQ(patch(kMain, {{"title", "Renamed"}})->status, 200);
  const auto changed = client->Get(kMain, headers);
  EXPECT_EQ(changed->status, 200);
  EXPECT_NE(changed->get_header_value("ETag"), tag);
  EXPECT_EQ(post("/projects/p1/variables", {{"name", "A"}, {"value", "b"}})->get_header_value("ETag"), "");
}

}  // namespace
}  // namespace understudy
