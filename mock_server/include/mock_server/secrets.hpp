#pragma once
/// What must not be shown. Every secret that the fake issues or is given is registered here; whatever we print goes
/// through `cover` first and then holds `[secret NAME #FINGERPRINT]` instead of the value (design.md, section 5).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace understudy {

/// Where a secret came from. What the client draws at random differs between runs: its fingerprint is not shown.
enum class SecretOrigin { kWorld, kPlatform, kClient };

/// What it is: where a secret may be depends on it.
enum class SecretKind {
  kOther,  ///< what a scenario lists, secrets of integrations, passwords of sites
  kApiToken,
  kAccessToken,
  kRefreshToken,
  kAuthorizationCode,
  kPkceVerifier,
  kVariable,    ///< value of a sensitive variable
  kPrivateKey,  ///< PEM or its body
  kPublic,      ///< no secret, but drawn by the client: covered in our output, not hunted
};
[[nodiscard]] std::string_view to_string(SecretKind kind);  ///< "access token"

struct Secret {
  std::string name;   ///< "API token ci", "variable env:DB_PASS", "access token 2"
  std::string value;  ///< never printed
  SecretKind kind = SecretKind::kOther;
  SecretOrigin origin = SecretOrigin::kPlatform;
};

[[nodiscard]] std::string fingerprint(std::string_view value);  ///< eight hex digits; not reversible
[[nodiscard]] std::string shown_as(const Secret& secret);       ///< "[secret token ci #1a2b3c4d]"

class SecretHunter;
namespace secrets {
class Finders;
}

/// Thread-safe. Registering a value again keeps its first name.
class SecretRegistry {
public:
  SecretRegistry();
  ~SecretRegistry();
  void add(Secret secret);
  /// Is not looked for any more: only for what nothing that could still be shown may hold.
  void forget(const std::set<std::string>& values);
  [[nodiscard]] std::vector<Secret> all() const;
  /// Finds all that are registered by now. The same object as long as none is added. The first after that takes about
  /// 0.2 ms for each secret, for which nobody else who adds one has to wait.
  [[nodiscard]] std::shared_ptr<const SecretHunter> hunter() const;
  /// `text` with each secret, in whatever shape, replaced by its name and fingerprint (SecretHunter). After one
  /// was added it prepares few of the others again: each of N about log N times in all.
  [[nodiscard]] std::string cover(std::string_view text) const;

private:
  [[nodiscard]] secrets::Finders finders() const;

  mutable std::mutex making_;  ///< a hunter or finders; before `mutex_`
  mutable std::mutex mutex_;
  std::vector<Secret> secrets_;
  std::unordered_set<std::string> values_;              ///< of `secrets_`
  std::size_t changes_ = 0;                             ///< of `secrets_`
  std::size_t forgotten_ = 0;                           ///< how often some were
  mutable std::shared_ptr<const SecretHunter> hunter_;  ///< of `secrets_`, or null
  std::unique_ptr<secrets::Finders> finders_;           ///< of some of `secrets_`, from the first on
};

}  // namespace understudy
