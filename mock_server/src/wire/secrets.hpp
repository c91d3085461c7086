#pragma once
/// Which fields of a resource are secrets, and what they are called in reports.

#include "mock_server/secrets.hpp"
#include "model/model.hpp"

namespace understudy::wire {

using model::json;

/// Of a variable that is sensitive; else none.
[[nodiscard]] std::vector<Secret> secrets_of(const model::Variable& variable);
/// Passwords of HTTP access, by their users.
[[nodiscard]] std::vector<Secret> secrets_of_http_access(const std::string& environment, const json& http_access);
/// Tokens and keys in `fields` of an integration of this type; `name` tells it apart.
[[nodiscard]] std::vector<Secret> secrets_of_integration(std::string_view type, const json& fields,
                                                         const std::string& name);
/// Private keys in the `key` of a certificate, or of a domain's own one.
[[nodiscard]] std::vector<Secret> private_key_of(const json& holder, const std::string& name);
/// All that a world has: API tokens, variables (of backups, too), HTTP access, integrations, certificates, domains.
[[nodiscard]] std::vector<Secret> secrets_of(const model::State& state);

}  // namespace understudy::wire
