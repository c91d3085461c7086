#include "api/dispatch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/authentication.hpp"
#include "mock_server/url.hpp"

namespace understudy::api {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 415:
      return "Unsupported Media Type";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return status >= 500 ? "Internal Server Error" : "Error";
  }
}

void find_resources(Context& context) {
  const auto project = context.path.find("project");
  if (project == context.path.end()) return;
  context.project = context.core.state.find_project(project->second);
  if (context.project == nullptr) throw ApiError{404, "Project not found: " + project->second};
  const auto environment = context.path.find("environment");
  if (environment == context.path.end()) return;
  const bool visible = context.may(*context.project, model::Permission::kView);
  const auto found = context.project->environments.find(environment->second);
  if (!visible) throw ApiError{403, "You do not have access to this project"};
  if (found == context.project->environments.end())
    throw ApiError{404, "Environment not found: " + environment->second};
  context.environment = &found->second;
}

/// By its id, or as `name=NAME`. Whoever is not a member gets the answer of one that does not exist for a name, as the
/// platform does not tell which names are taken.
void find_organization(Context& context) {
  const auto named = context.path.find("organization");
  if (named == context.path.end()) return;
  const std::string& key = named->second;
  auto& all = context.core.state.organizations;
  const bool by_name = key.starts_with("name=");
  const auto found =
      by_name ? std::ranges::find_if(all, [&](const auto& entry) { return entry.second.name == key.substr(5); })
              : all.find(key);
  if (found == all.end()) throw ApiError{404, "Organization not found: " + key};
  context.organization = &found->second;
  if (context.may(found->second, model::Permission::kViewOrganization)) return;
  if (by_name) throw ApiError{404, "Organization not found: " + key};
  throw ApiError{403, "You do not have access to this organization"};
}

void find_team(Context& context) {
  const auto named = context.path.find("team");
  if (named == context.path.end()) return;
  const auto found = context.core.state.teams.find(named->second);
  if (found == context.core.state.teams.end()) throw ApiError{404, "Team not found: " + named->second};
  context.team = &found->second;
  const auto organization = context.core.state.organizations.find(context.team->organization);
  if (organization == context.core.state.organizations.end()) throw ApiError{404, "The team has no organization"};
  context.organization = &organization->second;
  if (!context.may(*context.organization, model::Permission::kViewOrganization))
    throw ApiError{403, "You do not have access to this team"};
}

void authorize_request(Context& context, const Route& route) {
  if (context.sees_all || route.needed == model::Permission::kNothing) return;
  if (context.organization != nullptr && context.project == nullptr) {
    if (!context.may(*context.organization, route.needed))
      throw ApiError{403, "You do not have the permission to do this in the organization"};
    return;
  }
  if (context.project == nullptr) return;
  if (!context.may(*context.project, route.needed, context.environment)) {
    throw ApiError{403, "You do not have the permission to do this"};
  }
}

bool is_json(std::string_view content_type) { return content_type.find("json") != std::string_view::npos; }
bool is_form(std::string_view content_type) {
  return content_type.find("x-www-form-urlencoded") != std::string_view::npos;
}

void read_json(Context& context, bool is_list) {
  context.body = json::object();
  if (context.request.body.empty()) return;
  const std::string* type = find_header(context.request.headers, "Content-Type");
  if (type != nullptr && !is_json(*type)) throw ApiError{415, "Expected application/json, found " + *type};
  json parsed = json::parse(context.request.body, nullptr, false);
  if (parsed.is_discarded()) throw ApiError{400, "The body is not valid JSON"};
  if (parsed.is_array() && is_list) {
    context.items = std::move(parsed);
    return;
  }
  if (parsed.is_array() && parsed.empty()) parsed = json::object();  // PHP writes {} as []
  if (!parsed.is_object())
    throw ApiError{400, fmt::format("The body has to be a JSON object, found {}", parsed.type_name())};
  context.body = std::move(parsed);
}

/// The platform's own JavaScript client sends the OAuth endpoints JSON.
Parameters parameters_of_json(const std::string& body) {
  const json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) throw ApiError{400, "The body is not a JSON object"};
  Parameters parameters;
  for (const auto& [name, value] : parsed.items())
    parameters.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  return parameters;
}

void read_form(Context& context) {
  const std::string* type = find_header(context.request.headers, "Content-Type");
  if (type != nullptr && is_json(*type)) {
    context.form = parameters_of_json(context.request.body);
    return;
  }
  if (!context.request.body.empty() && type != nullptr && !is_form(*type)) {
    throw ApiError{415, "Expected application/x-www-form-urlencoded, found " + *type};
  }
  context.form = parameters_of(context.request.body, true);
}

Response answer(Context& context, const Route& route) {
  if (route.needs_login && !context.sees_all) authenticate(context);
  find_resources(context);
  find_organization(context);
  find_team(context);
  if (!context.sees_all) challenge(context);
  authorize_request(context, route);
  if (route.body == Body::kJson || route.body == Body::kItems) read_json(context, route.body == Body::kItems);
  if (route.body == Body::kForm) read_form(context);
  return route.handler(context);
}

}  // namespace

Response json_response(int status, json document) { return {.status = status, .document = std::move(document)}; }

void finish(Response& response, const Request& request) {
  if (!response.document) return;
  // A client may have sent bytes that are no UTF-8; they must not end the server when they are shown again.
  response.body = response.document->dump(-1, ' ', false, json::error_handler_t::replace);
  response.document.reset();
  if (request.method != "GET" || response.status != 200) return;
  const std::string tag = fmt::format("\"{:016x}\"", std::hash<std::string>{}(response.body));
  response.headers.push_back({"ETag", tag});
  const std::string* known = find_header(request.headers, "If-None-Match");
  if (known == nullptr || known->find(tag) == std::string::npos) return;
  response.status = 304;
  response.body.clear();
}

Response error_response(const ApiError& error) {
  Response response = json_response(error.status, {{"status", "error"},
                                                   {"message", error.message},
                                                   {"code", error.status},
                                                   {"detail", error.detail},
                                                   {"title", title_of(error.status)}});
  response.document->update(error.more);
  response.headers = error.headers;
  return response;
}

const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
  const auto found =
      std::ranges::find(parameters, name, [](const auto& pair) -> std::string_view { return pair.first; });
  return found == parameters.end() ? nullptr : &found->second;
}

Dispatched dispatch(Core& core, Time now, const Request& request, const Match& match, bool sees_all) {
  if (match.route == nullptr) {
    return {.response = error_response({404, fmt::format("No route answers {} {}", request.method, request.path)}),
            .note = "no route",
            .auth = sender_of(core, now, request, nullptr)};
  }
  // A raw "+" in a query is part of a time stamp, not a space (contract, trap 8).
  Context context{
      .core = core, .now = now, .request = request, .path = match.path, .query = parameters_of(request.query, false)};
  context.route = match.route;
  context.sees_all = sees_all;
  if (!sees_all) context.auth = sender_of(core, now, request, match.route);
  Dispatched result{.route = match.route};
  try {
    result.response = answer(context, *match.route);
  } catch (const ApiError& error) {
    result.response = error_response(error);
    context.note = error.message;
  } catch (const json::exception& wrong) {
    // A handler looked for a map where the body has a number, say: the client's mistake, and no reason to end.
    result.response = error_response({400, "The body does not have the form that is expected here"});
    context.note = wrong.what();
  }
  if (context.user != nullptr) result.user = context.user->username;
  result.note = context.note;
  result.auth = std::move(context.auth);
  result.unfinished = std::move(context.unfinished);
  result.unfinished_self = std::move(context.unfinished_self);
  return result;
}

}  // namespace understudy::api
