// SSH certificates, signed by a real key, and SSH keys of accounts. Source: contract, 2.12; endpoints.md, "Current
// user, account, SSH keys"; the format is OpenSSH's PROTOCOL.certkeys.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "mock_server/base64.hpp"
#include "wire/records.hpp"

namespace understudy::api {
namespace {

using model::Record;

// The client compares with the clock of its machine, whatever platform time says: 2099-01-01.
constexpr std::uint64_t kValidBefore = 4'070'908'800;

std::string u32(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> static_cast<unsigned>(shift) & 255U);
  return bytes;
}
std::string u64(std::uint64_t value) {
  return u32(static_cast<std::uint32_t>(value >> 32U)) + u32(static_cast<std::uint32_t>(value));
}
std::string string_of(std::string_view bytes) {
  return u32(static_cast<std::uint32_t>(bytes.size())) + std::string{bytes};
}

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

std::string digest_of(std::string_view text, const EVP_MD* type) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size, type, nullptr);
  digest.resize(size);
  return digest;
}

/// The authority of every fake. Nobody has a reason to trust it: its key follows from this line.
EVP_PKEY* authority() {
  static const std::unique_ptr<EVP_PKEY, FreeKey> kKey = [] {
    const std::string seed = digest_of("understudy: certificate authority of the fake", EVP_sha256());
    return std::unique_ptr<EVP_PKEY, FreeKey>{EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(seed.data()), seed.size())};
  }();
  return kKey.get();
}

std::string public_key_of_authority() {
  std::string bytes(32, '\0');
  std::size_t size = bytes.size();
  EVP_PKEY_get_raw_public_key(authority(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
  return string_of("ssh-ed25519") + string_of(bytes);
}

std::string signature_of(const std::string& text) {
  const std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
  std::string bytes(64, '\0');
  std::size_t size = bytes.size();
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, authority());
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return string_of("ssh-ed25519") + string_of(bytes);
}

/// "ssh-ed25519 AAAA... comment", taken apart. Throws ApiError 400.
struct PublicKey {
  std::string type;
  std::string blob;  ///< decoded; begins with the type again
};
PublicKey parse_key(const std::string& line, const char* field) {
  const std::size_t blank = line.find(' ');
  const std::size_t end = std::min(line.find_first_of(" \n\r", std::min(blank, line.size() - 1) + 1), line.size());
  if (blank == std::string::npos) throw bad_request(field, "is no SSH public key");
  const auto blob = from_base64(std::string_view{line}.substr(blank + 1, end - blank - 1));
  PublicKey key{line.substr(0, blank), blob.value_or("")};
  if (!key.blob.starts_with(string_of(key.type))) throw bad_request(field, "is no SSH public key");
  return key;
}

constexpr std::string_view kKnownTypes[] = {"ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                            "ecdsa-sha2-nistp521"};

/// MD5 in hex, as the account shows it and the client compares it with local keys.
std::string fingerprint_of(const PublicKey& key) {
  std::string hex;
  for (const char c : digest_of(key.blob, EVP_md5())) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

}  // namespace

Response sign_ssh_key(Context& context) {
  const PublicKey key = parse_key(needed_text(context, "key"), "key");
  if (std::ranges::find(kKnownTypes, key.type) == std::end(kKnownTypes))
    throw bad_request("key", "keys of the type " + key.type + " are not signed");
  const std::string cert_type = key.type + "-cert-v01@openssh.com";
  std::string extensions;
  for (const char* name : {"permit-agent-forwarding", "permit-port-forwarding", "permit-pty"})
    extensions += string_of(name) + string_of("");
  const std::string key_id = context.viewer().user;  // else the client asks for a new one on every use
  std::string blob = string_of(cert_type) + string_of(context.core.ids.token(32)) +
                     key.blob.substr(4 + key.type.size()) + u64(1) + u32(1) + string_of(key_id) +
                     string_of(string_of(key_id)) + u64(0) + u64(kValidBefore) + string_of("") + string_of(extensions) +
                     string_of("") + string_of(public_key_of_authority());
  blob += string_of(signature_of(blob));
  return json_response(200, {{"certificate", cert_type + " " + to_base64(blob) + "\n"}});
}

Response create_ssh_key(Context& context) {
  const std::string value = needed_text(context, "value");
  const PublicKey parsed = parse_key(value, "value");
  Record key;
  key.extra = {{"value", value}, {"title", text_of_body(context, "title")}, {"fingerprint", fingerprint_of(parsed)}};
  for (const auto& [id, user] : context.core.state.users) {
    for (const auto& [key_id, other] : user.ssh_keys) {
      if (other.extra.value("fingerprint", "") == key.extra["fingerprint"])
        throw ApiError{400, "This SSH key is in use already", {{"value", "is in use already"}}};
    }
  }
  key.id = std::to_string(++context.core.last_ssh_key);
  key.created_at = key.updated_at = context.now;
  model::User& user = context.core.state.users.at(context.viewer().user);
  const Record& stored = user.ssh_keys[key.id] = key;
  return json_response(201, wire::show_ssh_key(stored));
}

Response get_ssh_key(Context& context) {
  const model::User& user = context.core.state.users.at(context.viewer().user);
  const auto found = user.ssh_keys.find(context.param("key"));
  if (found == user.ssh_keys.end()) throw ApiError{404, "SSH key not found: " + context.param("key")};
  return json_response(200, wire::show_ssh_key(found->second));
}

Response delete_ssh_key(Context& context) {
  model::User& user = context.core.state.users.at(context.viewer().user);
  if (user.ssh_keys.erase(context.param("key")) == 0) throw ApiError{404, "SSH key not found: " + context.param("key")};
  return {.status = 204};
}

}  // namespace understudy::api
