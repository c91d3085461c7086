#include <algorithm>

#include "api/answers.hpp"
#include "api/authentication.hpp"
#include "api/handlers.hpp"
#include "api/lists.hpp"
#include "wire/links.hpp"
#include "wire/organization.hpp"

namespace understudy::api {
namespace {

using model::ApiToken;
using model::User;

/// The user that the path names: oneself ("me" or one's id), or anybody that the fake's owner looks at.
const User& user_of_path(const Context& context) {
  const model::State& state = context.core.state;
  const auto given = [&](const char* name) {
    const auto found = context.path.find(name);
    return found == context.path.end() ? nullptr : &found->second;
  };
  const User* user = nullptr;
  if (const std::string* email = given("email")) {
    user = state.find_user_by_email(*email);
  } else if (const std::string* name = given("username")) {
    const auto found =
        std::ranges::find_if(state.users, [&](const auto& entry) { return entry.second.username == *name; });
    if (found != state.users.end()) user = &found->second;
  } else if (const std::string* id = given("user"); id != nullptr && *id != "me") {
    user = state.find_user(*id);
  } else {
    return *context.user;
  }
  if (user == nullptr) throw ApiError{404, "User not found"};
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

/// Title and region of a project: for who has access to it, and for who manages users or projects of its organization.
bool may_know(const wire::Viewer& viewer, const model::Project& project) {
  if (viewer.may(project, model::Permission::kView)) return true;
  const model::Organization* organization = viewer.state.find_organization(project.organization);
  return organization != nullptr && (viewer.may(*organization, model::Permission::kManageMembers) ||
                                     viewer.may(*organization, model::Permission::kListSubscriptions));
}

std::string joined(const std::vector<std::string>& ids) {
  std::string result;
  for (const std::string& id : ids) result += (result.empty() ? "" : ",") + id;
  return result;
}

}  // namespace

Response get_account(Context& context) { return json_response(200, wire::show_account(context.viewer())); }

Response get_user(Context& context) {
  if (context.sees_all && context.path.empty()) throw ApiError{404, "Nobody is logged in"};
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
  const ApiToken& stored = add_api_token(context.core, context.now, std::move(token));
  return json_response(201, wire::show_api_token(stored, true));  // the only answer that ever carries the value
}

const ApiToken& add_api_token(Core& core, Time now, ApiToken token) {
  const User* user = core.state.find_user(token.user);
  token.id = core.ids.uuid();
  if (token.value.empty()) token.value = core.ids.token(43);
  token.mfa_on_creation = user != nullptr && user->extra.value("mfa_enabled", false);
  token.created_at = token.updated_at = now;
  core.secrets->add({"API token " + token.name, token.value, SecretKind::kApiToken});
  const std::string id = token.id;
  return core.state.api_tokens[id] = std::move(token);
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
  const User& user = user_of_path(context);
  const bool another = !context.sees_all && user.id != context.user->id;
  const auto manages = [&](const auto& entry) {
    return entry.second.members.contains(user.id) && context.may(entry.second, model::Permission::kManageMembers);
  };
  if (another && std::ranges::none_of(context.core.state.organizations, manages))
    throw ApiError{403, "You may only see your own access"};
  std::vector<json> items;
  for (const auto& [id, project] : context.core.state.projects) {
    if (!model::may(context.core.state, project, user.id, model::Permission::kView)) continue;
    json item = wire::show_user_access(context.viewer(), project, user.id);
    item["permissions"] = model::permissions_of(model::access_of(context.core.state, project, user.id));
    item["resource_type"] = "project";
    item["resource_id"] = id;
    item["organization_id"] = project.organization;
    items.push_back(std::move(item));
  }
  json result = list_answer(context, std::move(items));
  std::vector<std::string> projects;
  std::vector<std::string> organizations;
  for (const json& item : result["items"]) {
    projects.push_back(item["resource_id"]);
    const std::string organization = item["organization_id"];
    if (!organization.empty() && std::ranges::find(organizations, organization) == organizations.end())
      organizations.push_back(organization);
  }
  if (!projects.empty()) wire::link(result, "ref:projects:0", "/ref/projects?in=" + joined(projects));
  if (!organizations.empty())
    wire::link(result, "ref:organizations:0", "/ref/organizations?in=" + joined(organizations));
  return json_response(200, std::move(result));
}

Response refer_users(Context& context) {
  return refer(context, [&](const std::string& id) {
    const User* user = context.core.state.find_user(id);
    if (user == nullptr) return json(nullptr);
    return json{{"id", user->id},
                {"username", user->username},
                {"email", user->email},
                {"first_name", user->first_name},
                {"last_name", user->last_name},
                {"picture", user->extra.value("picture", "https://example.com/picture.png")},
                {"mfa_enabled", user->extra.value("mfa_enabled", false)},
                {"sso_enabled", user->extra.value("sso_enabled", false)}};
  });
}

Response refer_projects(Context& context) {
  return refer(context, [&](const std::string& id) -> json {
    const model::Project* project = context.core.state.find_project(id);
    if (project == nullptr || !may_know(context.viewer(), *project)) return nullptr;
    return {{"id", id},
            {"title", project->title},
            {"region", project->region},
            {"status", project->suspended ? "suspended" : "active"},
            {"type", "grid"},
            {"plan", project->plan},
            {"agency_site", false},
            {"support_tier", "general"},
            {"subscription_id", project->subscription},
            {"organization_id", project->organization},
            {"vendor", project->extra.value("vendor", "ovhcloud")},
            {"created_at", format_time(project->created_at)},
            {"updated_at", format_time(project->updated_at)}};
  });
}

Response refer_organizations(Context& context) {
  return refer(context, [&](const std::string& id) -> json {
    const model::Organization* organization = context.core.state.find_organization(id);
    if (organization == nullptr) return nullptr;
    return {{"id", id},
            {"name", organization->name},
            {"label", organization->label},
            {"owner_id", organization->owner},
            {"type", organization->type},
            {"vendor", organization->extra.value("vendor", "upsun")}};
  });
}

Response refer_teams(Context& context) {
  return refer(context, [&](const std::string& id) -> json {
    const auto found = context.core.state.teams.find(id);
    return found == context.core.state.teams.end() ? json(nullptr) : wire::show_team(context.viewer(), found->second);
  });
}

Response get_verification(Context& context) {
  return json_response(200, context.user == nullptr ? json::object() : context.user->verification);
}

Response begin_phone_verification(Context& context) {
  User& user = context.core.state.users.at(oneself(context).id);
  const std::string channel = text_of_body(context, "channel", "sms");
  if (channel != "sms" && channel != "whatsapp" && channel != "call")
    throw bad_request("channel", "has to be sms, whatsapp or call");
  const std::string number = needed_text(context, "phone_number");
  const bool digits =
      number.size() > 7 && number.starts_with('+') && number.find_first_not_of("0123456789", 1) == std::string::npos;
  if (!digits) throw bad_request("phone_number", "Invalid phone number: " + number);
  if (user.phone_code.empty()) user.phone_code = context.core.ids.draw(6, "0123456789");
  return json_response(200, {{"sid", context.core.ids.hex(32)}});
}

Response check_phone_code(Context& context) {
  User& user = context.core.state.users.at(oneself(context).id);
  if (user.phone_code.empty() || needed_text(context, "code") != user.phone_code) {
    Response refusal = json_response(400, {{"status", "error"}, {"code", 400}, {"error", "Invalid verification code"}});
    return refusal;
  }
  user.phone_code.clear();
  user.extra["phone_number_verified"] = true;
  if (user.verification.value("type", "") == "phone") user.verification = {{"state", false}, {"type", ""}};
  return json_response(200, json::object());
}

}  // namespace understudy::api
