// Which recorded answer an asked request gets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_server/replay.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* kHere = "http://127.0.0.1:4711";

RecordedExchange exchange(std::string method, const std::string& target, std::string answer, int status = 200) {
  const std::size_t question = std::min(target.find('?'), target.size());
  return {.method = std::move(method),
          .server = "https://api.example.com",
          .path = target.substr(0, question),
          .query = target.substr(std::min(question + 1, target.size())),
          .status = status,
          .response_body = std::move(answer),
          .content_type = "application/json"};
}

RecordedExchange json_exchange(std::string method, const std::string& target, std::string body, std::string answer) {
  RecordedExchange result = exchange(std::move(method), target, std::move(answer));
  result.request_headers = {{"Content-Type", "application/json"}};
  result.request_body = std::move(body);
  return result;
}

RecordedExchange token_exchange(const std::string& api_token, const std::string& access_token) {
  RecordedExchange result = exchange("POST", "/oauth2/token", R"({"access_token":")" + access_token + R"("})");
  result.request_headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  result.request_body = "client_id=webpaas&grant_type=api_token&api_token=" + api_token;
  return result;
}

class PlayerTest : public testing::Test {
protected:
  void record(std::vector<RecordedExchange> exchanges, ReplayOptions options = {}) {
    recording.exchanges = std::move(exchanges);
    player = std::make_unique<Player>(recording, std::move(options));
  }
  Player::Outcome outcome(const std::string& method, const std::string& target, const std::string& body = "",
                          std::vector<Header> headers = {}) {
    const std::size_t question = std::min(target.find('?'), target.size());
    if (!body.empty() && find_header(headers, "Content-Type") == nullptr)
      headers.push_back({"Content-Type", "application/json"});
    return player->answer({.method = method,
                           .path = std::string_view{target}.substr(0, question),
                           .query = std::string_view{target}.substr(std::min(question + 1, target.size())),
                           .headers = headers,
                           .body = body},
                          kHere);
  }
  std::string ask(const std::string& method, const std::string& target, const std::string& body = "",
                  std::vector<Header> headers = {}) {
    const Player::Outcome came = outcome(method, target, body, std::move(headers));
    return came.answer ? came.answer->body : "(none)";
  }
  std::string get(const std::string& target) { return ask("GET", target); }
  std::string form(const std::string& target, const std::string& body) {
    return ask("POST", target, body, {{"Content-Type", "application/x-www-form-urlencoded"}});
  }
  std::string reason() { return player->misses().empty() ? "" : player->misses().back().reason; }

  Recording recording;
  std::unique_ptr<Player> player;
};

// ---- matching

TEST_F(PlayerTest, MethodPathAndQueryDecideWhateverTheirOrderAndEncoding) {
  record({exchange("GET", "/v/env%3aA?count=2&b=x%20y", "1"), exchange("DELETE", "/v/env:A", "2")});

  EXPECT_EQ(get("/v/env:A?b=x+y&count=2"), "1");
  EXPECT_EQ(ask("DELETE", "/v/env%3AA"), "2");
  EXPECT_EQ(get("/v/env:A?b=x+y"), "(none)");
}

TEST_F(PlayerTest, AnEncodedSlashIsNoSlash) {
  record({exchange("GET", "/a%2fb", "1")});

  EXPECT_EQ(get("/a/b"), "(none)");
  EXPECT_EQ(get("/a%2Fb"), "1");
}

TEST_F(PlayerTest, JsonIsComparedByItsValues) {
  record({json_exchange("POST", "/v", R"({"a": 1, "b": ["x", true]})", "1")});

  EXPECT_EQ(ask("POST", "/v", R"({"b":["x",true],"a":"1"})"), "(none)");
  EXPECT_EQ(ask("POST", "/v", R"({"b":["x",true],"a":1})"), "1");
}

TEST_F(PlayerTest, FormsHaveNoOrder) {
  record({token_exchange("abc", "t")});

  EXPECT_EQ(form("/oauth2/token", "api_token=abc&grant_type=api_token&client_id=webpaas"), R"({"access_token":"t"})");
  EXPECT_EQ(form("/oauth2/token", "api_token=abc&grant_type=refresh_token&client_id=webpaas"), "(none)");
}

TEST_F(PlayerTest, HeadersCountWhereTheyAreChosen) {
  RecordedExchange german = exchange("GET", "/v", "hallo");
  german.request_headers = {{"Accept-Language", "de"}};
  RecordedExchange english = exchange("GET", "/v", "hello");
  english.request_headers = {{"accept-language", "en"}};
  record({german, english}, {.match = {.headers = {"Accept-Language"}}});

  EXPECT_EQ(ask("GET", "/v", "", {{"Accept-Language", "en"}}), "hello");
  EXPECT_EQ(ask("GET", "/v", "", {{"Accept-Language", "de"}}), "hallo");
  EXPECT_EQ(ask("GET", "/v"), "(none)");
}

TEST_F(PlayerTest, WhatIsIgnoredMayDifferAndOnlyWhatIsNamedCounts) {
  record({json_exchange("POST", "/v?at=1", R"({"name": "A", "items": [{"id": 1, "x": 1}]})", "1")},
         {.match = {.query = {.ignore = {"at"}}, .json = {.ignore = {"$.items[*].id"}}}});
  EXPECT_EQ(ask("POST", "/v?at=2", R"({"name":"A","items":[{"id":2,"x":2}]})"), "(none)");
  EXPECT_EQ(ask("POST", "/v?at=2", R"({"name":"A","items":[{"id":2,"x":1}]})"), "1");

  record({json_exchange("POST", "/v", R"({"name": "A", "value": "x"})", "1")},
         {.match = {.json = {.only = {"$.name"}}}});
  EXPECT_EQ(ask("POST", "/v", R"({"name":"B","value":"x"})"), "(none)");
  EXPECT_EQ(ask("POST", "/v", R"({"name":"A","value":"y"})"), "1");

  record({json_exchange("POST", "/v", R"({"name": "A"})", "1")}, {.match = {.body = false}});
  EXPECT_EQ(ask("POST", "/v", R"({"name":"B"})"), "1");
}

TEST_F(PlayerTest, WhatALoginDrawsIsNotComparedAndComesBack) {
  RecordedExchange authorize = exchange(
      "GET", "/oauth2/authorize?client_id=c&state=old&code_challenge=x&redirect_uri=http%3A%2F%2F127.0.0.1%3A1", "",
      302);
  authorize.response_headers = {{"Location", "http://127.0.0.1:1/?code=C&state=old"}};
  record({authorize});

  const auto came = outcome(
      "GET", "/oauth2/authorize?client_id=c&state=n%26w&code_challenge=y&redirect_uri=http%3A%2F%2F127.0.0.1%3A2");

  ASSERT_TRUE(came.answer.has_value());
  EXPECT_EQ(came.answer->headers.at(0).value, "http://127.0.0.1:2/?code=C&state=n%26w");
}

TEST_F(PlayerTest, VolatilePartsAreComparedOnDemand) {
  record({exchange("GET", "/p/log?max_delay=1", "1")}, {.match = {.volatile_parts = true}});

  EXPECT_EQ(get("/p/log?max_delay=2"), "(none)");
}

// ---- placeholders and addresses

TEST_F(PlayerTest, APlaceholderStandsForWhatIsSentAndAnswersCarryThat) {
  recording.placeholders = {{"understudy-api-token-1", "API token 1"}};
  record({token_exchange("understudy-api-token-1", "t"),
          exchange("GET", "/tokens", R"({"value":"understudy-api-token-1"})")});

  EXPECT_EQ(player->api_token(), "understudy-api-token-1");
  EXPECT_NE(form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=my%22token"), "(none)");
  EXPECT_EQ(get("/tokens"), R"({"value":"my\"token"})");
  EXPECT_EQ(form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=another"), "(none)");
  EXPECT_THAT(player->misses().back().diff, AllOf(HasSubstr("api_token=(another value than it stood for before)"),
                                                  testing::Not(HasSubstr("=another\n"))));
}

TEST_F(PlayerTest, AnAnswerWithAnUnknownPlaceholderCarriesItAndItComesBack) {
  recording.placeholders = {{"PH-1", "access token 1"}};
  RecordedExchange after = exchange("GET", "/me", "1");
  after.request_headers = {{"Authorization", "Bearer PH-1"}};
  record({token_exchange("abc", "PH-1"), after}, {.match = {.headers = {"Authorization"}}});

  EXPECT_EQ(form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=abc"),
            R"({"access_token":"PH-1"})");
  EXPECT_EQ(ask("GET", "/me", "", {{"Authorization", "Bearer other"}}), "(none)");
  EXPECT_EQ(ask("GET", "/me", "", {{"Authorization", "Bearer PH-1"}}), "1");
}

TEST_F(PlayerTest, APlaceholderInAPathStandsForASegment) {
  recording.placeholders = {{"PH-1", "token"}};
  record({exchange("GET", "/t/PH-1/x", "PH-1")});

  EXPECT_EQ(get("/t/a/b/x"), "(none)");
  EXPECT_EQ(get("/t/a/x"), "a");
  EXPECT_EQ(get("/t/b/x"), "(none)");
}

TEST_F(PlayerTest, WhatAPlaceholderStandsForIsASecretUnlessItIsOnlyAnonymous) {
  SecretRegistry secrets;
  recording.placeholders = {{"PH-1", "API token 1"}, {"PH-2", "e-mail address 1"}};
  record({token_exchange("PH-1", "t"), json_exchange("POST", "/oauth2/x", R"({"email":"PH-2"})", "")});
  player->tell(secrets);

  form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=S3cretT0ken");
  ask("POST", "/oauth2/x", R"({"email":"person@example.com"})");

  ASSERT_THAT(secrets.all(), SizeIs(1));
  EXPECT_EQ(secrets.all()[0].name, "API token 1");
  EXPECT_EQ(secrets.all()[0].kind, SecretKind::kApiToken);
}

TEST_F(PlayerTest, RecordedServersBecomeThisOne) {
  RecordedExchange moved =
      exchange("GET", "/a", R"({"self":"https:\/\/api.example.com\/a","other":"https://api.example.com.evil/"})");
  moved.response_headers = {{"Location", "https://api.example.com/b"}, {"Content-Length", "1"}};
  record({moved});

  const auto came = outcome("GET", "/a");

  ASSERT_TRUE(came.answer.has_value());
  EXPECT_EQ(came.answer->body, R"({"self":"http://127.0.0.1:4711\/a","other":"https://api.example.com.evil/"})");
  EXPECT_THAT(came.answer->headers, ElementsAre(Field(&Header::value, "http://127.0.0.1:4711/b")));
}

TEST_F(PlayerTest, PartsOfAStreamKeepTheirPlacesWhenTextChangesItsLength) {
  recording.placeholders = {{"PH-1", "access token 1"}};
  RecordedExchange log = exchange("GET", "/log", "one PH-1\ntwo\nhttps://api.example.com\n");
  log.content_type = "text/plain";
  log.chunks = {{1s, 9}, {2s, 4}, {3s, 24}};
  record({token_exchange("PH-1", ""), log});
  form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=a-much-longer-one");

  const auto came = outcome("GET", "/log");

  ASSERT_TRUE(came.answer.has_value());
  EXPECT_EQ(came.answer->body, "one a-much-longer-one\ntwo\nhttp://127.0.0.1:4711\n");
  ASSERT_THAT(came.answer->chunks, SizeIs(3));
  EXPECT_EQ(came.answer->chunks[0].bytes, 22U);
  EXPECT_EQ(came.answer->chunks[1].bytes, 4U);
  EXPECT_EQ(came.answer->chunks[2].bytes, 22U);
}

// ---- order

TEST_F(PlayerTest, ReadsComeInAnyOrderAndTheKthTimeGetsTheKthAnswer) {
  record({exchange("GET", "/a", "a1"), exchange("GET", "/b", "b"), exchange("GET", "/a", "a2")});

  EXPECT_EQ(get("/b"), "b");
  EXPECT_EQ(get("/a"), "a1");
  EXPECT_EQ(get("/a"), "a2");
  EXPECT_EQ(get("/a"), "a2");
  EXPECT_THAT(player->never_asked(), IsEmpty());
}

TEST_F(PlayerTest, APollBeyondTheRecordingIsAMissUnlessItIsOver) {
  record({exchange("GET", "/activities/x", R"({"state":"pending"})"),
          exchange("GET", "/activities/x", R"({"state":"in_progress"})")});
  get("/activities/x");
  get("/activities/x");

  EXPECT_EQ(get("/activities/x"), "(none)");
  EXPECT_THAT(reason(), HasSubstr("was not finished then"));

  record({exchange("GET", "/activities/x", R"({"state":"in_progress"})"),
          exchange("GET", "/activities/x", R"({"state":"complete"})")});
  get("/activities/x");
  EXPECT_EQ(get("/activities/x"), R"({"state":"complete"})");
  EXPECT_EQ(get("/activities/x"), R"({"state":"complete"})");
}

TEST_F(PlayerTest, WhatWaitsForAnActivityWaitsUntilItWasRecorded) {
  RecordedExchange later = exchange("GET", "/activities/x", R"({"state":"complete"})");
  later.started = *parse_time("2026-03-01T03:11:30Z");
  later.duration = 30s;
  record({exchange("GET", "/activities/x", R"({"state":"pending"})"), later});

  EXPECT_FALSE(outcome("GET", "/activities/x").answer->not_before.has_value());
  EXPECT_EQ(outcome("GET", "/activities/x").answer->not_before, parse_time("2026-03-01T03:12:00Z"));
}

TEST_F(PlayerTest, ALogThatTookItsTimeIsAStreamEvenIfItCameInOnePart) {
  RecordedExchange log = exchange("GET", "/activities/x/log", "done\n");
  log.duration = 12min;
  RecordedExchange slow = exchange("GET", "/slow", "done");
  slow.duration = 12min;
  record({log, slow});

  const auto came = outcome("GET", "/activities/x/log");

  ASSERT_THAT(came.answer->chunks, SizeIs(1));
  EXPECT_EQ(came.answer->chunks[0].after, 12min);
  EXPECT_EQ(came.answer->chunks[0].bytes, 5U);
  EXPECT_THAT(outcome("GET", "/slow").answer->chunks, IsEmpty());
}

TEST_F(PlayerTest, TheLengthOfItsStreamsIsKnown) {
  RecordedExchange log = exchange("GET", "/activities/x/log", "done\n");
  log.duration = 12min;
  RecordedExchange parts = exchange("GET", "/activities/y/log", "ab");
  parts.duration = 31s;
  parts.chunks = {{1s, 1}, {30s, 1}};
  RecordedExchange head = log;
  head.method = "HEAD";
  RecordedExchange slow = exchange("GET", "/slow", "done");
  slow.duration = 12min;
  record({log, parts, head, slow});

  EXPECT_EQ(player->length_of_streams(), 12min + 30s);
}

TEST_F(PlayerTest, ChangesComeInTheirOrderAndAsOftenAsRecorded) {
  record({json_exchange("POST", "/v", R"({"name":"A"})", "a"), exchange("DELETE", "/v/A", "d")});

  EXPECT_EQ(ask("DELETE", "/v/A"), "(none)");
  EXPECT_EQ(reason(), "it was recorded after POST /v, which was not asked for yet");
  EXPECT_EQ(ask("POST", "/v", R"({"name":"A"})"), "a");
  EXPECT_EQ(ask("POST", "/v", R"({"name":"A"})"), "(none)");
  EXPECT_EQ(reason(), "it was recorded once, and has been answered as often");
  EXPECT_EQ(ask("DELETE", "/v/A"), "d");
}

TEST_F(PlayerTest, AReadAfterAChangeIsNotShownBeforeItUnlessNothingElseIsThere) {
  record({exchange("GET", "/v", "before"), exchange("DELETE", "/v/A", ""), exchange("GET", "/v", "after"),
          exchange("GET", "/w", "w")});

  EXPECT_EQ(get("/w"), "w");
  EXPECT_EQ(get("/v"), "before");
  EXPECT_EQ(get("/v"), "before");
  ask("DELETE", "/v/A");
  EXPECT_EQ(get("/v"), "after");
}

TEST_F(PlayerTest, WhatAClientLeftOutBeforeAChangeIsPassedOver) {
  record({exchange("GET", "/v", "before"), exchange("DELETE", "/v/A", ""), exchange("GET", "/v", "after")});

  ask("DELETE", "/v/A");

  EXPECT_EQ(get("/v"), "after");
}

TEST_F(PlayerTest, WhatWasReadBeforeAChangeOnlyIsGivenAgainIfTheChangeDoesNotConcernIt) {
  record({exchange("GET", "/p", "p"), exchange("GET", "/p/v", "list"), exchange("GET", "/p/v/A", "A"),
          exchange("POST", "/p/v", "")});
  get("/p/v");
  ask("POST", "/p/v");

  EXPECT_EQ(get("/q"), "(none)");
  EXPECT_EQ(get("/p/v/A"), "(none)");
  EXPECT_EQ(get("/p/v"), "(none)");
  EXPECT_EQ(reason(), "it was recorded before POST /p/v only, which was asked for since");

  EXPECT_EQ(get("/p"), "p");

  record({exchange("GET", "/p/v", "list"), exchange("DELETE", "/p/v/A", "")});
  ask("DELETE", "/p/v/A");
  EXPECT_EQ(get("/p/v"), "(none)");
}

TEST_F(PlayerTest, TokensMayBeAskedForAtAnyTimeAndAgain) {
  record({exchange("DELETE", "/v/A", "d"), token_exchange("abc", "t1")});

  EXPECT_NE(form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=abc"), "(none)");
  EXPECT_NE(form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=abc"), "(none)");
  EXPECT_EQ(ask("DELETE", "/v/A"), "d");
}

TEST_F(PlayerTest, NotModifiedIsForThoseWhoHaveIt) {
  record({exchange("GET", "/v", "whole"), exchange("GET", "/v", "", 304)});
  get("/v");

  EXPECT_EQ(get("/v"), "whole");
  EXPECT_EQ(outcome("GET", "/v", "", {{"If-None-Match", "x"}}).answer->status, 304);
}

// ---- what is said

TEST_F(PlayerTest, WhatWasNeverAskedIsTold) {
  record({exchange("GET", "/a", ""), exchange("GET", "/a", ""), exchange("GET", "/b?x=1", ""),
          exchange("DELETE", "/a", ""), exchange("DELETE", "/a", "")});
  get("/a");
  ask("DELETE", "/a");

  EXPECT_THAT(player->never_asked(),
              ElementsAre(Field(&NeverAsked::request, "GET /b?x=1"), Field(&NeverAsked::request, "DELETE /a")));
  EXPECT_EQ(player->answered(), 2U);
}

TEST_F(PlayerTest, AMissNamesTheNearestAndShowsWhatDiffers) {
  RecordedExchange create = json_exchange("POST", "/p/v?a=1", R"({"name":"A","value":"x","more":[1,2]})", "");
  create.at = {"demo.har", 12, 5};
  record({exchange("GET", "/p/v", ""), create, exchange("GET", "/other", "")});

  ask("POST", "/p/v?a=2", R"({"name":"A","value":"y","more":[1,2]})");

  const ReplayMiss miss = player->misses().at(0);
  EXPECT_EQ(miss.request, "POST /p/v?a=2");
  EXPECT_EQ(miss.nearest, "demo.har:12:5: POST /p/v?a=1");
  EXPECT_EQ(miss.diff,
            "query   - a=1\n"
            "query   + a=2\n"
            "body      ...\n"
            "            ],\n"
            "            \"name\": \"A\",\n"
            "        -   \"value\": \"x\"\n"
            "        +   \"value\": \"y\"\n"
            "          }");
}

TEST_F(PlayerTest, AMissDoesNotShowWhatIsSecretByItsName) {
  record({json_exchange("POST", "/p/v", R"({"name":"A","value":"x","is_sensitive":true,"password":"p","session":"s"})",
                        ""),
          token_exchange("abc", "t")});

  ask("POST", "/p/v", R"({"name":"B","value":"S3cret","is_sensitive":true,"password":"S3cret","session":"S3cret"})");
  form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=S3cret");

  EXPECT_THAT(describe(player->misses().at(0)), AllOf(HasSubstr("\"name\": \"B\""), testing::Not(HasSubstr("S3cret"))));
  EXPECT_THAT(describe(player->misses().at(1)), testing::Not(HasSubstr("S3cret")));
}

TEST_F(PlayerTest, NothingIsNearWhatHasAnotherPath) {
  record({exchange("GET", "/projects/a/variables", "")});

  get("/users/me");

  EXPECT_EQ(player->misses().at(0).reason, "nothing like it was recorded");
  EXPECT_EQ(player->misses().at(0).nearest, "");
}

TEST_F(PlayerTest, InALooseReplayNothingIsAMiss) {
  record({exchange("GET", "/a", "")}, {.loose = true});

  EXPECT_EQ(get("/b"), "(none)");
  EXPECT_THAT(player->misses(), IsEmpty());
}

TEST_F(PlayerTest, WhatIsAddedIsThereFromThenOn) {
  record({exchange("GET", "/a", "a")});

  player->add(exchange("GET", "/b", "b"));
  player->add(exchange("POST", "/a", "c"));

  EXPECT_EQ(get("/b"), "b");
  EXPECT_EQ(ask("POST", "/a"), "(none)");
  EXPECT_THAT(player->never_asked(), ElementsAre(Field(&NeverAsked::request, "GET /a")));
}

TEST_F(PlayerTest, InALooseReplayWhatIsChangedElsewhereIsReadThere) {
  record({exchange("GET", "/p/v", "list"), exchange("GET", "/p/v/A", "A"), exchange("GET", "/p", "p")},
         {.loose = true});
  EXPECT_EQ(get("/p/v"), "list");

  EXPECT_EQ(ask("POST", "/p/v", R"({"name":"B"})"), "(none)");

  EXPECT_EQ(get("/p/v"), "(none)");
  EXPECT_EQ(get("/p/v/A"), "(none)");
  EXPECT_EQ(get("/p"), "p");
}

TEST_F(PlayerTest, InALooseReplayTokensComeFromElsewhere) {
  record({token_exchange("abc", "t")}, {.loose = true});

  EXPECT_EQ(form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=abc"), "(none)");
}

// ---- whoever knows the rest

struct Elsewhere final : AnswerSource {
  RecordedExchange ask(const RequestView& request) override {
    asked.push_back(std::string{request.method} + " " + std::string{request.path});
    if (is_gone) throw std::runtime_error{"nobody is there"};
    RecordedExchange answer = request.path == "/oauth2/token" ? token_exchange("S3cret", "new-access-token")
                                                              : exchange("GET", std::string{request.path}, "");
    answer.request_body = request.body;
    if (answer.response_body.empty()) answer.response_body = R"({"self":"https://elsewhere.example/x"})";
    answer.server = "https://elsewhere.example";
    return answer;
  }
  std::vector<std::string> asked{};
  bool is_gone = false;
};

TEST_F(PlayerTest, WhatIsNotRecordedIsAskedElsewhereOnceAndAdded) {
  const auto elsewhere = std::make_shared<Elsewhere>();
  record({exchange("GET", "/a", "a")}, {.source = elsewhere});

  EXPECT_EQ(get("/a"), "a");
  EXPECT_EQ(get("/b"), R"({"self":"http://127.0.0.1:4711/x"})");
  EXPECT_EQ(get("/b"), R"({"self":"http://127.0.0.1:4711/x"})");

  EXPECT_THAT(elsewhere->asked, ElementsAre("GET /b"));
  EXPECT_THAT(player->recording().exchanges, SizeIs(2));
}

TEST_F(PlayerTest, TokensAreAskedElsewhereAndPlaceholdersStandForThem) {
  const auto elsewhere = std::make_shared<Elsewhere>();
  recording.placeholders = {{"PH-1", "API token 1"}, {"PH-2", "access token 1"}};
  record({token_exchange("PH-1", "PH-2"), exchange("GET", "/token", "PH-2")}, {.source = elsewhere});

  form("/oauth2/token", "client_id=webpaas&grant_type=api_token&api_token=S3cret");

  EXPECT_EQ(get("/token"), "new-access-token");
  EXPECT_EQ(player->bound().at("PH-1"), "S3cret");
  EXPECT_THAT(player->never_asked(), IsEmpty());
}

TEST_F(PlayerTest, WhatStoodInTheWayIsTheReasonOfAMiss) {
  const auto elsewhere = std::make_shared<Elsewhere>();
  elsewhere->is_gone = true;
  record({}, {.source = elsewhere});

  EXPECT_EQ(get("/b"), "(none)");
  EXPECT_EQ(reason(), "it is not in the recording, and nobody is there");
}

TEST_F(PlayerTest, RulesAreReadFromAMap) {
  MatchRules rules;
  const Node node = parse_documents(
      "{query: {ignore: [a]}, json: {only: [$.x]}, headers: [Accept], body: false, volatile: true}", "m")[0];
  read_map(node, match_keys(), rules, "match:");

  EXPECT_THAT(rules.query.ignore, ElementsAre("a"));
  EXPECT_THAT(rules.json.only, ElementsAre("$.x"));
  EXPECT_THAT(rules.headers, ElementsAre("Accept"));
  EXPECT_FALSE(rules.body);
  EXPECT_TRUE(rules.volatile_parts);
  EXPECT_THROW(read_map(parse_documents("{json: {only: [x]}}", "m")[0], match_keys(), rules, "match:"), InputError);
}

}  // namespace
}  // namespace understudy
