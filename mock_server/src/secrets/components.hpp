#pragma once
/// What a value consists of.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::secrets {

[[nodiscard]] inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// "header.payload.signature", the first two of which are base64url of JSON (RFC 7519).
struct JsonWebToken {
  std::string_view payload{};
  std::size_t payload_at = 0;
  std::size_t signature_at = 0;
};
[[nodiscard]] std::optional<JsonWebToken> json_web_token(std::string_view value);

/// What stands between the first and the last line of a PEM file (RFC 7468), with its line breaks; "" if it is none.
[[nodiscard]] std::string pem_body(std::string_view value);

/// The password in "scheme://user:password@host", as it stands there and, if that differs, as it is meant (RFC 3986,
/// 3.2.1): programs hand it on by itself. None where the value is no such URL.
[[nodiscard]] std::vector<std::string> url_passwords(std::string_view value);

}  // namespace understudy::secrets
