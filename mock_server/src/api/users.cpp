#include <algorithm>

#include "api/handlers.hpp"
#include "wire/links.hpp"

namespace understudy::api {
namespace {

using model::ApiToken;
using model::User;

/// The user that the path names: oneself ("me" or one's id), or anybody that the fake's owner looks at.
const User& user_of_path(const Context& context) {
  const auto named = context.path.find("user");
  if (named == context.path.end() || named->second == "me") return *context.user;
  const User* user = context.core.state.find_user(named->second);
  if (user == nullptr) throw ApiError{404, "User not found: " + named->second};
  return *user;
}

const User& oneself(const Context& context) {
  const User& user = user_of_path(context);
  if (!context.sees_all && user.id != context.user->id) throw ApiError{403, "You may only see your own account"};
  return user;
}

ApiToken& token_of_path(Context& context) {
  const User& owner = oneself(context);
  const auto found = context.core.state.api_tokens.find(context.param("token"));
  if (found == context.core.state.api_tokens.end() || found->second.user != owner.id)
    throw ApiError{404, "API token not found"};
  return found->second;
}

/// `?in=a,b` of the reference resolvers (endpoints.md, "Reference resolvers").
template <class Show>
Response refer(const Context& context, Show show) {
  json result = json::object();
  const std::string* wanted = find_parameter(context.query, "in");
  std::string_view rest = wanted == nullptr ? std::string_view{} : std::string_view{*wanted};
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string id{rest.substr(0, end)};
    if (!id.empty()) result[id] = show(id);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return json_response(200, std::move(result));
}

std::string joined(const std::vector<std::string>& ids) {
  std::string result;
  for (const std::string& id : ids) result += (result.empty() ? "" : ",") + id;
  return result;
}

}  // namespace

Response get_account(Context& context) { return json_response(200, wire::show_account(context.viewer())); }

Response get_user(Context& context) {
  if (context.sees_all && !context.path.contains("user")) throw ApiError{404, "Nobody is logged in"};
  return json_response(200, wire::show_user(user_of_path(context)));
}

Response list_api_tokens(Context& context) {
  const User& user = oneself(context);
  json items = json::array();
  for (const auto& [id, token] : context.core.state.api_tokens) {
    if (token.user == user.id && !token.revoked) items.push_back(wire::show_api_token(token, false));
  }
  return json_response(200, std::move(items));
}

Response create_api_token(Context& context) {
  const User& user = oneself(context);
  ApiToken token;
  token.user = user.id;
  apply_or_refuse(token, wire::api_token_fields(), context.body, wire::kCreate);
  if (token.name.empty()) throw ApiError{400, "Bad Request", {{"name", "is required"}}};
  const auto& tokens = context.core.state.api_tokens;
  const bool taken = std::ranges::any_of(tokens, [&](const auto& entry) {
    return entry.second.user == user.id && entry.second.name == token.name && !entry.second.revoked;
  });
  if (taken) throw ApiError{409, "An API token with this name exists already"};
  token.id = context.core.ids.uuid();
  token.value = context.core.ids.token(43);
  token.mfa_on_creation = user.extra.value("mfa_enabled", false);
  token.created_at = token.updated_at = context.now;
  context.core.secrets->add("API token " + token.name, token.value);
  const ApiToken& stored = context.core.state.api_tokens[token.id] = token;
  return json_response(201, wire::show_api_token(stored, true));  // the only answer that ever carries the value
}

Response get_api_token(Context& context) {
  const ApiToken& token = token_of_path(context);
  if (token.revoked) throw ApiError{404, "API token not found"};
  return json_response(200, wire::show_api_token(token, false));
}

Response delete_api_token(Context& context) {
  ApiToken& token = token_of_path(context);
  if (token.revoked) throw ApiError{404, "API token not found"};
  token.revoked = true;
  token.updated_at = context.now;
  return {.status = 204};
}

Response list_extended_access(Context& context) {
  const User& user = oneself(context);
  json items = json::array();
  std::vector<std::string> projects;
  std::vector<std::string> organizations;
  for (const auto& [id, project] : context.core.state.projects) {
    if (!model::may(project, user.id, model::Permission::kView)) continue;
    json item = wire::show_user_access(context.viewer(), project, user.id);
    const json organization = project.extra.value("organization", json(nullptr));
    item["resource_type"] = "project";
    item["resource_id"] = id;
    item["organization_id"] = organization.is_string() ? organization : json("");
    items.push_back(item);
    projects.push_back(id);
    if (organization.is_string() &&
        std::ranges::find(organizations, organization.get<std::string>()) == organizations.end()) {
      organizations.push_back(organization);
    }
  }
  json result{{"items", items}, {"_links", json::object()}};
  if (!projects.empty()) wire::link(result, "ref:projects:0", "/ref/projects?in=" + joined(projects));
  if (!organizations.empty())
    wire::link(result, "ref:organizations:0", "/ref/organizations?in=" + joined(organizations));
  return json_response(200, std::move(result));
}

Response refer_users(Context& context) {
  return refer(context, [&](const std::string& id) {
    const User* user = context.core.state.find_user(id);
    return user == nullptr ? json(nullptr) : wire::show_user(*user);
  });
}

Response refer_projects(Context& context) {
  return refer(context, [&](const std::string& id) -> json {
    const model::Project* project = context.core.state.find_project(id);
    const bool visible =
        project != nullptr && (context.sees_all || model::may(*project, context.user->id, model::Permission::kView));
    if (!visible) return nullptr;
    return {{"id", id},
            {"title", project->title},
            {"region", project->region},
            {"status", project->suspended ? "suspended" : "active"},
            {"subscription_id", project->extra.value("subscription_id", "42")},
            {"organization_id", project->extra.value("organization", json(nullptr))},
            {"vendor", project->extra.value("vendor", "ovhcloud")},
            {"created_at", format_time(project->created_at)}};
  });
}

Response refer_organizations(Context& context) {
  return refer(context, [&](const std::string& id) -> json {
    for (const auto& [key, project] : context.core.state.projects) {
      if (project.extra.value("organization", json(nullptr)) != json(id)) continue;
      return {{"id", id},           {"name", id},
              {"label", id},        {"owner_id", project.owner},
              {"type", "flexible"}, {"vendor", project.extra.value("vendor", "ovhcloud")}};
    }
    return nullptr;
  });
}

}  // namespace understudy::api
