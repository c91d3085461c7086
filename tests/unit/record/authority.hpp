#pragma once
/// An authority for certificates that lives as long as a test.

#include <openssl/types.h>

#include <string>

namespace understudy {

struct CertificateWish {
  std::string name = "localhost";   ///< host name, or an address as "IP:127.0.0.1"
  long valid_from_seconds = -3600;  ///< from now
  long valid_until_seconds = 3600;
};

/// A certificate and its key, as OpenSSL has them.
class Credentials {
public:
  Credentials(X509* certificate, EVP_PKEY* key) : certificate_{certificate}, key_{key} {}
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;
  ~Credentials();
  [[nodiscard]] X509* certificate() const { return certificate_; }
  [[nodiscard]] EVP_PKEY* key() const { return key_; }

private:
  X509* certificate_;
  EVP_PKEY* key_;
};

class Authority {
public:
  Authority();
  [[nodiscard]] std::string pem() const;  ///< its own certificate
  [[nodiscard]] Credentials issue(const CertificateWish& wish) const;

private:
  Credentials own_;
};

}  // namespace understudy
