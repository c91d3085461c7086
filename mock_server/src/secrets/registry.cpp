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
  if (secret.value.empty() || !values_.insert(secret.value).second) return;
  secrets_.push_back(std::move(secret));
  hunter_ = nullptr;
  ++changes_;
}

void SecretRegistry::forget(const std::set<std::string>& values) {
  const std::scoped_lock lock{mutex_};
  if (std::erase_if(secrets_, [&](const Secret& secret) { return values.contains(secret.value); }) == 0) return;
  for (const std::string& value : values) values_.erase(value);
  hunter_ = nullptr;
  ++changes_;
}

std::vector<Secret> SecretRegistry::all() const {
  const std::scoped_lock lock{mutex_};
  return secrets_;
}

std::shared_ptr<const SecretHunter> SecretRegistry::hunter() const {
  const std::scoped_lock making{making_hunter_};
  std::unique_lock lock{mutex_};
  if (hunter_ != nullptr) return hunter_;
  const std::vector<Secret> secrets = secrets_;
  const std::size_t changes = changes_;
  lock.unlock();
  auto hunter = std::make_shared<const SecretHunter>(secrets);
  lock.lock();
  if (changes_ == changes) hunter_ = hunter;
  return hunter;
}

std::string SecretRegistry::cover(std::string_view text) const { return hunter()->cover(text); }

}  // namespace understudy
