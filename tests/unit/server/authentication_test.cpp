// What the journal says about who sent a request, with what, and what it needed; and what is still good afterwards.
#include "server_fixture.hpp"

namespace understudy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Facts : Server {
  [[nodiscard]] Authentication last() { return server->journal().entries().back().auth; }
  [[nodiscard]] std::string refused() { return std::string{to_string(last().refused)}; }
  httplib::Result revoke(const std::string& token) {
    return client->Post("/oauth2/revoke", httplib::Params{{"token", token}});
  }
  [[nodiscard]] std::string token_of_bearer() const { return bearer.find("Authorization")->second.substr(7); }
};

TEST_F(Facts, NameTheBearerAndTheApiTokenBehindIt) {
  start();
  log_in("bot");
  log_in("alice");

  (void)get("/users/me");

  EXPECT_TRUE(last().bearer_due);
  EXPECT_EQ(last().bearer, "access token 2");
  EXPECT_EQ(last().token, "API token alice");
  EXPECT_EQ(refused(), "none");
  EXPECT_THAT(server->secrets().cover(token_of_bearer()), HasSubstr(last().bearer)) << "the registry's name for it";
}

TEST_F(Facts, OfATokenRequestAreTheGrantAndWhatCameOfIt) {
  start("tokens: {good: {user: alice}, old: {user: alice, revoked: true}}");

  (void)exchange(api_token("good"));
  EXPECT_FALSE(last().bearer_due);
  EXPECT_EQ(last().grant_type, "api_token");
  EXPECT_EQ(last().token, "API token good");
  EXPECT_EQ(last().outcome, "access token 1");

  (void)exchange(api_token("old"));
  EXPECT_EQ(last().token, "API token old");
  EXPECT_EQ(last().outcome, "invalid_grant");

  (void)exchange("nonsense");
  EXPECT_EQ(last().token, "");

  (void)client->Post("/oauth2/token", httplib::Params{{"grant_type", "magic"}});
  EXPECT_EQ(last().grant_type, "magic");
  EXPECT_EQ(last().outcome, "unsupported_grant_type");
}

TEST_F(Facts, OfARefreshNameTheApiTokenBehindTheSession) {
  start("auth: {refresh_tokens: true}\n");
  const std::string refresh = body(exchange(api_token("alice")))["refresh_token"];

  (void)client->Post("/oauth2/token", httplib::Params{{"grant_type", "refresh_token"}, {"refresh_token", refresh}});

  EXPECT_EQ(last().grant_type, "refresh_token");
  EXPECT_EQ(last().token, "API token alice");
  EXPECT_EQ(last().outcome, "access token 2");
}

TEST_F(Facts, OfARequestThatAFaultAnswersAreTheSame) {
  start(
      "faults: [{on: \"GET /users/me\", status: 503},\n         {on: POST /oauth2/token, skip: 1, "
      "status: 500, body: none}]\n");
  log_in("alice");

  (void)get("/users/me");
  EXPECT_TRUE(last().bearer_due);
  EXPECT_EQ(last().bearer, "access token 1");
  EXPECT_EQ(refused(), "none");

  (void)client->Get("/users/me");
  EXPECT_EQ(refused(), "missing");

  (void)exchange(api_token("alice"));
  EXPECT_EQ(last().grant_type, "api_token");
  EXPECT_EQ(last().outcome, "");
  EXPECT_EQ(server->journal().size(), 4U) << "one for each, also if the answer has no body";
}

TEST_F(Facts, SayWhyABearerIsNotTaken) {
  start("users: {alice: {}, bob: {}}\nevents: [{after: 1m, remove: bob}]\n");
  log_in("alice");
  const httplib::Headers revoked = bearer;
  (void)revoke(token_of_bearer());
  EXPECT_EQ(last().bearer, "") << "the revocation carries none";
  log_in("alice");
  const httplib::Headers old = bearer;
  log_in("bob");

  (void)client->Get("/users/me");
  EXPECT_EQ(refused(), "missing");
  EXPECT_EQ(last().bearer, "");
  (void)client->Get("/users/me", {{"Authorization", "Basic YTpi"}});
  EXPECT_EQ(refused(), "missing");
  (void)client->Get("/users/me", {{"Authorization", "Bearer not-from-here"}});
  EXPECT_EQ(refused(), "unknown");
  EXPECT_EQ(last().bearer, "unknown");
  (void)client->Get("/users/me", revoked);
  EXPECT_EQ(refused(), "revoked");
  server->advance(std::chrono::minutes{1});
  EXPECT_EQ(get("/users/me")->status, 401);
  EXPECT_EQ(refused(), "owner gone");
  server->advance(std::chrono::minutes{14});
  (void)client->Get("/users/me", old);
  EXPECT_EQ(refused(), "expired");
  EXPECT_EQ(last().bearer, "access token 2");
}

TEST_F(Facts, OfAnOpenRouteAskForNothing) {
  start();

  (void)client->Get("/oauth2/authorize?redirect_uri=http://127.0.0.1:1");
  EXPECT_FALSE(last().bearer_due);
  EXPECT_EQ(refused(), "none");
  (void)client->Get("/nothing/here", {{"Authorization", "Bearer not-from-here"}});
  EXPECT_FALSE(last().bearer_due);
  EXPECT_EQ(last().bearer, "unknown");
}

TEST_F(Facts, MeasureTheWeakestRoleThatMayDoIt) {
  start();
  const auto needs = [&](const std::string& needed, const std::string& had, const std::string& on) {
    EXPECT_EQ(last().role_needed, needed);
    EXPECT_EQ(last().role_had, had);
    EXPECT_EQ(last().role_on, on);
  };
  log_in("alice");
  (void)get("/users/me");
  needs("", "", "");
  (void)get("/projects/p1");
  needs("viewer", "admin", "project p1");
  (void)get(kMain);
  needs("viewer", "admin", "environment main of p1");
  log_in("bot");
  (void)post(kMain + "/backup");
  needs("admin", "admin", "environment main of p1");
  (void)post("/projects/p1/variables", {{"name", "A"}, {"value", "b"}});
  needs("admin", "admin", "project p1");
}

TEST_F(Facts, OfWhatWasRefusedNameTheRoleThatIsMissing) {
  start();
  log_in("developer");

  EXPECT_EQ(post(kMain + "/backup")->status, 403);
  EXPECT_EQ(last().role_needed, "admin");
  EXPECT_EQ(last().role_had, "viewer");

  log_in("stranger");
  EXPECT_EQ(get("/projects/p1")->status, 403);
  EXPECT_EQ(last().role_needed, "viewer");
  EXPECT_EQ(last().role_had, "");
}

TEST_F(Facts, TakeTheStrongestOfSeveralRoles) {
  start(R"(
users: {alice: {}, mixed: {}}
projects:
  p1:
    owner: alice
    access: {mixed: {development: admin, production: viewer}}
    environments: {main: {}, dev: {parent: main}}
)");
  log_in("mixed");

  EXPECT_EQ(post("/projects/p1/environments/dev/merge")->status, 403);

  EXPECT_EQ(last().role_needed, "admin") << "to change dev, and main as well";
  EXPECT_EQ(last().role_had, "viewer");
  EXPECT_EQ(last().role_on, "environment main of p1");
}

constexpr std::string_view kCompany = R"(
users: {owner: {}, biller: {}, boss: {}, plain: {}}
organizations: {acme: {owner: owner, members: {biller: [billing], boss: [admin], plain: []}}}
)";

TEST_F(Facts, OfOrganizationsNameThePermissionOfMembers) {
  start(kCompany);
  log_in("owner");
  const std::string acme = "/organizations/" + body(get("/organizations"))["items"][0]["id"].get<std::string>();

  (void)get(acme);
  EXPECT_EQ(last().role_needed, "member");
  EXPECT_EQ(last().role_had, "owner");
  log_in("biller");
  (void)get(acme + "/address");
  EXPECT_EQ(last().role_needed, "billing");
  EXPECT_EQ(last().role_had, "billing");
  EXPECT_EQ(last().role_on, "organization acme");
  log_in("boss");
  EXPECT_EQ(patch(acme, {{"label", "Acme"}})->status, 200);
  EXPECT_EQ(last().role_needed, "admin");
  EXPECT_EQ(remove(acme)->status, 403);
  EXPECT_EQ(last().role_needed, "owner");
  EXPECT_EQ(last().role_had, "admin");
  log_in("plain");
  (void)get(acme + "/address");
  EXPECT_EQ(last().role_had, "member");
}

TEST_F(Facts, SayThatAnOrganizationAsksForASecondFactor) {
  start(R"(
users: {alice: {mfa_enabled: true}}
tokens: {old: {user: alice}}
organizations: {acme: {owner: alice, enforce_mfa: true}}
projects: {p1: {organization: acme}}
)");
  log_in("old");

  const auto answer = get("/projects/p1");

  EXPECT_EQ(answer->status, 401);
  EXPECT_THAT(answer->get_header_value("WWW-Authenticate"), HasSubstr("insufficient_user_authentication"));
  EXPECT_EQ(body(answer)["amr"], nlohmann::json({"mfa"}));
  EXPECT_EQ(refused(), "challenged");
  const std::string me = body(get("/users/me"))["id"];
  const auto created = post("/users/" + me + "/api-tokens", {{"name", "new"}});
  EXPECT_EQ(body(created)["mfa_on_creation"], true);
  bearer = {{"Authorization", "Bearer " + body(exchange(body(created)["token"]))["access_token"].get<std::string>()}};
  EXPECT_EQ(get("/projects/p1")->status, 200) << "made while MFA was on";
}

TEST_F(Facts, AnAdministratorTurnsTheSecondFactorOnAndOff) {
  start(
      "users: {alice: {mfa_enabled: true}, bob: {}}\ntokens: {a: {user: alice, mfa_on_creation: true}, b: {user: "
      "bob}}\n"
      "organizations: {acme: {owner: alice, members: {bob: [admin]}}}\n");
  log_in("a");
  const std::string mfa =
      "/organizations/" + body(get("/organizations"))["items"][0]["id"].get<std::string>() + "/mfa-enforcement";

  log_in("b");
  EXPECT_EQ(post(mfa + "/enable")->status, 403) << "without one oneself";
  log_in("a");
  EXPECT_EQ(body(get(mfa))["enforce_mfa"], false);
  EXPECT_EQ(post(mfa + "/enable")->status, 204);
  EXPECT_EQ(body(get(mfa))["enforce_mfa"], true);
  log_in("b");
  EXPECT_EQ(get(mfa)->status, 401);
  log_in("a");
  EXPECT_EQ(post(mfa + "/disable")->status, 204);
  log_in("b");
  EXPECT_EQ(get(mfa)->status, 200);
}

TEST_F(Facts, TakeAFaultForAChallengeIfItIsOne) {
  start(
      "faults: [{on: \"GET /users/me\", status: 401, headers: {WWW-Authenticate: "
      "'Bearer error=\"insufficient_user_authentication\", max_age=\"60\"'}, body: {max_age: 60}}]\n");
  log_in("alice");

  (void)get("/users/me");

  EXPECT_EQ(refused(), "challenged");
}

struct LiveGrants : Facts {
  [[nodiscard]] std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const LiveGrant& grant : server->live_grants()) result.push_back(grant.name);
    return result;
  }
};

TEST_F(LiveGrants, AreWhatThePlatformWouldAccept) {
  start("auth: {refresh_tokens: true}\n");
  EXPECT_THAT(server->live_grants(), IsEmpty());
  const nlohmann::json answer = body(exchange(api_token("alice")));

  const std::vector<LiveGrant> live = server->live_grants();

  ASSERT_EQ(live.size(), 2U);
  EXPECT_EQ(live[0].name, "access token 1");
  EXPECT_EQ(live[0].kind, SecretKind::kAccessToken);
  EXPECT_EQ(live[0].value, answer["access_token"]);
  EXPECT_EQ(live[0].owner, "alice");
  EXPECT_EQ(live[0].api_token, "API token alice");
  EXPECT_EQ(live[0].expires_at, server->now() + std::chrono::minutes{15});
  EXPECT_EQ(live[1].name, "refresh token 1");
  EXPECT_EQ(live[1].kind, SecretKind::kRefreshToken);
  EXPECT_EQ(live[1].value, answer["refresh_token"]);
  EXPECT_EQ(live[1].expires_at, std::nullopt);
}

TEST_F(LiveGrants, EndWithTheirTimeAndWithARevocation) {
  start("auth: {refresh_tokens: true}\n");
  const std::string refresh = body(exchange(api_token("alice")))["refresh_token"];

  server->advance(std::chrono::minutes{15});
  EXPECT_THAT(names(), ElementsAre("refresh token 1"));
  (void)client->Post("/oauth2/token", httplib::Params{{"grant_type", "refresh_token"}, {"refresh_token", refresh}});
  EXPECT_THAT(names(), ElementsAre("access token 2", "refresh token 2")) << "a refresh token works once";
  (void)revoke(server->live_grants().at(1).value);
  EXPECT_THAT(names(), IsEmpty()) << "either of them ends both";
}

TEST_F(LiveGrants, OutliveTheirApiTokenUntilTheyExpire) {
  start("auth: {refresh_tokens: true}\nevents: [{after: 5m, revoke: alice}]\n");
  log_in("alice");

  server->advance(std::chrono::minutes{5});

  EXPECT_THAT(names(), ElementsAre("access token 1"));
  EXPECT_EQ(get("/users/me")->status, 200);
  server->advance(std::chrono::minutes{10});
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_EQ(get("/users/me")->status, 401);
}

TEST_F(LiveGrants, EndWithTheirUser) {
  start("users: {alice: {}, bob: {}}\nauth: {refresh_tokens: true}\nevents: [{after: 5m, remove: bob}]\n");
  const std::string refresh = body(exchange(api_token("bob")))["refresh_token"];

  server->advance(std::chrono::minutes{5});

  EXPECT_THAT(names(), IsEmpty());
  EXPECT_EQ(client->Post("/oauth2/token", httplib::Params{{"grant_type", "refresh_token"}, {"refresh_token", refresh}})
                ->status,
            400);
  EXPECT_EQ(body(exchange(api_token("bob")))["error_description"],
            "The owner of the API token does not exist any more");
}

TEST_F(LiveGrants, AnExpiredApiTokenDoesNotRefresh) {
  start("auth: {refresh_tokens: true}\ntokens: {short: {user: alice, expires_at: \"2026-03-01T03:05:00Z\"}}\n");
  const std::string refresh = body(exchange(api_token("short")))["refresh_token"];

  server->advance(std::chrono::minutes{5});

  EXPECT_THAT(names(), ElementsAre("access token 1"));
  EXPECT_EQ(body(client->Post("/oauth2/token", httplib::Params{{"grant_type", "refresh_token"},
                                                               {"refresh_token", refresh}}))["error_description"],
            "The API token has expired");
}

TEST(RemovalOfAUser, IsRefusedForWhoOwnsSomething) {
  EXPECT_THROW(
      (void)world_from("users: {alice: {}}\nprojects: {p1: {owner: alice}}\nevents: [{after: 1m, remove: alice}]\n"),
      InputError);
}

}  // namespace
}  // namespace understudy
