// `understudy exec` with the real client: what goes in and out, how it ends, and that nothing stays.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <sstream>

#include "person.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Exec : public Person {
protected:
  /// On a terminal of its own: all that appeared, and the exit code. `answer` is typed when `prompt` has appeared.
  struct Shown {
    std::string screen;
    int exit_code = -1;
  };
  [[nodiscard]] Shown run_on_terminal(std::vector<std::string> words, const std::string& prompt,
                                      const std::string& answer) const {
    words.insert(words.begin(), UNDERSTUDY_PROGRAM);
    std::vector<std::string> variables = env();
    variables.emplace_back("TERM=xterm");
    variables.emplace_back("SHELL=/bin/sh");
    const std::vector<char*> argv = pointers(words);
    const std::vector<char*> envp = pointers(variables);
    int master = -1;
    const pid_t pid = ::forkpty(&master, nullptr, nullptr, nullptr);
    if (pid == 0) {
      ::execve(UNDERSTUDY_PROGRAM, argv.data(), envp.data());
      ::_exit(99);
    }
    Shown shown;
    bool answered = false;
    std::array<char, 4096> chunk{};
    for (ssize_t count = 0; (count = ::read(master, chunk.data(), chunk.size())) > 0;) {  // EIO at the end
      shown.screen.append(chunk.data(), static_cast<std::size_t>(count));
      if (answered || shown.screen.find(prompt) == std::string::npos) continue;
      answered = ::write(master, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
    }
    shown.exit_code = end_of(pid);
    ::close(master);
    return shown;
  }
};

TEST_F(Exec, RunsTheRealClientInTheDemoWorld) {
  EXPECT_EQ(run({"exec", "webpaas", "projects", "--format=csv", "--no-header"}), 0) << err();

  EXPECT_THAT(out(), HasSubstr("abcdef1234567,Demo,"));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Exec, IsWhoeverTheTokenSays) {
  EXPECT_EQ(run({"exec", "--token", "viewer-bot", "--", "webpaas", "auth:info", "username"}), 0) << err();
  EXPECT_EQ(out(), "viewer-bot\n");

  EXPECT_EQ(run({"exec", "--token=none", "env"}), 0) << err();
  EXPECT_THAT(out(), Not(HasSubstr("_CLI_TOKEN=")));
}

TEST_F(Exec, TakesAnotherBrandAndAWorldOfYourOwn) {
  root_.write("work/my.yaml", "extends: demo\nprojects: {abcdef1234567: {title: My own}}\n");

  EXPECT_EQ(
      run({"exec", "--client", "upsun", "--world", "my.yaml", "upsun", "project:info", "-p", "abcdef1234567", "title"}),
      0)
      << err();
  EXPECT_EQ(out(), "My own\n");
}

TEST_F(Exec, WaitsTakePlatformTimeOnly) {
  EXPECT_EQ(run({"exec", "--journal", "webpaas", "backup:create", "-p", "abcdef1234567", "-e", "main", "--yes"}), 0);

  EXPECT_THAT(err(), AllOf(HasSubstr("POST /api/projects/abcdef1234567/environments/main/backup"), HasSubstr("+12m2s"),
                           HasSubstr("waited for activity "), HasSubstr("(environment.backup) for 12m2s")));
}

struct Ending {
  std::string name;
  std::vector<std::string> words;
  int exit_code;
  std::string complaint;
};
class Endings : public Exec, public testing::WithParamInterface<Ending> {};

TEST_P(Endings, AreTold) {
  EXPECT_EQ(run(GetParam().words), GetParam().exit_code);
  EXPECT_THAT(err(), HasSubstr(GetParam().complaint));
  EXPECT_THAT(left_behind(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Endings,
    testing::Values(
        Ending{"Own", {"exec", "sh", "-c", "exit 7"}, 7, ""},
        Ending{"Signal", {"exec", "sh", "-c", "kill -9 $$"}, 137, ""},
        Ending{"ClientsOwn", {"exec", "webpaas", "no-such-command"}, 1, "no-such-command"},
        Ending{"NoCommand", {"exec", "no-such"}, 127, "there is no command \"no-such\""},
        Ending{"NoProgram", {"exec", "/etc/passwd"}, 126, "cannot run /etc/passwd: it is no program"},
        Ending{"World", {"exec", "--world", "dmo", "true"}, 2, "there is no world \"dmo\"; did you mean \"demo\"?"},
        Ending{"File", {"exec", "--world", "dmo.yaml", "true"}, 2, "there is no file dmo.yaml"},
        Ending{"Token", {"exec", "--token", "alise", "true"}, 2, "no token \"alise\"; did you mean \"alice\"?"},
        Ending{"Client", {"exec", "--client", "upsum", "true"}, 2, "upsum"},
        Ending{"Option", {"exec", "--wrold", "demo", "true"}, 2, "\"--wrold\"; did you mean \"--world\"?"},
        Ending{"Journal", {"exec", "--journal=/etc", "true"}, 2, "it is a folder"}),
    [](const auto& row) { return row.param.name; });

TEST_F(Exec, PassesWordsOnAsTheyAre) {
  EXPECT_EQ(run({"exec", "printf", "%s|", "[a,b]", "run", "--list", "--json", "--", "", "=x"}), 0) << err();

  EXPECT_EQ(out(), "[a,b]|run|--list|--json|--||=x|");
}

TEST_F(Exec, PassesStreamsThrough) {
  EXPECT_EQ(run({"exec", "sh", "-c", "cat; echo said >&2"}, "from a pipe\n"), 0);

  EXPECT_EQ(out(), "from a pipe\n");
  EXPECT_EQ(err(), "said\n");
}

TEST_F(Exec, WithoutACommandIsAShellThatReadsItsInput) {
  EXPECT_EQ(run({"exec"}, "webpaas auth:info username\nexit 5\n"), 5) << err();

  EXPECT_EQ(out(), "alice\n");
}

TEST_F(Exec, GivesAFreshHomeInYourFolderAndNothingOfYourEnvironment) {
  EXPECT_EQ(run({"exec", "sh", "-c", "pwd; ls -A \"$HOME\"; env"}), 0) << err();

  EXPECT_THAT(out(), testing::StartsWith(work().string() + "\n"));
  EXPECT_THAT(out(), AllOf(HasSubstr("\nHOME=" + (root_.path() / "tmp").string()), HasSubstr(":/usr/bin:/bin\n"),
                           HasSubstr("https_proxy=http://127.0.0.1:"), Not(HasSubstr("ambient"))));
}

TEST_F(Exec, ATerminalStaysOne) {
  const Shown shown = run_on_terminal(
      {"exec", "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && read -p name? line && echo \"it is $line\"; exit 4"},
      "name?", "lewis\n");

  EXPECT_THAT(shown.screen, HasSubstr("it is lewis"));
  EXPECT_EQ(shown.exit_code, 4);
}

TEST_F(Exec, AShellOnATerminalSaysWhatItIsAndTheClientAsks) {
  const Shown shown = run_on_terminal({"exec"}, "exit ends both", "webpaas auth:info username; tty; exit 6\n");

  EXPECT_THAT(shown.screen, AllOf(HasSubstr("the fake of \"demo\" at http://127.0.0.1:"), HasSubstr("alice"),
                                  HasSubstr("/dev/pts/")));
  EXPECT_EQ(shown.exit_code, 6);
}

TEST_F(Exec, ControlCReachesTheCommandOnce) {
  const Shown shown = run_on_terminal(
      {"exec", "sh", "-c", "trap 'count=x$count' INT; echo ready; read line; read line; echo \"got $count.\"; exit 3"},
      "ready", "\x03\nnext\n");

  EXPECT_THAT(shown.screen, HasSubstr("got x."));
  EXPECT_EQ(shown.exit_code, 3);
}

TEST_F(Exec, EndsACommandThatWouldWaitForEver) {
  root_.write("work/stuck.yaml", "extends: demo\nactivity_types: {backup: {stays: pending}}\n");

  EXPECT_EQ(
      run({"exec", "--world", "stuck.yaml", "webpaas", "backup:create", "-p", "abcdef1234567", "-e", "main", "--yes"}),
      124);
  EXPECT_THAT(err(), HasSubstr("understudy: the command was ended: it waits for ever for the activity "));
}

class Signals : public Exec, public testing::WithParamInterface<int> {};

TEST_P(Signals, ArePassedOn) {
  const pid_t pid = start({"exec", "sh", "-c", "echo ready > " + fifo_.path() + "; exec sleep 1000"});
  ASSERT_TRUE(fifo_.wait_for("ready"));
  ::kill(pid, GetParam());

  EXPECT_EQ(end_of(pid), 128 + GetParam());
  EXPECT_THAT(left_behind(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, Signals, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST_F(Exec, EndsWhatTheCommandLeavesBehind) {
  EXPECT_EQ(run({"exec", "sh", "-c", "setsid sleep 1000 & echo $!"}), 0);

  const pid_t orphan = std::stoi(out());
  EXPECT_EQ(::kill(orphan, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST_F(Exec, JournalFileHasEveryRequestAndNoSecret) {
  ASSERT_EQ(run({"exec", "sh", "-c", "echo $OVHCLOUD_WEBPAAS_CLI_TOKEN"}), 0);
  const std::string token = out().substr(0, out().find('\n'));
  ASSERT_THAT(token, Not(IsEmpty()));

  ASSERT_EQ(run({"exec", "--journal=" + (root_.path() / "journal").string(), "webpaas", "projects"}), 0) << err();
  const std::string journal = content_of(root_.path() / "journal");
  EXPECT_THAT(journal, AllOf(HasSubstr("[secret API token alice #"), HasSubstr("[secret access token 1 #")));
  EXPECT_THAT(journal, Not(HasSubstr(token)));
  std::istringstream lines{journal};
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  EXPECT_EQ(json::parse(line).at("target"), "/oauth2/token");
  EXPECT_EQ(json::parse(line).at("status"), 200);
}

TEST_F(Exec, JournalCoversASecretInAUrl) {
  ASSERT_EQ(run({"exec", "--journal", "sh", "-c", "webpaas api:curl \"/x/$OVHCLOUD_WEBPAAS_CLI_TOKEN\" || exit 3"}), 3);

  EXPECT_THAT(err(), HasSubstr("/x/[secret API token alice #"));
}

TEST_F(Exec, JournalNamesForeignHosts) {
  EXPECT_NE(
      run({"exec", "--journal", "env", "OVHCLOUD_WEBPAAS_CLI_AUTH_URL=http://example.org", "webpaas", "projects"}), 0);

  EXPECT_THAT(err(), HasSubstr("foreign host contacted: POST example.org"));
}

TEST_F(Exec, KeepsTheSandboxIfAsked) {
  ASSERT_EQ(run({"exec", "--keep", "sh", "-c", "echo mine > ~/file"}), 0);

  ASSERT_THAT(err(), HasSubstr("understudy: kept "));
  const fs::path kept = err().substr(err().find("/"), err().find('\n') - err().find("/"));
  EXPECT_EQ(content_of(kept / "home/file"), "mine\n");
  EXPECT_THAT(content_of(kept / "env"), AllOf(HasSubstr("export HOME="), Not(HasSubstr("CLI_TOKEN=Z"))));
  EXPECT_THAT(left_behind(), SizeIs(1));
}

}  // namespace
}  // namespace understudy
