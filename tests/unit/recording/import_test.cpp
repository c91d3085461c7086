// What is kept of what browsers and proxies export. The files are made after what each of them is known to write.

#include "mock_server/import.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "mock_server/base64.hpp"

namespace understudy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string har(const std::string& creator, const std::string& entries) {
  return fmt::format(R"({{"log": {{"version": "1.2", "creator": {{"name": "{}", "version": "1"}}, "pages": [],
"entries": [
{}
]}}}})",
                     creator, entries);
}

std::string entry(const std::string& request, const std::string& response, const std::string& rest = "") {
  return fmt::format(
      R"({{"startedDateTime": "2026-03-01T10:00:00.000Z", "time": 12.5{}, "request": {{{}}}, "response": {{{}}}}})",
      rest, request, response);
}

std::string get(const std::string& url, const std::string& headers = "") {
  return fmt::format(R"("method": "GET", "url": "{}", "httpVersion": "HTTP/2.0", "headers": [{}], "queryString": [],
"cookies": [], "headersSize": -1, "bodySize": 0)",
                     url, headers);
}

std::string answer(int status, const std::string& type, const std::string& text, const std::string& headers = "",
                   const std::string& more = "") {
  return fmt::format(R"("status": {}, "statusText": "", "httpVersion": "HTTP/2.0", "headers": [{}], "cookies": [],
"content": {{"size": 1000, "mimeType": "{}", "text": "{}"{}}}, "redirectURL": "", "headersSize": -1, "bodySize": -1)",
                     status, headers, type, text, more);
}

Imported import(const std::string& text, const ImportSettings& settings = {}) {
  return keep_api(parse_har(text, "console.har"), settings);
}

std::vector<std::string> requests(const Imported& imported) {
  std::vector<std::string> result;
  for (const RecordedExchange& exchange : imported.recording.exchanges)
    result.push_back(exchange.method + " " + exchange.server + exchange.path);
  return result;
}

std::vector<std::string> reasons(const Imported& imported) {
  std::vector<std::string> result;
  for (const LeftOut& left : imported.left_out) result.push_back(fmt::format("{} {}", left.count, left.reason));
  return result;
}

const std::string kProjects =
    entry(get("https://api.example.com/projects", R"({"name": ":authority", "value": "api.example.com"},
        {"name": "accept", "value": "application/json"}, {"name": "cookie", "value": "session=1"},
        {"name": "sec-ch-ua", "value": "\"Chromium\""}, {"name": "referer", "value": "https://console.example.com/"})"),
          answer(200, "application/json", R"([{\"id\": \"p1\"}])", R"({"name": "set-cookie", "value": "session=2"},
        {"name": "content-encoding", "value": "br"}, {"name": "content-type", "value": "application/json"},
        {"name": "access-control-allow-origin", "value": "*"})"),
          R"(, "_resourceType": "fetch", "_initiator": {}, "_priority": "High", "serverIPAddress": "192.0.2.1")");

TEST(Import, LeavesOutWhatIsStillCompressed) {
  const std::string br = R"({"name": "content-encoding", "value": "br"})";
  const std::string base64 = R"(, "encoding": "base64")";
  const std::string compressed = "\x8b\x05\x80{\"a\":1}\x03";
  const auto from = [&](const std::string& path, const std::string& response) {
    return "," + entry(get("https://api.example.com/projects" + path), response);
  };
  const Imported imported = import(
      har("proxy",
          kProjects + from("/as-bytes", answer(200, "application/json", to_base64(compressed), br, base64)) +
              from("/as-characters", answer(200, "application/json", R"(\u008b\u0005\u0080{\"a\":1}\u0003)", br)) +
              from("/lost", answer(200, "application/json", R"(\ufffd{\"a\":1})", br)) +
              from("/decoded", answer(200, "application/json", to_base64("{\"a\": \"\u00fc\\u001b\"}"), br, base64))));

  EXPECT_THAT(requests(imported),
              ElementsAre("GET https://api.example.com/projects", "GET https://api.example.com/projects/decoded"));
  EXPECT_THAT(reasons(imported), ElementsAre("3 a body in the coding br, which the exporter did not undo"));
  for (const RecordedExchange& exchange : imported.recording.exchanges)
    EXPECT_EQ(find_header(exchange.response_headers, "Content-Encoding"), nullptr);
}

TEST(Import, KeepsTheApiOfAChromiumConsole) {
  const Imported imported = import(har(
      "WebInspector",
      entry(get("https://console.example.com/"), answer(200, "text/html", "<html>"),
            R"(, "_resourceType": "document")") +
          "," +
          entry(get("https://console.example.com/app.js"), answer(200, "application/javascript", "x"),
                R"(, "_resourceType": "script")") +
          "," + entry(get("data:image/png;base64,AAAA"), answer(200, "image/png", "")) + "," +
          entry(R"("method": "OPTIONS", "url": "https://api.example.com/projects", "headers": [])",
                answer(204, "x-unknown", ""), R"(, "_resourceType": "preflight")") +
          "," + kProjects + "," +
          entry(
              get("https://api.example.com/users/me"),
              R"("status": 0, "statusText": "", "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}, "_error": "net::ERR_BLOCKED_BY_CLIENT")") +
          "," + entry(get("https://telemetry.example.net/collect"), answer(200, "application/json", "{}")) + "," +
          entry(get("wss://live.example.com/socket"), answer(101, "x-unknown", ""), R"(, "_webSocketMessages": [])")));

  EXPECT_THAT(requests(imported), ElementsAre("GET https://api.example.com/projects"));
  EXPECT_THAT(
      reasons(imported),
      ElementsAre("1 pages", "1 files of pages", "1 preflights and other OPTIONS",
                  "1 never answered: blocked, aborted or dropped",
                  "1 another host, telemetry.example.net; --host telemetry.example.net keeps it", "1 web sockets"));
  EXPECT_GT(imported.left_out.front().first.line, 0);
  EXPECT_EQ(imported.left_out.front().example, "GET https://console.example.com/");
}

TEST(Import, TakesAwayWhatTellsOfTheBrowser) {
  const RecordedExchange kept = import(har("WebInspector", kProjects)).recording.exchanges.at(0);

  ASSERT_THAT(kept.request_headers, SizeIs(1));
  EXPECT_EQ(kept.request_headers[0].name, "accept");
  ASSERT_THAT(kept.response_headers, SizeIs(1));
  EXPECT_EQ(kept.response_headers[0].name, "content-type");
}

TEST(Import, ReadsBase64BodiesAndLeavesOutMissingOnes) {
  const std::string body = to_base64(R"({"id": "p1"})");
  const Imported imported = import(har(
      "Firefox",
      entry(get("https://api.example.com/projects/p1"),
            answer(200, "application/json; charset=utf-8", body, "", R"(, "encoding": "base64")")) +
          "," + entry(get("https://api.example.com/projects/p2"), R"("status": 200, "statusText": "OK", "headers": [],
                           "content": {"mimeType": "application/json", "size": 5000, "comment": "Response bodies are not included."})")));

  ASSERT_THAT(requests(imported), ElementsAre("GET https://api.example.com/projects/p1"));
  EXPECT_EQ(imported.recording.exchanges[0].response_body, R"({"id": "p1"})");
  EXPECT_THAT(reasons(imported), ElementsAre(StartsWith("1 without the body of the answer")));
}

TEST(Import, KnowsARedactedAuthorization) {
  const Imported imported =
      import(har("WebKit Web Inspector",
                 entry(get("https://api.example.com/me", R"({"name": "Authorization", "value": "[redacted]"})"),
                       answer(200, "application/json", "{}")) +
                     "," +
                     entry(get("https://api.example.com/me", R"({"name": "Authorization", "value": "Bearer real"})"),
                           answer(200, "application/json", "{}"))));

  EXPECT_EQ(find_header(imported.recording.exchanges.at(0).request_headers, "Authorization"), nullptr);
  EXPECT_NE(find_header(imported.recording.exchanges.at(1).request_headers, "Authorization"), nullptr);
}

TEST(Import, TakesTheBrowsersCopyForTheAnswer) {
  const Imported imported = import(
      har("WebInspector", entry(get("https://api.example.com/me"), answer(304, "application/json", "{}")) + "," +
                              entry(get("https://api.example.com/users/me"), answer(304, "application/json", ""))));

  ASSERT_THAT(imported.recording.exchanges, SizeIs(1));
  EXPECT_EQ(imported.recording.exchanges[0].status, 200);
  EXPECT_THAT(reasons(imported), ElementsAre("1 304: the body is in the browser's cache only"));
}

TEST(Import, KeepsLogsThatAreStreamedAndAnswersWithoutABody) {
  const Imported imported = import(har(
      "Charles Proxy",
      kProjects + "," +
          entry(get("https://api.example.com/projects/p1/activities/a/log"),
                answer(200, "text/plain", R"({\"_id\": 1}\n)")) +
          "," +
          entry(R"("method": "DELETE", "url": "https://api.example.com/projects/p1/variables/X", "headers": [])",
                R"("status": 204, "headers": [], "content": {"size": 0, "mimeType": ""})") +
          "," +
          entry(R"("method": "CONNECT", "url": "https://api.example.com:443/", "headers": [])", answer(200, "", "")) +
          "," + entry(get("https://api.example.com/projects/gone"), answer(502, "text/html", "<html>bad gateway"))));

  EXPECT_THAT(requests(imported), SizeIs(4));
  EXPECT_THAT(reasons(imported), ElementsAre("1 tunnels through a proxy"));
}

TEST(Import, KeepsWhatIsAskedFor) {
  const std::string all =
      har("mitmproxy",
          kProjects + "," + entry(get("https://api.other.net/v1/things"), answer(200, "application/json", "{}")) + "," +
              entry(get("https://api.other.net/v1/things/7/parts"), answer(200, "application/json", "{}")) + "," +
              entry(get("https://api.other.net/v2"), answer(200, "application/json", "{}")));

  EXPECT_THAT(requests(import(all, {.hosts = {"*.other.net"}})), SizeIs(3));
  EXPECT_THAT(requests(import(all, {.hosts = {"api.other.net"}, .paths = {"/v1"}})), SizeIs(2));
  EXPECT_THAT(requests(import(all, {.hosts = {"api.other.net"}, .paths = {"/v1/*/*/parts"}})),
              ElementsAre("GET https://api.other.net/v1/things/7/parts"));
  EXPECT_THAT(reasons(import(all, {.hosts = {"api.other.net"}, .paths = {"/v2"}})), Contains("2 another path"));
}

TEST(Import, PutsRequestsInTheOrderOfTime) {
  std::string later = kProjects;
  later.replace(later.find("10:00:00"), 8, "11:00:00");
  const Imported imported = import(
      har("mitmproxy", later + "," + entry(get("https://api.example.com/me"), answer(200, "application/json", "{}"))));

  EXPECT_THAT(requests(imported),
              ElementsAre("GET https://api.example.com/me", "GET https://api.example.com/projects"));
}

TEST(Import, RenamesServersWhereverTheyAreNamed) {
  const Imported imported = import(
      har("WebInspector",
          entry(
              get("https://api.example.com/me?next=https://api.example.com/x",
                  R"({"name": "Host", "value": "api.example.com"})"),
              answer(
                  200, "application/json",
                  R"({\"a\": \"https://api.example.com/me\", \"b\": \"https:\\/\\/api.example.com\\/me\", \"c\": \"https://api.example.community\"})"))),
      {.servers = {{"https://api.example.com", "https://api.example.org"}}});

  const RecordedExchange& exchange = imported.recording.exchanges.at(0);
  EXPECT_EQ(exchange.server, "https://api.example.org");
  EXPECT_EQ(exchange.query, "next=https://api.example.org/x");
  EXPECT_EQ(exchange.request_headers.at(0).value, "api.example.org");
  EXPECT_EQ(
      exchange.response_body,
      R"({"a": "https://api.example.org/me", "b": "https:\/\/api.example.org\/me", "c": "https://api.example.community"})");
}

TEST(Glob, StopsAtItsSeparator) {
  EXPECT_TRUE(matches_glob("/a/*/c", "/a/b/c", '/'));
  EXPECT_FALSE(matches_glob("/a/*", "/a/b/c", '/'));
  EXPECT_TRUE(matches_glob("/a/**", "/a/b/c", '/'));
  EXPECT_FALSE(matches_glob("", "x", '/'));
}

}  // namespace
}  // namespace understudy
