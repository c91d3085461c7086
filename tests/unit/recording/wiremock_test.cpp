// WireMock's mappings in and out.

#include "mock_server/wiremock.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "temporary_folder.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::SizeIs;

class WireMock : public testing::Test {
protected:
  FromWireMock read() { return read_wiremock(folder.path()); }
  FromWireMock read(const std::string& request, const std::string& response, const std::string& more = "") {
    folder.write("mappings/a.json",
                 "{\n" + more + "\"request\": {" + request + "},\n\"response\": {" + response + "}\n}");
    return read();
  }
  static std::vector<std::string> said(const FromWireMock& from) {
    std::vector<std::string> result;
    for (const WireMockProblem& problem : from.problems)
      result.push_back((problem.is_error ? "error " : "warning ") + std::to_string(problem.at.line) + ":" +
                       std::to_string(problem.at.column) + " " + problem.text);
    return result;
  }

  TemporaryFolder folder;
};

const std::string kGet = R"("method": "GET", "urlPath": "/projects")";

TEST_F(WireMock, ReadsWhatIsExact) {
  const FromWireMock from = read(
      R"("method": "POST", "urlPath": "/projects", "queryParameters": {"count": {"equalTo": "1"}, "q": {"equalTo": "a b"}},
         "headers": {"Accept": {"equalTo": "application/json"}}, "bodyPatterns": [{"equalToJson": {"name": "x"}}])",
      R"("status": 201, "headers": {"Content-Type": "application/json", "Link": ["a", "b"]}, "jsonBody": {"id": 1},
         "fixedDelayMilliseconds": 250)");

  EXPECT_THAT(said(from), IsEmpty());
  ASSERT_THAT(from.recording.exchanges, SizeIs(1));
  const RecordedExchange& exchange = from.recording.exchanges[0];
  EXPECT_EQ(exchange.method, "POST");
  EXPECT_EQ(exchange.path, "/projects");
  EXPECT_EQ(exchange.query, "count=1&q=a%20b");
  EXPECT_EQ(exchange.request_body, R"({"name":"x"})");
  EXPECT_EQ(exchange.status, 201);
  EXPECT_EQ(exchange.content_type, "application/json");
  EXPECT_EQ(exchange.response_body, R"({"id":1})");
  EXPECT_THAT(exchange.response_headers, SizeIs(3));
  EXPECT_EQ(exchange.duration, std::chrono::milliseconds{250});
}

TEST_F(WireMock, ReadsSeveralMappingsOfAFileAndBodiesOfFiles) {
  folder.write("__files/list.json", "[1, 2]");
  folder.write("mappings/all.json", R"({"mappings": [
    {"request": {"method": "GET", "url": "/a?b=c"}, "response": {"bodyFileName": "list.json"}},
    {"request": {"method": "GET", "url": "/d"}, "response": {"base64Body": "AAE=", "status": 200}},
    {"request": {"method": "GET", "url": "/e"}, "response": {"fault": "CONNECTION_RESET_BY_PEER"}}]})");

  const FromWireMock from = read();

  ASSERT_THAT(from.recording.exchanges, SizeIs(3));
  EXPECT_EQ(from.recording.exchanges[0].response_body, "[1, 2]");
  EXPECT_EQ(from.recording.exchanges[0].query, "b=c");
  EXPECT_EQ(from.recording.exchanges[1].response_body, std::string("\0\1", 2));
  EXPECT_EQ(from.recording.exchanges[2].status, 0);
}

TEST_F(WireMock, PutsAScenarioInTheOrderOfItsStates) {
  const auto mapping = [](const std::string& required, const std::string& next, const std::string& body) {
    return R"({"scenarioName": "backup", "requiredScenarioState": ")" + required + "\"" +
           (next.empty() ? "" : R"(, "newScenarioState": ")" + next + "\"") +
           R"(, "request": {"method": "GET", "url": "/a"}, "response": {"body": ")" + body + "\"}}";
  };
  folder.write("mappings/a.json", mapping("done", "", "3"));
  folder.write("mappings/b.json", mapping("Started", "running", "1"));
  folder.write("mappings/c.json", mapping("running", "done", "2"));

  std::vector<std::string> bodies;
  for (const RecordedExchange& exchange : read().recording.exchanges) bodies.push_back(exchange.response_body);
  EXPECT_THAT(bodies, ElementsAre("1", "2", "3"));
}

TEST_F(WireMock, SaysWhatItCannotExpressAndWhere) {
  EXPECT_THAT(said(read(R"("method": "GET", "urlPattern": "/a.*")", "\"status\": 200")),
              ElementsAre(AllOf(HasSubstr("error 2:30"), HasSubstr("one URL, not of a pattern"))));
  EXPECT_THAT(said(read(R"("method": "ANY", "url": "/a")", "\"status\": 200")),
              ElementsAre(HasSubstr("an exchange has one method")));
  EXPECT_THAT(said(read(kGet + R"(, "queryParameters": {"q": {"matches": "a.*"}})", "")),
              ElementsAre(AllOf(HasSubstr("\"matches\""), HasSubstr("has to be exact"))));
  EXPECT_THAT(said(read(kGet + R"(, "bodyPatterns": [{"matchesJsonPath": "$.a"}])", "")),
              ElementsAre(HasSubstr("the body has to be exact")));
  EXPECT_THAT(said(read(kGet, R"("body": "{{request.path}}", "transformers": ["response-template"])")),
              ElementsAre(HasSubstr("response template")));
  EXPECT_THAT(said(read(kGet, R"("proxyBaseUrl": "http://x")")), ElementsAre(HasSubstr("its own answer")));
  EXPECT_THAT(said(read(kGet, R"("bodyFileName": "../../etc/passwd")")),
              ElementsAre(HasSubstr("is not below __files")));
  EXPECT_THAT(said(read(kGet, R"("bodyFileName": "gone.json")")), ElementsAre(HasSubstr("no file __files/gone.json")));
  EXPECT_THAT(said(read(kGet, R"("stats": 200)")), ElementsAre(HasSubstr("unknown key \"stats\"")));
  EXPECT_THAT(read(kGet, R"("stats": 200)").recording.exchanges, IsEmpty());
}

TEST_F(WireMock, WarnsOfWhatIsLeftOutOfAMapping) {
  const FromWireMock from = read(kGet + R"(, "headers": {"Accept": {"contains": "json"}})",
                                 R"("body": "x", "delayDistribution": {"type": "uniform"})", "\"priority\": 1,\n");

  EXPECT_THAT(from.recording.exchanges, SizeIs(1));
  EXPECT_THAT(said(from),
              ElementsAre(HasSubstr("warning 2:1"), HasSubstr("header \"Accept\""), HasSubstr("delayDistribution")));
}

TEST_F(WireMock, RefusesWhatIsNoMapping) {
  folder.write("mappings/a.json", "{\"request\": {}}");
  EXPECT_THROW((void)read(), InputError);
  folder.write("mappings/a.json", "{");
  EXPECT_THROW((void)read(), InputError);
  const TemporaryFolder empty;
  EXPECT_THROW((void)read_wiremock(empty.path()), InputError);
}

void write_all(const TemporaryFolder& folder, const std::map<std::string, std::string>& files) {
  for (const auto& [name, content] : files) folder.write(name, content);
}

Recording sample() {
  Recording recording{
      .creator = "Understudy 0.1", .comment = "a comment", .placeholders = {{"PLACE-1", "API token 1"}}};
  RecordedExchange token{.started = parse_time("2026-03-01T03:00:00.125Z"),
                         .duration = std::chrono::microseconds{1234},
                         .method = "POST",
                         .server = "https://auth.example.com",
                         .path = "/oauth2/token"};
  token.request_headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"User-Agent", "x"}};
  token.request_body = "grant_type=api_token&api_token=PLACE-1";
  token.status = 200;
  token.response_headers = {{"Content-Type", "application/json"}, {"Link", "a"}, {"X-B", "b"}, {"Link", "c"}};
  token.content_type = "application/json";
  token.response_body = "{ \"b\": 1.50, \"a\": [] }\n";  // not as anybody would print it
  RecordedExchange list{
      .method = "GET", .server = "https://api.example.com", .path = "/projects/a%2Fb", .query = "count=1&x"};
  list.status = 200;
  list.response_headers = {{"Content-Type", "application/json"}};
  list.content_type = "application/json";
  list.response_body = R"([{"id":"one"}])";
  RecordedExchange again = list;
  again.response_body = R"([{"id":"one"},{"id":"two"}])";
  again.comment = "the second time";
  RecordedExchange log{.duration = std::chrono::seconds{2}, .method = "GET", .path = "/log"};
  log.status = 200;
  log.content_type = "application/x-ndjson";
  log.response_body = std::string(5000, 'x');
  log.chunks = {{std::chrono::microseconds{10}, 1000}, {std::chrono::microseconds{1900001}, 4000}};
  RecordedExchange binary{.method = "PUT", .path = "/bin"};
  binary.request_body = std::string("\0\xff", 2);
  binary.status = 204;
  binary.response_body = std::string("\xfe\0", 2);
  RecordedExchange json{.method = "PATCH", .path = "/json"};
  json.request_body = "{\"b\":1, \"a\":2}";
  json.status = 404;
  RecordedExchange dropped{.method = "GET", .path = "/dropped"};
  recording.exchanges = {token, list, log, again, binary, json, dropped};
  return recording;
}

TEST_F(WireMock, GivesBackWhatWasWritten) {
  Recording recording = sample();
  write_all(folder, to_wiremock(recording));

  FromWireMock from = read();

  EXPECT_THAT(said(from), IsEmpty());
  for (RecordedExchange& exchange : from.recording.exchanges) exchange.at = {};
  from.recording.file.clear();
  EXPECT_EQ(to_har(from.recording), to_har(recording));
}

TEST_F(WireMock, WritesWhatWireMockReads) {
  const std::map<std::string, std::string> files = to_wiremock(sample());

  const auto mapping = [&](const std::string& name) {
    return nlohmann::json::parse(files.at("mappings/" + name + ".json"));
  };
  EXPECT_EQ(mapping("0002-get-projects-a-2fb")["request"],
            nlohmann::json::parse(R"({"method": "GET", "url": "/projects/a%2Fb?count=1&x"})"));
  EXPECT_EQ(mapping("0002-get-projects-a-2fb")["requiredScenarioState"], "Started");
  EXPECT_EQ(mapping("0002-get-projects-a-2fb")["newScenarioState"],
            mapping("0004-get-projects-a-2fb")["requiredScenarioState"]);
  EXPECT_FALSE(mapping("0004-get-projects-a-2fb").contains("newScenarioState"));
  EXPECT_EQ(mapping("0002-get-projects-a-2fb")["response"]["jsonBody"], nlohmann::json::parse(R"([{"id": "one"}])"));
  EXPECT_EQ(mapping("0001-post-oauth2-token")["request"]["bodyPatterns"][0]["matches"],
            R"((?s)grant_type=api_token&api_token=[^&]*)");
  EXPECT_EQ(mapping("0003-get-log")["response"]["bodyFileName"], "0003-get-log.txt");
  EXPECT_THAT(files, Contains(Key("__files/0003-get-log.txt")));
  EXPECT_EQ(mapping("0003-get-log")["response"]["chunkedDribbleDelay"]["numberOfChunks"], 2);
  EXPECT_EQ(mapping("0007-get-dropped")["response"]["fault"], "EMPTY_RESPONSE");
}

TEST_F(WireMock, IsToldFromHar) {
  EXPECT_TRUE(is_wiremock(folder.path()));
  EXPECT_TRUE(is_wiremock(folder.write("a.json", R"({"mappings": []})")));
  EXPECT_FALSE(is_wiremock(folder.write("b.har", R"({"log": {}})")));
}

}  // namespace
}  // namespace understudy
