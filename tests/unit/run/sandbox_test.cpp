#include "run/sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "run/environment.hpp"
#include "run/places.hpp"
#include "run/run_folder.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::Pair;

struct SandboxTest : testing::Test {
  TemporaryFolder folder;
};

TEST_F(SandboxTest, IsForItsOwnerOnlyAndGoneAtItsEnd) {
  fs::path path;
  {
    const Sandbox sandbox{folder.path()};
    path = sandbox.path();
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    EXPECT_TRUE(fs::is_empty(sandbox.home()));
    EXPECT_TRUE(fs::is_empty(sandbox.work()));
    sandbox.write({.path = "a/b.txt", .content = "x"});
    fs::permissions(sandbox.work() / "a", fs::perms::owner_read);  // a client may leave such a thing
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(SandboxTest, StaysIfItIsToBeKept) {
  fs::path path;
  {
    Sandbox sandbox{folder.path()};
    sandbox.keep();
    path = sandbox.path();
  }
  EXPECT_TRUE(fs::exists(path / "work"));
}

TEST_F(SandboxTest, WritesFilesOnlyWhereTheyBelong) {
  const Sandbox sandbox{folder.path()};
  sandbox.write({.path = "bin/run.sh", .content = "#!/bin/sh\n", .executable = true});
  sandbox.write({.path = "plain", .content = "text"});

  EXPECT_EQ(content_of(sandbox.work() / "bin/run.sh"), "#!/bin/sh\n");
  EXPECT_NE(fs::status(sandbox.work() / "bin/run.sh").permissions() & fs::perms::owner_exec, fs::perms::none);
  EXPECT_EQ(fs::status(sandbox.work() / "plain").permissions() & fs::perms::owner_exec, fs::perms::none);
}

TEST_F(SandboxTest, FindsOnlyWhatIsLinked) {
  const Sandbox sandbox{folder.path()};
  sandbox.link("webpaas", "/bin/sh");
  sandbox.link("webpaas", "/bin/true");
  sandbox.link_tool("cat");
  sandbox.write({.path = "tool", .content = "#!/bin/sh\n", .executable = true});
  sandbox.write({.path = "text", .content = "no program"});
  const Env env{{"PATH", sandbox.bin().string()}};

  EXPECT_EQ(find_program("webpaas", env, sandbox.work()), sandbox.bin() / "webpaas");
  EXPECT_EQ(fs::read_symlink(sandbox.bin() / "webpaas"), "/bin/true");
  EXPECT_EQ(find_program("cat", env, sandbox.work()), sandbox.bin() / "cat");
  EXPECT_EQ(find_program("ls", env, sandbox.work()), "");
  EXPECT_EQ(find_program("./tool", env, sandbox.work()), sandbox.work() / "./tool");
  EXPECT_EQ(find_program("./text", env, sandbox.work()), "");
  EXPECT_EQ(find_program("/bin/sh", env, sandbox.work()), "/bin/sh");
  EXPECT_EQ(find_program("webpaas", {}, sandbox.work()), "");
}

TEST_F(SandboxTest, SaysWhichToolIsMissing) {
  const Sandbox sandbox{folder.path()};

  EXPECT_THAT([&] { sandbox.link_tool("no-such-tool"); },
              testing::ThrowsMessage<std::runtime_error>("tools: no-such-tool is not on this machine; install it, or "
                                                         "skip the scenario with only-if: has no-such-tool"));
}

TEST(ShellQuoted, IsReadBackByAShell) {
  EXPECT_EQ(shell_quoted("plain-1.2/x:y"), "plain-1.2/x:y");
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("it's $5"), "'it'\\''s $5'");
}

struct Environment : SandboxTest {
  WarmClient client{.profile = {.name = "webpaas", .executable = "webpaas", .env_prefix = "P_"},
                    .unpacked = "/unpacked"};
  Sandbox sandbox{folder.path()};
  Env env(bool terminal = false) const {
    return client_env({.sandbox = sandbox,
                       .client = client,
                       .api_url = "http://api",
                       .proxy_url = "http://proxy",
                       .token = "secret-token",
                       .terminal = terminal});
  }
};

TEST_F(Environment, LeadsTheClientToTheFakeAndNowhereElse) {
  EXPECT_THAT(env(),
              AllOf(Contains(Pair("P_API_URL", "http://api")), Contains(Pair("P_AUTH_URL", "http://api")),
                    Contains(Pair("P_TOKEN", "secret-token")), Contains(Pair("P_TMP", "/unpacked")),
                    Contains(Pair("HOME", sandbox.home().string())), Contains(Pair("https_proxy", "http://proxy")),
                    Contains(Pair("no_proxy", "127.0.0.1,localhost")), Contains(Pair("P_NO_INTERACTION", "1"))));
  EXPECT_THAT(env(true), Not(Contains(Key("P_NO_INTERACTION"))));
}

TEST_F(Environment, AnotherConfigurationIsUnpackedByItself) {
  Env usual = env();
  separate_unpacking(usual, sandbox, client);
  EXPECT_EQ(usual["P_TMP"], "/unpacked");

  Env other = env();
  other["CLI_CONFIG_FILE"] = "other.yaml";
  separate_unpacking(other, sandbox, client);
  EXPECT_EQ(other["P_TMP"], sandbox.tmp().string());
}

TEST_F(Environment, ItsScriptHoldsNoSecret) {
  SecretRegistry secrets;
  secrets.add({"token ci", "secret-token", SecretKind::kOther, SecretOrigin::kWorld});

  const std::string script = env_script(env(), secrets);

  EXPECT_THAT(script, Not(HasSubstr("secret-token")));
  EXPECT_THAT(script, HasSubstr("export P_TOKEN=  # [secret token ci #"));
  EXPECT_THAT(script, HasSubstr("export P_API_URL=http://api\n"));
}

TEST_F(Environment, ItsScriptRunsNothingOfAValueWithSeveralLines) {
  SecretRegistry secrets;
  secrets.add({"token ci", "secret-token", SecretKind::kOther, SecretOrigin::kWorld});
  const std::string script = env_script({{"A", "one\nrm -r x\nsecret-token"}, {"B", "one\ntwo"}}, secrets);
  EXPECT_THAT(script, HasSubstr("\nexport A=  # one rm -r x [secret token ci #"));
  EXPECT_THAT(script, HasSubstr("\nexport B='one\ntwo'\n"));
}

TEST(Places, HaveNamesInEveryFormThatAClientWrites) {
  Places places;
  places.add_server("http://127.0.0.1:45678", "[API]");
  places.add("/tmp/s", "[SANDBOX]");
  places.add("/tmp/s/w", "[WORK]");

  EXPECT_EQ(places.hide("GET http://127.0.0.1:45678/me from /tmp/s/w/x and /tmp/s/home"),
            "GET [API]/me from [WORK]/x and [SANDBOX]/home");
  EXPECT_EQ(places.hide("u=http%3A%2F%2F127.0.0.1%3A45678%2F h=127.0.0.1:45678"), "u=[API]%2F h=[API]");
  EXPECT_EQ(places.reveal("[API]/me [WORK]"), "http://127.0.0.1:45678/me /tmp/s/w");
}

TEST(Places, HideWhatWentOverTheWire) {
  Places places;
  places.add_server("http://127.0.0.1:45678", "[API]");
  Exchange exchange{.path = "/x", .query = "r=http://127.0.0.1:45678"};
  exchange.request_headers = {{"Host", "127.0.0.1:45678"}};
  exchange.response_body = R"({"href":"http://127.0.0.1:45678/y"})";

  const Exchange hidden = places.hide(exchange);

  EXPECT_EQ(hidden.query, "r=[API]");
  EXPECT_EQ(hidden.request_headers[0].value, "[API]");
  EXPECT_EQ(hidden.response_body, R"({"href":"[API]/y"})");
}

TEST(Places, TheClientsOwnListenerHasAnyPort) {
  EXPECT_EQ(hide_what_varies("http://127.0.0.1:5003/?done"), "http://127.0.0.1:[PORT]/?done");
  EXPECT_EQ(hide_what_varies("http%3A%2F%2F127.0.0.1%3A5010&x"), "http%3A%2F%2F127.0.0.1%3A[PORT]&x");
  EXPECT_EQ(hide_what_varies("127.0.0.1:50031"), "127.0.0.1:50031");
}

struct RunFolders : SandboxTest {
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator{folder.path()}) result.push_back(entry.path().filename().string());
    std::sort(result.begin(), result.end());
    return result;
  }
};

TEST_F(RunFolders, ThoseOfDeadProcessesAreRemoved) {
  for (const char* name : {"u-alive", "u-dead", "u-recycled", "u-kept", "other-dead"})
    fs::create_directory(folder.path() / name);
  claim_folder(folder.path() / "u-alive");
  claim_folder(folder.path() / "u-kept");
  release_folder(folder.path() / "u-kept");
  folder.write("u-dead/.owner", "999999999 1\n");  // above any process id
  folder.write("u-dead/w1/sandbox/file", "x");
  folder.write("u-recycled/.owner", std::to_string(::getpid()) + " 1\n");  // our id, another start
  folder.write("other-dead/.owner", "999999999 1\n");

  remove_stale_folders(folder.path(), "u-");

  EXPECT_THAT(names(), ElementsAre("other-dead", "u-alive", "u-kept"));
}

TEST_F(RunFolders, AreInTheUsualPlaceWhereTheGivenOneIsGone) {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before != nullptr ? before : "";
  ::setenv("TMPDIR", (folder.path() / "of-a-server-that-ended").c_str(), 1);

  const RunFolder made;

  EXPECT_EQ(made.of_worker(0).parent_path().parent_path(), "/tmp");
  if (before != nullptr)
    ::setenv("TMPDIR", kept.c_str(), 1);
  else
    ::unsetenv("TMPDIR");
}

TEST(Places, HideManyPortsButLeadToNone) {
  Places places;
  places.add_server("http://127.0.0.1:40000", "[API]");
  for (int port = 40001; port < 40100; ++port) places.add_port("http://127.0.0.1:" + std::to_string(port), "[API]");
  places.add_port("", "[API]");  // of a client that never got one

  EXPECT_EQ(places.hide("http://127.0.0.1:40001/x and 127.0.0.1:40099, http%3A%2F%2F127.0.0.1%3A40002%2Fy"),
            "[API]/x and [API], [API]%2Fy");
  EXPECT_EQ(places.hide("127.0.0.1:400011 127.0.0.1:4000 127.0.0.1:50000"),
            "127.0.0.1:400011 127.0.0.1:4000 127.0.0.1:50000");
  EXPECT_EQ(places.reveal("[API]"), "http://127.0.0.1:40000");
}

}  // namespace
}  // namespace understudy
