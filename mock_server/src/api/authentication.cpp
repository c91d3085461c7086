// Source: contract, sections 2.5 and 2.6; RFC 6750, section 3.1; RFC 9470, section 3.
#include "api/authentication.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "api/handlers.hpp"
#include "model/grants.hpp"

namespace understudy::api {
namespace {

/// The token of `Authorization: Bearer TOKEN`; "" without one. Names of schemes know no case (RFC 9110, section 11.1).
std::string_view bearer_of(const Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string* header = find_header(request.headers, "Authorization");
  if (header == nullptr || header->size() < kScheme.size()) return {};
  const bool same = std::ranges::equal(kScheme, std::string_view{*header}.substr(0, kScheme.size()), {}, {},
                                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return same ? std::string_view{*header}.substr(kScheme.size()) : std::string_view{};
}

BearerRefusal refusal_of(const model::State& state, Time now, const model::Grant& grant) {
  switch (model::end_of(state, grant, now)) {
    case model::GrantEnd::kRevoked:
      return BearerRefusal::kRevoked;
    case model::GrantEnd::kExpired:
      return BearerRefusal::kExpired;
    case model::GrantEnd::kOwnerGone:
      return BearerRefusal::kOwnerGone;
    case model::GrantEnd::kNone:
      break;
  }
  return BearerRefusal::kNone;
}

std::string_view sentence_of(BearerRefusal refusal) {
  switch (refusal) {
    case BearerRefusal::kMissing:
      return "The request carries no access token";
    case BearerRefusal::kUnknown:
      return "The access token is unknown";
    case BearerRefusal::kRevoked:
      return "The access token was revoked";
    case BearerRefusal::kExpired:
      return "The access token has expired";
    case BearerRefusal::kOwnerGone:
      return "The user of this access token does not exist any more";
    case BearerRefusal::kChallenged:
      return "Multi-factor authentication is required";
    case BearerRefusal::kNone:
      break;
  }
  return "";
}

ApiError unauthorized(BearerRefusal refusal) {
  const std::string why{sentence_of(refusal)};
  return {401,
          why,
          json::object(),
          {{"WWW-Authenticate", fmt::format("Bearer error=\"invalid_token\", error_description=\"{}\"", why)}}};
}

const model::Organization* organization_of(const Context& context) {
  if (context.organization != nullptr) return context.organization;
  return context.project == nullptr ? nullptr : context.core.state.find_organization(context.project->organization);
}

}  // namespace

std::string api_token_behind(const model::State& state, const model::Grant& grant) {
  const auto token = state.api_tokens.find(grant.api_token);
  return token == state.api_tokens.end() ? "" : "API token " + token->second.name;
}

std::vector<LiveGrant> live_grants(const model::State& state, Time now) {
  std::vector<const model::Grant*> grants;
  for (const auto& [token, grant] : state.grants) grants.push_back(&grant);
  std::ranges::sort(grants, {}, &model::Grant::number);
  std::vector<LiveGrant> result;
  for (const model::Grant* grant : grants) {
    const model::User* owner = state.find_user(grant->user);
    LiveGrant live{.owner = owner == nullptr ? "" : owner->username, .api_token = api_token_behind(state, *grant)};
    if (model::end_of(state, *grant, now) == model::GrantEnd::kNone) {
      live.name = model::access_token_name(*grant);
      live.value = grant->access_token;
      live.expires_at = grant->expires_at;
      result.push_back(live);
    }
    // A refresh token that was used is gone from the index.
    if (!state.refresh_tokens.contains(grant->refresh_token)) continue;
    if (!model::problem_of_refresh(state, *grant, now).empty()) continue;
    live.name = model::refresh_token_name(*grant);
    live.kind = SecretKind::kRefreshToken;
    live.value = grant->refresh_token;
    live.expires_at.reset();
    result.push_back(live);
  }
  return result;
}

Authentication sender_of(const Core& core, Time now, const Request& request, const Route* route) {
  Authentication result;
  result.bearer_due = route != nullptr && route->needs_login;
  if (route != nullptr && route->handler == exchange_token) {
    // For requests that a fault answers; the handler knows it from any form of body.
    const Parameters form = parameters_of(request.body, true);
    const std::string* grant_type = find_parameter(form, "grant_type");
    if (grant_type != nullptr) result.grant_type = *grant_type;
  }
  const std::string_view bearer = bearer_of(request);
  if (bearer.empty()) {
    if (result.bearer_due) result.refused = BearerRefusal::kMissing;
    return result;
  }
  const auto found = core.state.grants.find(bearer);
  if (found == core.state.grants.end()) {
    result.bearer = "unknown";
    if (result.bearer_due) result.refused = BearerRefusal::kUnknown;
    return result;
  }
  result.bearer = model::access_token_name(found->second);
  result.token = api_token_behind(core.state, found->second);
  if (result.bearer_due) result.refused = refusal_of(core.state, now, found->second);
  return result;
}

void authenticate(Context& context) {
  const auto found = context.core.state.grants.find(bearer_of(context.request));
  if (found != context.core.state.grants.end()) {
    context.grant = &found->second;
    context.user = context.core.state.find_user(found->second.user);
  }
  if (context.auth.refused != BearerRefusal::kNone) throw unauthorized(context.auth.refused);
}

void challenge(Context& context) {
  if (context.grant == nullptr || context.grant->with_mfa) return;
  const model::Organization* organization = organization_of(context);
  if (organization == nullptr || !organization->enforce_mfa) return;
  context.auth.refused = BearerRefusal::kChallenged;
  ApiError error{401, std::string{sentence_of(BearerRefusal::kChallenged)}};
  error.headers = {{"WWW-Authenticate",
                    "Bearer error=\"insufficient_user_authentication\", "
                    "error_description=\"Multi-factor authentication is required\""}};
  error.more = {{"amr", {"mfa"}}};
  throw error;
}

bool Context::may(const model::Project& on, model::Permission permission, const model::Environment* at) const {
  const bool granted = viewer().may(on, permission, at);
  if (sees_all) return granted;
  const model::Role had = at == nullptr ? model::role_on(core.state, on, viewer().user)
                                        : model::role_on(core.state, on, viewer().user, *at);
  note_role(permission, had == model::Role::kNone ? "" : std::string{model::name_of(model::kRoleNames, had)},
            at == nullptr ? "project " + on.id : fmt::format("environment {} of {}", at->id, on.id));
  return granted;
}

bool Context::may(const model::Organization& in, model::Permission permission) const {
  const bool granted = viewer().may(in, permission);
  if (!sees_all) note_role(permission, model::role_in(in, viewer().user), "organization " + in.name);
  return granted;
}

void Context::note_role(model::Permission permission, std::string had, std::string on) const {
  const model::RoleNeeded needed = model::role_needed(permission);
  if (needed.strength < asked_strength) return;  // of two equally strong ones the last decides
  asked_strength = needed.strength;
  auth.role_needed = needed.name;
  auth.role_had = std::move(had);
  auth.role_on = std::move(on);
}

}  // namespace understudy::api
