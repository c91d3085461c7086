#include "planted_secrets.hpp"

#include <fmt/format.h>

#include <random>
#include <string_view>

#include "mock_server/base64.hpp"

namespace understudy::leaks {
namespace {

using Random = std::mt19937_64;

std::string draw(Random& random, std::string_view alphabet, std::size_t size) {
  std::string result;
  for (std::size_t i = 0; i < size; ++i) result += alphabet[random() % alphabet.size()];
  return result;
}

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string draw_bytes(Random& random, std::size_t size) {
  std::string result;
  for (std::size_t i = 0; i < size; ++i) result += static_cast<char>(random() & 0xffU);
  return result;
}

std::string draw_key(Random& random) {
  std::string body = to_base64("0\x82\x04\xbd\x02\x01" + draw_bytes(random, 300));
  for (std::size_t at = 64; at < body.size(); at += 65) body.insert(at, "\n");
  return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
}

std::string draw_jwt(Random& random) {
  const std::string payload = fmt::format(R"({{"sub":"{}","jti":"{}"}})", draw(random, kLetters, 22), random());
  return to_base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + to_base64url(payload) + "." +
         to_base64url(draw_bytes(random, 64));
}

std::string draw_value(Kind kind, Random& random) {
  switch (kind) {
    case Kind::kToken:
      return draw(random, std::string{kLetters} + "-_", 43);
    case Kind::kAwkward:
      return draw(random, kLetters, 4) + " $" + draw(random, kLetters, 3) + "\"/'&<\xc3\xa9>+%7_" +
             draw(random, kLetters, 5) + ")|\\" + draw(random, kLetters, 4);
    case Kind::kKey:
      return draw_key(random);
    case Kind::kJwt:
      return draw_jwt(random);
    case Kind::kShort:
      break;
  }
  return draw(random, kLetters, 3) + "$" + draw(random, kLetters, 2) + "/" + draw(random, kLetters, 1);
}

std::string name_of(Kind kind, std::size_t number) {
  switch (kind) {
    case Kind::kToken:
      return fmt::format("API token t{}", number);
    case Kind::kAwkward:
      return fmt::format("variable env:S{}", number);
    case Kind::kKey:
      return fmt::format("private key of certificate c{}", number);
    default:
      return fmt::format("S{}", number);
  }
}

}  // namespace

PlantedSecret draw_secret(Kind kind, std::size_t number) {
  Random random{number * 16 + static_cast<std::size_t>(kind)};
  return {kind, name_of(kind, number), draw_value(kind, random)};
}

std::string core_of(const PlantedSecret& secret) {
  if (secret.kind != Kind::kKey) return secret.value;
  const std::size_t begin = secret.value.find('\n') + 1;
  return secret.value.substr(begin, secret.value.rfind("\n-----END") - begin);
}

std::string signature_of(const PlantedSecret& secret) { return secret.value.substr(secret.value.rfind('.') + 1); }

}  // namespace understudy::leaks
