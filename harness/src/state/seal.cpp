#include "state/seal.hpp"

#include <openssl/sha.h>

#include <charconv>
#include <optional>

namespace understudy {
namespace {

constexpr std::size_t kSealBytes = 16;

/// "5:hello", so that two parts never look like two others.
void pack(std::string& out, std::string_view part) {
  out += std::to_string(part.size());
  out += ':';
  out += part;
}

std::optional<std::string> unpack(std::string_view& packed) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(packed.data(), packed.data() + packed.size(), size);
  if (error != std::errc{} || end == packed.data() + packed.size() || *end != ':') return std::nullopt;
  packed.remove_prefix(static_cast<std::size_t>(end - packed.data()) + 1);
  if (size > packed.size()) return std::nullopt;
  std::string part{packed.substr(0, size)};
  packed.remove_prefix(size);
  return part;
}

std::string digest(std::string_view text) {
  std::string bytes(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(bytes.data()));
  bytes.resize(kSealBytes);
  return bytes;
}

}  // namespace

std::string seal_of(std::string_view key, std::string_view value) {
  std::string text;
  pack(text, key);
  pack(text, value);
  return digest(text);
}

std::string seal_of(const LedgerHead& head) { return seal_of(head.world, std::to_string(head.seed)); }

std::string seal_of(std::string_view before, const LedgerEntry& entry) {
  std::string text{before};
  for (const std::uint64_t number : {static_cast<std::uint64_t>(entry.at.time_since_epoch().count()), entry.events,
                                     entry.draws, static_cast<std::uint64_t>(entry.status), entry.answer})
    pack(text, std::to_string(number));
  for (const std::string* part : {&entry.method, &entry.path, &entry.query, &entry.body}) pack(text, *part);
  pack(text, pack_headers(entry.headers));
  return digest(text);
}

std::string pack_headers(const std::vector<Header>& headers) {
  std::string packed;
  for (const Header& header : headers) {
    pack(packed, header.name);
    pack(packed, header.value);
  }
  return packed;
}

bool unpack_headers(std::string_view packed, std::vector<Header>& headers) {
  while (!packed.empty()) {
    std::optional<std::string> name = unpack(packed);
    std::optional<std::string> value = name ? unpack(packed) : std::nullopt;
    if (!value) return false;
    headers.push_back({std::move(*name), std::move(*value)});
  }
  return true;
}

}  // namespace understudy
