// `allow:` and `known:`, and what holds without them.
#include <gmock/gmock.h>

#include "evidence.hpp"

namespace understudy {
namespace {

using namespace testing_support;
using ::testing::HasSubstr;

StepEvidence with_exposure(const Exposure& exposure) {
  StepEvidence evidence = quiet_step();
  evidence.exposures.push_back(exposure);
  return evidence;
}

Exposure in_argument() {
  return {.secret = "access token 1",
          .kind = "access token",
          .place = "argument of curl",
          .spot = "pid 7, argument 2",
          .shape = "as it is"};
}

TEST(Exposures, FailTheStepThatDoesNotAskForThem) {
  EXPECT_EQ(verdict("", with_exposure(in_argument())),
            "secrets | access token 1 only where it may be | in argument of curl (pid 7, argument 2): as it is");
  Exposure allowed = in_argument();
  allowed.may_be = "a reason";
  EXPECT_EQ(verdict("", with_exposure(allowed)), "");
}

TEST(Exposures, ALineLetsPassWhatItNames) {
  for (const char* line : {"{secret: access token, in: argument of curl, reason: r}",
                           "{secret: access token 1, in: argument of *, reason: r}",
                           "{secret: '*', in: '*', shape: as it is, reason: r}"}) {
    for (const char* key : {"allow", "known"})
      EXPECT_EQ(verdict(std::string{key} + ": [" + line + "]\n", with_exposure(in_argument())), "") << line;
  }
  for (const char* line :
       {"{secret: access token 2, in: argument of curl, reason: r}", "{secret: access token, in: stdout, reason: r}",
        "{secret: access token, in: argument of *, shape: hex, reason: r}"}) {
    EXPECT_THAT(verdict("allow: [" + std::string{line} + "]\n", with_exposure(in_argument())), HasSubstr("secrets |"));
  }
}

TEST(Exposures, AKnownFindingHasToShow) {
  const std::string line = "[{secret: access token, in: argument of curl, reason: it always did}]\n";
  EXPECT_EQ(verdict("allow: " + line, quiet_step()), "");
  const auto failures = judge("known: " + line, quiet_step());
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].subject, "known");
  EXPECT_EQ(failures[0].at.line, 3);
  EXPECT_THAT(failures[0].detail, HasSubstr("it always did"));
}

TEST(Exposures, RulesOfAuthenticationAreLetPassByName) {
  const StepEvidence evidence = with_exposure({.rule = "renewed-once", .place = "POST /oauth2/token"});
  EXPECT_EQ(verdict("", evidence),
            "auth renewed-once | an expired or refused access token is renewed once, and not again before it is used | "
            "POST /oauth2/token");
  EXPECT_EQ(verdict("known: [{auth: renewed-once, reason: r}]\n", evidence), "");
  EXPECT_THAT(verdict("allow: [{auth: exchange-form, reason: r}]\n", evidence), HasSubstr("renewed-once"));
}

TEST(Exposures, LinesThatMeanNothingAreRefused) {
  const auto complain = [](const std::string& line) {
    return complaint("scenario: s\nrun: client\nallow: [" + line + "]\n");
  };
  EXPECT_THAT(complain("{secret: x, in: stdout}"), HasSubstr("reason"));
  EXPECT_THAT(complain("{secret: x, reason: r}"), HasSubstr("where the secret may be"));
  EXPECT_THAT(complain("{in: stdout, reason: r}"), HasSubstr("s.yaml:3:9: it is about a secret or about a rule"));
  EXPECT_THAT(complain("{auth: renewed-onse, reason: r}"), HasSubstr("renewed-once"));
  EXPECT_THAT(complain("{secrets: x, in: stdout, reason: r}"), HasSubstr("secret"));
  EXPECT_EQ(complain("{secret: acess token, in: stdout, reason: r}"),
            "s.yaml:3:18: there is no kind of secret \"acess token\"; did you mean \"access token\"?");
  EXPECT_EQ(complain("{secret: P, in: stdot, reason: r}"),
            "s.yaml:3:25: no place begins with \"stdot\"; did you mean \"stdout\"?");
  EXPECT_EQ(complain("{secret: P, in: arguments of *, reason: r}"),
            "s.yaml:3:25: no place begins with \"arguments\"; did you mean \"argument\"?");
  for (const char* secret : {"API token", "API token ci", "access token*", "variable env:X", "PASSWORD", "any secret",
                             "fingerprint of API token", "'*'"}) {
    for (const char* place : {"'*'", "std*", "argument of curl", "'*ut'", "'[fl]i*'", "name of file ~/x"})
      EXPECT_EQ(complain(std::string{"{secret: "} + secret + ", in: " + place + ", reason: r}"), "");
  }
}

TEST(Exposures, AtAScenarioWithStepsTheyHoldForAll) {
  const auto scenarios = parse_scenarios(
      "scenario: s\nknown: [{secret: access token, in: argument of curl, reason: r}]\nsteps: [{run: a}, {run: b}]\n",
      "s.yaml");
  for (const Step& step : scenarios.at(0).steps) {
    for (const auto& check : step.checks) {
      EXPECT_TRUE(check->evaluate(with_exposure(in_argument())).empty());
      EXPECT_TRUE(check->evaluate(quiet_step()).empty());  // another step may show it
    }
  }
  EXPECT_EQ(scenarios.at(0).exposure_lines.size(), 1U);
}

Exchange token_request(const std::string& grant, const std::string& token) {
  Exchange exchange = request("POST", "/oauth2/token");
  exchange.auth.grant_type = grant;
  exchange.auth.token = token;
  return exchange;
}

Exchange needing(const std::string& role, BearerRefusal refused = BearerRefusal::kNone) {
  Exchange exchange = request("GET", "/projects/p");
  exchange.auth.role_needed = role;
  exchange.auth.role_had = "admin";
  exchange.auth.role_on = "project p";
  if (refused != BearerRefusal::kNone) exchange.status = 401;
  return exchange;
}

TEST(Auth, CountsExchangesAndRenewals) {
  const StepEvidence evidence =
      with_requests({token_request("api_token", "API token ci"), needing("viewer", BearerRefusal::kExpired),
                     token_request("api_token", "API token ci"), needing("viewer")});
  EXPECT_EQ(verdict("auth: {exchanges: 2, renewals: 1, grant: api_token, token: ci}\n", evidence), "");
  EXPECT_EQ(verdict("auth: {exchanges: 1}\n", evidence), "auth exchanges | 1 | got 2");
  EXPECT_EQ(verdict("auth: {renewals: never}\n", evidence), "auth renewals | none | got 1");
  EXPECT_THAT(verdict("auth: {token: other}\n", evidence), HasSubstr("auth token | other | ci"));
  EXPECT_EQ(verdict("auth: {grant: api_token}\n", quiet_step()), "auth grant | api_token | no token was asked for");
}

TEST(Auth, TellsTheWeakestRoleThatWouldHaveDone) {
  const StepEvidence evidence = with_requests({needing("viewer"), needing("contributor"), needing("")});
  EXPECT_EQ(verdict("auth: {role: contributor}\n", evidence), "");
  EXPECT_EQ(verdict("auth: {role: viewer}\n", evidence),
            "auth role | viewer | contributor was needed, on project p, for GET /projects/p (admin was there)");
  EXPECT_EQ(verdict("auth: {role: none}\n", quiet_step()), "");
}

TEST(Auth, CountsWhatIsStillGood) {
  StepEvidence evidence = quiet_step();
  evidence.live_tokens = {"access token 1"};
  EXPECT_EQ(verdict("auth: {live: 1}\n", evidence), "");
  EXPECT_EQ(verdict("auth: {live: 0}\n", evidence), "auth live | none | got 1");
}

TEST(Auth, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(complaint("scenario: s\nrun: a\nauth: {role: admn}\n"), HasSubstr("admin"));
  EXPECT_THAT(complaint("scenario: s\nrun: a\nauth: {}\n"), HasSubstr("expects nothing"));
}

}  // namespace
}  // namespace understudy
