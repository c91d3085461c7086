#include "hunt/hunt.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

namespace understudy {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kToken = "q7Rk2LmVx9TzPbWn4HsYc6JdFg8AeUtNo3KiXy5ZrB1";

/// Takes from root, if we are, what lets it read files whatever their modes are.
class AsAnybody {
public:
  AsAnybody() {
    ::syscall(SYS_capget, &header_, before_.data());
    auto now = before_;
    now[0].effective &= ~(1U << CAP_DAC_OVERRIDE | 1U << CAP_DAC_READ_SEARCH);
    EXPECT_EQ(::syscall(SYS_capset, &header_, now.data()), 0);
  }
  AsAnybody(const AsAnybody&) = delete;
  AsAnybody& operator=(const AsAnybody&) = delete;
  ~AsAnybody() { ::syscall(SYS_capset, &header_, before_.data()); }

private:
  __user_cap_header_struct header_{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> before_{};
};

/// A sandbox as scenarios have it.
class HuntTest : public ::testing::Test {
protected:
  HuntTest() {
    for (const char* folder : {"home", "work"}) fs::create_directory(root_ / folder);
  }
  ~HuntTest() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text, fs::perms mode = fs::perms{0600},
             fs::perms folder_mode = fs::perms{0700}) const {
    const fs::path file = root_ / path;
    fs::create_directories(file.parent_path());
    std::ofstream{file} << text;
    fs::permissions(file, mode);
    fs::permissions(file.parent_path(), folder_mode);
  }

  std::vector<std::string> look(const StepTraces& traces = {}) {
    std::vector<std::string> places;
    for (const Exposure& exposure : hunt_.look(traces, hunter_)) {
      places.push_back(exposure.place + (exposure.may_be.empty() ? "" : " (allowed)"));
      EXPECT_THAT(exposure.context, Not(HasSubstr(kToken.substr(0, 12))));
    }
    return places;
  }

  static fs::path new_folder() {
    std::string pattern = (fs::temp_directory_path() / "hunt-XXXXXX").string();  // as mkdtemp wants it
    return ::mkdtemp(pattern.data());
  }

  fs::path root_ = new_folder();
  SecretHunter hunter_{{{"access token 1", kToken, SecretKind::kAccessToken}}};
  Hunt hunt_{{.sandbox = root_, .home = root_ / "home", .work = root_ / "work", .unpacked = root_ / "client"}};
};

TEST_F(HuntTest, NamesFilesByWhereTheyAre) {
  write("home/a", kToken);
  write("work/b", kToken);
  write("tmp/c", kToken);
  EXPECT_THAT(look(), testing::UnorderedElementsAre("file ~/a", "file b", "file SANDBOX/tmp/c"));
}

TEST_F(HuntTest, TheSessionFileHasToBePrivate) {
  const std::string session = "home/.cli/.session/sess-1/sess-1.json";
  write(session, kToken);
  EXPECT_THAT(look(), ElementsAre("file ~/.cli/.session/sess-1/sess-1.json (allowed)"));
  write(session, kToken + " ", fs::perms{0640});
  EXPECT_THAT(look(), ElementsAre("file ~/.cli/.session/sess-1/sess-1.json"));
  write(session, kToken, fs::perms{0600}, fs::perms{0755});
  EXPECT_THAT(look(), ElementsAre("file ~/.cli/.session/sess-1/sess-1.json"));
}

TEST_F(HuntTest, LooksAgainWhenAFileOrTheSecretsChange) {
  write("home/a", "nothing");
  EXPECT_THAT(look(), IsEmpty());
  write("home/a", kToken);
  EXPECT_THAT(look(), SizeIs(1));
  const SecretHunter more{
      {{"access token 1", kToken, SecretKind::kAccessToken}, {"word", "n0thing-much", SecretKind::kOther}}};
  write("home/b", "n0thing-much");
  (void)look();
  EXPECT_THAT(hunt_.look({}, more), SizeIs(2));
}

TEST_F(HuntTest, LooksIntoNamesAndLinks) {
  write("work/" + kToken, "");
  fs::create_symlink("/nowhere/" + kToken, root_ / "work/link");
  EXPECT_THAT(look(),
              testing::UnorderedElementsAre(testing::StartsWith("name of file [secret access token 1"), "link link"));
}

TEST_F(HuntTest, ASecretWithSlashesIsFoundAsAPath) {
  const SecretHunter slashes{{{"KEY", "wJa/Ur5/XnF/EMI/K7M/DEN/GbP", SecretKind::kOther}}};
  write("work/by-key/wJa/Ur5/XnF/EMI/K7M/DEN/GbP/notes", "");
  std::vector<std::string> whole;
  for (const Exposure& exposure : hunt_.look({}, slashes)) {
    if (exposure.shape == "as it is") whole.push_back(exposure.place);
  }
  EXPECT_THAT(whole, ElementsAre(testing::MatchesRegex(R"(name of file by-key/\[secret KEY #[0-9a-f]{8}\])")));
}

TEST_F(HuntTest, LooksIntoAttributesAndTheirNames) {
  write("work/notes", "");
  const std::string name = "user." + kToken;
  const int result = ::setxattr((root_ / "work/notes").c_str(), name.c_str(), kToken.data(), kToken.size(), 0);
  if (result != 0) GTEST_SKIP() << "the file system of " << root_ << " keeps no attributes";

  std::vector<std::string> places;
  for (const Exposure& exposure : hunt_.look({}, hunter_)) places.push_back(exposure.place);

  EXPECT_THAT(places, testing::UnorderedElementsAre("name of attribute of file notes",
                                                    testing::MatchesRegex(R"(attribute user\.\[.*\] of file notes)")));
}

TEST_F(HuntTest, HolesOfLargeFilesAreNotRead) {
  constexpr off_t kTerabyte = off_t{1} << 40;
  const fs::path file = root_ / "work/sparse";
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::ftruncate(descriptor, kTerabyte), 0);
  ASSERT_EQ(::pwrite(descriptor, kToken.data(), kToken.size(), kTerabyte / 2), static_cast<ssize_t>(kToken.size()));
  ::close(descriptor);
  EXPECT_THAT(look(), ElementsAre("file sparse"));
}

TEST_F(HuntTest, FoldersMayBeDeeperThanPathsAreLong) {
  constexpr int kLevels = 30;
  const std::string name(200, 'n');
  int folder = ::open((root_ / "work").c_str(), O_PATH | O_CLOEXEC);
  for (int i = 0; i < kLevels; ++i) {
    ASSERT_EQ(::mkdirat(folder, name.c_str(), 0700), 0);
    const int inner = ::openat(folder, name.c_str(), O_PATH | O_CLOEXEC);
    ::close(folder);
    folder = inner;
  }
  const int file = ::openat(folder, "leak", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_EQ(::write(file, kToken.data(), kToken.size()), static_cast<ssize_t>(kToken.size()));
  ::close(file);
  ASSERT_EQ(::symlinkat(("to/" + kToken).c_str(), folder, "link"), 0);
  ::close(folder);
  EXPECT_THAT(look(), testing::UnorderedElementsAre(testing::EndsWith("/leak"), testing::EndsWith("/link")));
}

TEST_F(HuntTest, WhatCannotBeReadIsToldOf) {
  write("work/closed", kToken, fs::perms::none);
  write("work/closed-folder/a", kToken, fs::perms{0600}, fs::perms::none);
  std::vector<std::string> told;
  {
    const AsAnybody modes_count;
    for (const Exposure& exposure : hunt_.look({}, hunter_)) told.push_back(exposure.what());
  }
  fs::permissions(root_ / "work/closed-folder", fs::perms::owner_all);
  EXPECT_THAT(told, testing::UnorderedElementsAre(
                        "any secret (it was not looked into: Permission denied) in file closed",
                        "any secret (it was not looked into: Permission denied) in file closed-folder"));
}

TEST_F(HuntTest, CopiesOfTheClientAreNotRead) {
  std::string large(300 << 10, 'x');
  large += kToken;  // as if it were in there
  write("client/cli.phar", large);
  write("tmp/cli.phar", large);
  write("tmp/other.phar", large + "!");
  const auto places = look();
  EXPECT_THAT(places, testing::Contains("file SANDBOX/tmp/other.phar"));
  EXPECT_THAT(places, Not(testing::Contains("file SANDBOX/tmp/cli.phar")));
}

TEST_F(HuntTest, WhatTheScenarioHandsOverMayBeThere) {
  const SeenProcess given{
      .pid = 1, .parent = 0, .program = "/bin/cli", .argv = {"cli", "--value=" + kToken}, .env = {"T=" + kToken}};
  EXPECT_THAT(look({.processes = {given}}), ElementsAre("argument of cli", "environment variable T of cli"));
  EXPECT_THAT(look({.processes = {given}, .given_arguments = {"--value=" + kToken}, .given_environment = {kToken}}),
              ElementsAre("argument of cli (allowed)", "environment variable T of cli (allowed)"));
}

TEST_F(HuntTest, WhatTheClientMakesOfWhatItIsGivenIsItsOwnDoing) {
  const std::string reversed{kToken.rbegin(), kToken.rend()};
  const SeenProcess child{.pid = 2, .parent = 1, .program = "/bin/child", .argv = {"child", reversed}, .env = {}};
  EXPECT_THAT(look({.processes = {child}, .given_arguments = {kToken}}), ElementsAre("argument of child"));
}

TEST_F(HuntTest, OnlyTheSecretsThatAFileWasGivenWithMayBeInIt) {
  write("work/a.txt", "x " + kToken, fs::perms{0644});
  EXPECT_THAT(look({.given_files = {{"file a.txt", "x " + kToken}}}), ElementsAre("file a.txt (allowed)"));
  EXPECT_THAT(look({.given_files = {{"file a.txt", "x"}}}), ElementsAre("file a.txt"));
}

TEST_F(HuntTest, BearersAreForThePlatformOnly) {
  Exchange exchange{.number = 3, .method = "GET", .path = "/users/me"};
  exchange.request_headers = {{"Authorization", "Bearer " + kToken}, {"X-Other", kToken}};
  const ForeignRequest foreign{"GET", "http://example.org/x?y", "Host: example.org\r\nAuthorization: Bearer " + kToken,
                               ""};
  EXPECT_THAT(look({.exchanges = {exchange}, .foreign = {foreign}}),
              ElementsAre("header Authorization of GET /users/me (allowed)", "header X-Other of GET /users/me",
                          "header Authorization of GET http://example.org/x"));
}

TEST_F(HuntTest, LooksIntoNamesOfHeadersAndTellsOfBodiesThatWereCut) {
  Exchange exchange{.number = 3, .method = "GET", .path = "/users/me"};
  exchange.request_headers = {{"X-" + kToken, "1"}};
  ForeignRequest foreign{"POST", "http://example.org/x", "Host: example.org", "a"};
  foreign.is_cut = true;
  EXPECT_THAT(look({.exchanges = {exchange}, .foreign = {foreign}}),
              ElementsAre("name of header of GET /users/me", "body of POST http://example.org/x"));
}

TEST_F(HuntTest, WhatThePlatformMayHaveNoOtherHostMay) {
  const SecretHunter hunter{{{"API token ci", "cN8vR4tYq2WmZx7Lp5Ks", SecretKind::kApiToken},
                             {"access token 1", kToken, SecretKind::kAccessToken},
                             {"authorization code 1", "Hq5zK8wLr3XvTn7Jm2Bd", SecretKind::kAuthorizationCode},
                             {"PASSWORD", "Gt6yBn9PkVw3ZsLx4QmD", SecretKind::kOther}}};
  const StepTraces to_another{
      .foreign = {
          {"POST", "http://evil.example/oauth2/token", "", "grant_type=api_token&api_token=cN8vR4tYq2WmZx7Lp5Ks"},
          {"POST", "http://evil.example/oauth2/revoke", "", "token=" + kToken},
          {"GET", "http://127.0.0.1.evil.example/?code=Hq5zK8wLr3XvTn7Jm2Bd", "", ""},
          {"POST", "http://evil.example/projects/p/variables", "", "value=Gt6yBn9PkVw3ZsLx4QmD"}}};
  std::vector<std::string> let_pass;
  const std::vector<Exposure> exposures = hunt_.look(to_another, hunter);
  for (const Exposure& exposure : exposures) {
    if (!exposure.may_be.empty()) let_pass.push_back(exposure.what());
  }
  EXPECT_THAT(exposures, SizeIs(4));
  EXPECT_THAT(let_pass, IsEmpty());
}

TEST_F(HuntTest, TakesPrivateKeysOnce) {
  write("work/key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n");
  ASSERT_THAT(hunt_.take_private_keys(), SizeIs(1));
  (void)look();
  EXPECT_THAT(hunt_.take_private_keys(), IsEmpty());
}

TEST(Screen, CarriesCursorMovementsOut) {
  EXPECT_EQ(rendered_screen("abc\rX", 80), "Xbc\n");
  EXPECT_EQ(rendered_screen("ab\b\bcd", 80), "cd\n");
  EXPECT_EQ(rendered_screen("one\ntwo\033[A\033[1Gzero", 80), "zero\ntwo\n");
  EXPECT_EQ(rendered_screen("old text\033[2K\rnew", 80), "new\n");
  EXPECT_EQ(rendered_screen("\033]0;title\ahello\033[3D\033[Kx", 80), "hex\n");
  EXPECT_EQ(rendered_screen("abcdef", 4), "abcd\nef\n");
}

TEST(Screen, AShownTokenIsFoundWhateverTheOrderOfItsParts) {
  const std::string parts = "\033[11G" + kToken.substr(10) + "\033[1G" + kToken.substr(0, 10);
  const SecretHunter hunter{{{"token", kToken}}};
  EXPECT_THAT(hunter.find(rendered_screen(parts, 200)), SizeIs(1));
}

}  // namespace
}  // namespace understudy
