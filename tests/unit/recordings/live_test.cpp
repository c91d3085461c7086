// Recordings of the real client's traffic, sent again to the fake.

#include "recordings/live.hpp"

#include <gmock/gmock.h>

#include "recorded_client.hpp"
#include "recordings/verify_report.hpp"

namespace understudy {
namespace {

using testing::HasSubstr;
using testing::Not;
using Outcome = VerifiedExchange::Outcome;
constexpr std::chrono::seconds kPatience{30};

class Live : public testing::Test {
protected:
  void SetUp() override {
    if (!RecordedClient::is_installed()) GTEST_SKIP() << "the real client is not installed: ./dev setup";
  }
  static Recording backup_of_the_demo() {
    RecordedClient client{"demo"};
    (void)client.run({"environment:list", "-p", "abcdef1234567"});
    (void)client.run({"variable:create", "-p", "abcdef1234567", "-e", "main", "--level", "environment", "--prefix",
                      "env:", "--name", "FOO", "--value", "bar", "--yes"});
    (void)client.run({"backup:create", "-p", "abcdef1234567", "-e", "main", "--yes"});
    (void)client.run({"backup:list", "-p", "abcdef1234567", "-e", "main"});
    return client.recording();
  }
  static std::string text(const Recording& recording, const Verified& verified) {
    return verify_text({.recording = recording, .verification = verified.verification, .against = verified.against});
  }
};

TEST_F(Live, IsAsRecordedInTheWorldThatItWasRecordedIn) {
  const Recording recording = backup_of_the_demo();
  SecretRegistry secrets;

  const Verified verified = verify_with_world(recording, "demo", "", {.strict = true}, kPatience, secrets);

  EXPECT_GT(recording.exchanges.size(), 8u);
  EXPECT_EQ(verified.verification.count(Outcome::kSame), recording.exchanges.size()) << text(recording, verified);
  EXPECT_EQ(verified.against, "the world demo");
}

TEST_F(Live, FindsWhatTheFakeAnswersOtherwise) {
  Recording recording = backup_of_the_demo();
  for (RecordedExchange& exchange : recording.exchanges) {
    nlohmann::json body = nlohmann::json::parse(exchange.response_body, nullptr, false);
    if (!exchange.path.ends_with("/environments") || !body.is_array()) continue;
    for (nlohmann::json& environment : body) {
      environment["flavor"] = "vanilla";
      environment["title"] = 7;
      environment.erase("status");
    }
    exchange.response_body = body.dump();
  }
  SecretRegistry secrets;

  const Verified verified = verify_with_world(recording, "demo", "", {}, kPatience, secrets);
  const std::string report = text(recording, verified);

  EXPECT_EQ(verified.verification.count(Outcome::kDrift), 1u) << report;
  EXPECT_THAT(report, HasSubstr("test.har:"));
  for (const char* piece :
       {"$[].flavor", "went: was text", "$[].title", "changed: was integer, is text", "$[].status", "came: text"})
    EXPECT_THAT(report, HasSubstr(piece));
}

TEST_F(Live, IsSomebodyElseIfToldSo) {
  const Recording recording = backup_of_the_demo();
  SecretRegistry secrets;

  const Verified verified = verify_with_world(recording, "demo", "viewer-bot", {}, kPatience, secrets);

  EXPECT_GT(verified.verification.count(Outcome::kDrift), 0u);  // it may not make backups
  EXPECT_THAT(text(recording, verified), HasSubstr("was 200, is 403"));
}

TEST_F(Live, AsksAnUpstreamWhatIsSafe) {
  const Recording recording = backup_of_the_demo();
  RecordedClient other{"demo"};
  SecretRegistry secrets;
  const std::size_t before = other.server().journal().size();

  const Verified verified = verify_with_upstream(recording, {.api = other.server().base_url()},
                                                 {.api_token = other.token()}, kPatience, secrets);

  EXPECT_EQ(verified.verification.count(Outcome::kDrift), 0u) << text(recording, verified);
  EXPECT_GT(verified.verification.count(Outcome::kNotSent), 1u);
  for (const Exchange& exchange : other.server().journal().entries(before))
    EXPECT_TRUE(exchange.method == "GET" || exchange.path == "/oauth2/token") << exchange.method << exchange.path;
  EXPECT_THAT(secrets.cover("x " + other.token()), Not(HasSubstr(other.token())));
}

TEST(LiveUpstream, SaysWhereNobodyAnswers) {
  const Recording recording{.exchanges = {{.method = "GET", .path = "/me", .status = 200}}};
  SecretRegistry secrets;

  try {
    (void)verify_with_upstream(recording, {.api = "http://127.0.0.1:1"}, {}, kPatience, secrets);
    FAIL() << "nobody listens there";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("GET /me at http://127.0.0.1:1"));
  }
  EXPECT_THROW((void)verify_with_upstream(recording, {.api = "ftp://x"}, {}, kPatience, secrets), InputError);
  EXPECT_THROW(
      (void)verify_with_upstream(recording, {.api = "http://api.example.com"}, {.api_token = "t"}, kPatience, secrets),
      InputError);
}

}  // namespace
}  // namespace understudy
