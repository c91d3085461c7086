#include "recording/secret_fields.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "mock_server/ascii.hpp"

namespace understudy::recording {
namespace {

using enum Where;
using enum Which;

constexpr SecretField kFields[] = {
    {kHeader, "authorization", kAny, "access token", SecretKind::kAccessToken, "bearers and Basic credentials"},
    {kHeader, "proxy_authorization", kAny, "credentials", SecretKind::kOther, "the same, for a proxy"},
    {kHeader, "cookie", kAny, "cookie", SecretKind::kOther, "a browser's session is as good as a token"},
    {kHeader, "set_cookie", kAny, "cookie", SecretKind::kOther, "the same, on its way to the browser"},
    {kHeader, "*token*", kAny, "token", SecretKind::kOther, "X-Auth-Token and its kin"},
    {kHeader, "*secret*", kAny, "secret", SecretKind::kOther, "named so"},
    {kHeader, "*password*", kAny, "password", SecretKind::kOther, "named so"},
    {kHeader, "*api_key*", kAny, "key", SecretKind::kOther, "X-Api-Key"},
    {kHeader, "*signature*", kTokenLike, "signature", SecretKind::kOther, "a signed request can be sent again"},
    {kParameter, "api_token", kAny, "API token", SecretKind::kApiToken,
     "grant_type=api_token: what a machine logs in with"},
    {kParameter, "access_token", kAny, "access token", SecretKind::kAccessToken, "RFC 6750, 2.2 and 2.3"},
    {kParameter, "refresh_token", kAny, "refresh token", SecretKind::kRefreshToken, "RFC 6749, 6"},
    {kParameter, "id_token", kAny, "id token", SecretKind::kOther, "says who somebody is"},
    {kParameter, "token", kAny, "token", SecretKind::kOther, "RFC 7009: a revocation names what it revokes"},
    {kParameter, "code", kAny, "authorization code", SecretKind::kAuthorizationCode,
     "RFC 6749, 4.1: exchanged for a token"},
    {kParameter, "code_verifier", kAny, "PKCE verifier", SecretKind::kPkceVerifier, "RFC 7636"},
    {kParameter, "client_secret", kAny, "client secret", SecretKind::kOther, "RFC 6749, 2.3.1"},
    {kParameter, "assertion", kAny, "assertion", SecretKind::kOther, "RFC 7521: stands for a login"},
    {kParameter, "client_assertion", kAny, "assertion", SecretKind::kOther, "the same, of a client"},
    {kParameter, "*token*", kAny, "token", SecretKind::kOther, "tokens in URLs: links to logs, invitations"},
    {kParameter, "*secret*", kAny, "secret", SecretKind::kOther, "named so"},
    {kParameter, "*password*", kAny, "password", SecretKind::kOther, "of a login"},
    {kParameter, "*passphrase*", kAny, "password", SecretKind::kOther, "of a key"},
    {kParameter, "*key*", kTokenLike, "key", SecretKind::kOther, "api_key; most keys are names"},
    {kParameter, "*signature*", kTokenLike, "signature", SecretKind::kOther, "a signed URL opens what it leads to"},
    {kParameter, "sig", kTokenLike, "signature", SecretKind::kOther, "the same"},
    {kJson, "access_token", kAny, "access token", SecretKind::kAccessToken, "RFC 6749, 5.1"},
    {kJson, "refresh_token", kAny, "refresh token", SecretKind::kRefreshToken, "RFC 6749, 5.1"},
    {kJson, "id_token", kAny, "id token", SecretKind::kOther, "says who somebody is"},
    {kJson, "api_token", kAny, "API token", SecretKind::kApiToken, "what a machine logs in with"},
    {kJson, "code_verifier", kAny, "PKCE verifier", SecretKind::kPkceVerifier, "RFC 7636, by clients that send JSON"},
    {kJson, "client_secret", kAny, "client secret", SecretKind::kOther, "RFC 6749, by clients that send JSON"},
    {kJson, "assertion", kAny, "assertion", SecretKind::kOther, "RFC 7521, by clients that send JSON"},
    {kJson, "*token*", kAny, "token", SecretKind::kOther, "a new API token, an integration's"},
    {kJson, "*secret*", kAny, "secret", SecretKind::kOther, "of webhooks and integrations"},
    {kJson, "*password*", kAny, "password", SecretKind::kOther, "of sites, registries, databases"},
    {kJson, "*passphrase*", kAny, "password", SecretKind::kOther, "of a key"},
    {kJson, "*key*", kTokenLike, "key", SecretKind::kOther,
     "private keys, API keys, license keys; most keys are names"},
    {kJson, "*credential*", kTokenLike, "credentials", SecretKind::kOther, "named so"},
    {kJson, "authorization", kAny, "credentials", SecretKind::kOther, "a header within a body"},
};

/// Of names that a pattern with "*" fits: what is about a secret, and is none.
constexpr std::string_view kAboutSecrets[] = {"_type", "_type_hint", "_url",    "_uri",     "_endpoint",
                                              "_at",   "_name",      "_id",     "_expires", "_count",
                                              "_hint", "_lifetime",  "_method", "_ttl",     "_supported"};

constexpr SecretField kNamedByPerson{kJson, "", kAny, "secret", SecretKind::kOther, "a person named it"};

std::string plain(std::string_view name) {
  std::string result = lower(name);
  std::ranges::replace(result, '-', '_');
  return result;
}

bool fits(std::string_view pattern, std::string_view name) {
  if (!pattern.starts_with('*')) return pattern == name;
  const bool about = std::ranges::any_of(kAboutSecrets, [&](std::string_view end) { return name.ends_with(end); });
  return !about && name.find(pattern.substr(1, pattern.size() - 2)) != std::string_view::npos;
}

bool is_link(std::string_view value) {
  return (value.starts_with('/') && value.find('=') == std::string_view::npos) || value.starts_with("http://") ||
         value.starts_with("https://");
}

}  // namespace

std::span<const SecretField> secret_fields() { return kFields; }

bool is_public_key(std::string_view value) {
  for (const std::string_view begin : {"ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-", "-----BEGIN CERT", "-----BEGIN PUB"}) {
    if (value.starts_with(begin)) return true;
  }
  return false;
}

const SecretField* secret_field(Where where, std::string_view name, std::string_view value,
                                const std::vector<std::string>& more) {
  if (value.empty()) return nullptr;
  const std::string key = plain(name);
  if (std::ranges::any_of(more, [&](const std::string& named) { return plain(named) == key; })) return &kNamedByPerson;
  for (const SecretField& field : kFields) {
    if (field.where != where || !fits(field.pattern, key)) continue;
    const bool is_wide = field.pattern.starts_with('*');
    if (is_wide && (is_link(value) || is_public_key(value))) return nullptr;
    if (field.which == kTokenLike && !looks_drawn(value) && value.find("PRIVATE KEY") == std::string_view::npos)
      return nullptr;
    return &field;
  }
  return nullptr;
}

bool sounds_secret(std::string_view name) {
  static constexpr std::string_view kWords[] = {"token",  "secret",  "passw",   "passphrase", "credential",
                                                "apikey", "auth",    "session", "signature",  "cookie",
                                                "bearer", "private", "jwt",     "assertion",  "key"};
  const std::string key = plain(name);
  if (key.find("session") != std::string::npos) return true;  // the id of one is what opens it
  const bool about = std::ranges::any_of(kAboutSecrets, [&](std::string_view end) { return key.ends_with(end); });
  return !about &&
         std::ranges::any_of(kWords, [&](std::string_view word) { return key.find(word) != std::string::npos; });
}

bool looks_drawn(std::string_view value) {
  constexpr std::size_t kShortest = 16;
  constexpr double kBitsPerCharacter = 3.2;  // words have about 2.8 in this length, hex 3.4, base64 3.9
  if (value.size() < kShortest) return false;
  std::array<std::size_t, 256> counts{};
  bool digits = false;
  bool letters = false;
  for (const char c : value) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!digit && !letter && std::string_view{"_-+/=.~:%"}.find(c) == std::string_view::npos) return false;
    digits = digits || digit;
    letters = letters || letter;
    ++counts[static_cast<unsigned char>(c)];
  }
  if (!digits || !letters) return false;
  double bits = 0;
  for (const std::size_t count : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(value.size());
    if (count > 0) bits -= share * std::log2(share);
  }
  return bits >= kBitsPerCharacter;
}

}  // namespace understudy::recording
