#include "authority.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace understudy {
namespace {

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context{};
  ::X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = ::X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  if (extension == nullptr) throw std::runtime_error{"no extension for a test's certificate"};
  ::X509_add_ext(certificate, extension, -1);
  ::X509_EXTENSION_free(extension);
}

X509* begun(const std::string& common_name, EVP_PKEY* key, long from, long until) {
  static long serial = 0;
  X509* const certificate = ::X509_new();
  ::X509_set_version(certificate, X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), ++serial);
  ::X509_gmtime_adj(::X509_getm_notBefore(certificate), from);
  ::X509_gmtime_adj(::X509_getm_notAfter(certificate), until);
  const auto* const name = reinterpret_cast<const unsigned char*>(common_name.c_str());
  ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(certificate), "CN", MBSTRING_ASC, name, -1, -1, 0);
  ::X509_set_pubkey(certificate, key);
  return certificate;
}

EVP_PKEY* new_key() { return EVP_EC_gen("P-256"); }

}  // namespace

Credentials::~Credentials() {
  ::X509_free(certificate_);
  ::EVP_PKEY_free(key_);
}

Authority::Authority()
    : own_{[] {
        static int authorities = 0;  // with names of their own, or one would be taken for another
        EVP_PKEY* const key = new_key();
        X509* const certificate =
            begun("Authority " + std::to_string(++authorities) + " of a test", key, -86400, 86400);
        ::X509_set_issuer_name(certificate, ::X509_get_subject_name(certificate));
        extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
        extend(certificate, certificate, NID_key_usage, "critical,keyCertSign");
        ::X509_sign(certificate, key, ::EVP_sha256());
        return Credentials{certificate, key};
      }()} {}

std::string Authority::pem() const {
  BIO* const memory = ::BIO_new(::BIO_s_mem());
  ::PEM_write_bio_X509(memory, own_.certificate());
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text{data, static_cast<std::size_t>(size)};
  ::BIO_free(memory);
  return text;
}

Credentials Authority::issue(const CertificateWish& wish) const {
  EVP_PKEY* const key = new_key();
  X509* const certificate = begun("server", key, wish.valid_from_seconds, wish.valid_until_seconds);
  ::X509_set_issuer_name(certificate, ::X509_get_subject_name(own_.certificate()));
  extend(certificate, own_.certificate(), NID_subject_alt_name,
         wish.name.starts_with("IP:") ? wish.name : "DNS:" + wish.name);
  ::X509_sign(certificate, own_.key(), ::EVP_sha256());
  return {certificate, key};
}

}  // namespace understudy
