#include <fmt/format.h>

#include <algorithm>

#include "document/hash.hpp"
#include "mock_server/secret_hunter.hpp"
#include "mock_server/secrets.hpp"

namespace understudy {

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
  if (known || secret.value.empty()) return;
  secrets_.push_back(std::move(secret));
  hunter_ = nullptr;
}

void SecretRegistry::forget(const std::set<std::string>& values) {
  const std::scoped_lock lock{mutex_};
  if (std::erase_if(secrets_, [&](const Secret& secret) { return values.contains(secret.value); }) > 0)
    hunter_ = nullptr;
}

std::vector<Secret> SecretRegistry::all() const {
  const std::scoped_lock lock{mutex_};
  return secrets_;
}

std::shared_ptr<const SecretHunter> SecretRegistry::hunter() const {
  const std::scoped_lock lock{mutex_};
  if (hunter_ == nullptr) hunter_ = std::make_shared<const SecretHunter>(secrets_);
  return hunter_;
}

std::string SecretRegistry::cover(std::string_view text) const { return hunter()->cover(text); }

}  // namespace understudy
