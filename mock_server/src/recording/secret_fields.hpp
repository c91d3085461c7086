#pragma once
/// Which names belong to secrets: a table with a reason for each row.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/secrets.hpp"

namespace understudy::recording {

enum class Where { kHeader, kParameter, kJson };  ///< parameters are those of queries and forms

/// When a value counts.
enum class Which {
  kAny,        ///< always
  kTokenLike,  ///< if it looks drawn, or is a private key: the name alone says little
};

struct SecretField {
  Where where;
  std::string_view pattern;  ///< lower case, "_" for "-"; "*" at an end: anything
  Which which;
  std::string_view name;  ///< what it is: "access token"
  SecretKind kind;
  std::string_view reason;
};
[[nodiscard]] std::span<const SecretField> secret_fields();

/// The row that `value` under this name falls under, or nullptr. `more` are names that a person gave.
[[nodiscard]] const SecretField* secret_field(Where where, std::string_view name, std::string_view value,
                                              const std::vector<std::string>& more);

/// Whether somebody gives secrets a name like this: for what the table has no row for.
[[nodiscard]] bool sounds_secret(std::string_view name);

/// Long, letters and digits, in no order that a word would have.
[[nodiscard]] bool looks_drawn(std::string_view value);
[[nodiscard]] bool is_public_key(std::string_view value);

}  // namespace understudy::recording
