#pragma once
/// Secrets that are known by their looks, wherever they are.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/secrets.hpp"

namespace understudy::recording {

struct ShapedSecret {
  std::size_t begin = 0;
  std::size_t end = 0;      ///< one past the last byte
  std::string_view name{};  ///< "private key"
  SecretKind kind = SecretKind::kOther;
};

/// JSON Web Tokens, private keys in PEM (also with "\n" written for line breaks), passwords in URLs, tokens with
/// well-known prefixes, what follows "Bearer". In the order of their places, none overlapping.
[[nodiscard]] std::vector<ShapedSecret> shaped_secrets(std::string_view text);

[[nodiscard]] bool is_json_web_token(std::string_view text);
/// Of its claims, "" if there is none that is a text.
[[nodiscard]] std::string subject_of(std::string_view json_web_token);

}  // namespace understudy::recording
