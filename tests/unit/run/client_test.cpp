// Profiles, and clients made ready. The client here is a script that unpacks two files where a real one would.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "harness/client_profile.hpp"
#include "temporary_folder.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

const ClientLibrary kShipped{{fs::path{SOURCE_DIR} / "fixtures/clients"}};

TEST(ClientProfiles, ThoseThatShipAreComplete) {
  const ClientProfile webpaas = kShipped.find("webpaas", {});
  EXPECT_EQ(webpaas.executable, "webpaas");
  EXPECT_EQ(webpaas.env_prefix, "OVHCLOUD_WEBPAAS_CLI_");
  EXPECT_EQ(webpaas.service_env_prefix, "PLATFORM_");
  EXPECT_EQ(webpaas.config["api"].value("organizations", false), false);
  for (const char* brand : {"upsun", "platform"}) {
    const ClientProfile profile = kShipped.find(brand, {});
    EXPECT_EQ(profile.executable, brand);
    EXPECT_TRUE(profile.config["api"]["organizations"].get<bool>());
    EXPECT_TRUE(profile.config["api"]["centralized_permissions"].get<bool>());
  }
}

TEST(ClientProfiles, SaysWhatThereIs) {
  EXPECT_THAT(
      [] {
        (void)kShipped.find("webpas", {"a.yaml", 3, 9});
      },
      ThrowsMessage<InputError>(R"(a.yaml:3:9: there is no client profile "webpas"; did you mean "webpaas"?)"));
  EXPECT_THAT(
      [] {
        (void)kShipped.find("heroku", {"a.yaml", 3, 9});
      },
      ThrowsMessage<InputError>(
          R"(a.yaml:3:9: there is no client profile "heroku"; there is platform, upsun, webpaas)"));
  EXPECT_THROW((void)kShipped.find("../clients/webpaas", {}), InputError);
}

constexpr const char* kGoodProfile = R"(name: mine
config:
  application: {executable: mine, env_prefix: MINE_}
  service: {env_prefix: PLATFORM_}
  api: {base_url: "http://x", auth_url: "http://x"}
)";

struct ProfileFile : testing::Test {
  std::string complaint(std::string text, const std::string& what, const std::string& with) const {
    text.replace(text.find(what), what.size(), with);
    const fs::path file = folder.write("mine.yaml", text);
    try {
      (void)load_client_profile(file);
      return "none";
    } catch (const InputError& error) {
      return std::string{error.what()}.substr(file.parent_path().string().size() + 1);
    }
  }
  TemporaryFolder folder;
};

TEST_F(ProfileFile, MustHaveWhatTheClientNeeds) {
  EXPECT_EQ(complaint(kGoodProfile, "mine", "mine"), "none");
  EXPECT_EQ(complaint(kGoodProfile, "name: mine", "name: other"),
            "mine.yaml:1:7: this file is found as \"mine\", and says \"other\"");
  EXPECT_EQ(complaint(kGoodProfile, "config:", "confg:"),
            "mine.yaml:2:1: unknown key \"confg\" in a client profile; did you mean \"config\"?");
  EXPECT_EQ(complaint(kGoodProfile, "env_prefix: MINE_", "slug: x"),
            "mine.yaml:3:16: config needs application.env_prefix");
  EXPECT_EQ(complaint(kGoodProfile, ", auth_url: \"http://x\"", ", oauth2_token_url: \"http://x\""),
            "mine.yaml:5:31: api.oauth2_token_url cannot be led to the fake; use api.auth_url");
}

TEST(Versions, AreComparedByNumbers) {
  EXPECT_LT(compare_versions("5.9", "5.11.1"), 0);
  EXPECT_GT(compare_versions("5.11.1", "5.11"), 0);
  EXPECT_EQ(compare_versions("5.0", "5"), 0);
  EXPECT_GE(compare_versions("5.11.1", ""), 0);
}

/// Counts in `log` how often it was asked to unpack.
struct WarmUp : testing::Test {
  WarmUp() {
    binary = folder.write("client",
                          R"(#!/bin/sh
case "$1" in
  --version) echo "Test CLI 5.11.1" ;;
  auth:info) mkdir -p "$P_TMP/sub" && echo php > "$P_TMP/sub/php" && cat "$CLI_CONFIG_FILE" > "$P_TMP/sub/config" &&
             echo unpacked >> ")" +
                              (folder.path() / "log").string() + "\" ;;\nesac\n",
                          true);
  }
  [[nodiscard]] WarmClient warm() const { return warm_up(profile, binary, cache); }
  [[nodiscard]] std::string log() const { return content_of(folder.path() / "log"); }

  TemporaryFolder folder;
  fs::path binary;
  fs::path cache = folder.path() / "cache";
  ClientProfile profile{
      .name = "test", .executable = "client", .env_prefix = "P_", .minimal_version = "5.0", .config = {{"a", 1}}};
};

TEST_F(WarmUp, UnpacksOnceAndSharesIt) {
  EXPECT_EQ(known_version(profile, binary, cache), "");

  const WarmClient first = warm();
  const WarmClient second = warm();

  EXPECT_EQ(log(), "unpacked\n");
  EXPECT_EQ(first.version, "5.11.1");
  EXPECT_EQ(second.unpacked, first.unpacked);
  EXPECT_EQ(content_of(first.unpacked / "sub/php"), "php\n");
  EXPECT_EQ(known_version(profile, binary, cache), "5.11.1");
}

TEST_F(WarmUp, AnotherConfigurationIsUnpackedElsewhere) {
  const WarmClient first = warm();
  profile.config["a"] = 2;

  EXPECT_NE(warm().unpacked, first.unpacked);
  EXPECT_EQ(content_of(first.unpacked / "sub/config"), R"({"a":1})");
}

TEST_F(WarmUp, MakesADamagedOneAnew) {
  fs::remove(warm().unpacked / "sub/php");
  EXPECT_EQ(known_version(profile, binary, cache), "");

  EXPECT_EQ(content_of(warm().unpacked / "sub/php"), "php\n");

  EXPECT_EQ(log(), "unpacked\nunpacked\n");
  EXPECT_EQ(std::distance(fs::directory_iterator{cache}, fs::directory_iterator{}), 1) << "drafts stay behind";
}

TEST_F(WarmUp, RefusesAnOldClient) {
  profile.minimal_version = "6";

  EXPECT_THAT([&] { (void)warm(); }, ThrowsMessage<std::runtime_error>(
                                         HasSubstr("is version 5.11.1, and the client profile \"test\" needs 6")));
}

TEST_F(WarmUp, SaysWhyAClientDoesNotWork) {
  binary = folder.write("broken", "#!/bin/sh\necho 'no config' >&2\nexit 3\n", true);

  EXPECT_THAT([&] { (void)warm(); },
              ThrowsMessage<std::runtime_error>(HasSubstr("--version exited with 3\nno config")));
  EXPECT_TRUE(fs::is_empty(cache));
}

TEST(ClientBinary, AMissingOneIsAnErrorWithItsCure) {
  const TemporaryFolder folder;
  const char* const before = std::getenv("UNDERSTUDY_CLIENT");
  const std::string saved = before == nullptr ? "" : before;
  ::setenv("UNDERSTUDY_CLIENT", "/no/such/client", 1);
  EXPECT_THAT(
      [&] { (void)find_client_binary({.binary = "bin/x"}, folder.path()); },
      ThrowsMessage<std::runtime_error>("UNDERSTUDY_CLIENT=/no/such/client is no program; correct or unset it"));
  ::unsetenv("UNDERSTUDY_CLIENT");
  EXPECT_THAT([&] { (void)find_client_binary({.binary = "bin/x"}, folder.path()); },
              ThrowsMessage<std::runtime_error>(HasSubstr("./dev setup")));
  const fs::path program = folder.write("bin/x", "", true);
  EXPECT_EQ(find_client_binary({.binary = "bin/x"}, folder.path()), program);
  if (!saved.empty()) ::setenv("UNDERSTUDY_CLIENT", saved.c_str(), 1);
}

}  // namespace
}  // namespace understudy
