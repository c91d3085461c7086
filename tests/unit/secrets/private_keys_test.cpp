// Private keys as OpenSSL and OpenSSH write them: of each, what is public may show, and what is secret may not.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <string>

#include "mock_server/base64.hpp"
#include "mock_server/secret_hunter.hpp"

namespace understudy {
namespace {

using ::testing::IsEmpty;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string text_of(BIO* bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string private_pem(EVP_PKEY* key, bool traditional) {
  const Bio bio{BIO_new(BIO_s_mem()), BIO_free};
  if (traditional)
    PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  else
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

std::string public_pem(EVP_PKEY* key) {
  const Bio bio{BIO_new(BIO_s_mem()), BIO_free};
  PEM_write_bio_PUBKEY(bio.get(), key);
  return text_of(bio.get());
}

std::string body_of(const std::string& pem) {
  std::string body = pem.substr(pem.find('\n') + 1);
  body.resize(body.find("\n-----"));
  return body;
}

std::string joined(std::string text) {
  std::erase(text, '\n');
  return text;
}

std::string ssh_text(const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  std::string result;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) result += static_cast<char>(size >> shift & 0xffU);
  return result + text;
}

/// PROTOCOL.key, of a key without a passphrase.
std::string openssh_pem(const std::string& seed, const std::string& public_key) {
  const std::string blob = ssh_text("ssh-ed25519") + ssh_text(public_key);
  std::string inner = std::string{"\x12\x34\x56\x78\x12\x34\x56\x78", 8} + blob + ssh_text(seed + public_key) +
                      ssh_text("somebody@example.org with a long remark on it");
  for (char pad = 1; inner.size() % 8 != 0; ++pad) inner += pad;
  const std::string all = std::string{"openssh-key-v1\0", 15} + ssh_text("none") + ssh_text("none") + ssh_text("") +
                          std::string{"\0\0\0\1", 4} + ssh_text(blob) + ssh_text(inner);
  std::string body = to_base64(all);
  for (std::size_t at = 70; at < body.size(); at += 71) body.insert(at, "\n");
  return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body + "\n-----END OPENSSH PRIVATE KEY-----\n";
}

struct Sample {
  std::string pem;
  std::string public_text;
};

Sample openssh_sample() {
  const Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free};
  std::string seed(32, '\0');
  std::string point(32, '\0');
  std::size_t size = 32;
  EVP_PKEY_get_raw_private_key(key.get(), reinterpret_cast<unsigned char*>(seed.data()), &size);
  EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(point.data()), &size);
  return {openssh_pem(seed, point), "ssh-ed25519 " + to_base64(ssh_text("ssh-ed25519") + ssh_text(point)) +
                                        " somebody@example.org with a long remark on it"};
}

Sample openssl_sample(EVP_PKEY* generated, bool traditional) {
  const Key key{generated, EVP_PKEY_free};
  return {private_pem(key.get(), traditional), public_pem(key.get())};
}

/// Made by the test that needs it: an RSA key takes its time.
Sample sample_of(const std::string& kind) {
  if (kind == "OpenSsh") return openssh_sample();
  if (kind.starts_with("Rsa")) return openssl_sample(EVP_RSA_gen(2048), kind == "RsaPkcs1");
  if (kind.starts_with("Ec")) return openssl_sample(EVP_EC_gen("P-256"), kind == "EcSec1");
  return openssl_sample(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), false);
}

class PrivateKeyTest : public ::testing::TestWithParam<const char*> {
protected:
  [[nodiscard]] std::vector<Sighting> find(const std::string& data) const {
    return SecretHunter{{{"key", sample_.pem, SecretKind::kPrivateKey}}}.find(data);
  }

  const Sample sample_ = sample_of(GetParam());
};

TEST_P(PrivateKeyTest, ShowsInEachShapeOfItsFile) {
  const std::string& pem = sample_.pem;
  const std::string der = from_base64(joined(body_of(pem))).value_or("");
  const auto shape_of = [&](const std::string& data) {
    const std::vector<Sighting> found = find(data);
    return found.size() == 1 && found[0].extent == Sighting::Extent::kWhole ? found[0].shape
                                                                            : fmt::format("{} sightings", found.size());
  };
  EXPECT_EQ(shape_of("key: " + pem), "as it is");
  EXPECT_EQ(shape_of("key: " + joined(body_of(pem)) + " and more"), "as it is");
  EXPECT_EQ(shape_of("key: " + to_base64(pem)), "base64");
  EXPECT_EQ(shape_of("x" + der + "y"), "DER");
}

TEST_P(PrivateKeyTest, MayShowWhatIsPublic) {
  EXPECT_THAT(find(sample_.public_text), IsEmpty()) << sample_.public_text;
  if (sample_.public_text.starts_with("-----")) {
    const std::string der = from_base64(joined(body_of(sample_.public_text))).value_or("");
    EXPECT_THAT(find(der), IsEmpty());
  }
  const std::string& pem = sample_.pem;
  EXPECT_THAT(find(pem.substr(0, pem.find('\n') + 9)), IsEmpty()) << "what all keys begin with";
}

TEST_P(PrivateKeyTest, MayNotShowAPieceOfWhatIsSecret) {
  const std::string body = joined(body_of(sample_.pem));
  std::size_t shown = 0;
  constexpr std::size_t kPiece = 36;
  for (std::size_t at = 0; at + kPiece <= body.size(); ++at) shown += find(" " + body.substr(at, kPiece) + " ").size();
  // Of an RSA key three quarters, of a short one about 43 characters.
  EXPECT_GE(shown, body.size() > 800 ? body.size() / 2 : 12U);
  EXPECT_LT(shown, body.size() > 800 ? body.size() * 4 / 5 : 80U);
}

INSTANTIATE_TEST_SUITE_P(All, PrivateKeyTest,
                         ::testing::Values("RsaPkcs8", "RsaPkcs1", "EcPkcs8", "EcSec1", "Ed25519Pkcs8", "OpenSsh"),
                         [](const auto& each) { return std::string{each.param}; });

}  // namespace
}  // namespace understudy
