#include "secrets/patterns.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "mock_server/ascii.hpp"
#include "mock_server/base64.hpp"
#include "mock_server/secret_hunter.hpp"
#include "secrets/components.hpp"
#include "secrets/key_layout.hpp"

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

struct CodePoint {
  std::uint32_t code = 0;
  std::size_t size = 1;  ///< bytes
};

/// Of UTF-8; a byte that begins no character stands for itself.
CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(at);
  const std::size_t size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 1;
  if (size == 1 || at + size > text.size()) return {first, 1};
  std::uint32_t code = first & (0x7fU >> size);
  for (std::size_t i = at + 1; i < at + size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {first, 1};
    code = code << 6U | (byte(i) & 0x3fU);
  }
  return {code, size};
}

std::string url_alphabet(std::string text) {
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

/// Of UTF-8; bytes that are none, or with `latin1` all of them, are taken for Latin-1.
std::string utf16(std::string_view text, bool little, bool latin1) {
  std::string result;
  const auto add = [&](std::uint32_t unit) {
    const auto high = static_cast<char>(unit >> 8U & 0xffU);
    const auto low = static_cast<char>(unit & 0xffU);
    result += little ? low : high;
    result += little ? high : low;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, size] = latin1 ? CodePoint{static_cast<unsigned char>(text[at])} : code_point_at(text, at);
    at += size;
    if (code < 0x10000) {
      add(code);
    } else {
      add(0xd800 + ((code - 0x10000) >> 10U));
      add(0xdc00 + ((code - 0x10000) & 0x3ffU));
    }
  }
  return result;
}

std::size_t shortest_part(std::size_t length) {
  return std::clamp((length + 1) / 2, kShortest, std::max(kShortest, kLongPart));
}

/// With each `quote` twice, as CSV, SQL and YAML write it between two of them.
std::string doubled(std::string_view text, char quote) {
  std::string result;
  for (const char c : text) result.append(c == quote ? 2 : 1, c);
  return result;
}

/// RFC 2045, 6.7, on one line.
std::string quoted_printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = c == ' ' || (c > ' ' && c < 0x7f && c != '=');
    result += plain ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

/// Characters of a value.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = std::string::npos;
};

class PatternMaker {
public:
  explicit PatternMaker(std::uint32_t secret) : secret_{secret} {}

  /// Its header is that of all others; what it says of itself is shown to nobody, but no evidence.
  void add_token(std::string_view value, const JsonWebToken& token) {
    beyond_ = "JWT signature";
    add_all(value, shortest_part(value.size() - token.signature_at), {.begin = token.signature_at}, "as it is",
            token.payload_at);
    beyond_ = {};
    add_component(token.payload, "JWT payload");
  }

  /// What is a secret by itself, as a whole.
  void add_component(std::string_view value, std::string_view plain) {
    is_component_ = true;
    add_all(value, value.size(), {}, plain);
    is_component_ = false;
  }

  /// `secret_part`: what is before and behind it is public. From `covered_from` on it is not to be shown all the same.
  void add_all(std::string_view value, std::size_t part, Stretch secret_part, std::string_view plain,
               std::size_t covered_from = std::string::npos) {
    part_ = part;
    secret_part_ = secret_part;
    covered_from_ = covered_from;
    add(std::string{value}, plain, 1, 0);
    if (!beyond_.empty()) patterns_.back().beyond = beyond_;
    if (const std::string joined = without_line_breaks(value); joined != value) {
      const auto in_joined = [&](std::size_t at) { return without_line_breaks(value.substr(0, at)).size(); };
      add(joined, plain, 1, 0);
      patterns_.back().from = in_joined(secret_part.begin);
      if (secret_part.end < value.size()) patterns_.back().until = in_joined(secret_part.end);
    }
    if (value.find(' ') != std::string_view::npos) {
      std::string form{value};
      std::ranges::replace(form, ' ', '+');
      add(std::move(form), "form encoding", 1, 0);
    }
    for (const char quote : {'"', '\''}) {
      if (value.find(quote) != std::string_view::npos) add(doubled(value, quote), "doubled quotes", 1, 0);
    }
    if (std::string mail = quoted_printable(value); mail != value && value.find('\n') == std::string_view::npos)
      add(std::move(mail), "quoted-printable", 1, 0);
    for (std::size_t before = 0; before < 3; ++before) {
      const std::string encoded = base64_at(value, before);
      const auto add_at = [&](std::string text, std::string_view shape) {
        add(std::move(text), shape, 4.0 / 3, 2);
        patterns_.back().left_edge = before != 0;
        patterns_.back().right_edge = (before + value.size()) % 3 != 0;
      };
      add_at(encoded, "base64");
      if (const std::string url = url_alphabet(encoded); url != encoded) add_at(url, "base64url");
    }
    const std::string hex = to_hex(value);
    add(hex, "hex", 2, 0);
    if (const std::string other = upper(hex); other != hex) add(other, "hex", 2, 0);
    for (const bool little : {true, false}) {
      const std::string wide = utf16(value, little, false);
      add(wide, "UTF-16", 2, 1);
      if (const std::string bytes = utf16(value, little, true); bytes != wide) add(bytes, "UTF-16", 2, 1);
    }
    add({value.rbegin(), value.rend()}, "reversed", 1, 0);
    patterns_.back().from = value.size() - std::min(secret_part.end, value.size());
    patterns_.back().until = value.size() - secret_part.begin;
    if (covered_from != std::string::npos) patterns_.back().covered_from = 0;
  }

  /// The bytes that the last value is base64 of; `secret_part` of them.
  void add_decoded(const std::string& bytes, Stretch secret_part) {
    part_ = kLongPart;  // as many bytes as characters elsewhere: the shortest part decides on the search's speed
    secret_part_ = secret_part;
    constexpr double kPerCharacter = 3.0 / 4;
    add(bytes, "DER", 1, 0);
    patterns_.back().per_character = kPerCharacter;
    patterns_.back().is_binary = true;
    const std::string hex = to_hex(bytes);
    for (const std::string& text : {hex, upper(hex)}) {
      add(text, "DER in hex", 2, 0);
      patterns_.back().per_character = 2 * kPerCharacter;
    }
  }

  /// Where something is put before each line, as logs do, only the first and the last are a part at an end.
  void add_lines(std::string_view value) {
    if (value.find('\n') == std::string_view::npos) return;
    for (std::size_t at = 0; at < value.size();) {
      const std::size_t end = std::min(value.find('\n', at), value.size());
      const std::string_view line = trimmed(value.substr(at, end - at));
      at = end + 1;
      if (line.size() < kLongPart || !why_not_hunted(line).empty()) continue;
      patterns_.push_back(
          {.secret = secret_, .bytes = std::string{line}, .shape = "as it is", .enough = line.size(), .is_line = true});
    }
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
    constexpr std::size_t kNone = std::string::npos;
    const std::size_t enough = std::max(kShortest, std::min(bytes.size(), scaled(part_) - slack));
    if (bytes.size() < kShortest) return;
    patterns_.push_back({.secret = secret_,
                         .bytes = std::move(bytes),
                         .shape = shape,
                         .long_run = std::max(enough, scaled(kLongRun) - slack),
                         .enough = enough,
                         .from = scaled(secret_part_.begin),
                         .until = secret_part_.end == kNone ? kNone : scaled(secret_part_.end),
                         .covered_from = covered_from_ == kNone ? kNone : scaled(covered_from_),
                         .per_character = per_character,
                         .is_component = is_component_});
  }

  void add_fingerprint(const std::string& bytes, std::string_view shape, std::size_t enough) {
    patterns_.push_back({.secret = secret_, .bytes = bytes, .shape = shape, .enough = enough, .fingerprint = true});
  }

  std::uint32_t secret_;
  std::string_view beyond_;
  bool is_component_ = false;
  std::size_t part_ = 0;
  Stretch secret_part_;
  std::size_t covered_from_ = std::string::npos;
  std::vector<Pattern> patterns_;
};

/// `body`: lines of base64.
void add_key(PatternMaker& maker, const std::string& body) {
  std::string joined = body;
  std::erase_if(joined, is_blank);
  const std::optional<std::string> bytes = from_base64(joined);
  const std::optional<SecretBytes> known = bytes ? secret_bytes_of_key(*bytes) : std::nullopt;
  if (!known) {  // the public half comes first nearly everywhere
    maker.add_all(body, kLongPart, {.begin = body.size() / 2}, "as it is", 0);
    if (bytes) maker.add_decoded(*bytes, {.begin = bytes->size() / 2});
    return;
  }
  const auto in_body = [&](std::size_t characters) {
    std::size_t at = 0;
    for (; at < body.size() && (characters > 0 || is_blank(body[at])); ++at) characters -= is_blank(body[at]) ? 0 : 1;
    return at;
  };
  const std::size_t end = known->end == bytes->size() ? joined.size() : known->end * 4 / 3;
  maker.add_all(body, kLongPart, {.begin = in_body((known->begin * 4 + 2) / 3), .end = in_body(end)}, "as it is");
  maker.add_decoded(*bytes, {.begin = known->begin, .end = known->end});
}

}  // namespace

std::vector<Pattern> patterns_of(std::string_view value, std::uint32_t secret) {
  PatternMaker maker{secret};
  if (const std::string body = pem_body(value); !body.empty()) {
    add_key(maker, body);
    return maker.take();
  }
  if (const std::optional<JsonWebToken> token = json_web_token(value)) {
    maker.add_token(value, *token);
  } else {
    maker.add_all(value, shortest_part(value.size()), {}, "as it is");
    maker.add_lines(value);
    for (const std::string& password : url_passwords(value)) {
      if (why_not_hunted(password).empty()) maker.add_component(password, "password of a URL");
    }
  }
  maker.add_fingerprints(value);
  return maker.take();
}

std::string without_line_breaks(std::string_view text) {
  std::string result;
  std::size_t at = 0;
  while (true) {
    const std::size_t line_break = text.find('\n', at);
    if (line_break == std::string_view::npos) return result.append(text.substr(at));
    std::size_t end = line_break;
    while (end > at && is_blank(text[end - 1])) --end;
    result.append(text.substr(at, end - at));
    at = line_break;
    while (at < text.size() && is_blank(text[at])) ++at;
  }
}

}  // namespace understudy::secrets
