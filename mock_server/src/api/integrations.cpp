// Integrations of every kind, and their activities. Source: endpoints.md, "Integrations".
#include <fmt/format.h>

#include <algorithm>

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "wire/records.hpp"
#include "wire/secrets.hpp"

namespace understudy::api {
namespace {

using model::Record;

Record& integration_of_path(Context& context) {
  const auto found = context.project->integrations.find(context.param("integration"));
  if (found == context.project->integrations.end())
    throw ApiError{404, "Integration not found: " + context.param("integration")};
  return found->second;
}

json shown(const Context& context, const Record& integration) {
  return wire::show_integration(context.viewer(), *context.project, integration);
}

std::string type_of(const Record& integration) { return integration.extra.value("type", ""); }

bool is_url(std::string_view text) { return text.starts_with("https://") || text.starts_with("http://"); }

/// What the platform finds wrong with it when it tries it out; {} if nothing. Only the form is looked at: the fake
/// asks nobody outside.
json findings(const Record& integration) {
  json problems = json::object();
  for (const char* field : {"url", "base_url"}) {
    const auto value = integration.extra.find(field);
    if (value != integration.extra.end() && value->is_string() && !is_url(value->get<std::string>()))
      problems[field] = "Invalid URL: it has to begin with https:// or http://";
  }
  const auto states = integration.extra.find("states");
  if (states != integration.extra.end() && states->is_array()) {
    for (const json& state : *states) {
      if (state == "*" || model::value_of(model::kStateNames, state.get<std::string>())) continue;
      problems["states"] = "There is no activity state " + state.get<std::string>();
    }
  }
  const auto recipients = integration.extra.find("recipients");
  if (recipients != integration.extra.end() && recipients->is_array()) {
    for (const json& recipient : *recipients) {
      const std::string text = recipient.is_string() ? recipient.get<std::string>() : "";
      if (!text.starts_with('#') && text.find('@') == std::string::npos)
        problems["recipients"] = "Invalid e-mail address: " + text;
    }
  }
  const auto repository = integration.extra.find("repository");
  const bool needs_slash = type_of(integration) == "github" || type_of(integration) == "bitbucket";
  if (needs_slash && repository != integration.extra.end() && repository->is_string() &&
      repository->get<std::string>().find('/') == std::string::npos)
    problems["repository"] = "Invalid repository: expected OWNER/NAME";
  return problems;
}

void refuse_not_allowed(const Context& context, const std::string& type) {
  const json settings = context.project->capabilities.value("integrations", json::object());
  const json config = settings.value("config", json::object());
  const bool available = settings.value("enabled", true) && config.value(type, json::object()).value("enabled", false);
  if (!available) throw ApiError{403, "Integrations of the type " + type + " are not available for this project"};
}

std::string start(Context& context, const std::string& what, const Record& integration) {
  return begin(context, {.type = "integration." + what,
                         .subjects = {{"integration", integration.id, type_of(integration)}},
                         .payload = {{"integration", {{"id", integration.id}, {"type", type_of(integration)}}}},
                         .integration = integration.id});
}

}  // namespace

Response list_integrations(Context& context) {
  json items = json::array();
  for (const auto& [id, integration] : context.project->integrations) items.push_back(shown(context, integration));
  return json_response(200, std::move(items));
}

Response get_integration(Context& context) { return json_response(200, shown(context, integration_of_path(context))); }

Response create_integration(Context& context) {
  const std::string type = needed_text(context, "type");
  const wire::RecordKind* kind = wire::integration_kind(type);
  if (kind == nullptr) throw bad_request("type", "there is no integration type " + type);
  context.keep(wire::secrets_of_integration(type, context.body, type));
  refuse_not_allowed(context, type);
  Record integration;
  integration.extra["type"] = type;
  apply_or_refuse(integration, kind->fields, context.body, wire::kCreate);
  json problems = findings(integration);
  for (const std::string& field : kind->required) {
    const bool given = integration.extra.contains(field) && !integration.extra[field].is_null() &&
                       integration.extra[field] != json("") && integration.extra[field] != json::array();
    if (!given) problems[field] = "is required";
  }
  if (!problems.empty()) throw ApiError{400, "Bad Request", problems};
  integration.id = context.core.ids.resource_id();
  integration.created_at = integration.updated_at = context.now;
  const Record& stored = context.project->integrations[integration.id] = integration;
  return accepted(context, 201, {start(context, "create", stored)}, shown(context, stored));
}

Response update_integration(Context& context) {
  Record& integration = integration_of_path(context);
  Record changed = integration;
  const wire::RecordKind* kind = wire::integration_kind(type_of(integration));
  if (kind == nullptr) throw ApiError{400, "An integration of an unknown type cannot be changed"};
  context.keep(wire::secrets_of_integration(type_of(integration), context.body, type_of(integration)));
  apply_or_refuse(changed, kind->fields, context.body, wire::kPatch);
  if (json problems = findings(changed); !problems.empty()) throw ApiError{400, "Bad Request", problems};
  changed.updated_at = context.now;
  integration = std::move(changed);
  return accepted(context, 200, {start(context, "update", integration)}, shown(context, integration));
}

Response delete_integration(Context& context) {
  const Record integration = integration_of_path(context);
  context.project->integrations.erase(integration.id);
  return accepted(context, 200, {start(context, "delete", integration)});
}

Response validate_integration(Context& context) {
  const Record& integration = integration_of_path(context);
  if (const json problems = findings(integration); !problems.empty())
    throw ApiError{400, "The integration is not valid", problems};
  return accepted(context, 200, {});
}

}  // namespace understudy::api
