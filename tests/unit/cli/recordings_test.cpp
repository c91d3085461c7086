// `understudy verify`, `import`, `export` and `distil`, with what the real client said to the fake.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "person.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Recordings : public Person {
protected:
  [[nodiscard]] std::string file(const std::string& name) const { return content_of(work() / name); }
  void record(const std::string& name, std::vector<std::string> command) const {
    command.insert(command.begin(), {"record", "--out", name, "--", "webpaas"});
    ASSERT_EQ(run(command), 0) << err();
  }
  /// A HAR as a browser would write it, with one request to the API.
  void write_console_har(const std::string& name, const std::string& token) const {
    const std::string page = R"({"startedDateTime": "2001-02-03T04:05:06.000Z", "time": 1, "_resourceType": "document",
      "request": {"method": "GET", "url": "https://console.example.com/", "headers": []},
      "response": {"status": 200, "headers": [], "content": {"mimeType": "text/html", "text": "<html>"}}})";
    const std::string call = R"({"startedDateTime": "2001-02-03T04:05:07.000Z", "time": 1, "_resourceType": "fetch",
      "request": {"method": "GET", "url": "https://api.example.com/users/me",
        "headers": [{"name": "authorization", "value": "Bearer )" +
                             token + R"("}]},
      "response": {"status": 200, "headers": [{"name": "content-type", "value": "application/json"}],
        "content": {"mimeType": "application/json", "text": "{\"id\": \"0f3c1e00-0000-4000-8000-00000000031a\", \"username\": \"zoe\"}"}}})";
    root_.write("work/" + name, R"({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"},
      "entries": [)" + page + "," + call +
                                    "]}}");
  }
};

TEST_F(Recordings, AreVerifiedAgainstTheFake) {
  record("a.har", {"environment:list", "-p", "abcdef1234567"});

  EXPECT_EQ(run({"verify", "a.har", "--strict"}), 0) << out() << err();
  EXPECT_THAT(out(), HasSubstr("sent to the world demo"));

  EXPECT_EQ(run({"verify", "a.har", "--world", "shop", "--json"}), 1) << err();  // there is no such project
  const json report = json::parse(out());
  EXPECT_EQ(report["format"], 1);
  EXPECT_TRUE(report["drift"].get<bool>());
  EXPECT_EQ(report["exchanges"][0]["outcome"], "same");
  EXPECT_GT(report["exchanges"][1]["at"]["line"], 1);
}

TEST_F(Recordings, ThatShipStillGetSuchAnswers) {
  std::size_t files = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator{fs::path{SOURCE_DIR} / "fixtures/recordings"}) {
    if (entry.path().extension() != ".har") continue;
    ++files;
    EXPECT_EQ(run({"verify", entry.path().string(), "--strict"}), 0) << out() << err();
  }
  EXPECT_GT(files, 0u);
}

TEST_F(Recordings, AgeAndAreThenTooOld) {
  write_console_har("console.har", "");
  ASSERT_EQ(run({"import", "console.har", "--out", "old.har"}), 0) << err();

  EXPECT_EQ(run({"verify", "old.har", "--max-age", "90d"}), 1);
  EXPECT_THAT(out(), HasSubstr("too old: of 2001-02-03"));
  EXPECT_EQ(run({"verify", "old.har", "--max-age", "soon"}), 2);
}

TEST_F(Recordings, AreNotVerifiedIfTheyCannotBeRead) {
  root_.write("work/bad.har", "{\"log\": {\"version\": \"1.2\", \"entries\": [{}]}}");

  EXPECT_EQ(run({"verify", "bad.har"}), 2);
  EXPECT_THAT(err(), HasSubstr("bad.har:1:"));
  EXPECT_EQ(run({"verify", "gone.har"}), 2);
  EXPECT_EQ(run({"verify", "bad.har", "--world", "demo", "--upstream", "https://x.example"}), 2);
  write_console_har("console.har", "");
  EXPECT_EQ(run({"verify", "console.har", "--upstream", "http://127.0.0.1:1", "--timeout", "5s"}), 3);
}

TEST_F(Recordings, OfABrowserAreImportedWithoutSecrets) {
  const std::string token = "Zx81kQ0vTb6yLm3nRp5sWd7uHc2jFg4a";
  write_console_har("console.har", token);

  ASSERT_EQ(
      run({"import", "console.har", "--out", "api.har", "--server", "https://api.example.com=https://api.example.org"}),
      0)
      << err();
  EXPECT_THAT(out(),
              AllOf(HasSubstr("left out: 1 request: pages (first at console.har:"), HasSubstr("api.har: 1 request")));
  const std::string written = file("api.har");
  EXPECT_THAT(written,
              AllOf(Not(HasSubstr(token)), HasSubstr("https://api.example.org/users/me"), HasSubstr("_placeholders")));

  EXPECT_EQ(run({"import", "console.har", "--out", "api.har"}), 2);
  EXPECT_THAT(err(), HasSubstr("--force replaces it"));
  EXPECT_EQ(file("api.har"), written);
  EXPECT_EQ(run({"import", "console.har", "--out", "none.har", "--host", "other.example.com"}), 2);
  EXPECT_THAT(err(), HasSubstr("nothing of an API is left"));
}

TEST_F(Recordings, GoToWireMockAndComeBack) {
  record("a.har", {"backup:create", "-p", "abcdef1234567", "-e", "main", "--yes"});

  ASSERT_EQ(run({"export", "a.har", "--wiremock", "stubs"}), 0) << err();
  ASSERT_EQ(run({"import", "stubs", "--out", "b.har"}), 0) << err();
  EXPECT_EQ(file("b.har"), file("a.har"));

  EXPECT_EQ(run({"export", "a.har", "--wiremock", "stubs"}), 2);
  EXPECT_THAT(err(), HasSubstr("there are mappings in stubs already"));
  ASSERT_EQ(run({"export", "a.har", "--har", "c.har"}), 0) << err();
  EXPECT_EQ(file("c.har"), file("a.har"));
  EXPECT_EQ(run({"export", "a.har"}), 2);
}

TEST_F(Recordings, OfWireMockAreTakenWhereTheyAreExact) {
  root_.write("work/stubs/mappings/a.json",
              R"({"request": {"method": "GET", "url": "/me"}, "response": {"body": "{}"}})");
  root_.write("work/stubs/mappings/b.json",
              "{\"request\": {\"method\": \"GET\",\n \"urlPattern\": \"/a.*\"}, \"response\": {}}");

  EXPECT_EQ(run({"import", "stubs", "--out", "a.har"}), 2);
  EXPECT_THAT(err(), AllOf(HasSubstr("b.json:2:2: "), HasSubstr("--partly")));
  EXPECT_EQ(run({"import", "stubs", "--out", "a.har", "--partly"}), 0);
  EXPECT_THAT(out(), HasSubstr("a.har: 1 request"));
}

TEST_F(Recordings, BecomeWorldsThatTheClientWorksIn) {
  record("a.har", {"environment:list", "-p", "abcdef1234567", "--format=csv"});
  const std::string then = out();

  ASSERT_EQ(run({"distil", "a.har", "--out", "world.yaml"}), 0) << err();
  EXPECT_EQ(run({"lint", "world.yaml"}), 0) << out() << err();
  EXPECT_EQ(run({"exec", "--world", "world.yaml", "--", "webpaas", "environment:list", "-p", "abcdef1234567",
                 "--format=csv"}),
            0)
      << err();
  EXPECT_EQ(out(), then);
  EXPECT_THAT(then, HasSubstr("feat/x"));

  EXPECT_EQ(run({"exec", "--world", "world.yaml", "--", "webpaas", "environment:redeploy", "-p", "abcdef1234567", "-e",
                 "main", "--yes"}),
            0)
      << err();
  EXPECT_EQ(run({"distil", "a.har", "--out", "world.yaml"}), 2);
}

}  // namespace
}  // namespace understudy
