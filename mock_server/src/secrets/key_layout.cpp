#include "secrets/key_layout.hpp"

#include <algorithm>
#include <string>

namespace understudy::secrets {
namespace {

/// Reads strings with their length before them, as SSH has them (RFC 4251, 5). Broken: nothing any more.
class SshReader {
public:
  explicit SshReader(std::string_view bytes) : bytes_{bytes} {}

  [[nodiscard]] bool is_broken() const { return broken_; }
  [[nodiscard]] std::size_t at() const { return at_; }

  std::size_t number() {
    if (broken_ || bytes_.size() - at_ < 4) {
      broken_ = true;
      return 0;
    }
    std::size_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(bytes_[at_++]);
    return value;
  }
  std::string_view text() {
    const std::size_t size = number();
    broken_ = broken_ || size > bytes_.size() - at_;
    if (broken_) return {};
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }

private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

constexpr std::string_view kOpenSsh{"openssh-key-v1\0", 15};

std::optional<SecretBytes> of_openssh(std::string_view bytes) {
  SshReader head{bytes.substr(kOpenSsh.size())};
  const std::string_view cipher = head.text();
  head.text();    // how the passphrase is made a key
  head.text();    // and with what
  head.number();  // how many keys: one
  head.text();    // the public one
  const std::string_view inner = head.text();
  if (head.is_broken()) return std::nullopt;
  const std::size_t inner_at = kOpenSsh.size() + head.at() - inner.size();
  if (cipher != "none") return SecretBytes{inner_at, inner_at + inner.size()};
  SshReader key{inner};
  key.number();  // twice the same number: whether it was decrypted
  key.number();
  const std::string kind{key.text()};
  const bool is_rsa = kind == "ssh-rsa";
  const bool is_ed25519 = kind == "ssh-ed25519";
  if (!is_rsa && !is_ed25519 && !kind.starts_with("ecdsa-")) return std::nullopt;
  key.text();                   // the public key, the modulus, or the name of the curve
  if (!is_ed25519) key.text();  // the exponent, or the public point
  constexpr std::size_t kLength = 4;
  const std::size_t begin = inner_at + key.at() + kLength;
  const std::size_t size = key.text().size();
  for (int more = is_rsa ? 3 : 0; more > 0; --more) key.text();  // what is computed from d, and the primes
  if (key.is_broken()) return std::nullopt;
  constexpr std::size_t kSeed = 32;  // the public key follows it
  return SecretBytes{begin, is_ed25519 ? begin + std::min(size, kSeed) : inner_at + key.at()};
}

/// One element of DER (X.690).
struct Element {
  unsigned tag = 0;
  std::size_t begin = 0;  ///< of its content
  std::size_t end = 0;
};

std::optional<Element> element_at(std::string_view bytes, std::size_t at, std::size_t limit) {
  if (at + 2 > limit || limit > bytes.size()) return std::nullopt;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i])); };
  Element element{.tag = byte(at), .begin = at + 2};
  std::size_t size = byte(at + 1);
  if (size >= 0x80) {
    const std::size_t count = size & 0x7fU;
    if (count > 3 || element.begin + count > limit) return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < count; ++i) size = size << 8U | byte(element.begin++);
  }
  element.end = element.begin + size;
  if (element.end > limit) return std::nullopt;
  return element;
}

constexpr unsigned kInteger = 0x02;
constexpr unsigned kOctets = 0x04;
constexpr unsigned kSequence = 0x30;

std::optional<SecretBytes> of_der(std::string_view bytes, std::size_t from, std::size_t limit) {
  const auto all = element_at(bytes, from, limit);
  if (!all) return std::nullopt;
  if (all->tag == kOctets) return SecretBytes{all->begin, all->end};  // Ed25519 within PKCS #8
  if (all->tag != kSequence) return std::nullopt;
  const auto version = element_at(bytes, all->begin, all->end);
  const auto second = version ? element_at(bytes, version->end, all->end) : std::nullopt;
  if (!second || version->tag != kInteger) return std::nullopt;
  if (second->tag == kOctets) return SecretBytes{second->begin, second->end};  // SEC 1; the public point follows
  const auto third = element_at(bytes, second->end, all->end);
  if (!third) return std::nullopt;
  if (second->tag == kSequence && third->tag == kOctets) return of_der(bytes, third->begin, third->end);  // PKCS #8
  if (second->tag == kInteger && third->tag == kInteger) {  // PKCS #1: modulus and exponent, then what is secret
    const auto fourth = element_at(bytes, third->end, all->end);
    if (fourth && fourth->tag == kInteger) return SecretBytes{fourth->begin, all->end};
  }
  return std::nullopt;
}

}  // namespace

std::optional<SecretBytes> secret_bytes_of_key(std::string_view bytes) {
  if (bytes.starts_with(kOpenSsh)) return of_openssh(bytes);
  return of_der(bytes, 0, bytes.size());
}

}  // namespace understudy::secrets
