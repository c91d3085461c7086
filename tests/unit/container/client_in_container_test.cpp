#include <signal.h>

#include <cstdlib>

#include "container/workshop.hpp"
#include "container_fixture.hpp"
#include "mock_server/document.hpp"

namespace understudy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class ClientInContainer : public ContainerTest {
protected:
  void SetUp() override {
    ContainerTest::SetUp();
    give_client("echo \"$@ at $WEBPAAS_API_URL $WEBPAAS_AUTH_URL as $WEBPAAS_TOKEN\"\n");
  }
};
INSTANTIATE_TEST_SUITE_P(With, ClientInContainer, testing::Values(Isolation::kNamespaces, Isolation::kNone), name_of);

TEST_P(ClientInContainer, GetsAnAddressOfItsOwnAndTheTokenOfTheContainer) {
  const JobEnd end =
      run(Job{.command = "webpaas project:list; webpaas me 'two words'", .env = {{"WEBPAAS_TOKEN", "t0"}}});

  EXPECT_EQ(end.output,
            "project:list at http://127.0.0.1:1001 http://127.0.0.1:1001 as t0\n"
            "me two words at http://127.0.0.1:1002 http://127.0.0.1:1002 as t0\n");
  EXPECT_THAT(platform.wait_for_commands(2),
              ElementsAre(ElementsAre("webpaas", "project:list"), ElementsAre("webpaas", "me", "two words")));
}

TEST_P(ClientInContainer, HasItsConfigurationAndAHomeThatCanBeWritten) {
  give_client("cat \"$CLI_CONFIG_FILE\"; echo x >\"$WEBPAAS_HOME/file\" && echo written; echo $EXTRA");
  settings.client_env["EXTRA"] = "more";

  EXPECT_EQ(run("webpaas").output, R"({"application":{"executable":"webpaas"}})"
                                   "written\nmore\n");
}

TEST_P(ClientInContainer, TellsThePlatformHowItEndedBeforeTheJobGoesOn) {
  give_client("test \"$1\" = die && kill -KILL $$; exit 5");

  const JobEnd end = run("webpaas; echo $?; webpaas die; echo $?; sleep 1");

  EXPECT_THAT(end.output, testing::StartsWith("5\n"));
  EXPECT_THAT(end.output, HasSubstr("137\n"));
  const auto ended = platform.clients_ended();
  ASSERT_THAT(ended, SizeIs(2));
  EXPECT_EQ(ended[0].exit_code, 5);
  EXPECT_EQ(ended[1].exit_code, 128 + SIGKILL);
}

TEST_P(ClientInContainer, GetsTheSignalsThatAreMeantForIt) {
  give_client("trap 'echo got it; exit 9' TERM; echo ready >${TMPDIR:-/tmp}/pipe; while :; do :; done");

  const JobEnd end =
      run("mkfifo ${TMPDIR:-/tmp}/pipe; webpaas & read line <${TMPDIR:-/tmp}/pipe; kill $!; wait $!; echo $?");

  EXPECT_EQ(end.output, "got it\n9\n");
}

TEST_P(ClientInContainer, IsNotThereUnlessItIsInstalled) {
  settings.client_on_path = false;

  const JobEnd end = run("webpaas backup:create");

  EXPECT_EQ(end.exit_code, 127);
  EXPECT_THAT(end.output, HasSubstr("webpaas: not found"));
  EXPECT_THAT(runner().stood_in_for(), IsEmpty());
}

TEST_P(ClientInContainer, IsCuredOfWaiting) {
  settings.add_no_wait = {"backup:*", "redeploy"};

  run("webpaas backup:create --wait -p x; webpaas redeploy -- a; webpaas branch --wait");

  EXPECT_THAT(platform.wait_for_commands(3),
              ElementsAre(ElementsAre("webpaas", "backup:create", "-p", "x", "--no-wait"),
                          ElementsAre("webpaas", "redeploy", "--no-wait", "--", "a"),
                          ElementsAre("webpaas", "branch", "--wait")));
}

TEST(Cure, LeavesOptionsBeforeTheCommandAlone) {
  EXPECT_THAT(without_waiting({"webpaas", "-y", "backup:create", "--no-wait"}, {"backup:create"}),
              ElementsAre("webpaas", "-y", "backup:create", "--no-wait"));
  EXPECT_THAT(without_waiting({"webpaas", "--version"}, {"*"}), ElementsAre("webpaas", "--version"));
}

class Installer : public ClientInContainer {
protected:
  void SetUp() override {
    ClientInContainer::SetUp();
    settings.client_on_path = false;
    app_.write(".environment", "export PATH=\"$PATH:$PLATFORM_APP_DIR/.platformsh/bin\"\n");
  }
  JobEnd build_and_deploy(const std::string& command) {
    const JobEnd end = build(command);
    runner().deployed("abcdef1234567", "main", "app");
    return end;
  }
};
INSTANTIATE_TEST_SUITE_P(With, Installer, testing::Values(Isolation::kNamespaces, Isolation::kNone), name_of);

TEST_P(Installer, IsPipedIntoPhp) {
  const JobEnd end = build_and_deploy("curl -sS https://platform.sh/cli/installer | php");

  EXPECT_THAT(end.output, HasSubstr("was installed in"));
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_THAT(run("webpaas me").output, HasSubstr("me at http://127.0.0.1:1001"));
  EXPECT_THAT(platform.spent(), IsEmpty());
}

TEST_P(Installer, IsPipedIntoBash) {
  build_and_deploy("curl -fsSL https://raw.githubusercontent.com/platformsh/cli/main/installer.sh | bash");

  EXPECT_THAT(run("webpaas me").output, HasSubstr("me at http://127.0.0.1:1001"));
}

TEST_P(Installer, IsDownloadedFirst) {
  build_and_deploy("curl -sSo setup https://cli.webpaas.ovhcloud.com/installer && php setup && rm setup");

  EXPECT_THAT(run("webpaas me; ls setup").output, HasSubstr("me at http://127.0.0.1:1001"));
}

TEST_P(Installer, DoesNothingWithoutADeployment) {
  build("curl -sS https://platform.sh/cli/installer | php");

  EXPECT_EQ(run("webpaas me").exit_code, 127);
}

TEST_P(Installer, IsNotThereForOtherAddresses) {
  const JobEnd end = build("curl -sS http://127.0.0.1:1/installer; echo $?");

  EXPECT_THAT(end.output, HasSubstr("7\n"));  // nobody listens
}

TEST_P(Installer, ABuildThatFailsChangesNothing) {
  build_and_deploy("curl -sS https://platform.sh/cli/installer | php; false");

  EXPECT_EQ(run("webpaas me").exit_code, 127);
}

TEST_P(Installer, WhatIsBuiltIsWhatRuns) {
  const JobEnd end = build_and_deploy(
      "echo made >made && echo x >$PLATFORM_CACHE_DIR/kept && test \"$PLATFORM_OUTPUT_DIR\" = \"$PWD\" && echo fine");

  EXPECT_EQ(end.output, "fine\n");
  EXPECT_EQ(run("cat made; touch more").output.substr(0, 5), "made\n");
  EXPECT_EQ(build("cat $PLATFORM_CACHE_DIR/kept; ls made 2>/dev/null").output, "x\n");
}

TEST_P(Installer, TheRealClientWorksInAContainer) {
  const char* const binary = std::getenv("UNDERSTUDY_CLIENT");
  // A checkout that is built by hand has no client; `./dev test` and CI name one.
  if (binary == nullptr) GTEST_SKIP() << "UNDERSTUDY_CLIENT does not say where it is";
  settings.client_on_path = true;
  const auto profile = load_documents(std::filesystem::path{SOURCE_DIR} / "fixtures/clients/webpaas.yaml");
  settings.client.profile.config = profile.at(0).find("config")->to_json();
  settings.client.profile.env_prefix = "OVHCLOUD_WEBPAAS_CLI_";
  settings.client.binary = binary;
  settings.client.unpacked = folder_.path() / "unpacked";

  const JobEnd end = run("webpaas --version && webpaas auth:info --help");

  EXPECT_THAT(end.output, HasSubstr("Web PaaS"));
  EXPECT_EQ(end.exit_code, 0) << end.output;
  EXPECT_THAT(platform.wait_for_commands(2), SizeIs(2));
}

}  // namespace
}  // namespace understudy
