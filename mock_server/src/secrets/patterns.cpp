#include "secrets/patterns.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "mock_server/base64.hpp"

namespace understudy::secrets {
namespace {

/// In lower case.
std::string to_hex(std::string_view bytes) {
  std::string result;
  result.reserve(2 * bytes.size());
  for (const char c : bytes) result += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return result;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string digest(std::string_view text, const EVP_MD* kind) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind, nullptr);
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

/// The characters of base64 that depend on `value` alone when `before` bytes modulo 3 stand before it.
std::string base64_at(std::string_view value, std::size_t before) {
  const std::string encoded = to_base64(std::string(before, '\0') + std::string{value});
  const std::size_t first = (before * 8 + 5) / 6;
  const std::size_t last = (before + value.size()) * 8 / 6;
  return encoded.substr(first, last - first);
}

std::string url_alphabet(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::string utf16(std::string_view text, bool little) {
  std::string result;
  for (const char c : text) {
    if (!little) result += '\0';
    result += c;
    if (little) result += '\0';
  }
  return result;
}

std::size_t shortest_part(std::size_t length) {
  return std::clamp((length + 1) / 2, kShortest, std::max(kShortest, kLongPart));
}

/// "header.payload.signature", the first two of which are base64url of JSON.
struct JsonWebToken {
  std::string_view payload{};
  std::size_t signature_at = 0;  ///< 0 if it is none
};

JsonWebToken take_apart(std::string_view value) {
  const std::size_t first = value.find('.');
  if (!value.starts_with("eyJ") || first == std::string_view::npos) return {};
  const std::size_t second = value.find('.', first + 1);
  if (second == std::string_view::npos || !value.substr(first + 1).starts_with("eyJ")) return {};
  return {value.substr(first + 1, second - first - 1), second + 1};
}

/// What stands between the lines of a PEM file (RFC 7468), without line breaks; "" if it is none.
std::string pem_body(std::string_view value) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kDashes = "-----";
  const std::size_t begin = value.find(kBegin);
  if (begin == std::string_view::npos) return {};
  const std::size_t head_end = value.find(kDashes, begin + kBegin.size());
  if (head_end == std::string_view::npos) return {};
  const std::size_t body = head_end + kDashes.size();
  const std::size_t end = value.find("-----END ", body);
  std::string text{value.substr(body, end == std::string_view::npos ? end : end - body)};
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  return text.size() < 2 * kLongPart ? std::string{} : text;
}

class PatternMaker {
public:
  explicit PatternMaker(std::uint32_t secret) : secret_{secret} {}

  /// `public_part`: so many characters at the beginning are no secret.
  void add_all(std::string_view value, std::size_t part, std::size_t public_part, std::string_view plain) {
    value_ = value;
    part_ = part;
    public_part_ = public_part;
    add(std::string{value}, plain, 1, 0);
    if (const std::string joined = without_line_breaks(value); joined != value) add(joined, plain, 1, 0);
    if (value.find(' ') != std::string_view::npos) {
      std::string form{value};
      std::ranges::replace(form, ' ', '+');
      add(std::move(form), "form encoding", 1, 0);
    }
    for (std::size_t before = 0; before < 3; ++before) {
      const std::string encoded = base64_at(value, before);
      add(encoded, "base64", 4.0 / 3, 2);
      if (const std::string url = url_alphabet(encoded); url != encoded) add(url, "base64url", 4.0 / 3, 2);
    }
    const std::string hex = to_hex(value);
    add(hex, "hex", 2, 0);
    if (const std::string other = upper(hex); other != hex) add(other, "hex", 2, 0);
    add(utf16(value, true), "UTF-16", 2, 1);
    add(utf16(value, false), "UTF-16", 2, 1);
    public_part_ = 0;  // what is public is at the other end
    if (public_part == 0) add({value.rbegin(), value.rend()}, "reversed", 1, 0);
  }

  void add_fingerprints(std::string_view value) {
    const auto add_digest = [&](const EVP_MD* kind, std::string_view name) {
      const std::string bytes = digest(value, kind);
      const std::string hex = to_hex(bytes);
      constexpr std::size_t kHalf = 32;  // the client names sessions by the first half of a SHA-256
      for (const std::string& text : {hex, upper(hex)}) add_fingerprint(text, name, kHalf);
      std::string encoded = to_base64(bytes);
      encoded.resize(encoded.find_last_not_of('=') + 1);
      add_fingerprint(encoded, name, encoded.size());
      if (const std::string url = url_alphabet(encoded); url != encoded) add_fingerprint(url, name, url.size());
    };
    add_digest(EVP_sha256(), "SHA-256");
    add_digest(EVP_md5(), "MD5");
  }

  [[nodiscard]] std::vector<Pattern> take() { return std::move(patterns_); }

private:
  /// `slack`: so many bytes of a part may be missing at its ends, where they also depend on what stands beside it.
  void add(std::string bytes, std::string_view shape, double per_character, std::size_t slack) {
    const auto scaled = [&](std::size_t characters) {
      return static_cast<std::size_t>(std::lround(static_cast<double>(characters) * per_character));
    };
    const std::size_t enough = std::max(kShortest, std::min(bytes.size(), scaled(part_) - slack));
    if (bytes.size() < kShortest) return;
    patterns_.push_back({.secret = secret_,
                         .bytes = std::move(bytes),
                         .shape = shape,
                         .enough = enough,
                         .from = scaled(public_part_),
                         .per_character = per_character,
                         .edges = shape.starts_with("base64")});
  }

  void add_fingerprint(const std::string& bytes, std::string_view shape, std::size_t enough) {
    patterns_.push_back({.secret = secret_, .bytes = bytes, .shape = shape, .enough = enough, .fingerprint = true});
  }

  std::uint32_t secret_;
  std::string_view value_;
  std::size_t part_ = 0;
  std::size_t public_part_ = 0;
  std::vector<Pattern> patterns_;
};

}  // namespace

std::vector<Pattern> patterns_of(std::string_view value, std::uint32_t secret) {
  PatternMaker maker{secret};
  if (const std::string body = pem_body(value); !body.empty()) {
    // Headers, the algorithm, and in OpenSSH's format the public half: what keys share, and what anyone may see.
    maker.add_all(body, kLongPart, body.size() / 2, "as it is");
    return maker.take();
  }
  const JsonWebToken token = take_apart(value);
  if (token.signature_at == 0) {
    maker.add_all(value, shortest_part(value.size()), 0, "as it is");
  } else {
    maker.add_all(value, shortest_part(value.size() - token.signature_at), token.signature_at, "as it is");
    maker.add_all(token.payload, token.payload.size(), 0, "JWT payload");
  }
  maker.add_fingerprints(value);
  return maker.take();
}

std::string without_line_breaks(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  std::string result;
  std::size_t at = 0;
  while (true) {
    const std::size_t line_break = text.find('\n', at);
    if (line_break == std::string_view::npos) return result.append(text.substr(at));
    std::size_t end = line_break;
    while (end > at && blank(text[end - 1])) --end;
    result.append(text.substr(at, end - at));
    at = line_break;
    while (at < text.size() && blank(text[at])) ++at;
  }
}

}  // namespace understudy::secrets
