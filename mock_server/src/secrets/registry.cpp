#include <fmt/format.h>

#include <algorithm>

#include "document/hash.hpp"
#include "mock_server/secret_hunter.hpp"
#include "mock_server/secrets.hpp"
#include "secrets/finders.hpp"

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

SecretRegistry::SecretRegistry() : finders_{std::make_unique<secrets::Finders>()} {}

SecretRegistry::~SecretRegistry() = default;

void SecretRegistry::add(Secret secret) {
  const std::scoped_lock lock{mutex_};
  if (secret.value.empty() || !values_.insert(secret.value).second) return;
  secrets_.push_back(std::move(secret));
  hunter_ = nullptr;
  ++changes_;
}

void SecretRegistry::forget(const std::set<std::string>& values) {
  const std::scoped_lock lock{mutex_};
  std::size_t place = 0;  // in what is left
  const std::size_t count = std::erase_if(secrets_, [&](const Secret& secret) {
    if (!values.contains(secret.value)) {
      ++place;
      return false;
    }
    values_.erase(secret.value);
    finders_->forget(place);
    return true;
  });
  if (count == 0) return;
  hunter_ = nullptr;
  ++changes_;
  ++forgotten_;
}

std::vector<Secret> SecretRegistry::all() const {
  const std::scoped_lock lock{mutex_};
  return secrets_;
}

std::shared_ptr<const SecretHunter> SecretRegistry::hunter() const {
  const std::scoped_lock making{making_};
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

secrets::Finders SecretRegistry::finders() const {
  const std::scoped_lock making{making_};
  std::unique_lock lock{mutex_};
  secrets::Finders finders = *finders_;
  const std::size_t known = finders.make_room(secrets_.size());
  if (known < secrets_.size()) {
    std::vector<Secret> others{secrets_.begin() + static_cast<std::ptrdiff_t>(known), secrets_.end()};
    const std::size_t forgotten = forgotten_;
    lock.unlock();
    finders.add(std::make_shared<const SecretHunter>(std::move(others)));
    lock.lock();
    if (forgotten_ != forgotten) return finders;  // they are of places where other secrets are now
  }
  *finders_ = finders;
  return finders;
}

std::string SecretRegistry::cover(std::string_view text) const {
  constexpr std::size_t kMany = 64;  // one hunter is made as fast for fewer, and a scenario needs it for its hunt
  std::unique_lock lock{mutex_};
  const bool is_one_enough = hunter_ != nullptr || secrets_.size() < kMany;
  lock.unlock();
  return is_one_enough ? hunter()->cover(text) : finders().cover(text);
}

}  // namespace understudy
