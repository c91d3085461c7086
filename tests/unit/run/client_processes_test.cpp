// What the real client gives to the programs that it starts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "harness/client_profile.hpp"
#include "harness/process.hpp"
#include "mock_server/mock_server.hpp"
#include "run/environment.hpp"
#include "run/refusing_proxy.hpp"
#include "run/sandbox.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

/// "Bearer ..." as the last request had it.
std::string last_authorization(const std::vector<Exchange>& exchanges) {
  const std::string* const header =
      exchanges.empty() ? nullptr : find_header(exchanges.back().request_headers, "Authorization");
  return header == nullptr ? "no header" : *header;
}

TEST(RealClient, ShowsItsAccessTokenInTheArgumentsOfCurl) {
  const char* const binary = std::getenv("UNDERSTUDY_CLIENT");
  // A checkout that is built by hand has no client; `./dev test` and CI name one.
  if (binary == nullptr) GTEST_SKIP() << "UNDERSTUDY_CLIENT does not say where it is";
  const TemporaryFolder folder;
  const ClientLibrary library{{fs::path{SOURCE_DIR} / "fixtures/clients"}};
  const WarmClient client = warm_up(library.find("webpaas", {}), binary, folder.path() / "cache");
  const World world =
      World::load(fs::path{SOURCE_DIR} / "fixtures/worlds/demo.yaml", {{fs::path{SOURCE_DIR} / "fixtures/worlds"}});
  MockServer server{{.world = world}};
  const RefusingProxy proxy;
  const Sandbox sandbox{folder.path()};
  sandbox.link_tool("curl");
  std::ofstream{config_file(sandbox, client.profile)} << client.profile.config.dump();
  const std::string token = world.tokens().front().value;

  const Finished done = run_command({.argv = {client.binary.string(), "api:curl", "/users/me"},
                                     .env = client_env({.sandbox = sandbox,
                                                        .client = client,
                                                        .api_url = server.base_url(),
                                                        .proxy_url = proxy.url(),
                                                        .token = token}),
                                     .working_directory = sandbox.work()});

  const auto* const exited = std::get_if<Exited>(&done.outcome);
  ASSERT_TRUE(exited != nullptr && exited->code == 0) << describe(done.outcome) << done.stderr_text;
  if (done.why_processes_unseen.find("/proc was looked at") != std::string::npos) {
    GTEST_SKIP() << done.why_processes_unseen;
  }
  EXPECT_EQ(done.why_processes_unseen, "");
  const std::string bearer = last_authorization(server.journal().entries());
  ASSERT_THAT(bearer, testing::StartsWith("Bearer "));
  const auto is_curl = Field(&SeenProcess::program, testing::EndsWith("/curl"));
  EXPECT_THAT(done.processes,
              Contains(testing::AllOf(is_curl, Field(&SeenProcess::argv, Contains(HasSubstr(bearer.substr(7)))))));
  EXPECT_EQ(done.processes.front().program, client.binary.string());
  EXPECT_THAT(done.processes.front().env, Contains(HasSubstr(token)));
  EXPECT_THAT(done.processes.front().argv, Not(Contains(HasSubstr(token))));
}

}  // namespace
}  // namespace understudy
