#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>

#include "mock_server/recording.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string complaint_of(const std::string& text) {
  try {
    (void)parse_har(text, "r.har");
  } catch (const InputError& e) {
    return e.what();
  }
  return "(none)";
}

/// A file of one entry.
std::string har_of(const std::string& request, const std::string& response) {
  return R"({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [
{"startedDateTime": "2026-03-01T03:00:00.250Z", "time": 12.5, "request": )" +
         request + R"(, "response": )" + response + "}]}}";
}

RecordedExchange one_of(const std::string& request, const std::string& response = R"({"status": 200})") {
  const Recording recording = parse_har(har_of(request, response), "r.har");
  EXPECT_THAT(recording.exchanges, SizeIs(1));
  return recording.exchanges.at(0);
}

Recording sample() {
  return {.creator = "Understudy 0.1",
          .comment = "made for a test \xf0\x9f\x8e\xad",
          .placeholders = {{"understudy-api-token-1", "API token 1"}},
          .exchanges = {
              {.started = parse_time("2026-03-01T03:00:00.250Z"),
               .duration = 1234567us,
               .method = "POST",
               .server = "https://api.example.com:8443",
               .path = "/projects/abc%2Fd",
               .query = "a=1&b=x%20y&c",
               .request_headers = {{"Content-Type", "application/json"}, {"Cookie", "a=b; c=d"}},
               .request_body = R"({"a": "line\nbreak"})",
               .status = 201,
               .response_headers = {{"Content-Type", "text/plain"},
                                    {"Set-Cookie", "s=1; Path=/; HttpOnly"},
                                    {"Location", "/elsewhere"}},
               .response_body = std::string{"one\ntwo\0three\x1f\n", 15},
               .content_type = "text/plain",
               .chunks = {{250ms, 4}, {1234567us, 11}},
               .comment = "remark"},
              {.method = "PUT",
               .server = "",
               .path = "/binary",
               .request_body = "\xff\xfe binary",
               .status = 200,
               .response_headers = {},
               .response_body = std::string{"\x89PNG\0\xff", 6},
               .content_type = "image/png"},
              {.duration = 5ms, .method = "GET", .server = "http://[::1]:8080", .path = "/dropped", .status = 0},
          }};
}

TEST(Har, IsReadAsItWasWritten) {
  const std::string written = to_har(sample());

  const Recording read = parse_har(written, "r.har");

  EXPECT_EQ(to_har(read), written);
  EXPECT_EQ(read.creator, "Understudy 0.1");
  EXPECT_EQ(read.placeholders, sample().placeholders);
  ASSERT_THAT(read.exchanges, SizeIs(3));
  const RecordedExchange& first = read.exchanges[0];
  EXPECT_EQ(first.started, sample().exchanges[0].started);
  EXPECT_EQ(first.duration, 1234567us);
  EXPECT_EQ(first.server, "https://api.example.com:8443");
  EXPECT_EQ(first.path, "/projects/abc%2Fd");
  EXPECT_EQ(first.query, "a=1&b=x%20y&c");
  EXPECT_EQ(first.request_body, sample().exchanges[0].request_body);
  EXPECT_EQ(first.response_body, sample().exchanges[0].response_body);
  EXPECT_THAT(first.chunks,
              ElementsAre(Field(&RecordedChunk::after, 250000us), Field(&RecordedChunk::after, 1234567us)));
  EXPECT_EQ(first.comment, "remark");
  EXPECT_EQ(read.exchanges[1].server, "");
  EXPECT_FALSE(read.exchanges[1].started);
  EXPECT_EQ(read.exchanges[1].request_body, "\xff\xfe binary");
  EXPECT_EQ(read.exchanges[1].response_body, sample().exchanges[1].response_body);
  EXPECT_EQ(read.exchanges[2].status, 0);
}

/// Bytes of all kinds in all places: what is written once stays as it is.
TEST(Har, GivesTheSameBytesAgainWhateverWasRecorded) {
  std::uint64_t state = 7;
  const auto drawn = [&state](std::size_t most) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33U) % most;
  };
  const auto bytes = [&](std::size_t most) {
    std::string text;
    for (std::size_t n = drawn(most); n > 0; --n)
      text += static_cast<char>(drawn(4) == 0 ? drawn(256) : 'a' + drawn(26));
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    RecordedExchange exchange{.duration = std::chrono::microseconds{drawn(5'000'000)},
                              .method = "GET",
                              .server = "https://h.example",
                              .path = "/" + bytes(20),
                              .query = bytes(20),
                              .request_body = bytes(40),
                              .status = 200,
                              .response_body = bytes(60),
                              .content_type = bytes(9),
                              .is_cut = drawn(2) == 0};
    std::erase(exchange.path, '?');
    std::string value = bytes(30);
    std::erase_if(value, [](char c) { return c == '\n' || c == '\r' || c == '\0'; });
    exchange.request_headers = {{"X-Some", value}, {"Connection", "close"}, {":path", "/"}};
    exchange.response_headers = {{"Set-Cookie", value}, {"Content-Encoding", "gzip"}, {"Transfer-Encoding", "chunked"}};
    if (exchange.response_body.size() > 2)
      exchange.chunks = {{std::chrono::microseconds{drawn(1'000'000)}, 2},
                         {std::chrono::microseconds{drawn(6'000'000)}, exchange.response_body.size() - 2}};

    const std::string once = to_har({.creator = "x 1", .exchanges = {exchange}});

    const Recording read = parse_har(once, "r.har");
    ASSERT_EQ(to_har(read), once) << "round " << round;
    ASSERT_EQ(read.exchanges.at(0).response_body, exchange.response_body);
    ASSERT_EQ(read.exchanges.at(0).request_body, exchange.request_body);
    ASSERT_EQ(read.exchanges.at(0).is_cut, exchange.is_cut);
  }
}

/// http://www.softwareishard.com/blog/har-12-spec/: what is not marked [optional] there.
TEST(Har, HasAllThatTheSpecificationRequires) {
  const std::map<std::string, std::map<std::string, json::value_t>> kRequired = {
      {"log",
       {{"version", json::value_t::string}, {"creator", json::value_t::object}, {"entries", json::value_t::array}}},
      {"creator", {{"name", json::value_t::string}, {"version", json::value_t::string}}},
      {"entry",
       {{"startedDateTime", json::value_t::string},
        {"time", json::value_t::number_float},
        {"request", json::value_t::object},
        {"response", json::value_t::object},
        {"cache", json::value_t::object},
        {"timings", json::value_t::object}}},
      {"request",
       {{"method", json::value_t::string},
        {"url", json::value_t::string},
        {"httpVersion", json::value_t::string},
        {"cookies", json::value_t::array},
        {"headers", json::value_t::array},
        {"queryString", json::value_t::array},
        {"headersSize", json::value_t::number_integer},
        {"bodySize", json::value_t::number_unsigned}}},
      {"response",
       {{"status", json::value_t::number_integer},
        {"statusText", json::value_t::string},
        {"httpVersion", json::value_t::string},
        {"cookies", json::value_t::array},
        {"headers", json::value_t::array},
        {"content", json::value_t::object},
        {"redirectURL", json::value_t::string},
        {"headersSize", json::value_t::number_integer},
        {"bodySize", json::value_t::number_integer}}},
      {"postData",
       {{"mimeType", json::value_t::string}, {"params", json::value_t::array}, {"text", json::value_t::string}}},
      {"content", {{"size", json::value_t::number_unsigned}, {"mimeType", json::value_t::string}}},
      {"timings",
       {{"send", json::value_t::number_float},
        {"wait", json::value_t::number_float},
        {"receive", json::value_t::number_float}}},
      {"pair", {{"name", json::value_t::string}, {"value", json::value_t::string}}},
  };
  const auto check = [&](const json& value, const std::string& what) {
    for (const auto& [key, type] : kRequired.at(what)) {
      ASSERT_TRUE(value.contains(key)) << what << " without " << key;
      // Whole numbers are written as either.
      const json::value_t found = value[key].type();
      const bool both_whole = value[key].is_number_integer() &&
                              (type == json::value_t::number_integer || type == json::value_t::number_unsigned);
      EXPECT_TRUE(found == type || both_whole) << what << "." << key << ": " << value[key];
    }
    for (const auto& [key, unused] : value.items()) {
      const bool optional = key == "comment" || key.starts_with('_') || key == "postData" || key == "text" ||
                            key == "encoding" || key == "path" || key == "httpOnly" || key == "domain" ||
                            key == "secure";
      EXPECT_TRUE(optional || kRequired.at(what).contains(key)) << what << " with " << key;
    }
  };

  const json log = json::parse(to_har(sample())).at("log");

  check(log, "log");
  EXPECT_EQ(log["version"], "1.2");
  check(log["creator"], "creator");
  EXPECT_EQ(log["entries"].size(), 3U);
  for (const json& entry : log["entries"]) {
    check(entry, "entry");
    check(entry["request"], "request");
    check(entry["response"], "response");
    check(entry["response"]["content"], "content");
    check(entry["timings"], "timings");
    if (entry["request"].contains("postData")) check(entry["request"]["postData"], "postData");
    for (const char* const list : {"cookies", "headers", "queryString"}) {
      for (const json& pair : entry["request"][list]) check(pair, "pair");
    }
    for (const json& pair : entry["response"]["headers"]) check(pair, "pair");
    const json& timings = entry["timings"];
    EXPECT_DOUBLE_EQ(timings["send"].get<double>() + timings["wait"].get<double>() + timings["receive"].get<double>(),
                     entry["time"].get<double>());
  }
  EXPECT_EQ(log["entries"][0]["response"]["redirectURL"], "/elsewhere");
  EXPECT_EQ(log["entries"][0]["response"]["cookies"],
            json::parse(R"([{"name":"s","value":"1","path":"/","httpOnly":true}])"));
  EXPECT_EQ(log["entries"][0]["request"]["queryString"][1], json::parse(R"({"name":"b","value":"x y"})"));
}

TEST(Har, OfABrowserLosesWhatWasOfOneConnectionOnly) {
  const RecordedExchange exchange = one_of(
      R"({"method": "GET", "url": "https://h.example/p?q=1#part", "headers": [{"name": ":authority", "value": "h"},
          {"name": "accept", "value": "*/*"}]})",
      R"({"status": 200, "headers": [{"name": "content-encoding", "value": "br"}, {"name": "content-length", "value": "9"},
          {"name": "transfer-encoding", "value": "chunked"}, {"name": "set-cookie", "value": "a=1\nb=2"}],
          "content": {"size": 3, "mimeType": "x-unknown", "text": "YWJj", "encoding": "base64"}, "_error": null})");

  EXPECT_THAT(exchange.request_headers, ElementsAre(Field(&Header::name, "accept")));
  EXPECT_THAT(exchange.response_headers, ElementsAre(Field(&Header::value, "a=1"), Field(&Header::value, "b=2")));
  EXPECT_EQ(exchange.response_body, "abc");
  EXPECT_EQ(exchange.content_type, "");
  EXPECT_EQ(exchange.server + exchange.path + '?' + exchange.query, "https://h.example/p?q=1");
  EXPECT_EQ(to_string(exchange.at), "r.har:2:1");
}

TEST(Har, MakesABodyOfTheFieldsOfAForm) {
  EXPECT_EQ(one_of(R"({"method": "POST", "url": "https://h/", "postData": {"mimeType":
      "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "1&2"}, {"name": "c"}]}})")
                .request_body,
            "a%20b=1%262&c=");
  EXPECT_EQ(one_of(R"({"method": "POST", "url": "https://h/", "postData": {"mimeType":
      "multipart/form-data; boundary=\"xyz\"", "params": [{"name": "f", "fileName": "n.txt", "contentType": "text/plain",
      "value": "v"}]}})")
                .request_body,
            "--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n.txt\"\r\nContent-Type: "
            "text/plain\r\n\r\nv\r\n--xyz--\r\n");
}

TEST(Har, TakesAQueryThatIsOnlyListed) {
  EXPECT_EQ(one_of(R"({"method": "GET", "url": "https://h/x", "queryString": [{"name": "a", "value": "b c"}]})").query,
            "a=b%20c");
}

TEST(Har, LeavesOutWhatNeverWentOverTheNetwork) {
  for (const char* const url : {"data:image/png;base64,AAAA", "chrome-extension://abc/x.js", "blob:https://h/1"}) {
    const std::string request = std::string{R"({"method": "GET", "url": ")"} + url + "\"}";
    EXPECT_THAT(parse_har(har_of(request, R"({"status": 200})"), "r.har").exchanges, SizeIs(0)) << url;
  }
}

TEST(Har, ReadsDroppedConnectionsAndLoneSurrogates) {
  EXPECT_EQ(one_of(R"({"method": "GET", "url": "https://h/x"})", R"({"status": -1})").status, 0);
  EXPECT_EQ(one_of(R"({"method": "GET", "url": "https://h/x"})",
                   R"({"status": 200, "content": {"text": "\ud83c\udfad \ud800!"}})")
                .response_body,
            "\xf0\x9f\x8e\xad \xef\xbf\xbd!");
}

TEST(Har, TakesNullForWhatMayBeMissing) {
  const Recording read = parse_har(
      R"({"log": {"version": null, "comment": null, "entries": [{
            "startedDateTime": null, "time": null, "comment": null,
            "request": {"method": "POST", "url": "https://h/x", "headers": null, "queryString": null,
                        "postData": {"mimeType": null, "params": null, "text": "a=1"}},
            "response": {"status": 200, "headers": [{"name": "X-Empty", "value": null}], "_chunks": null,
                         "content": {"size": 0, "mimeType": null, "text": null, "encoding": null}}}, {
            "request": {"method": "GET", "url": "https://h/x", "postData": null},
            "response": {"status": 204, "content": null}}]}})",
      "r.har");

  ASSERT_THAT(read.exchanges, SizeIs(2));
  EXPECT_EQ(read.exchanges[0].request_body, "a=1");
  EXPECT_FALSE(read.exchanges[0].started);
  EXPECT_EQ(read.exchanges[0].response_headers.at(0).value, "");
}

TEST(Har, SaysWhatIsWrongWhere) {
  const std::string get = R"({"method": "GET", "url": "https://h/"})";
  const std::pair<std::string, std::string> kCases[] = {
      {"", "r.har:1:1: the file is empty"},
      {"<!DOCTYPE html>", "r.har:1:1: no HAR: it looks like HTML or XML; in a browser's"},
      {"PK\x03\x04zzz", "r.har:1:1: no HAR: it is a zip archive"},
      {"\x1f\x8bzzz", "r.har:1:1: no HAR: it is compressed; gunzip"},
      {"[]", "r.har:1:1: expected a HAR file to be a map, found a list"},
      {R"({"entries": []})", "r.har:1:1: no HAR: \"entries\" without the \"log\" around them"},
      {R"({"request": {}, "response": {}})", "r.har:1:1: no HAR: it looks like a WireMock mapping"},
      {R"({"log": {"version": "2.0", "entries": []}})", "r.har:1:21: HAR version \"2.0\"; 1.1 and 1.2 can be read"},
      {"{\"log\":\n {\"entrees\": []}}",
       "r.har:2:2: the log needs the key \"entries\"; is \"entrees\" meant to be it?"},
      {"{\"log\":\n {\"entries\": [", "r.har:2:15: the file ends where a value should be; it may have been cut off"},
      {"{\"log\": \"a", "r.har:1:9: a text that never ends; the file may have been cut off"},
      {"{\"log\": {\"entries\": [],}}", "r.har:1:24: no JSON: expected a key in double quotes"},
      {"{\"log\": {\"entries\": []}} x", "r.har:1:26: more text after the end of the document"},
      {"{\"log\": \"\xc3\x28\"}", "r.har:1:10: a byte that is no UTF-8"},
      {"{\"\xc3\xa4\xc3\xa4\": tru}", "r.har:1:8: no JSON: expected a value"},
      {R"({"log": "\x"})", "r.har:1:10: an escape that JSON does not have"},
      {R"({"log": "\u12g4"})", "r.har:1:10: \\u wants four hexadecimal digits"},
      {std::string(200, '['), "nested deeper than 100 levels"},
      {har_of(R"({"method": "GET"})", "{}"), "r.har:2:74: a request needs the key \"url\""},
      {har_of(R"({"method": "GET", "url": "https://"})", "{}"), "the URL \"https://\" names no host"},
      {har_of(R"({"method": "GET", "url": "projects"})", R"({"status": 1})"),
       "\"projects\" is no URL that can be asked for"},
      {har_of(get, R"({"status": "200"})"), "expected \"status\" of a response to be a whole number, found a text"},
      {har_of(get, R"({"status": 1200})"), "1200 is no status of HTTP"},
      {har_of(get, R"({"status": 200, "content": {"text": "?", "encoding": "base64"}})"),
       "said to be base64, and is not"},
      {har_of(get, R"({"status": 200, "content": {"text": "?", "encoding": "gzip"}})"), "unknown encoding \"gzip\""},
      {har_of(get, R"({"status": 200, "headers": {}})"), "expected headers to be a list, found a map"},
      {har_of(get, R"({"status": 200, "content": {"text": "abc"}, "_chunks": [{"after": 1, "bytes": 4}]})"),
       "more bytes than the body, which has 3"},
      {har_of(get, R"({"status": 200, "content": {"text": "abc"}, "_chunks": [{"after": 1, "bytes": 2}]})"),
       "the chunks have 2 bytes, and the body 3"},
      {R"({"log": {"entries": [{"startedDateTime": "yesterday", "request": {"method": "GET", "url": "/"}, "response": {"status": 200}}]}})",
       "startedDateTime \"yesterday\" is no ISO 8601 time"},
  };
  for (const auto& [text, complaint] : kCases) EXPECT_THAT(complaint_of(text), HasSubstr(complaint)) << text;
}

TEST(Har, IsReadFromAFileWithAByteOrderMark) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.har", "\xef\xbb\xbf" + to_har(sample()));

  const Recording recording = read_har(file);

  EXPECT_THAT(recording.exchanges, SizeIs(3));
  EXPECT_EQ(recording.file, file.string());
  EXPECT_THROW((void)read_har(folder.path()), InputError);
  EXPECT_THROW((void)read_har(folder.path() / "none.har"), InputError);
}

TEST(Har, OfALargeRecordingIsReadAsQuicklyAsOfASmallOne) {
  Recording recording = sample();
  for (int i = 0; i < 4000; ++i) recording.exchanges.push_back(sample().exchanges[0]);

  const Recording read = parse_har(to_har(recording), "large.har");

  EXPECT_THAT(read.exchanges, SizeIs(4003));
  // Of the last entry too: places are counted from one to the next, not from the beginning.
  EXPECT_GT(read.exchanges.back().at.line, 4000 * 50);
}

}  // namespace
}  // namespace understudy
