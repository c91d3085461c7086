// `understudy replay` with the real client: what was recorded is said again when the platform is gone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "mock_server/mock_server.hpp"
#include "mock_server/recording.hpp"
#include "person.hpp"
#include "wait_until.hpp"

namespace understudy {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kProject = "abcdef1234567";

class Replay : public Person {
protected:
  using Words = std::vector<std::string>;
  static Words after(Words begin, const Words& command) {
    begin.emplace_back("--");
    begin.insert(begin.end(), command.begin(), command.end());
    return begin;
  }
  [[nodiscard]] int record(const Words& command) const { return run(after({"record", "--out", "demo.har"}, command)); }
  [[nodiscard]] int replay(const Words& command, Words options = {}) const {
    options.insert(options.begin(), {"replay", "demo.har"});
    return run(after(std::move(options), command));
  }
  [[nodiscard]] Recording recorded() const { return read_har(work() / "demo.har"); }
  void expect_the_same_again(const Words& command) {
    const int exit_code = record(command);
    const std::string printed = out();

    EXPECT_EQ(replay(command, {"--all-used", "--speed", "0"}), exit_code) << err();

    EXPECT_EQ(out(), printed) << err();
    EXPECT_THAT(err(), Not(HasSubstr("not in the recording")));
  }
};

TEST_F(Replay, AListIsPrintedAgain) {
  expect_the_same_again({"webpaas", "project:list", "--format=csv"});
  EXPECT_THAT(out(), HasSubstr(kProject));
}

TEST_F(Replay, ASensitiveVariableIsCreatedAgainWhateverItsValue) {
  const Words create{"webpaas",
                     "variable:create",
                     "env:DB_PASS",
                     "-p",
                     kProject,
                     "-l",
                     "environment",
                     "-e",
                     "main",
                     "--sensitive=true",
                     "--visible-runtime=true",
                     "--no-wait",
                     "--no-interaction"};
  Words with_value = create;
  with_value.insert(with_value.end(), {"--value", "hG7k-Tq2w-Zx91"});
  ASSERT_EQ(record(with_value), 0) << err();
  EXPECT_THAT(content_of(work() / "demo.har"), Not(HasSubstr("hG7k-Tq2w-Zx91")));
  Words other_value = create;
  other_value.insert(other_value.end(), {"--value", "Other-5ecret-92"});

  EXPECT_EQ(replay(other_value, {"--all-used"}), 0) << err();
}

TEST_F(Replay, ABackupIsWaitedForAgainWithItsLog) {
  expect_the_same_again({"webpaas", "backup:create", "-p", kProject, "-e", "main", "--yes"});
}

TEST_F(Replay, LogsThatWillTakeLongAreToldOfAtTheStart) {
  ASSERT_EQ(record({"webpaas", "backup:create", "-p", kProject, "-e", "main", "--yes"}), 0) << err();

  EXPECT_EQ(replay({"true"}), 0) << err();
  EXPECT_THAT(err(), HasSubstr("the logs in demo.har take 12m"));
  EXPECT_THAT(err(), HasSubstr("--speed 0 plays them at once"));
  EXPECT_EQ(replay({"true"}, {"--speed", "2"}), 0) << err();
  EXPECT_THAT(err(), HasSubstr("the logs in demo.har take 6m"));
  for (const char* const fast : {"0", "1000"}) {
    EXPECT_EQ(replay({"true"}, {"--speed", fast}), 0) << err();
    EXPECT_THAT(err(), Not(HasSubstr("the logs in")));
  }
}

TEST_F(Replay, WhatFailedFailsAgain) {
  expect_the_same_again({"webpaas", "environment:info", "-p", kProject, "-e", "no-such"});
}

TEST_F(Replay, AnotherCommandIsAMissWithTheNearestRequest) {
  ASSERT_EQ(record({"webpaas", "variable:list", "-p", kProject, "-e", "main", "--format=csv"}), 1) << "there are none";

  EXPECT_EQ(replay({"webpaas", "variable:get", "-p", kProject, "-e", "main", "NO_SUCH", "-l", "project"}), 1);

  EXPECT_THAT(
      err(), AllOf(HasSubstr("not in the recording"), HasSubstr("nearest demo.har:"), HasSubstr("/variables/NO_SUCH")));
}

TEST_F(Replay, WhatNobodyAskedForFailsOnDemand) {
  ASSERT_EQ(record({"webpaas", "project:list", "--format=csv"}), 0) << err();

  EXPECT_EQ(replay({"true"}), 0) << err();
  EXPECT_EQ(replay({"true"}, {"--all-used"}), 1);
  EXPECT_THAT(err(), AllOf(HasSubstr("nobody asked for"), HasSubstr("demo.har:")));
}

TEST_F(Replay, IsServedUntilASignalComes) {
  ASSERT_EQ(record({"webpaas", "project:list", "--format=csv"}), 0) << err();

  const pid_t server = start({"replay", "demo.har"});
  const auto serves = [&] { return err().find("Ctrl-C ends it") != std::string::npos; };
  ASSERT_TRUE(wait_until(root_.path(), serves));
  EXPECT_THAT(out(), AllOf(HasSubstr("export OVHCLOUD_WEBPAAS_CLI_API_URL=http://127.0.0.1:"),
                           HasSubstr("export OVHCLOUD_WEBPAAS_CLI_TOKEN=")));
  ::kill(server, SIGTERM);

  EXPECT_EQ(end_of(server), 0);
  EXPECT_THAT(err(), AllOf(HasSubstr("0 requests answered from demo.har"), HasSubstr("nobody asked for")));
  EXPECT_THAT(left_behind(), IsEmpty());
}

TEST_F(Replay, InModeOnceAFileThatIsNotThereIsRecorded) {
  const Words command{"webpaas", "project:list", "--format=csv"};

  ASSERT_EQ(replay(command, {"--mode", "once"}), 0) << err();
  const std::string printed = out();
  const std::string file = content_of(work() / "demo.har");
  EXPECT_THAT(err(), HasSubstr("recorded: "));
  EXPECT_EQ(replay(command, {"--mode", "once"}), 0) << err();

  EXPECT_EQ(out(), printed);
  EXPECT_EQ(content_of(work() / "demo.har"), file);
}

TEST_F(Replay, WhatAskedNothingIsNoRecording) {
  EXPECT_EQ(replay({"false"}, {"--mode", "once"}), 1);
  EXPECT_THAT(err(), HasSubstr("nothing was asked, so that demo.har is not written"));
  EXPECT_FALSE(std::filesystem::exists(work() / "demo.har"));

  ASSERT_EQ(replay({"webpaas", "project:list"}, {"--mode", "once"}), 0) << err();
  const std::string file = content_of(work() / "demo.har");
  EXPECT_EQ(replay({"false"}, {"--mode", "all"}), 1);
  EXPECT_THAT(err(), HasSubstr("nothing was asked, so that demo.har stays as it was"));
  EXPECT_EQ(content_of(work() / "demo.har"), file);
}

TEST_F(Replay, InModeNewWhatIsNotInTheFileIsAskedAndAddedWithoutSecrets) {
  const World world = World::load(SOURCE_DIR "/fixtures/worlds/demo.yaml", {{SOURCE_DIR "/fixtures/worlds"}});
  std::optional<MockServer> api{MockServerOptions{.world = world}};
  const std::string token = world.tokens().front().value;
  const Words list{"webpaas", "project:list", "--format=csv"};
  const Words environments{"webpaas", "environment:list", "-p", kProject, "--format=csv"};
  before_env_ = {"OVHCLOUD_WEBPAAS_CLI_TOKEN=" + token};
  const Words options{"--mode", "new", "--upstream", api->base_url()};
  const auto replay_new = [&](const Words& command) {
    Words words{"replay", "demo.har"};
    words.insert(words.end(), options.begin(), options.end());
    return run(after(words, command));
  };

  ASSERT_EQ(replay_new(list), 0) << err();
  const std::size_t of_list = recorded().exchanges.size();
  ASSERT_EQ(replay_new(environments), 0) << err();
  const std::string printed = out();
  EXPECT_GT(recorded().exchanges.size(), of_list);
  api.reset();

  EXPECT_EQ(replay(environments), 0) << err();
  EXPECT_EQ(out(), printed);
  EXPECT_EQ(replay(list), 0) << err();
  EXPECT_THAT(content_of(work() / "demo.har"), Not(HasSubstr(token)));
}

TEST_F(Replay, WhereCIIsSetNothingIsRecorded) {
  before_env_ = {"CI=true"};

  EXPECT_EQ(replay({"true"}, {"--mode", "once"}), 2);

  EXPECT_THAT(err(), AllOf(HasSubstr("CI is set, so that the mode is none, not once"), HasSubstr("demo.har")));
}

TEST_F(Replay, LooselyAWorldAnswersTheRest) {
  ASSERT_EQ(record({"webpaas", "project:list", "--format=csv"}), 0) << err();

  EXPECT_EQ(replay({"webpaas", "environment:list", "-p", kProject, "--format=csv"}, {"--loose"}), 0) << err();

  EXPECT_EQ(replay({"webpaas", "environment:list", "-p", kProject, "--format=csv"}), 1);
}

TEST_F(Replay, BadArgumentsAreExplained) {
  std::ofstream{work() / "demo.har"} << "{}";

  EXPECT_EQ(run({"replay", "demo.har"}), 2);
  EXPECT_THAT(err(), HasSubstr("demo.har:1:1"));
  EXPECT_EQ(run({"replay", "demo.har", "--match", "query: {ignor: [a]}"}), 2);
  EXPECT_THAT(err(), HasSubstr("did you mean \"ignore\"?"));
  EXPECT_EQ(run({"replay", "demo.har", "--mode", "new"}), 2);
  EXPECT_THAT(err(), HasSubstr("--upstream URL"));
  EXPECT_EQ(run({"replay", "demo.har", "--world", "demo"}), 2);
  EXPECT_THAT(err(), HasSubstr("--loose"));
  EXPECT_EQ(run({"replay", "demo.har", "--modus", "new"}), 2);
  EXPECT_THAT(err(), HasSubstr("did you mean \"--mode\"?"));
}

}  // namespace
}  // namespace understudy
