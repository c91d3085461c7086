#include "server_fixture.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Auth : Server {};

TEST_F(Auth, AnApiTokenIsExchangedForAnAccessToken) {
  start();

  const auto answer = exchange(api_token("alice"));

  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(body(answer)["expires_in"], 900);
  EXPECT_FALSE(body(answer).contains("refresh_token"));
  EXPECT_EQ(server->journal().entries().at(0).note, "token for alice");
}

TEST_F(Auth, RefusesTokensInTheFormOfTheEndpoint) {
  start("tokens: {old: {user: alice, revoked: true}, late: {user: alice, expires_at: \"2026-02-28T00:00:00Z\"}}");

  for (const auto& [token, description] : {std::pair{std::string{"nonsense"}, "Invalid API token"},
                                           {api_token("old"), "The API token has been revoked"},
                                           {api_token("late"), "The API token has expired"}}) {
    const auto answer = exchange(token);
    EXPECT_EQ(answer->status, 400);
    EXPECT_EQ(body(answer)["error"], "invalid_grant");
    EXPECT_EQ(body(answer)["error_description"], description);
  }
}

TEST_F(Auth, RefusesBadRequestsToTheTokenEndpoint) {
  start();

  EXPECT_EQ(body(client->Post("/oauth2/token", httplib::Params{}))["error"], "invalid_request");
  EXPECT_EQ(body(client->Post("/oauth2/token", httplib::Params{{"grant_type", "magic"}}))["error"],
            "unsupported_grant_type");
  EXPECT_EQ(client->Post("/oauth2/token", "grant_type=api_token", "text/plain")->status, 415);
  EXPECT_EQ(client->Post("/oauth2/token", "[", "application/json")->status, 400);
  EXPECT_EQ(body(client->Post("/oauth2/token", "{}", "application/json"))["error"], "invalid_request");
}

TEST_F(Auth, TakesAFormThatIsWrittenAsJson) {
  start();
  const nlohmann::json form{{"grant_type", "api_token"}, {"api_token", api_token("alice")}};

  const auto answer = client->Post("/oauth2/token", form.dump(), "application/json");

  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(body(answer).contains("access_token"));
}

TEST_F(Auth, EveryOtherRouteAsksForABearer) {
  start();
  log_in("alice");

  EXPECT_EQ(get("/users/me")->status, 200);
  for (const httplib::Headers& headers :
       {httplib::Headers{}, {{"Authorization", "Bearer wrong"}}, {{"Authorization", "Basic eDp5"}}}) {
    const auto answer = client->Get("/users/me", headers);
    EXPECT_EQ(answer->status, 401);
    EXPECT_EQ(body(answer)["code"], 401);
    EXPECT_THAT(answer->get_header_value("WWW-Authenticate"), StartsWith("Bearer "));
  }
}

TEST_F(Auth, AccessTokensExpireInPlatformTime) {
  start();
  log_in("alice");

  server->advance(std::chrono::seconds{899});
  EXPECT_EQ(get("/users/me")->status, 200);
  server->advance(std::chrono::seconds{1});

  EXPECT_EQ(get("/users/me")->status, 401);
  EXPECT_THAT(server->journal().entries().back().note, HasSubstr("expired"));
}

TEST_F(Auth, ARevokedAccessTokenIsOfNoUseAnyMore) {
  start();
  log_in("alice");
  const std::string token = bearer.find("Authorization")->second.substr(7);

  EXPECT_EQ(
      client->Post("/oauth2/revoke", httplib::Params{{"token", token}, {"token_type_hint", "access_token"}})->status,
      200);

  EXPECT_EQ(get("/users/me")->status, 401);
}

TEST_F(Auth, ARefreshTokenWorksOnce) {
  start("auth: {refresh_tokens: true}\n");
  const std::string refresh = body(exchange(api_token("alice")))["refresh_token"];
  const httplib::Params form{{"grant_type", "refresh_token"}, {"refresh_token", refresh}};

  const auto first = client->Post("/oauth2/token", form);
  const auto second = client->Post("/oauth2/token", form);

  EXPECT_EQ(first->status, 200);
  EXPECT_NE(body(first)["refresh_token"], refresh);
  EXPECT_EQ(body(second)["error_description"], "Invalid refresh token");
}

TEST_F(Auth, ARevokedApiTokenDoesNotRefreshEither) {
  start("auth: {refresh_tokens: true}\nevents: [{after: 5m, revoke: alice}]\n");
  const std::string refresh = body(exchange(api_token("alice")))["refresh_token"];

  server->advance(std::chrono::minutes{5});

  EXPECT_EQ(client->Post("/oauth2/token", httplib::Params{{"grant_type", "refresh_token"}, {"refresh_token", refresh}})
                ->status,
            400);
  EXPECT_EQ(exchange(api_token("alice"))->status, 400);
}

TEST_F(Auth, ClientCredentialsWorkForClientsOfTheWorldOnly) {
  start("auth: {clients: {robot: alice}}\n");

  EXPECT_EQ(client->Post("/oauth2/token", httplib::Params{{"grant_type", "client_credentials"}, {"client_id", "robot"}})
                ->status,
            200);
  EXPECT_EQ(client->Post("/oauth2/token", httplib::Params{{"grant_type", "client_credentials"}, {"client_id", "other"}})
                ->status,
            401);
}

struct Login : Server {
  // RFC 7636, appendix B.
  const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const std::string challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  std::string authorize(const std::string& redirect = "http://127.0.0.1:5000") {
    const auto answer =
        client->Get("/oauth2/authorize?response_type=code&client_id=c&redirect_uri=" + redirect +
                    "&state=S&scope=offline_access&code_challenge=" + challenge + "&code_challenge_method=S256");
    return answer->status == 302 ? answer->get_header_value("Location") : std::to_string(answer->status);
  }
  static std::string code_in(const std::string& location) {
    const std::size_t start = location.find("code=") + 5;
    return location.substr(start, location.find('&') - start);
  }
  httplib::Result redeem(const std::string& code, const std::string& with_verifier) {
    return client->Post("/oauth2/token", httplib::Headers{{"Authorization", "Basic YzpB"}},
                        httplib::Params{{"grant_type", "authorization_code"},
                                        {"code", code},
                                        {"redirect_uri", "http://127.0.0.1:5000"},
                                        {"code_verifier", with_verifier}});
  }
};

TEST_F(Login, GoesByAuthorizationCodeWithPkce) {
  start("users: {alice: {}, bob: {}}\nauth: {login: bob}\n");
  const std::string location = authorize();
  ASSERT_THAT(location, StartsWith("http://127.0.0.1:5000?code="));
  EXPECT_THAT(location, HasSubstr("&state=S"));

  const auto answer = redeem(code_in(location), verifier);

  ASSERT_EQ(answer->status, 200) << answer->body;
  EXPECT_TRUE(body(answer).contains("refresh_token"));
  bearer = {{"Authorization", "Bearer " + body(answer)["access_token"].get<std::string>()}};
  EXPECT_EQ(body(get("/users/me"))["username"], "bob");
  EXPECT_EQ(redeem(code_in(location), verifier)->status, 400) << "a code works once";
}

TEST_F(Login, RefusesAnotherVerifierAndForeignHosts) {
  start();

  EXPECT_EQ(redeem(code_in(authorize()), verifier + "x")->status, 400);
  EXPECT_EQ(authorize("http://evil.example/"), "400");
}

TEST_F(Auth, TheValueOfAnApiTokenIsShownOnce) {
  start();
  log_in("alice");
  const std::string me = body(get("/users/me"))["id"];

  const auto created = post("/users/" + me + "/api-tokens", {{"name", "deploys"}});
  ASSERT_EQ(created->status, 201);
  const std::string id = body(created)["id"];
  const std::string value = body(created)["token"];

  EXPECT_EQ(exchange(value)->status, 200);
  EXPECT_THAT(get("/users/" + me + "/api-tokens")->body, Not(HasSubstr(value)));
  EXPECT_FALSE(body(get("/users/" + me + "/api-tokens/" + id)).contains("token"));
  EXPECT_EQ(body(get("/users/" + me + "/api-tokens/" + id))["last_used_at"], format_time(server->now()));
  EXPECT_EQ(post("/users/" + me + "/api-tokens", {{"name", "deploys"}})->status, 409);
  EXPECT_EQ(post("/users/" + me + "/api-tokens")->status, 400);

  EXPECT_EQ(remove("/users/" + me + "/api-tokens/" + id)->status, 204);
  EXPECT_EQ(exchange(value)->status, 400);
  EXPECT_EQ(get("/users/" + me + "/api-tokens/" + id)->status, 404);
  EXPECT_THAT(server->secrets().cover(value), StartsWith("[secret API token deploys #"));
}

TEST_F(Auth, NobodySeesTheTokensOfOthers) {
  start();
  log_in("alice");
  const std::string alice = body(get("/users/me"))["id"];
  log_in("stranger");

  EXPECT_EQ(get("/users/" + alice + "/api-tokens")->status, 403);
}

}  // namespace
}  // namespace understudy
