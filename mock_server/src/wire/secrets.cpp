#include "wire/secrets.hpp"

#include <fmt/format.h>

#include "wire/records.hpp"

namespace understudy::wire {
namespace {

using model::Environment;
using model::Project;

void append(std::vector<Secret>& to, std::vector<Secret> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<Secret> secrets_of(const model::Variables& variables) {
  std::vector<Secret> result;
  for (const auto& [name, variable] : variables) append(result, wire::secrets_of(variable));
  return result;
}

std::vector<Secret> secrets_of(const Environment& environment) {
  std::vector<Secret> result = secrets_of(environment.variables);
  for (const auto& [id, backup] : environment.backups) append(result, secrets_of(backup.variables));
  append(result, secrets_of_http_access(environment.id, environment.extra.value("http_access", json::object())));
  for (const auto& [name, domain] : environment.domains)
    append(result, private_key_of(domain.extra.value("ssl", json::object()), name));
  return result;
}

std::vector<Secret> secrets_of(const Project& project) {
  std::vector<Secret> result = secrets_of(project.variables);
  for (const auto& [id, integration] : project.integrations)
    append(result, secrets_of_integration(integration.extra.value("type", ""), integration.extra, id));
  for (const auto& [id, certificate] : project.certificates)
    append(result, private_key_of(certificate.extra, "certificate " + id.substr(0, 8)));
  for (const auto& [id, environment] : project.environments) append(result, secrets_of(environment));
  return result;
}

/// A secret is a text, or the secret part of a key and its secret.
std::string secret_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return "";
  for (const char* part : {"secret", "shared_secret"}) {
    const auto found = value.find(part);
    if (found != value.end() && found->is_string()) return found->get<std::string>();
  }
  return "";
}

}  // namespace

std::vector<Secret> secrets_of(const model::Variable& variable) {
  if (!variable.is_sensitive || variable.value.empty()) return {};
  return {{"variable " + variable.id, variable.value, SecretKind::kVariable}};
}

std::vector<Secret> secrets_of_http_access(const std::string& environment, const json& http_access) {
  std::vector<Secret> result;
  const auto users = http_access.is_object() ? http_access.find("basic_auth") : http_access.end();
  if (!http_access.is_object() || users == http_access.end() || !users->is_object()) return result;
  for (const auto& [user, password] : users->items()) {
    const std::string text = secret_text(password);
    if (!text.empty()) result.push_back({fmt::format("password of {} on {}", user, environment), text});
  }
  return result;
}

std::vector<Secret> secrets_of_integration(std::string_view type, const json& fields, const std::string& name) {
  std::vector<Secret> result;
  const RecordKind* kind = integration_kind(type);
  if (kind == nullptr) return result;
  for (const std::string& field : kind->secrets) {
    const auto found = fields.find(field);
    const std::string text = found == fields.end() ? "" : secret_text(*found);
    if (!text.empty()) result.push_back({fmt::format("{} of integration {}", field, name), text});
  }
  return result;
}

std::vector<Secret> private_key_of(const json& holder, const std::string& name) {
  const auto key = holder.is_object() ? holder.find("key") : holder.end();
  if (!holder.is_object() || key == holder.end() || secret_text(*key).empty()) return {};
  return {{"private key of " + name, secret_text(*key), SecretKind::kPrivateKey}};
}

std::vector<Secret> secrets_of(const model::State& state) {
  std::vector<Secret> result;
  for (const auto& [id, token] : state.api_tokens)
    result.push_back({"API token " + token.name, token.value, SecretKind::kApiToken});
  for (const auto& [id, project] : state.projects) append(result, secrets_of(project));
  return result;
}

}  // namespace understudy::wire
