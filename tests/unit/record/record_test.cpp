// `understudy record` with the real client: what is in the file, what is not, and that nothing stays.

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>

#include "mock_server/mock_server.hpp"
#include "mock_server/recording.hpp"
#include "mock_server/secret_hunter.hpp"
#include "offline/offline_sandbox.hpp"
#include "person.hpp"
#include "scripted_upstream.hpp"
#include "wait_until.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

class Record : public Person {
protected:
  Record() { ::setenv("UNDERSTUDY_ROOT", SOURCE_DIR, 1); }

  [[nodiscard]] Recording recording(const std::string& name = "r.har") const { return read_har(work() / name); }
  [[nodiscard]] std::string text(const std::string& name = "r.har") const { return content_of(work() / name); }

  static std::vector<std::string> requests(const Recording& recording) {
    std::vector<std::string> all;
    for (const RecordedExchange& exchange : recording.exchanges)
      all.push_back(fmt::format("{} {} {}", exchange.method, exchange.path, exchange.status));
    return all;
  }

  /// Files below the person's folder in which one of these shows.
  [[nodiscard]] std::vector<std::string> files_with(const std::vector<Secret>& secrets) const {
    const SecretHunter hunter{secrets};
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator{root_.path()}) {
      if (!entry.is_regular_file() || entry.is_symlink()) continue;
      if (!hunter.find(content_of(entry.path())).empty() || !hunter.find(entry.path().string()).empty())
        found.push_back(fs::relative(entry.path(), root_.path()).string());
    }
    return found;
  }
};

/// The fake behind TLS, or as somebody else's at least.
class ElsewhereApi {
public:
  explicit ElsewhereApi(const Credentials* credentials = nullptr)
      : server{{.world = offline_world("demo")}},
        port_{port_of(server.base_url())},
        upstream{[this](const std::string& request, const Wire& wire) { pass_on(request, wire); }, credentials} {}

  static std::uint16_t port_of(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  void pass_on(const std::string& request, const Wire& wire) const {
    const Socket there = Socket::connected_to(port_);
    there.send(request);
    for (std::string piece = there.receive(); !piece.empty(); piece = there.receive()) wire.send(piece);
  }
  [[nodiscard]] std::string token() {
    for (const Secret& secret : server.secrets().all()) {
      if (secret.kind == SecretKind::kApiToken && secret.name == "API token alice") return secret.value;
    }
    return "";
  }

  MockServer server;
  std::uint16_t port_;
  ScriptedUpstream upstream;
};

TEST_F(Record, WritesWhatTheClientAndAFakeSay) {
  EXPECT_EQ(run({"record", "--out", "r.har", "--", "webpaas", "projects", "--format=csv", "--no-header"}), 0) << err();

  EXPECT_THAT(out(), HasSubstr("abcdef1234567,Demo,"));
  EXPECT_THAT(err(), HasSubstr("understudy: 2 requests in r.har, 2 secrets taken out\n"));
  const Recording made = recording();
  EXPECT_THAT(requests(made), ElementsAre("POST /oauth2/token 200", "GET /me 200"));
  EXPECT_THAT(made.creator, HasSubstr("Understudy "));
  EXPECT_EQ(made.exchanges[0].server, "https://api.understudy.example");
  EXPECT_EQ(made.exchanges[0].request_body,
            "client_id=ovh-eu-cli&client_secret=&grant_type=api_token&api_token=understudy-api-token-1");
  // The token that was given is the one that is used.
  const std::string bearer = find_header(made.exchanges[1].request_headers, "Authorization")->substr(7);
  EXPECT_THAT(made.exchanges[0].response_body, HasSubstr("\"access_token\":\"" + bearer + "\""));
  EXPECT_THAT(made.placeholders, AllOf(Contains(Pair(bearer, "access token 1")),
                                       Contains(Pair("understudy-api-token-1", "API token alice"))));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Record, OfTheSameIsTheSame) {
  const std::vector<std::string> words{"webpaas", "backup:create", "-p", "abcdef1234567", "-e", "main", "--yes"};
  for (const char* const name : {"a.har", "b.har"}) {
    std::vector<std::string> all{"record", "--out", name, "--"};
    all.insert(all.end(), words.begin(), words.end());
    ASSERT_EQ(run(all), 0) << err();
  }

  EXPECT_EQ(text("a.har"), text("b.har"));
  const Recording made = recording("a.har");
  EXPECT_EQ(made.exchanges.at(4).duration, std::chrono::seconds{722}) << "platform time, as the log took";
}

TEST_F(Record, KeepsTheValueOfASensitiveVariableOut) {
  const std::string value = "Xk29-fjQ81mmZ77-pw";
  EXPECT_EQ(run({"record",      "--out",         "r.har",    "--",       "webpaas", "variable:create",
                 "-p",          "abcdef1234567", "-e",       "main",     "--level", "environment",
                 "--prefix",    "env:",          "--name",   "DB_PASS2", "--value", value,
                 "--sensitive", "true",          "--no-wait"}),
            0)
      << err();

  EXPECT_THAT(text(), HasSubstr(R"(\"value\":\"understudy-sensitive-variable-1\")"));
  const SecretHunter hunter{{{.name = "value", .value = value, .kind = SecretKind::kVariable}}};
  EXPECT_THAT(hunter.find(text()), IsEmpty());
}

TEST_F(Record, IsAnonymousIfThatIsWished) {
  EXPECT_EQ(run({"record", "--anonymize", "--out", "r.har", "--", "webpaas", "auth:info"}), 0) << err();

  EXPECT_THAT(text(), AllOf(HasSubstr("user1@example.com"), HasSubstr("Person"), Not(HasSubstr("Liddell"))));
}

TEST_F(Record, OfARealApiGoesOverVerifiedTls) {
  const Authority authority;
  const Credentials credentials = authority.issue({});
  ElsewhereApi api{&credentials};
  const std::string url = fmt::format("https://localhost:{}", api.upstream.port());
  root_.write("work/ca.pem", authority.pem());
  before_env_ = {"OVHCLOUD_WEBPAAS_CLI_TOKEN=" + api.token()};

  EXPECT_EQ(run({"record", "--out", "r.har", "--upstream", url, "--ca", "ca.pem", "--", "webpaas", "project:info", "-p",
                 "abcdef1234567", "title"}),
            0)
      << err();

  EXPECT_EQ(out(), "Demo\n");
  const Recording made = recording();
  EXPECT_EQ(made.exchanges.at(0).server, url);
  EXPECT_THAT(requests(made), Contains("GET /projects/abcdef1234567 200"));
  EXPECT_THAT(made.placeholders, Contains(Pair("understudy-api-token-1", "API token of OVHCLOUD_WEBPAAS_CLI_TOKEN")));
  EXPECT_THAT(files_with(api.server.secrets().all()), IsEmpty());

  // Without the authority it is not talked to.
  EXPECT_NE(run({"record", "--out", "s.har", "--upstream", url, "--", "webpaas", "projects"}), 0);
  EXPECT_THAT(err(), HasSubstr("cannot be reached: its certificate is refused"));
  EXPECT_THAT(recording("s.har").exchanges, IsEmpty());
}

TEST_F(Record, KilledLeavesNoSecretOnTheDisk) {
  ElsewhereApi api;
  before_env_ = {"OVHCLOUD_WEBPAAS_CLI_TOKEN=" + api.token()};
  const pid_t pid =
      start({"record", "--out", "r.har", "--upstream", fmt::format("http://127.0.0.1:{}", api.upstream.port()), "--",
             "sh", "-c", "webpaas projects >projects.txt && echo ready >" + fifo_.path() + "; exec sleep 1000"});
  ASSERT_TRUE(fifo_.wait_for("ready")) << err();
  // The client's own session is in its sandbox; nothing else was written.
  const std::vector<Secret> secrets = api.server.secrets().all();
  const std::vector<std::string> while_it_runs = files_with(secrets);
  EXPECT_THAT(while_it_runs, AllOf(Not(IsEmpty()), Each(HasSubstr("/home/"))));

  ::kill(pid, SIGKILL);
  EXPECT_EQ(end_of(pid), -SIGKILL);

  EXPECT_TRUE(wait_until(root_.path() / "tmp", [this] { return left_behind().empty(); }));
  EXPECT_THAT(files_with(secrets), IsEmpty());
  EXPECT_FALSE(fs::exists(work() / "r.har"));
  EXPECT_THAT(content_of(work() / "projects.txt"), HasSubstr("Demo")) << "it did get that far";
}

TEST_F(Record, ListensForClientsElsewhere) {
  const pid_t pid = start({"record", "--out", "r.har", "--listen"});
  ASSERT_TRUE(wait_until(root_.path(), [this] { return out().find("# http") != std::string::npos; }));
  EXPECT_THAT(out(), HasSubstr("export OVHCLOUD_WEBPAAS_CLI_API_URL=http://127.0.0.1:"));
  EXPECT_THAT(out(), HasSubstr("export OVHCLOUD_WEBPAAS_CLI_AUTH_URL=http://127.0.0.1:"));
  const std::uint16_t port = ElsewhereApi::port_of(out().substr(0, out().find('\n')));

  {
    const Socket client = Socket::connected_to(port);
    client.send("GET /me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.receive(), HasSubstr("HTTP/1.1 401"));
  }
  ::kill(pid, SIGTERM);

  EXPECT_EQ(end_of(pid), 0);
  EXPECT_THAT(requests(recording()), ElementsAre("GET /me 401"));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Record, OfARealApiHasNoWorld) {
  EXPECT_EQ(run({"record", "--out", "r.har", "--upstream", "http://127.0.0.1:1", "--world", "demo", "true"}), 2);
  EXPECT_THAT(err(), HasSubstr("--upstream and --world: one of them answers the requests"));
  EXPECT_FALSE(fs::exists(work() / "r.har"));
  EXPECT_EQ(run({"record", "--out", "r", "--scenario", "s.yaml", "--world", "demo"}), 2);
  EXPECT_THAT(err(), HasSubstr("no command, --world"));
}

TEST_F(Record, OverwritesNothingUnlessItIsTold) {
  root_.write("work/r.har", "mine");

  EXPECT_EQ(run({"record", "--out", "r.har", "true"}), 2);
  EXPECT_THAT(err(), HasSubstr("there is such a file already; --force replaces it"));
  EXPECT_EQ(text(), "mine");
  EXPECT_EQ(run({"record", "--out", "r.har", "--force", "true"}), 0);
  EXPECT_THAT(recording().exchanges, IsEmpty());
}

TEST_F(Record, WritesNothingThatMayBeASecret) {
  const ScriptedUpstream upstream{[](const std::string&, const Wire& wire) {
    wire.send(answer_of(R"({"session": "Zt6wQ1eR8uY3iO5pA9sD2fG4"})", "Content-Type: application/json\r\n"));
  }};
  const std::string url = fmt::format("http://127.0.0.1:{}", upstream.port());
  const std::vector<std::string> command{"--", "sh", "-c", "curl -s $OVHCLOUD_WEBPAAS_CLI_API_URL/x"};
  const auto recorded = [&](std::vector<std::string> words) {
    words.insert(words.end(), command.begin(), command.end());
    return run(words);
  };

  EXPECT_EQ(recorded({"record", "--out", "r.har", "--upstream", url}), 3);
  EXPECT_THAT(err(), HasSubstr("entry 1, GET /x, response body: the value of \"session\" looks like a secret"));
  EXPECT_THAT(err(), Not(HasSubstr("Zt6wQ1eR8uY3iO5pA9sD2fG4")));
  EXPECT_FALSE(fs::exists(work() / "r.har"));
  EXPECT_EQ(recorded({"record", "--out", "r.har", "--upstream", url, "--secret", "session"}), 0);
  EXPECT_EQ(recording().exchanges.at(0).response_body, R"({"session": "understudy-secret-1"})");
}

TEST_F(Record, AScenarioIsAFileForEach) {
  root_.write(
      "work/s.yaml",
      "scenario: one\ngiven: {world: demo}\nrun: webpaas projects --pipe\nexit: 0\nstdout: abcdef1234567\n---\n"
      "scenario: two\nsteps:\n  - run: webpaas auth:info id\n  - run: webpaas auth:logout\n  - run: webpaas projects "
      "--pipe\n    exit: 7\n");

  EXPECT_EQ(run({"record", "--scenario", "s.yaml", "--out", "made"}), 1) << "the second one fails, and is recorded";

  EXPECT_THAT(err(), AllOf(HasSubstr("s.yaml:1 one: passed"), HasSubstr("s.yaml:7 two: failed")));
  EXPECT_THAT(requests(recording("made/s-1.har")), ElementsAre("POST /oauth2/token 200", "GET /me 200"));
  const Recording second = recording("made/s-7.har");
  EXPECT_THAT(requests(second), Contains("POST /oauth2/revoke 200"));
  EXPECT_EQ(second.exchanges.at(0).content_type, "application/json");
  EXPECT_EQ(second.exchanges.at(0).server, "https://api.understudy.example");
  EXPECT_EQ(*find_header(second.exchanges.at(0).request_headers, "Host"), "api.understudy.example");
  EXPECT_THAT(second.placeholders, Contains(Pair("understudy-api-token-1", "API token alice")));
  EXPECT_THAT(left_behind(), IsEmpty());
  EXPECT_EQ(run({"record", "--scenario", "s.yaml:1", "--out", "made"}), 2);
  EXPECT_THAT(err(), HasSubstr("there is such a file already"));
}

/// fixtures/recordings: nobody edits them, and they are of this client.
TEST_F(Record, TheRecordingsThatShipAreWhatTheRecorderMakes) {
  const fs::path shipped = fs::path{SOURCE_DIR} / "fixtures/recordings";
  const fs::path made = root_.path() / "made";
  fs::create_directories(made);
  ASSERT_EQ(end_of(understudy::start({.words = {(shipped / "again").string(), UNDERSTUDY_PROGRAM, made.string()},
                                      .env = env(),
                                      .folder = work(),
                                      .output = root_.path() / "stdout"})),
            0)
      << out();

  std::size_t compared = 0;
  for (const auto& entry : fs::directory_iterator{shipped}) {
    if (entry.path().extension() != ".har") continue;
    EXPECT_EQ(content_of(made / entry.path().filename()), content_of(entry.path())) << entry.path();
    EXPECT_EQ(to_har(read_har(entry.path())), content_of(entry.path())) << "read and written again";
    ++compared;
  }
  EXPECT_EQ(compared, 7U);
}

struct Misuse {
  std::string name;
  std::vector<std::string> words;
  int exit_code;
  std::string complaint;
};
class RecordMisuse : public Record, public testing::WithParamInterface<Misuse> {};

TEST_P(RecordMisuse, IsTold) {
  EXPECT_EQ(run(GetParam().words), GetParam().exit_code);
  EXPECT_THAT(err(), HasSubstr(GetParam().complaint));
  EXPECT_THAT(left_behind(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RecordMisuse,
    testing::Values(
        Misuse{
            "Url", {"record", "--upstream", "api.example.com", "true"}, 2, "--upstream: \"api.example.com\" is no URL"},
        Misuse{"Port", {"record", "--listen=99999"}, 2, "--listen: \"99999\" is no port"},
        Misuse{"Auth", {"record", "--auth", "http://127.0.0.1:1", "true"}, 2, "name it with --upstream"},
        Misuse{"Token",
               {"record", "--upstream", "http://127.0.0.1:1", "--token", "alice", "true"},
               2,
               "--token names one of a world"},
        Misuse{"ListenAndRun", {"record", "--listen", "--", "true"}, 2, "it runs no command"},
        Misuse{"Authorities",
               {"record", "--upstream", "https://127.0.0.1:1", "--ca", "/dev/null", "true"},
               2,
               "no certificates in /dev/null"},
        Misuse{"ScenarioAndCommand",
               {"record", "--scenario", "s.yaml", "--out", "x", "--", "true"},
               2,
               "--scenario says what is run"},
        Misuse{"ScenarioWithoutFolder", {"record", "--scenario", "s.yaml"}, 2, "--scenario needs --out FOLDER"},
        Misuse{"NoCommand", {"record", "no-such"}, 127, "there is no command \"no-such\""},
        Misuse{"ItsOwn", {"record", "sh", "-c", "exit 7"}, 7, "0 requests in recording.har"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace understudy
