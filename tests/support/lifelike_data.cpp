#include "lifelike_data.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <iterator>
#include <stdexcept>

#include "mock_server/base64.hpp"

namespace understudy {
namespace {

constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::array<std::string_view, 64> kWords{
    "the",     "of",      "a",         "deploy",   "environment", "container", "build",   "cache",
    "route",   "is",      "and",       "database", "request",     "server",    "not",     "found",
    "in",      "session", "password",  "token",    "value",       "secret",    "key",     "access",
    "project", "branch",  "main",      "staging",  "activity",    "backup",    "mount",   "variable",
    "to",      "with",    "from",      "has",      "been",        "started",   "ended",   "after",
    "file",    "index",   "upstream",  "worker",   "application", "log",       "error",   "warning",
    "user",    "package", "installed", "version",  "composer",    "npm",       "symfony", "module",
    "on",      "it",      "that",      "was",      "every",       "time",      "which",   "authentication"};

}  // namespace

std::string LifelikeData::drawn(std::string_view alphabet, std::size_t size) {
  std::string result(size, '\0');
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < size; ++i) {
    if (i % 8 == 0) bits = random_();
    result[i] = alphabet[(bits & 0xffU) * alphabet.size() >> 8U];
    bits >>= 8U;
  }
  return result;
}

std::string_view LifelikeData::word() { return kWords[below(kWords.size())]; }

std::string LifelikeData::sentence() {
  std::string result{word()};
  for (std::size_t words = 4 + below(14); words > 0; --words) {
    result += below(9) == 0 ? ", " : " ";
    result += word();
  }
  result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result + ".";
}

std::string LifelikeData::token(std::size_t number) {
  constexpr std::string_view kAwkward =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&()*+,-./:<=>?@";
  return drawn(number % 8 == 7 ? kAwkward : kAlphanumeric, 24 + below(20));
}

std::string LifelikeData::json_web_token() {
  const std::string payload =
      fmt::format(R"({{"aud":"api","jti":"{}","iat":{},"exp":{},"sub":"{}","scopes":["offline_access"]}})",
                  drawn(kHex, 40), 1700000000 + below(100000), 1800000000 + below(100000), drawn(kHex, 32));
  return to_base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + to_base64url(payload) + "." +
         to_base64url(drawn(kAlphanumeric, 256));
}

std::string LifelikeData::private_key() {
  std::string text = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n";
  for (int line = 0; line < 25; ++line) text += drawn(kBase64, 64) + "\n";
  return text + "-----END PRIVATE KEY-----\n";
}

std::vector<Secret> LifelikeData::secrets(std::size_t count) {
  std::vector<Secret> secrets;
  secrets.push_back({"access token", json_web_token(), SecretKind::kAccessToken});
  secrets.push_back({"private key", private_key(), SecretKind::kPrivateKey});
  while (secrets.size() < count)
    secrets.push_back({fmt::format("token {}", secrets.size()), token(secrets.size()), SecretKind::kApiToken});
  return secrets;
}

std::vector<Secret> LifelikeData::secrets_of_all_kinds() {
  std::vector<Secret> secrets = this->secrets(32);
  const auto add = [&](std::string value) {
    secrets.push_back({fmt::format("variable {}", secrets.size()), std::move(value), SecretKind::kVariable});
  };
  for (int i = 0; i < 3; ++i) {
    add(drawn(kAlphanumeric, 8));
    // Words stand in the middle and are less than half: else they are a part of the secret that any text may hold.
    add(fmt::format("{}-{}-{}", drawn(kAlphanumeric, 6), word(), drawn(kAlphanumeric, 7)));
    add(fmt::format("{} {} {} {}", drawn(kAlphanumeric, 7), word(), drawn(kAlphanumeric, 7), drawn(kAlphanumeric, 7)));
    add(fmt::format("{}-{}-4{}-{}-{}", drawn(kHex, 8), drawn(kHex, 4), drawn(kHex, 3), drawn(kHex, 4),
                    drawn(kHex, 12)));
    add(drawn(kHex, 40));
    add(fmt::format("mysql://user:{}@database.internal:3306/main", drawn(kAlphanumeric, 16)));
  }
  return secrets;
}

std::string LifelikeData::access_log(std::size_t size) {
  static constexpr std::array<std::string_view, 4> kMethods{"GET", "GET", "POST", "HEAD"};
  static constexpr std::array<std::string_view, 5> kPaths{"/", "/index.php", "/api/v2/nodes", "/core/misc/drupal.js",
                                                          "/user/login"};
  std::string text;
  while (text.size() < size) {
    fmt::format_to(std::back_inserter(text),
                   "{}.{}.{}.{} - - [{:02}/Mar/2025:{:02}:{:02}:{:02} +0000] \"{} {}{} HTTP/1.1\" {} {}", below(256),
                   below(256), below(256), below(256), 1 + below(28), below(24), below(60), below(60),
                   kMethods[below(4)], kPaths[below(5)],
                   below(4) == 0 ? fmt::format("?page={}&q={}%20{}", below(100), word(), word()) : "",
                   200 + 100 * below(4), below(100000));
    fmt::format_to(std::back_inserter(text), " \"-\" \"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/{}.0\"\n",
                   100 + below(40));
  }
  return text;
}

std::string LifelikeData::deploy_log(std::size_t size) { return log_lines(size, 40); }

std::string LifelikeData::terminal_output(std::size_t size) { return log_lines(size, 8); }

/// One in `kinds` lines is coloured, one a table, one a progress bar, and so on.
std::string LifelikeData::log_lines(std::size_t size, std::size_t kinds) {
  std::string text;
  const auto out = std::back_inserter(text);
  while (text.size() < size) {
    switch (below(kinds)) {
      case 0:
        fmt::format_to(out, "\033[32mBuilding application\033[39m '{}' (runtime type: php:8.{}, tree: {})\n", word(),
                       below(5), drawn(kHex, 7));
        break;
      case 1:
        fmt::format_to(out, "  - Installing {}/{} (v{}.{}.{}): Extracting archive\n", word(), word(), below(9),
                       below(20), below(30));
        break;
      case 2:
        for (std::size_t percent = 0; percent <= 100; percent += 20)
          fmt::format_to(out, "\r {:3}% [{}>{}]", percent, std::string(percent / 5, '='),
                         std::string(20 - percent / 5, '-'));
        text += '\n';
        break;
      case 3:
        fmt::format_to(out,
                       "+------------+------------------+\n| {:<10} | {:<16} |\n| {:<10} | {:<16} "
                       "|\n+------------+------------------+\n",
                       word(), drawn(kAlphanumeric, 12), word(), drawn(kHex, 13));
        break;
      case 4:
        fmt::format_to(out, "    npm \"integrity\": \"sha512-{}==\"\n", drawn(kBase64, 86));
        break;
      case 5:
        fmt::format_to(out, "W: {} sha256:{}\n", sentence(), drawn(kHex, 64));
        break;
      default:
        fmt::format_to(out, "[2025-03-{:02}T{:02}:{:02}:{:02}.{:06}Z] {}\n", 1 + below(28), below(24), below(60),
                       below(60), below(1000000), sentence());
    }
  }
  return text;
}

std::string LifelikeData::prose(std::size_t size) {
  std::string text;
  std::size_t line = 0;
  while (text.size() < size) {
    const std::string next = sentence();
    for (const char c : next) {
      const bool breaks = c == ' ' && text.size() - line > 70;
      text += breaks ? '\n' : c;
      if (breaks) line = text.size();
    }
    text += ' ';
  }
  return text + '\n';
}

std::string LifelikeData::base64_lines(std::size_t size) {
  std::string text;
  while (text.size() < size) text += drawn(kBase64, 76) + "\n";
  return text;
}

std::string LifelikeData::json_responses(std::size_t size) {
  std::string text;
  const auto out = std::back_inserter(text);
  while (text.size() < size) {
    const std::string id = drawn("abcdefghijklmnopqrstuvwxyz234567", 13);
    fmt::format_to(out,
                   R"({{"id":"{0}","type":"environment.{1}","created_at":"2025-03-{2:02}T10:00:{3:02}.{4:06}+00:00",)"
                   R"("log":"{5}\nW: {6} \"{7}\" \u003c{8}\u003e\n","state":"complete","completion_percent":{9},)",
                   id, word(), 1 + below(28), below(60), below(1000000), sentence(), sentence(), word(), word(),
                   below(101));
    fmt::format_to(out,
                   R"("payload":{{"commit":"{}","image":"sha256:{}","weight":{}.{}}},"_links":{{"self":)"
                   R"({{"href":"https:\/\/eu-2.platform.example\/api\/projects\/{}\/activities\/{}"}}}}}}{})",
                   drawn(kHex, 40), drawn(kHex, 64), below(10), below(1000), drawn(kHex, 13), id,
                   below(5) == 0 ? "\n" : ",");
  }
  return text;
}

std::string LifelikeData::php_cache(std::size_t size) {
  std::string text;
  const auto out = std::back_inserter(text);
  const auto put = [&](std::string_view value) { fmt::format_to(out, "s:{}:\"{}\";", value.size(), value); };
  while (text.size() < size) {
    text += "a:4:{";
    put(fmt::format("cache_{}", word()));
    put(drawn(kHex, 64));
    put(word());
    put(sentence());
    put("expires");
    fmt::format_to(out, "i:{};", 1700000000 + below(100000000));
    put("data");
    fmt::format_to(out, "O:8:\"stdClass\":1:{{{}", std::string_view{"s:4:\"\0*\0x\";b:1;", 16});
    text += "}}";
  }
  return text;
}

std::string LifelikeData::binary(std::size_t size) {
  std::string data;
  while (data.size() < size) {
    const std::size_t kind = below(4);
    const std::size_t items = 64 + below(512);
    std::uint64_t number = random_();
    for (std::size_t i = 0; i < items; ++i) {
      if (kind == 0) number += below(64);  // offsets, symbols
      if (kind == 1) number = random_();   // noise, as of something encrypted
      if (kind == 2) number = below(1U << 16U) << 32U | below(256);
      if (kind == 3) {
        data += word();
        data += '\0';
      } else {
        data.append(reinterpret_cast<const char*>(&number), sizeof number);
      }
    }
  }
  return data;
}

std::string LifelikeData::gzip_file(std::size_t size) {
  std::string text = deploy_log(size);
  z_stream stream{};
  if (deflateInit2(&stream, 1 + static_cast<int>(below(9)), Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error{"deflateInit2 failed"};
  std::string result(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  const int status = deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error{"deflate failed"};
  return result;
}

}  // namespace understudy
