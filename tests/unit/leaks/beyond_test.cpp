// Further ways in which real programs leak, beyond the corpus: what they print, keep and send.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/statfs.h>
#include <zlib.h>

#include "encoders.hpp"
#include "leak_scenario.hpp"
#include "mock_server/base64.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy::leaks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const PlantedSecret kToken = draw_secret(Kind::kToken, 1);
const PlantedSecret kAwkward = draw_secret(Kind::kAwkward, 2);
const PlantedSecret kKey = draw_secret(Kind::kKey, 3);
const PlantedSecret kJwt = draw_secret(Kind::kJwt, 4);

/// What is found, and that it is covered: "API token t1: hex".
std::vector<std::string> found_in(const std::string& data) {
  std::vector<Secret> secrets;
  for (const PlantedSecret* each : {&kToken, &kAwkward, &kKey, &kJwt}) secrets.push_back({each->name, each->value});
  const SecretHunter hunter{secrets};
  std::vector<std::string> found;
  for (const Sighting& sighting : hunter.find(data)) {
    const Secret& secret = hunter.secrets()[sighting.secret];
    found.push_back(secret.name + ": " + sighting.shape + (sighting.member.empty() ? "" : ", " + sighting.member));
    if (sighting.extent == Sighting::Extent::kPart) found.back() += " (part)";
  }
  EXPECT_THAT(hunter.find(hunter.cover(data)), IsEmpty()) << hunter.cover(data);
  return found;
}

TEST(Beyond, EncodingsWithinDocumentsWithinEncodings) {
  const std::string inner = "{\"auth\": \"" + to_base64("bot:" + kToken.value) + "\"}";
  EXPECT_THAT(found_in("config: " + to_base64(inner)), ElementsAre("API token t1: base64 in base64"));
  const std::string archive = tar("etc/app.env", "TOKEN=" + kToken.value + "\n");
  EXPECT_THAT(found_in("data: " + to_base64(gzip(archive)) + "\n"),
              ElementsAre("API token t1: gzip in base64, etc/app.env"));
  EXPECT_THAT(found_in(gzip(tar("backup.gz", gzip("the token: " + kToken.value)))),
              ElementsAre("API token t1: gzip in gzip, backup.gz"));
  EXPECT_THAT(found_in("data:;base64," + percent(to_base64(gzip("x " + kToken.value)), "-._~")),
              testing::Contains(testing::StartsWith("API token t1: gzip in base64")));
}

TEST(Beyond, TheSamePackedTwiceIsCoveredTwice) {
  const std::string packed = to_base64(gzip("token " + kToken.value));
  EXPECT_THAT(found_in("first " + packed + "\nsecond " + packed + "\n"),
              ElementsAre("API token t1: gzip in base64", "API token t1: gzip in base64"));
}

TEST(Beyond, UrlsWithUserAndPassword) {
  EXPECT_THAT(found_in("fatal: https://bot:" + kToken.value + "@git.example.org/x.git"),
              ElementsAre("API token t1: as it is"));
  EXPECT_THAT(found_in("https://bot:" + percent(kAwkward.value, "-._~") + "@git.example.org/x.git"),
              ElementsAre("variable env:S2: percent encoding"));
}

TEST(Beyond, TracesOfAShell) {
  EXPECT_THAT(found_in("+ curl -H " + single_quoted("X-Key: " + kAwkward.value) + " https://example.org\n"),
              ElementsAre("variable env:S2: shell escapes"));
  const std::string in_escapes = each(kKey.value, [](unsigned char c) -> std::string {
    return c == '\n' ? "\\n" : std::string(1, static_cast<char>(c));
  });
  EXPECT_THAT(found_in("+ KEY=$'" + in_escapes + "'"), ElementsAre("private key of certificate c3: backslash escapes"));
}

TEST(Beyond, TextThatGoesOnInTheNextLine) {
  const std::string ini = kToken.value.substr(0, 9) + "\\\n" + kToken.value.substr(9);
  EXPECT_THAT(found_in("token = " + ini + "\n"), ElementsAre("API token t1: shell escapes"));
  const std::string yaml = kToken.value.substr(0, 9) + "\\\n    " + kToken.value.substr(9);
  EXPECT_THAT(found_in("token: \"" + yaml + "\"\n"), ElementsAre("API token t1: shell escapes in wrapped lines"));
  std::string folded = kAwkward.value;
  folded.replace(folded.find(' '), 1, "\n  ");
  EXPECT_THAT(found_in("value: >-\n  " + folded + "\n"), ElementsAre("variable env:S2: wrapped lines"));
}

TEST(Beyond, QuotesThatAreDoubled) {
  const auto doubled = [](char quote) {
    return each(kAwkward.value, [=](unsigned char c) {
      return std::string(static_cast<char>(c) == quote ? 2 : 1, static_cast<char>(c));
    });
  };
  EXPECT_THAT(found_in("name,value\nenv,\"" + doubled('"') + "\"\n"), ElementsAre("variable env:S2: doubled quotes"));
  EXPECT_THAT(found_in("INSERT INTO t VALUES ('" + doubled('\'') + "')"),
              ElementsAre("variable env:S2: doubled quotes"));
}

TEST(Beyond, MailsAndDumps) {
  EXPECT_THAT(found_in("Content-Transfer-Encoding: quoted-printable\n\n" + quoted_printable(kAwkward.value)),
              ElementsAre("variable env:S2: quoted-printable"));
  EXPECT_THAT(found_in(hex(kToken.value, true, ":")), ElementsAre(testing::StartsWith("API token t1: ")));
  std::string canonical;
  for (std::size_t at = 0; at < kToken.value.size(); at += 16)
    canonical += fmt::format("{:08x}  {}\n", at, hex(kToken.value.substr(at, 16), false, " "));
  EXPECT_THAT(found_in(canonical), ElementsAre(testing::StartsWith("API token t1: ")));
}

/// RFC 5958: what a PEM file holds.
std::string der_of(const PlantedSecret& key) {
  std::string body = core_of(key);
  std::erase(body, '\n');
  return from_base64(body).value_or("");
}

TEST(Beyond, AKeyWithoutItsArmour) {
  ASSERT_GT(der_of(kKey).size(), 200U);
  EXPECT_THAT(found_in("x" + der_of(kKey) + "y"), ElementsAre("private key of certificate c3: DER"));
  EXPECT_THAT(found_in("key: " + hex(der_of(kKey)) + "\n"), ElementsAre("private key of certificate c3: DER in hex"));
  EXPECT_THAT(found_in("00:" + hex(der_of(kKey), false, ":") + "\n"),
              ElementsAre("private key of certificate c3: DER in hex dump"));
}

TEST(Beyond, GitKeepsWhatWasCommitted) {
  const std::string content = "API_TOKEN=" + kToken.value + "\n";
  const std::string object = fmt::format("blob {}", content.size()) + std::string(1, '\0') + content;
  EXPECT_THAT(found_in(deflated(object, MAX_WBITS)), ElementsAre("API token t1: zlib"));
  // A pack: magic, version, count; type and size of each object before its stream (gitformat-pack).
  const std::string pack =
      std::string{"PACK\0\0\0\2\0\0\0\1", 12} + "\xb5\x03" + deflated(content, MAX_WBITS) + digest("x", false);
  EXPECT_THAT(found_in(pack), ElementsAre("API token t1: zlib"));
}

TEST(Beyond, ACacheOfSerializedObjects) {
  const std::string object = fmt::format("O:5:\"Token\":1:{{s:12:\"{}\";s:{}:\"{}\";}}",
                                         std::string{"\0Token\0value", 12}, kJwt.value.size(), kJwt.value);
  EXPECT_THAT(found_in("<?php return " + php_export(object) + ";"), ElementsAre("S4: PHP serialize"));
  EXPECT_THAT(found_in(to_base64(object)), ElementsAre("S4: base64"));
}

class BeyondPlaces : public LeakScenario {
protected:
  std::vector<std::string> failures_of(const Leak& leak) {
    const ScenarioResult result = run(leak, {kToken});
    std::vector<std::string> texts;
    if (result.steps.empty()) return {result.reason};
    for (const Reported& each : reported(result.steps[0].failures, texts))
      texts.push_back(each.place + ": " + each.shape);
    return texts;
  }
};

TEST_F(BeyondPlaces, AHalfOnEachStream) {
  EXPECT_THAT(failures_of({.acts = {{"stdout", {kToken.value.substr(0, 20)}}, {"stderr", {kToken.value.substr(20)}}}}),
              UnorderedElementsAre("stdout: as it is, 20 of 43 characters", "stderr: as it is, 23 of 43 characters"));
}

TEST_F(BeyondPlaces, FilesThatAreNoUsualOnes) {
  EXPECT_THAT(failures_of({.acts = {{"fifo", {"pipe"}}, {"sparse", {"image", kToken.value}}}}),
              ElementsAre("file image: as it is"));
}

TEST_F(BeyondPlaces, AnAttributeOfAFile) {
  constexpr long kTmpfs = 0x01021994;  // has had user attributes only since Linux 6.6
  struct statfs status {};
  ASSERT_EQ(::statfs(folder_.path().c_str(), &status), 0);
  if (status.f_type == kTmpfs) GTEST_SKIP() << "the temporary folder is one of tmpfs";
  EXPECT_THAT(failures_of({.acts = {{"xattr", {"marked", "user.origin", "https://bot:" + kToken.value + "@x.org/"}}}}),
              ElementsAre("attribute user.origin of file marked: as it is"));
}

TEST_F(BeyondPlaces, ABodyInChunks) {
  const std::string half = kToken.value.substr(0, 20);
  const std::string rest = kToken.value.substr(20);
  const std::string chunks =
      fmt::format("{:x}\r\n{}\r\n{:x};name=value\r\n{}\r\n0\r\n\r\n", half.size(), half, rest.size(), rest);
  EXPECT_THAT(
      failures_of({.acts = {{"foreign", {"POST", "http://example.org/a", "Transfer-Encoding: chunked\r\n", chunks}}}}),
      ElementsAre("body of POST http://example.org/a: as it is"));
}

TEST_F(BeyondPlaces, TheUserOfAUrl) {
  EXPECT_THAT(failures_of({.acts = {{"foreign", {"GET", "http://bot:" + kToken.value + "@example.org/", "", ""}}}}),
              ElementsAre("target of GET http://bot:[secret API token t1 #" + fingerprint(kToken.value) +
                          "]@example.org/: as it is"));
}

}  // namespace
}  // namespace understudy::leaks
