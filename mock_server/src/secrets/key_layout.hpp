#pragma once
/// Which bytes of a private key's file are the secret: the rest of it is public, or the same in all keys of a kind.

#include <cstddef>
#include <optional>
#include <string_view>

namespace understudy::secrets {

struct SecretBytes {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< one past the last one
};

/// `bytes` are what PEM's base64 stands for: a key of OpenSSH's own format (PROTOCOL.key), or PKCS #8 (RFC 5958),
/// PKCS #1 (RFC 8017, A.1.2) or SEC 1 (RFC 5915). Of an encrypted one of OpenSSH all that is encrypted. nullopt if it
/// is none of these.
[[nodiscard]] std::optional<SecretBytes> secret_bytes_of_key(std::string_view bytes);

}  // namespace understudy::secrets
