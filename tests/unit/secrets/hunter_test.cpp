#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "deflate.hpp"
#include "mock_server/base64.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kToken = "q7Rk2LmVx9TzPbWn4HsYc6JdFg8AeUtNo3KiXy5ZrB1";
const std::string kAwkward = R"(pa$$ w"ord/'&<é>+%7_x)";  // everything that somebody escapes

std::string each(std::string_view text, const std::function<std::string(unsigned char)>& encode) {
  std::string result;
  for (const char c : text) result += encode(static_cast<unsigned char>(c));
  return result;
}

std::string hex(std::string_view text) {
  return each(text, [](unsigned char c) { return fmt::format("{:02x}", c); });
}

std::string wrapped(const std::string& text, std::size_t width, const std::string& separator) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); at += width) result += (at == 0 ? "" : separator) + text.substr(at, width);
  return result;
}

std::string tar_of(const std::string& name, const std::string& content) {
  std::string header(512, '\0');
  name.copy(header.data(), 100);
  fmt::format("{:011o}", content.size()).copy(header.data() + 124, 11);
  header.replace(257, 5, "ustar");
  std::string body = content;
  body.resize((content.size() + 511) / 512 * 512);
  return header + body + std::string(1024, '\0');
}

struct Shape {
  std::string name;
  std::function<std::string(const std::string&)> make;
};

std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.name; }

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes{
      {"as it is", [](const std::string& s) { return s; }},
      {"base64", [](const std::string& s) { return to_base64(s); }},
      {"base64", [](const std::string& s) { return to_base64("a" + s + "xyz"); }},
      {"base64", [](const std::string& s) { return to_base64("ab" + s + "z"); }},
      {"base64 in wrapped lines", [](const std::string& s) { return wrapped(to_base64("abc" + s), 12, "\n"); }},
      {"Basic authorization", [](const std::string& s) { return "Authorization: Basic " + to_base64("user:" + s); }},
      {"hex", hex},
      {"UTF-16",
       [](const std::string& s) {
         return each(s, [](unsigned char c) { return std::string{'\0', static_cast<char>(c)}; });
       }},
      {"UTF-16",
       [](const std::string& s) {
         return each(s, [](unsigned char c) { return std::string{static_cast<char>(c), '\0'}; });
       }},
      {"reversed",
       [](const std::string& s) {
         return std::string{s.rbegin(), s.rend()};
       }},
      {"percent encoding",
       [](const std::string& s) { return each(s, [](unsigned char c) { return fmt::format("%{:02X}", c); }); }},
      {"percent encoding",
       [](const std::string& s) {
         return each(s, [](unsigned char c) {
           return c % 3 == 0 ? fmt::format("%{:02x}", c)
                             : std::string(1, static_cast<char>(c) == '%' ? '%' : static_cast<char>(c));
         });
       }},
      {"JSON escapes",
       [](const std::string& s) {
         return each(s, [](unsigned char c) {
           return c < 0x80 ? fmt::format("\\u{:04X}", c) : std::string(1, static_cast<char>(c));
         });
       }},
      {"shell escapes",
       [](const std::string& s) {
         return "$'" + each(s, [](unsigned char c) { return fmt::format("\\x{:02x}", c); }) + "'";
       }},
      {"shell escapes",
       [](const std::string& s) { return each(s, [](unsigned char c) { return fmt::format("\\{:03o}", c); }); }},
      {"HTML entities",
       [](const std::string& s) {
         return each(s, [](unsigned char c) {
           return c < 0x80 ? fmt::format("&#{};", c) : std::string(1, static_cast<char>(c));
         });
       }},
      {"PHP serialize",
       [](const std::string& s) { return fmt::format("a:1:{{s:1:\"x\";s:{}:\"{}\";}}", s.size(), s); }},
      {"gzip", [](const std::string& s) { return gzip("before " + s); }},
      {"zlib", [](const std::string& s) { return deflated("before " + s, MAX_WBITS); }},
      {"base64 in gzip", [](const std::string& s) { return gzip(to_base64("!" + s)); }},
      {"gzip in base64", [](const std::string& s) { return to_base64(gzip(s)); }},
      {"percent encoding in JSON escapes",
       [](const std::string& s) { return each(s, [](unsigned char c) { return fmt::format("\\u0025{:02X}", c); }); }},
      {"terminal escapes", [](const std::string& s) { return wrapped(s, 7, "\033[0m\033[1;31m"); }},
      {"wrapped lines in terminal escapes", [](const std::string& s) { return wrapped(s, 7, "\033[0m\n\033[1;31m"); }},
      {"terminal escapes in wrapped lines", [](const std::string& s) { return wrapped(s, 7, "\033[ \n1m\033[0m"); }},
      {"wrapped lines", [](const std::string& s) { return wrapped(s, 7, "   \r\n   "); }},
      {"table cells",
       [](const std::string& s) {
         return "+-----+---+\n| value      | x  |\n| " + wrapped(s, 8, " | x |\n| ") + " | x |\n+----+---+";
       }},
  };
  return kShapes;
}

class ShapeTest : public ::testing::TestWithParam<Shape> {};

TEST_P(ShapeTest, IsFoundAndNamedAndCovered) {
  const SecretHunter hunter{{{"token", kToken}, {"other", "n0t-in-there-at-all"}}};
  const std::string data = "first words; " + GetParam().make(kToken) + " ;last words";

  const auto found = hunter.find(data);

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].shape, GetParam().name);
  EXPECT_EQ(found[0].secret, 0U);
  EXPECT_GE(found[0].begin, 9U);
  EXPECT_LE(found[0].end, data.size() - 9);
  EXPECT_THAT(hunter.cover(data), HasSubstr("[secret token #"));
  EXPECT_THAT(hunter.find(hunter.cover(data)), IsEmpty());
}

TEST_P(ShapeTest, HoldsForValuesThatNeedEscapes) {
  const SecretHunter hunter{{{"token", kAwkward}}};

  const auto found = hunter.find("first words; " + GetParam().make(kAwkward) + " ;last words");

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].extent, Sighting::Extent::kWhole);
}

INSTANTIATE_TEST_SUITE_P(All, ShapeTest, ::testing::ValuesIn(shapes()));

std::vector<Sighting> find_token(std::string_view data) { return SecretHunter{{{"token", kToken}}}.find(data); }

TEST(SecretHunter, TellsPartsFromCoincidence) {
  EXPECT_THAT(find_token("x" + kToken.substr(0, 11) + "y"), IsEmpty());
  EXPECT_THAT(find_token("x" + kToken.substr(5, 14) + "y"), IsEmpty());  // neither end, nor half of it
  for (const std::string& part : {kToken.substr(0, 12), kToken.substr(kToken.size() - 12), kToken.substr(3, 30)}) {
    const auto found = find_token("x" + part + "y");
    ASSERT_THAT(found, SizeIs(1)) << part;
    EXPECT_EQ(found[0].extent, Sighting::Extent::kPart);
    EXPECT_EQ(found[0].characters, part.size());
    EXPECT_EQ(found[0].begin, 1U);
    EXPECT_EQ(found[0].end, part.size() + 1);
  }
}

TEST(SecretHunter, FindsPartsInEncodings) {
  const auto in_hex = find_token(hex(kToken.substr(0, 14)));
  ASSERT_THAT(in_hex, SizeIs(1));
  EXPECT_EQ(in_hex[0].characters, 14U);
  EXPECT_THAT(find_token(to_base64("12" + kToken).substr(0, 20)), SizeIs(1));
}

TEST(SecretHunter, APartOfTwoSecretsTellsNothingButIsCovered) {
  const SecretHunter hunter{{{"one", "understudy-token-a8d7f6k2"}, {"two", "understudy-token-99xyzqp4"}}};

  EXPECT_THAT(hunter.find("the understudy-token- is drawn"), IsEmpty());
  EXPECT_EQ(hunter.cover("the understudy-token- is drawn").find("understudy-"), std::string::npos);
  EXPECT_THAT(hunter.find("the understudy-token-99xyzqp4"), SizeIs(1));
}

/// The password of a database is in both of its addresses.
TEST(SecretHunter, APartOfTwoSecretsTellsIfItIsNearlyAllOfOne) {
  const std::string text = "connected to app:hG7kTq2wZx91@db.internal/ at last";
  const Secret main{"main", "app:hG7kTq2wZx91@db.internal/main"};
  const Secret staging{"staging", "app:hG7kTq2wZx91@db.internal/staging-of-main"};
  const Secret live{"live", "app:hG7kTq2wZx91@db.internal/the-one-that-is-live"};
  for (const auto& secrets : {std::vector{main, staging, live}, std::vector{live, staging, main}}) {
    const SecretHunter hunter{secrets};

    const auto found = hunter.find(text);

    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(secrets[found[0].secret].name, "main");
    EXPECT_EQ(found[0].extent, Sighting::Extent::kPart);
    EXPECT_EQ(hunter.cover(text).find("hG7kTq2wZx91"), std::string::npos);
  }
  EXPECT_EQ(SecretHunter({staging, live}).cover(text).find("hG7kTq2wZx91"), std::string::npos);
}

/// Programs hand it on by itself.
TEST(SecretHunter, ThePasswordOfAUrlIsASecretByItself) {
  const std::string password = "hG7kTq2wZx91";
  const std::vector<Secret> secrets{{"main", "postgres://app:" + password + "@db.internal/main"},
                                    {"live", "postgresql+ssl://app:" + password + "@db.internal:5432/live?a=b@c"}};
  const SecretHunter hunter{secrets};

  const auto found = hunter.find("DB_PASSWORD=" + password);
  ASSERT_THAT(found, SizeIs(2));  // of both
  EXPECT_EQ(found[0].shape, "password of a URL");
  EXPECT_EQ(found[0].extent, Sighting::Extent::kWhole);
  ASSERT_THAT(hunter.find("Basic " + to_base64("app:" + password)), SizeIs(2));
  EXPECT_THAT(hunter.find("of db.internal, hG7kTq2"), IsEmpty());

  const auto whole = hunter.find("url: " + secrets[0].value);
  ASSERT_THAT(whole, Not(IsEmpty()));
  EXPECT_EQ(whole[0].shape, "as it is");
  EXPECT_EQ(whole[0].end, 5 + secrets[0].value.size());
}

TEST(SecretHunter, ThePasswordOfAUrlMayBeEscapedInIt) {
  const SecretHunter hunter{{{"url", "https://ci:p%40ss%2Fw0rd-of-ci@git.example.com/app.git"}}};

  EXPECT_THAT(hunter.find("password: p@ss/w0rd-of-ci"), SizeIs(1));
  EXPECT_THAT(hunter.find("password: p%40ss%2Fw0rd-of-ci"), SizeIs(1));
}

TEST(SecretHunter, NotEveryColonIsBeforeAPassword) {
  for (const char* value : {"https://git.example.com:application/deploy@home", "see http://user:application@host",
                            "https://application@git.example.com/", "app:application@git.example.com",
                            "https://app:password@git.example.com/", "://app:application@git.example.com"}) {
    const SecretHunter hunter{{{"value", value}}};
    EXPECT_THAT(hunter.find("the application has a password"), IsEmpty()) << value;
  }
}

TEST(SecretHunter, TellsFingerprintsApart) {
  const std::string sha256 = "0f12088e3b059a5b9a05b3f41452c5bb0c10f717839f2c061c0ce2605fd640d3";
  const std::string md5 = "68c07d35187eb39f32c09a78c031059a";
  const SecretHunter hunter{{{"token", "secret-token-42"}}};

  for (const auto& [text, name] : {std::pair{sha256, "SHA-256"}, {sha256.substr(0, 32), "SHA-256"}, {md5, "MD5"}}) {
    const std::string path = ".session/sess-api-token-" + text + "/x.json";
    const auto found = hunter.find(path);
    ASSERT_THAT(found, SizeIs(1)) << text;
    EXPECT_EQ(found[0].extent, Sighting::Extent::kFingerprint);
    EXPECT_EQ(found[0].shape, name);
    EXPECT_EQ(hunter.cover(path), path);
  }
  EXPECT_THAT(hunter.find(sha256.substr(0, 31)), IsEmpty());
}

TEST(SecretHunter, KnowsThePartsOfAJsonWebToken) {
  const std::string payload = to_base64url(R"({"sub":"0a1b2c3d-user","jti":"77"})");
  const std::string signature = "kX2vQ9rT5yU8iO1pA4sD7fG0hJ3kL6zX9cV2bN5mQ8w";
  const std::string header = to_base64url(R"({"alg":"RS256","typ":"JWT"})");
  const SecretHunter hunter{{{"access token", header + "." + payload + "." + signature}}};

  EXPECT_THAT(hunter.find("header: " + header), IsEmpty());
  ASSERT_THAT(hunter.find("claims=" + payload), SizeIs(1));
  EXPECT_EQ(hunter.find("claims=" + payload)[0].shape, "JWT payload");
  ASSERT_THAT(hunter.find("signed: " + signature), SizeIs(1));
  EXPECT_EQ(hunter.find("signed: " + signature)[0].shape, "JWT signature");
  ASSERT_THAT(hunter.find(header + "." + payload + "." + signature), SizeIs(1));
  EXPECT_EQ(hunter.find(header + "." + payload + "." + signature)[0].extent, Sighting::Extent::kWhole);
}

TEST(SecretHunter, NamesMembersOfArchives) {
  const SecretHunter hunter{{{"token", kToken}}};
  const std::string tar = tar_of("etc/hosts", "127.0.0.1").substr(0, 1024) + tar_of("app/.env", "TOKEN=" + kToken);

  const auto found = hunter.find(gzip(tar));

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].member, "app/.env");
  EXPECT_EQ(found[0].shape, "gzip");
  EXPECT_EQ(found[0].begin, 0U);
}

std::string dump_of(const std::string& text, bool offsets, std::size_t group, char separator) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); at += 16) {
    const std::string line = text.substr(at, 16);
    if (offsets) result += fmt::format("{:08x}: ", at);
    for (std::size_t i = 0; i < line.size(); i += group) result += hex(line.substr(i, group)) + separator;
    if (offsets) result += " " + line;
    result += "\n";
  }
  return result;
}

TEST(SecretHunter, FindsAndCoversHexDumps) {
  const SecretHunter hunter{{{"token", kToken}}};
  for (const std::string& dump : {dump_of(kToken, true, 2, ' '), dump_of("xyz" + kToken, true, 1, ' '),
                                  dump_of(kToken, false, 1, ':'), dump_of(kToken, false, 1, ' ')}) {
    const std::string data = "some words\n" + dump + "more words";
    const auto found = hunter.find(data);
    const auto as_dump = std::ranges::find(found, "hex dump", &Sighting::shape);
    ASSERT_NE(as_dump, found.end()) << dump;
    EXPECT_EQ(as_dump->extent, Sighting::Extent::kWhole);
    const std::string covered = hunter.cover(data);
    EXPECT_THAT(covered, Not(HasSubstr(hex(kToken.substr(4, 2)))));
    EXPECT_THAT(covered, HasSubstr("more words"));
  }
  EXPECT_THAT(hunter.find("colours: ff 00 aa bb cc dd ee ff 00 11 22 33"), IsEmpty());
}

TEST(SecretHunter, FindsRawDeflateThatIsAllThereIs) {
  const auto found = find_token(deflated("in a body: " + kToken + " and more", -MAX_WBITS));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].shape, "deflate");
}

TEST(SecretHunter, FindsWhatACutOffStreamStillHolds) {
  std::string noise;
  for (int i = 0; i < 30000; ++i) noise += static_cast<char>('a' + i * i % 23);
  const std::string whole = gzip(kToken + noise);
  EXPECT_THAT(find_token(whole.substr(0, whole.size() - 10)), SizeIs(1));
}

/// By way of all of them it is too deep in.
TEST(SecretHunter, FindsWhatStandsBesideEscapesOfManyKinds) {
  const std::string stream = wrapped(to_base64(deflated("before " + kToken, MAX_WBITS)), 30, "\n");

  const auto found = find_token("%41 \\u0041 &#65; \033[0m ~" + stream + "~");

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].extent, Sighting::Extent::kWhole);
  EXPECT_EQ(found[0].shape, "zlib in base64 in wrapped lines");
}

TEST(SecretHunter, FindsPrivateKeysWhateverTheirLines) {
  const std::string body =
      "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQ\nAAACD3kq0nR9wZ6T1fY8sVb2Xc5LmPoQ"
      "7jHdGtEuKaWiRxNw";
  const SecretHunter hunter{
      {{"key", "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + "\n-----END OPENSSH PRIVATE KEY-----\n"}}};
  std::string joined = body;
  std::erase(joined, '\n');

  EXPECT_THAT(hunter.find(joined), SizeIs(1));
  EXPECT_THAT(hunter.find(wrapped(joined, 64, "\n")), SizeIs(1));
  EXPECT_THAT(hunter.find(R"({"key":")" + wrapped(joined, 70, "\\n") + "\"}"), SizeIs(1));
}

TEST(SecretHunter, FindsEveryPlaceOnce) {
  std::string data;
  for (int i = 0; i < 100; ++i) data += fmt::format("line {} {}\n", i, i % 10 == 0 ? kToken : "nothing");
  EXPECT_THAT(find_token(data), SizeIs(10));
}

TEST(SecretHunter, GoesOverTheSeamsOfLargeData) {
  for (const std::size_t at : {0U, 1U, 7U, (1U << 20) - 20, (1U << 20) - 1, (1U << 21) + 5}) {
    std::string data((5U << 19) + 3, ' ');
    for (std::size_t i = 0; i < data.size(); i += 80) data[i] = '\n';
    const std::string hidden =
        wrapped(each(kToken, [](unsigned char c) { return fmt::format("%{:02x}", c); }), 30, "\n");
    data.replace(at, hidden.size(), hidden);
    EXPECT_THAT(find_token(data), SizeIs(1)) << at;
  }
}

TEST(SecretHunter, SaysWhatCannotBeHunted) {
  EXPECT_EQ(why_not_hunted("abc"), "it has 3 characters, 8 are needed");
  EXPECT_EQ(why_not_hunted("aaaabbbbaaaa"), "it has 2 different characters, 5 are needed");
  EXPECT_EQ(why_not_hunted("changeme"), "it is a common word");
  EXPECT_EQ(why_not_hunted(kToken), "");
}

TEST(SecretHunter, PublicValuesAreCoveredNotFound) {
  const SecretHunter hunter{{{"challenge", kToken, SecretKind::kPublic, SecretOrigin::kClient}}};
  EXPECT_THAT(hunter.find(kToken), IsEmpty());
  EXPECT_EQ(hunter.cover(kToken), "[secret challenge]");
}

TEST(SecretHunter, CoversWhatOverlaps) {
  const SecretHunter hunter{{{"inner", "bcdefghijkl"}, {"outer", "abcdefghijklmnopq"}}};
  EXPECT_THAT(hunter.cover("x abcdefghijklmnopq y"), HasSubstr("x [secret outer #"));
  EXPECT_THAT(hunter.cover("x abcdefghijklmnopq y"), Not(HasSubstr("opq")));
}

}  // namespace
}  // namespace understudy
