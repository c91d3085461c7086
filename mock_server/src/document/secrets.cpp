#include "mock_server/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "document/hash.hpp"
#include "mock_server/base64.hpp"

namespace understudy {
namespace {

constexpr std::size_t kShortestSecret = 4;

std::string percent_encode(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~';
    result += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return result;
}

/// Without padding: a prefix of what a padded encoder writes.
std::string base64_prefix(std::string_view text) {
  std::string encoded = to_base64(text);
  encoded.resize(encoded.find_last_not_of('=') + 1);
  return encoded;
}

std::string json_escaped(std::string_view text) {
  const std::string quoted = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

std::string php_json_escaped(std::string_view text) {
  std::string result;
  for (const char c : json_escaped(text)) result += c == '/' ? std::string{"\\/"} : std::string(1, c);
  return result;
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

std::string fingerprint(std::string_view value) {
  const std::uint64_t hash = stable_hash(value);  // tells secrets apart; 32 bits of it reveal nothing useful
  return fmt::format("{:08x}", static_cast<std::uint32_t>(hash ^ hash >> 32U));
}

std::string_view to_string(SecretKind kind) {
  switch (kind) {
    case SecretKind::kApiToken:
      return "API token";
    case SecretKind::kAccessToken:
      return "access token";
    case SecretKind::kRefreshToken:
      return "refresh token";
    case SecretKind::kAuthorizationCode:
      return "authorization code";
    case SecretKind::kPkceVerifier:
      return "PKCE verifier";
    case SecretKind::kVariable:
      return "sensitive variable";
    case SecretKind::kPrivateKey:
      return "private key";
    case SecretKind::kPublic:
      return "public value";
    case SecretKind::kOther:
      break;
  }
  return "secret";
}

std::string shown_as(const Secret& secret) {
  return secret.origin == SecretOrigin::kClient
             ? fmt::format("[secret {}]", secret.name)
             : fmt::format("[secret {} #{}]", secret.name, fingerprint(secret.value));
}

void SecretRegistry::add(Secret secret) {
  const std::scoped_lock lock{mutex_};
  const bool known = std::ranges::any_of(secrets_, [&](const Secret& other) { return other.value == secret.value; });
  if (!known && !secret.value.empty()) secrets_.push_back(std::move(secret));
}

std::vector<Secret> SecretRegistry::all() const {
  const std::scoped_lock lock{mutex_};
  return secrets_;
}

std::string SecretRegistry::cover(std::string_view text) const {
  std::vector<Secret> secrets = all();
  // Longest first: a secret that contains another must not leave its ends behind.
  std::ranges::stable_sort(secrets, [](const Secret& a, const Secret& b) { return a.value.size() > b.value.size(); });
  std::string result{text};
  for (const Secret& secret : secrets) {
    if (secret.value.size() < kShortestSecret) continue;
    const std::string shown = shown_as(secret);
    for (const std::string& shape : {secret.value, percent_encode(secret.value), json_escaped(secret.value),
                                     php_json_escaped(secret.value), base64_prefix(secret.value)}) {
      replace_all(result, shape, shown);
    }
  }
  return result;
}

}  // namespace understudy
