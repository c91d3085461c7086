#include "mock_server/redaction.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <numeric>

#include "mock_server/base64.hpp"
#include "recording/secret_fields.hpp"
#include "recording/secret_shapes.hpp"

namespace understudy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

// Worthless, and long enough to be told from chance.
const std::string kToken = "k3Jq9vXz2LmN8pRt5WbY7cHd";
const std::string kOther = "Zt6wQ1eR8uY3iO5pA9sD2fG4";

std::string web_token(const std::string& subject) {
  return to_base64url(R"({"alg":"RS256","typ":"JWT"})") + "." +
         to_base64url(R"({"sub":")" + subject + R"(","exp":1772334000,"jti":"q8w7e6r5t4"})") + "." +
         to_base64url("a signature of some length, drawn: 8f7e6d5c4b3a");
}

RecordedExchange get(const std::string& path) {
  return {.method = "GET", .server = "https://api.example.com", .path = path, .status = 200};
}

Redacted redacted(std::vector<RecordedExchange> exchanges, RedactionOptions options = {}) {
  return redact({.creator = "test 1", .exchanges = std::move(exchanges)}, options);
}

std::string all_of(const Redacted& result) { return to_har(result.recording); }

TEST(Redaction, OneSecretIsOnePlaceholderThroughout) {
  RecordedExchange login{.method = "POST", .server = "https://auth.example.com", .path = "/oauth2/token"};
  login.request_headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  login.request_body = "client_id=cli&client_secret=&grant_type=api_token&api_token=" + kOther;
  login.status = 200;
  login.content_type = "application/json";
  login.response_body = fmt::format(R"({{"access_token": "{}", "expires_in": 900, "token_type": "bearer"}})", kToken);
  RecordedExchange first = get("/users/me");
  first.request_headers = {{"Authorization", "Bearer " + kToken}};
  RecordedExchange second = first;

  const Redacted result = redacted({login, first, second});

  const auto& exchanges = result.recording.exchanges;
  EXPECT_EQ(exchanges[0].request_body,
            "client_id=cli&client_secret=&grant_type=api_token&api_token=understudy-api-token-1");
  EXPECT_EQ(exchanges[0].response_body,
            R"({"access_token": "understudy-access-token-1", "expires_in": 900, "token_type": "bearer"})");
  EXPECT_EQ(exchanges[1].request_headers[0].value, "Bearer understudy-access-token-1");
  EXPECT_EQ(exchanges[2].request_headers[0].value, "Bearer understudy-access-token-1");
  EXPECT_THAT(result.recording.placeholders, ElementsAre(Pair("understudy-access-token-1", "access token 1"),
                                                         Pair("understudy-api-token-1", "API token 1")));
  EXPECT_THAT(result.residue, IsEmpty());
}

TEST(Redaction, AWebTokenStaysOneWithItsSubject) {
  const std::string subject = "9c2f6a51-3d7e-4b8a-a1f0-6e5d4c3b2a19";
  const std::string token = web_token(subject);
  RecordedExchange exchange = get("/users/" + subject + "/extended-access");
  exchange.request_headers = {{"Authorization", "Bearer " + token}};
  exchange.response_body = fmt::format(R"({{"id": "{}", "note": "{}"}})", subject, token);

  const Redacted result = redacted({exchange});

  const RecordedExchange& made = result.recording.exchanges[0];
  const std::string placeholder = made.request_headers[0].value.substr(7);
  EXPECT_TRUE(recording::is_json_web_token(placeholder));
  EXPECT_EQ(recording::subject_of(placeholder), subject);
  EXPECT_THAT(placeholder, HasSubstr(".understudy-access-token-1"));
  EXPECT_THAT(result.recording.placeholders, Contains(Key(placeholder)));
  EXPECT_THAT(made.response_body, HasSubstr(placeholder));
  EXPECT_EQ(made.path, exchange.path) << "the user's id is no secret";
  EXPECT_THAT(result.residue, IsEmpty());
  EXPECT_THAT(all_of(result), Not(HasSubstr(token.substr(token.rfind('.') + 1))));
}

struct Hidden {
  std::string name;
  std::string request_header{};  ///< "Name: value"
  std::string query{};
  std::string request_type{};
  std::string request_body{};
  std::string response_header{};
  std::string response_body{};
};

Header header_of(const std::string& line) { return {line.substr(0, line.find(':')), line.substr(line.find(':') + 2)}; }

class EachPlace : public ::testing::TestWithParam<Hidden> {};

TEST_P(EachPlace, LosesItsSecret) {
  const Hidden& row = GetParam();
  RecordedExchange exchange = get("/somewhere");
  exchange.query = row.query;
  if (!row.request_header.empty()) exchange.request_headers.push_back(header_of(row.request_header));
  if (!row.request_type.empty()) exchange.request_headers.push_back({"Content-Type", row.request_type});
  exchange.request_body = row.request_body;
  if (!row.response_header.empty()) exchange.response_headers.push_back(header_of(row.response_header));
  exchange.response_body = row.response_body;
  // Elsewhere it is taken out as well, in another shape too.
  RecordedExchange before = get("/before");
  before.response_body = "seen " + kToken + " and " + to_base64(kToken) + " and %6b" + kToken.substr(1);

  const Redacted result = redacted({before, exchange});

  const std::string text = all_of(result);
  EXPECT_THAT(text, Not(HasSubstr(kToken)));
  EXPECT_THAT(text, Not(HasSubstr(to_base64(kToken))));
  EXPECT_THAT(text, Not(HasSubstr(kToken.substr(1, 12))));
  EXPECT_THAT(text, HasSubstr("understudy-"));
  EXPECT_THAT(result.residue, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Places, EachPlace,
    ::testing::Values(
        Hidden{.name = "Bearer", .request_header = "authorization: Bearer " + kToken},
        Hidden{.name = "OtherScheme", .request_header = "Authorization: Token " + kToken},
        Hidden{.name = "BareAuthorization", .request_header = "Authorization: " + kToken},
        Hidden{.name = "Basic", .request_header = "Authorization: Basic " + to_base64("me:" + kToken)},
        Hidden{.name = "Cookie", .request_header = "Cookie: theme=dark; session=" + kToken},
        Hidden{.name = "SetCookie", .response_header = "Set-Cookie: session=" + kToken + "; Path=/; HttpOnly"},
        Hidden{.name = "ApiKeyHeader", .request_header = "X-Api-Key: " + kToken},
        Hidden{.name = "TokenHeader", .response_header = "X-Refresh-Token: " + kToken},
        Hidden{.name = "Query", .query = "a=1&access_token=" + kToken + "&b=2"},
        Hidden{.name = "QuerySignature", .query = "X-Signature=" + kToken},
        Hidden{.name = "Location", .response_header = "Location: https://h.example/cb?state=x&code=" + kToken},
        Hidden{.name = "UrlInBody", .response_body = R"({"href": "https://h.example/log?token=)" + kToken + R"("})"},
        Hidden{.name = "UrlPassword", .response_body = "git clone https://me:" + kToken + "@git.example.com/p.git"},
        Hidden{.name = "Form",
               .request_type = "application/x-www-form-urlencoded",
               .request_body = "grant_type=authorization_code&code=" + kToken},
        Hidden{.name = "FormVerifier",
               .request_type = "application/x-www-form-urlencoded",
               .request_body = "code_verifier=" + kToken + "&x=y"},
        Hidden{.name = "FormWithoutAType", .request_body = "grant_type=api_token&api_token=" + kToken},
        Hidden{.name = "FormOfAnotherType",
               .request_type = "application/json",
               .request_body = "api_token=" + kToken + "&grant_type=api_token"},
        Hidden{.name = "FormWithALineEnd", .request_body = "grant_type=api_token&api_token=" + kToken + "\n"},
        Hidden{.name = "MultipartWithoutAType",
               .request_body = "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n" + kToken +
                               "\r\n--b--\r\n"},
        Hidden{.name = "Multipart",
               .request_type = "multipart/form-data; boundary=b",
               .request_body = "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n" + kToken +
                               "\r\n--b--\r\n"},
        Hidden{.name = "JsonToken", .response_body = R"([{"name": "ci", "token": ")" + kToken + R"("}])"},
        Hidden{.name = "JsonList", .response_body = R"({"tokens": ["a link", ")" + kToken + R"("]})"},
        Hidden{.name = "JsonEscaped", .response_body = R"({"client_secret": "\u006b)" + kToken.substr(1) + R"("})"},
        Hidden{.name = "JsonDeep", .response_body = R"({"a": [{"b": {"shared_key": ")" + kToken + R"("}}]})"},
        Hidden{.name = "JsonLines", .response_body = "{\"_id\": \"1\"}\n{\"password\": \"" + kToken + "\"}\n"},
        Hidden{.name = "SensitiveVariable", .response_body = R"({"value": ")" + kToken + R"(", "is_sensitive": true})"},
        Hidden{.name = "BearerInText", .response_body = "curl -H 'Authorization: Bearer " + kToken + "'"}),
    [](const auto& row) { return row.param.name; });

TEST(Redaction, TakesTheValueOfASensitiveVariableThatIsSet) {
  const auto value_after = [](const std::string& request, const std::string& response) {
    RecordedExchange exchange = get("/projects/p/environments/main/variables/env:X");
    exchange.method = "PATCH";
    exchange.request_body = request;
    exchange.response_body = response;
    const Redacted result = redacted({exchange});
    EXPECT_THAT(result.residue, IsEmpty());
    return result.recording.exchanges[0].request_body;
  };

  EXPECT_EQ(value_after(R"({"value":"plain text here"})", R"({"_embedded":{"entity":{"is_sensitive":false}}})"),
            R"({"value":"plain text here"})");
  EXPECT_EQ(value_after(R"({"value":"plain text here"})", R"({"_embedded":{"entity":{"is_sensitive":true}}})"),
            R"({"value":"understudy-sensitive-variable-1"})");
  EXPECT_EQ(value_after(R"({"value":"abc","is_sensitive":true})", "{}"),
            R"({"value":"understudy-sensitive-variable-1","is_sensitive":true})")
      << "short ones too";
  EXPECT_EQ(value_after(R"({"value":"plain text here"})", ""), R"({"value":"understudy-sensitive-variable-1"})")
      << "nobody said that it is not";
}

TEST(Redaction, TakesOutPrivateKeys) {
  const std::string key =
      "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\n"
      "KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n-----END RSA PRIVATE KEY-----\n";
  RecordedExchange exchange = get("/projects/p/certificates");
  exchange.request_body = nlohmann::json{{"key", key}, {"certificate", "-----BEGIN CERTIFICATE-----\nMIIB"}}.dump();
  exchange.response_body = key;

  const Redacted result = redacted({exchange});

  EXPECT_THAT(all_of(result), Not(HasSubstr("MIIBOgIBAAJBAKj34")));
  EXPECT_THAT(all_of(result), HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(result.recording.exchanges[0].request_body, HasSubstr(R"("key":"understudy-private-key-1)"));
  EXPECT_THAT(result.residue, IsEmpty());
}

TEST(Redaction, KnowsWhatItWasTold) {
  RecordedExchange exchange = get("/logs");
  exchange.response_body = "deploying with " + to_base64("x" + kToken) + "\n";
  exchange.request_headers = {{"X-Odd", "value of mine"}};

  const Redacted result =
      redacted({exchange}, {.known = {{.name = "variable env:DB_PASS", .value = kToken, .kind = SecretKind::kVariable}},
                            .fields = {"x-odd"}});

  EXPECT_THAT(result.recording.placeholders, Contains(Pair("understudy-sensitive-variable-1", "variable env:DB_PASS")));
  EXPECT_EQ(result.recording.exchanges[0].request_headers[0].value, "understudy-secret-1");
  EXPECT_THAT(result.residue, IsEmpty());
}

TEST(Redaction, LeavesAloneWhatOnlySoundsLikeASecret) {
  RecordedExchange exchange = get("/users/u/ssh_keys");
  exchange.query = "key=env:FOO&page_token_type=x";
  exchange.request_body =
      R"({"key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJq9vXz2LmN8pRt5WbY7cHdZt6wQ1eR8uY3iO5pA9sD2"})";
  exchange.response_body =
      R"({"token_type": "bearer", "token_url": "https://h.example/oauth2/token", "key_id": 12, "password_set": true,
          "tokens": [], "token_endpoint_auth_methods_supported": ["client_secret_basic"], "api_token_id": "a1b2c3d4e5f6a7b8c9d0", "_links": {"#create-token": {"href": "/users/u/tokens"}}})";

  const Redacted result = redacted({exchange});

  EXPECT_EQ(result.recording.exchanges[0].query, exchange.query);
  EXPECT_EQ(result.recording.exchanges[0].request_body, exchange.request_body);
  EXPECT_EQ(result.recording.exchanges[0].response_body, exchange.response_body);
  EXPECT_THAT(result.recording.placeholders, IsEmpty());
  EXPECT_THAT(result.residue, IsEmpty());
}

TEST(Redaction, KeepsChunksAndBodyTogether) {
  RecordedExchange exchange = get("/log");
  exchange.response_body = "start\n" + kToken + "\nend\n";
  using std::chrono::microseconds;
  exchange.chunks = {
      {microseconds{1}, 4}, {microseconds{2}, 10}, {microseconds{3}, exchange.response_body.size() - 14}};
  exchange.request_headers = {{"Authorization", "Bearer " + kToken}};

  const Redacted result = redacted({exchange});

  const RecordedExchange& made = result.recording.exchanges[0];
  EXPECT_EQ(made.response_body, "start\nunderstudy-access-token-1\nend\n");
  std::size_t sum = 0;
  for (const RecordedChunk& chunk : made.chunks) sum += chunk.bytes;
  EXPECT_EQ(sum, made.response_body.size());
  EXPECT_EQ(made.chunks[0].bytes, 4U);
  EXPECT_NO_THROW((void)parse_har(all_of(result), "r.har"));
}

TEST(Redaction, DoneAgainChangesNothing) {
  RecordedExchange exchange = get("/x");
  exchange.request_headers = {{"Authorization", "Bearer " + web_token("u1")}, {"X-Api-Key", kToken}};
  const Redacted once = redacted({exchange});

  Recording more = once.recording;
  more.exchanges.push_back(get("/y"));
  more.exchanges[1].request_headers = {{"X-Api-Key", kOther}};
  const Redacted twice = redact(more, {});

  EXPECT_EQ(twice.recording.exchanges[0].request_headers[0].value,
            once.recording.exchanges[0].request_headers[0].value);
  EXPECT_EQ(twice.recording.exchanges[0].request_headers[1].value, "understudy-key-1");
  EXPECT_EQ(twice.recording.exchanges[1].request_headers[0].value, "understudy-key-2");
  EXPECT_THAT(twice.recording.placeholders, SizeIs(3));
}

TEST(Residue, NamesThePlaceAndNotTheSecret) {
  const SecretHunter hunter{{{.name = "access token 1", .value = kToken, .kind = SecretKind::kAccessToken}}};
  RecordedExchange exchange = get("/x/" + kToken);
  exchange.response_body = "in hex 6b334a71397658";
  exchange.response_headers = {{"X-Session-Id", kOther}};
  exchange.request_body = web_token("u");

  const std::vector<std::string> residue = residue_of({.exchanges = {exchange}}, hunter);

  EXPECT_THAT(residue, Contains(HasSubstr("entry 1, GET /x/[secret access token 1 #")));
  EXPECT_THAT(residue, Contains(HasSubstr("path: access token 1 shows, as it is")));
  EXPECT_THAT(residue,
              Contains(HasSubstr("response header X-Session-Id: the value of \"X-Session-Id\" looks like a secret")));
  EXPECT_THAT(residue, Contains(HasSubstr("request body: something there looks like a access token")));
  for (const std::string& line : residue) {
    EXPECT_THAT(line, Not(HasSubstr(kToken)));
    EXPECT_THAT(line, Not(HasSubstr(kOther)));
  }
}

TEST(Residue, RefusesWhatTheTableHasNoRowFor) {
  RecordedExchange exchange = get("/x");
  exchange.response_body = R"({"session": ")" + kToken + R"("})";

  EXPECT_THAT(redacted({exchange}).residue, ElementsAre(HasSubstr("the value of \"session\" looks like a secret")));
  EXPECT_THAT(redacted({exchange}, {.fields = {"session"}}).residue, IsEmpty());
}

TEST(Residue, IsABodyThatNobodyCanLookInto) {
  const std::string compressed = "\x1f\x8b\x08 and so on \xff";
  RecordedExchange answered = get("/x");
  answered.response_headers = {{"Content-Encoding", "br"}};
  answered.response_body = compressed;
  RecordedExchange sent = get("/y");
  sent.request_headers = {{"content-encoding", "GZIP"}};
  sent.request_body = compressed;
  RecordedExchange decoded = answered;
  decoded.response_body = "{\"a\": \"\u00fc\"}";
  RecordedExchange plain = answered;
  plain.response_headers = {{"Content-Encoding", "identity"}};

  EXPECT_THAT(redacted({answered, sent, decoded, plain}).residue,
              ElementsAre("entry 1, GET /x, response body: it is in the coding br, and cannot be looked into",
                          "entry 2, GET /y, request body: it is in the coding gzip, and cannot be looked into"));
}

TEST(Anonymity, ReplacesThePersonalAndKeepsIds) {
  RecordedExchange exchange = get("/users/3f2a");
  exchange.server = "https://eu-3.platform.acme-hosting.io";
  exchange.request_headers = {{"User-Agent", "Web-CLI/5.11.1 (Linux; 6.1.0-18-cloud-amd64; PHP 8.4.23)"}};
  exchange.query = "email=jane.roe%40acme.io";
  exchange.response_body =
      R"({"id": "3f2a", "username": "jroe", "first_name": "Jane", "last_name": "R\u00f6e", "email": "jane.roe@acme.io",
          "display_name": "Jane R\u00f6e", "git": "p@git.eu-3.platform.acme-hosting.io:p.git",
          "href": "https://eu-3.platform.acme-hosting.io/api/projects", "title": "Jane's shop", "role": "jroe2"})";
  RecordedExchange log = get("/log");
  log.response_body =
      "**Jane R\xc3\xb6"
      "e** <jane.roe@acme.io> asked eu-3.platform.acme-hosting.io; http://localhost:5000/";

  const Redacted result = redacted({exchange, log}, {.anonymize = true});

  const RecordedExchange& made = result.recording.exchanges[0];
  EXPECT_EQ(made.path, "/users/3f2a");
  EXPECT_EQ(made.server, "https://host1.example.com");
  EXPECT_EQ(made.query, "email=user1%40example.com");
  EXPECT_EQ(made.request_headers[0].value, "Web-CLI/5.11.1 (Linux; 6.1.0; PHP 8.4.23)");
  EXPECT_EQ(
      made.response_body,
      R"({"id": "3f2a", "username": "user1", "first_name": "Person", "last_name": "1", "email": "user1@example.com",
          "display_name": "Person 1", "git": "p@host2.example.com:p.git",
          "href": "https://host1.example.com/api/projects", "title": "Jane's shop", "role": "jroe2"})");
  EXPECT_EQ(result.recording.exchanges[1].response_body,
            "**Person 1** <user1@example.com> asked host1.example.com; http://localhost:5000/");
}

TEST(SecretFields, HaveAReasonAndAreReached) {
  for (const recording::SecretField& field : recording::secret_fields()) {
    EXPECT_FALSE(field.reason.empty()) << field.pattern;
    std::string name{field.pattern};
    if (std::erase(name, '*') > 0) name = "its_" + name;
    // A row behind a wider one of the same place would never count.
    EXPECT_EQ(recording::secret_field(field.where, name, kToken, {}), &field) << field.pattern;
  }
}

}  // namespace
}  // namespace understudy
