#include "hunt/auth_rules.hpp"

#include <gmock/gmock.h>

namespace understudy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Exchange token_request(const std::string& body, const std::string& outcome = "access token 1") {
  Exchange exchange{.method = "POST", .path = "/oauth2/token"};
  exchange.request_headers = {{"content-type", "application/x-www-form-urlencoded"}};
  exchange.request_body = body;
  exchange.auth.outcome = outcome;
  return exchange;
}

Exchange good_token_request(const std::string& outcome = "access token 1") {
  return token_request("client_id=cli&client_secret=&grant_type=api_token&api_token=abc", outcome);
}

Exchange api_request(const std::string& bearer) {
  Exchange exchange{.method = "GET", .path = "/users/me"};
  exchange.auth.bearer_due = true;
  exchange.auth.bearer = bearer;
  return exchange;
}

std::vector<std::string> rules_broken_by(AuthTraces traces) {
  if (traces.subcommand.empty()) traces.subcommand = "project:list";
  std::vector<std::string> rules;
  for (const Exposure& exposure : broken_auth_rules(traces)) rules.push_back(exposure.rule);
  return rules;
}

TEST(AuthRules, NothingIsWrongWithAnOrdinaryRun) {
  EXPECT_THAT(rules_broken_by({.exchanges = {good_token_request(), api_request("access token 1")}}), IsEmpty());
}

TEST(AuthRules, ATokenRequestHasTheFormOfItsGrant) {
  const auto judge = [](Exchange exchange) { return rules_broken_by({.exchanges = {std::move(exchange)}}); };
  EXPECT_THAT(judge(token_request("client_id=cli&client_secret=&grant_type=refresh_token&refresh_token=x")), IsEmpty());
  EXPECT_THAT(judge(token_request("client_id=cli&grant_type=api_token&api_token=abc")), ElementsAre("exchange-form"));
  EXPECT_THAT(judge(token_request("client_id=cli&client_secret=s&grant_type=api_token&api_token=abc")),
              ElementsAre("exchange-form"));
  EXPECT_THAT(judge(token_request("client_id=cli&client_secret=&grant_type=password&api_token=abc")),
              ElementsAre("exchange-form"));
  Exchange as_json = good_token_request();
  as_json.request_headers = {{"Content-Type", "application/json"}};
  EXPECT_THAT(judge(as_json), ElementsAre("exchange-form"));
  Exchange with_header = good_token_request();
  with_header.request_headers.push_back({"Authorization", "Basic Y2xpOg=="});
  EXPECT_THAT(judge(with_header), ElementsAre("exchange-form"));
}

TEST(AuthRules, ALoginCarriesBasicAuthorization) {
  Exchange login = token_request("grant_type=authorization_code&code=c&redirect_uri=r&code_verifier=v");
  EXPECT_THAT(rules_broken_by({.exchanges = {login}}), ElementsAre("exchange-form"));
  login.request_headers.push_back({"Authorization", "Basic Y2xpOg=="});
  EXPECT_THAT(rules_broken_by({.exchanges = {login}}), IsEmpty());
}

TEST(AuthRules, WhatIsWrongIsSaidWithoutValues) {
  const auto exposures = broken_auth_rules(
      {.subcommand = "x", .exchanges = {token_request("client_id=cli&grant_type=api_token&api_token=s3cret")}});
  ASSERT_EQ(exposures.size(), 1U);
  EXPECT_EQ(exposures[0].place,
            "POST /oauth2/token: its fields are client_id&grant_type=api_token&api_token, not "
            "client_id&client_secret=&grant_type=api_token&api_token");
}

TEST(AuthRules, ABearerIsThereWhereOneIsDue) {
  EXPECT_THAT(rules_broken_by({.exchanges = {api_request("")}}), ElementsAre("bearer-missing"));
}

TEST(AuthRules, ATokenIsRenewedOnce) {
  EXPECT_THAT(rules_broken_by({.exchanges = {good_token_request(), api_request("access token 1"),
                                             good_token_request("access token 2"), api_request("access token 2")}}),
              IsEmpty());
  EXPECT_THAT(rules_broken_by({.exchanges = {good_token_request(), good_token_request("access token 2")}}),
              ElementsAre("renewed-once"));
  EXPECT_THAT(rules_broken_by({.exchanges = {good_token_request("invalid_grant"), good_token_request()}}), IsEmpty());
}

TEST(AuthRules, NothingGoodIsLeftAfterALogout) {
  const AuthTraces traces{.subcommand = "auth:logout",
                          .succeeded = true,
                          .good = {{"access token 1", "good until noon"}},
                          .shown = {{.secret = "access token 1", .kind = "access token", .place = "file ~/s.json"},
                                    {.secret = "access token 1", .kind = "access token", .place = "stdout"},
                                    {.secret = "access token 2", .kind = "access token", .place = "file ~/t.json"}}};
  EXPECT_THAT(rules_broken_by(traces), ElementsAre("after-logout-on-platform", "after-logout-on-disk"));
  EXPECT_THAT(broken_auth_rules(traces)[1].place, HasSubstr("file ~/s.json"));

  AuthTraces failed = traces;
  failed.succeeded = false;
  EXPECT_THAT(rules_broken_by(failed), IsEmpty());
  AuthTraces other = traces;
  other.subcommand = "project:list";
  EXPECT_THAT(rules_broken_by(other), IsEmpty());
}

TEST(AuthRules, OnlyTheClientIsJudged) {
  EXPECT_THAT(broken_auth_rules({.subcommand = "", .exchanges = {api_request(""), token_request("x=y")}}), IsEmpty());
}

}  // namespace
}  // namespace understudy
