// What is sent again, what is carried forward, and what is drift.

#include "mock_server/verify.hpp"

#include <gmock/gmock.h>

#include <map>

namespace understudy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Outcome = VerifiedExchange::Outcome;

RecordedExchange exchange(const std::string& method, const std::string& path, int status, const std::string& answer,
                          const std::string& body = "", const std::string& bearer = "") {
  RecordedExchange made{.method = method, .server = "https://api.example.com", .path = path};
  made.request_body = body;
  made.request_headers = {{"Host", "api.example.com"}, {"Accept", "application/json"}};
  if (!body.empty()) made.request_headers.push_back({"Content-Type", "application/json"});
  if (!bearer.empty()) made.request_headers.push_back({"Authorization", "Bearer " + bearer});
  made.status = status;
  made.response_body = answer;
  made.content_type = "application/json";
  return made;
}

RecordedExchange token_request(const std::string& form, const std::string& answer) {
  RecordedExchange made = exchange("POST", "/oauth2/token", 200, answer);
  made.server = "https://auth.example.com";
  made.request_headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  made.request_body = form;
  return made;
}

/// Answers from a table, and remembers what it was asked.
struct Upstream {
  std::map<std::string, LiveAnswer> answers{};  ///< by "GET /path"
  std::vector<LiveRequest> asked{};

  void on(const std::string& request, int status, const std::string& body) {
    answers[request] = {status, "application/json; charset=utf-8", body};
  }
  AskLive ask() {
    return [this](const LiveRequest& request) {
      asked.push_back(request);
      const auto found = answers.find(request.method + " " + request.path);
      return found == answers.end() ? LiveAnswer{404, "application/json", "{}"} : found->second;
    };
  }
  [[nodiscard]] std::vector<std::string> targets() const {
    std::vector<std::string> result;
    for (const LiveRequest& request : asked)
      result.push_back(request.method + " " + request.path + (request.query.empty() ? "" : "?" + request.query));
    return result;
  }
  [[nodiscard]] std::string authorization(std::size_t index) const {
    const std::string* value = find_header(asked.at(index).headers, "Authorization");
    return value == nullptr ? "" : *value;
  }
};

TEST(Verify, FindsNothingWhereOnlyValuesDiffer) {
  Upstream upstream;
  upstream.on("GET /projects", 200, R"([{"id": "b", "title": "Other"}, {"id": "c", "title": ""}])");
  const Recording recording{.exchanges = {exchange("GET", "/projects", 200, R"([{"id": "a", "title": "One"}])")}};

  const Verification verification = verify(recording, upstream.ask(), {});

  EXPECT_EQ(verification.count(Outcome::kSame), 1u);
  EXPECT_THAT(verification.exchanges[0].changes, IsEmpty());
}

TEST(Verify, ReportsFieldsStatusAndType) {
  Upstream upstream;
  upstream.on("GET /a", 200, R"({"id": 7, "new": true})");
  upstream.on("GET /b", 403, "{}");
  upstream.answers["GET /c"] = {200, "text/html", "<html>"};
  const Recording recording{.exchanges = {exchange("GET", "/a", 200, R"({"id": "x", "old": true})"),
                                          exchange("GET", "/b", 200, R"({"id": "x"})"),
                                          exchange("GET", "/c", 200, R"({"id": "x"})")}};

  const Verification verification = verify(recording, upstream.ask(), {});

  EXPECT_EQ(verification.count(Outcome::kDrift), 3u);
  EXPECT_THAT(verification.exchanges[0].changes, SizeIs(3));
  EXPECT_TRUE(verification.exchanges[1].status_differs());
  EXPECT_EQ(verification.exchanges[1].status_now, 403);
  EXPECT_THAT(verification.exchanges[1].changes, IsEmpty());
  EXPECT_TRUE(verification.exchanges[2].type_differs());
  EXPECT_THAT(verification.exchanges[2].changes, SizeIs(1));
}

TEST(Verify, ExchangesItsOwnTokenAndSendsWhatComesOfIt) {
  Upstream upstream;
  upstream.on("POST /oauth2/token", 200, R"({"access_token": "live-token-1", "token_type": "bearer"})");
  upstream.on("GET /me", 200, R"({"id": "u"})");
  Recording recording{.placeholders = {{"PLACE-1", "API token 1"}, {"PLACE-2", "access token 1"}}};
  recording.exchanges = {token_request("client_id=webpaas&client_secret=&grant_type=api_token&api_token=PLACE-1",
                                       R"({"access_token": "PLACE-2", "token_type": "bearer"})"),
                         exchange("GET", "/me", 200, R"({"id": "u"})", "", "PLACE-2")};

  const Verification verification = verify(recording, upstream.ask(), {.api_token = "my+token"});

  EXPECT_EQ(verification.count(Outcome::kSame), 2u);
  EXPECT_EQ(upstream.asked[0].server, "https://auth.example.com");
  EXPECT_EQ(upstream.asked[0].body, "client_id=webpaas&client_secret=&grant_type=api_token&api_token=my%2Btoken");
  EXPECT_EQ(upstream.authorization(1), "Bearer live-token-1");
  EXPECT_THAT(verification.secrets, ElementsAre("live-token-1"));
}

TEST(Verify, LogsInBeforeARecordingThatBeginsBehindItsLogin) {
  Upstream upstream;
  upstream.on("POST /oauth2/token", 200, R"({"access_token": "live"})");
  upstream.on("GET /me", 200, R"({"id": "u"})");
  const Recording recording{.exchanges = {exchange("GET", "/me", 200, R"({"id": "u"})"),  // a browser left it out
                                          exchange("GET", "/me", 200, R"({"id": "u"})", "", "gone")}};

  (void)verify(recording, upstream.ask(), {.api_token = "mine"});

  EXPECT_THAT(upstream.targets(), ElementsAre("POST /oauth2/token", "GET /me", "GET /me"));
  EXPECT_EQ(upstream.authorization(1), "Bearer live");
  EXPECT_EQ(upstream.authorization(2), "Bearer live");
}

TEST(Verify, CarriesIdsForward) {
  Upstream upstream;
  upstream.on("POST /projects/p/backup", 202,
              R"({"_embedded": {"activities": [{"id": "liveactivity1", "state": "pending"}]}})");
  upstream.on("GET /projects/p/activities/liveactivity1", 200, R"({"id": "liveactivity1", "state": "complete"})");
  upstream.on("POST /x", 200, "{}");
  const Recording recording{
      .exchanges = {exchange("POST", "/projects/p/backup", 202,
                             R"({"_embedded": {"activities": [{"id": "oldactivity99", "state": "complete"}]}})", "{}"),
                    exchange("GET", "/projects/p/activities/oldactivity99", 200,
                             R"({"id": "oldactivity99", "state": "complete"})"),
                    exchange("POST", "/x", 200, "{}", R"({"activity":"oldactivity99","state":"complete"})")}};

  const Verification verification = verify(recording, upstream.ask(), {.writes = true});

  EXPECT_EQ(verification.count(Outcome::kSame), 3u);
  EXPECT_EQ(upstream.asked[1].path, "/projects/p/activities/liveactivity1");
  EXPECT_EQ(upstream.asked[2].body, R"({"activity":"liveactivity1","state":"complete"})");
}

TEST(Verify, FollowsLinksToWhatTheyAreCalledNow) {
  Upstream upstream;
  upstream.on("GET /a", 200, R"({"_links": {"log": {"href": "/api/live-1/log"}}})");
  upstream.on("GET /api/live-1/log", 200, "{}");
  const Recording recording{
      .exchanges = {
          exchange("GET", "/a", 200, R"({"_links": {"log": {"href": "https://api.example.com/api/old-1/log"}}})"),
          exchange("GET", "/api/old-1/log", 200, "{}")}};

  EXPECT_EQ(verify(recording, upstream.ask(), {}).count(Outcome::kSame), 2u);
}

TEST(Verify, SendsWhatIsSafeOnlyUnlessToldOtherwise) {
  Upstream upstream;
  upstream.on("GET /projects/p", 200, R"({"id": "p"})");
  const Recording recording{.exchanges = {exchange("GET", "/projects/p", 200, R"({"id": "p"})"),
                                          exchange("POST", "/projects/p/variables", 201,
                                                   R"({"_embedded": {"entity": {"id": "FOO"}}})", R"({"name": "FOO"})"),
                                          exchange("GET", "/projects/p/variables/FOO", 200, R"({"id": "FOO"})"),
                                          exchange("DELETE", "/projects/p/variables/FOO", 200, "{}"),
                                          exchange("GET", "/projects/p", 200, R"({"id": "p"})")}};

  const Verification verification = verify(recording, upstream.ask(), {});

  EXPECT_THAT(upstream.targets(), ElementsAre("GET /projects/p", "GET /projects/p"));
  EXPECT_EQ(verification.exchanges[1].why_not_sent, "it changes something");
  EXPECT_THAT(verification.exchanges[2].why_not_sent, HasSubstr("needs \"FOO\""));
  EXPECT_EQ(verification.count(Outcome::kNotSent), 3u);
  EXPECT_EQ(verification.count(Outcome::kSame), 2u);

  (void)verify(recording, upstream.ask(), {.writes = true});
  EXPECT_THAT(upstream.asked, SizeIs(2 + 5));
}

TEST(Verify, DoesNotRepeatSomebodysLogin) {
  Upstream upstream;
  Recording recording{.exchanges = {exchange("GET", "/oauth2/authorize", 302, ""),
                                    token_request("grant_type=authorization_code&code=c", R"({"access_token": "a"})"),
                                    token_request("grant_type=refresh_token&refresh_token=r", "{}"),
                                    token_request("grant_type=api_token&api_token=t", "{}")}};

  EXPECT_EQ(verify(recording, upstream.ask(), {.writes = true}).count(Outcome::kNotSent), 4u);
  EXPECT_THAT(upstream.asked, IsEmpty());
}

TEST(Verify, LeavesOutHeadersOfTheConnection) {
  Upstream upstream;
  Recording recording{.exchanges = {exchange("GET", "/", 200, "{}")}};
  recording.exchanges[0].request_headers = {{"Host", "x"},           {"Cookie", "session=1"}, {"Accept-Encoding", "br"},
                                            {"sec-fetch-mode", "x"}, {"X-Mine", "1"},         {":authority", "x"}};

  (void)verify(recording, upstream.ask(), {});

  ASSERT_THAT(upstream.asked[0].headers, SizeIs(1));
  EXPECT_EQ(upstream.asked[0].headers[0].name, "X-Mine");
}

}  // namespace
}  // namespace understudy
