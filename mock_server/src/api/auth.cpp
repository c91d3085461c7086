// The OAuth 2 endpoints. Source: contract, section 2.
#include <fmt/format.h>
#include <openssl/sha.h>

#include "api/authentication.hpp"
#include "api/handlers.hpp"
#include "mock_server/base64.hpp"
#include "model/grants.hpp"

namespace understudy::api {
namespace {

using model::Grant;

constexpr std::chrono::minutes kCodeLifetime{10};
constexpr std::size_t kShortestVerifier = 43;  // RFC 7636, section 4.1

/// Errors of this endpoint have a form of their own (RFC 6749, section 5.2).
Response refusal(int status, std::string_view error, std::string_view description) {
  return json_response(status, {{"error", error}, {"error_description", description}});
}

std::string sha256(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return {reinterpret_cast<const char*>(digest), sizeof digest};
}

std::int64_t unix_seconds(Time time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// A JWT as the platform issues it: the client reads `sub`. The signature is drawn, nobody checks it.
std::string make_access_token(Core& core, Time now, const std::string& user) {
  if (core.auth.opaque_tokens) return core.ids.token(48);
  const json header{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "understudy"}};
  const json claims{{"iss", "understudy"},
                    {"sub", user},
                    {"jti", core.ids.uuid()},
                    {"iat", unix_seconds(now)},
                    {"exp", unix_seconds(now + core.auth.token_lifetime)},
                    {"scp", {"offline_access"}}};
  return to_base64url(header.dump()) + "." + to_base64url(claims.dump()) + "." + core.ids.token(43);
}

/// `grant` says whose it is, where it comes from, and whether the login had a second factor.
Response issue(Context& context, Grant wanted, bool with_refresh) {
  Core& core = context.core;
  const std::string user = wanted.user;
  const Grant& grant = add_grant(core, context.now, std::move(wanted), with_refresh);
  json answer{{"access_token", grant.access_token},
              {"expires_in", core.auth.token_lifetime.count()},
              {"token_type", "bearer"},
              {"scope", "offline_access"}};
  if (with_refresh) answer["refresh_token"] = grant.refresh_token;
  const model::User* owner = core.state.find_user(user);
  context.auth.outcome = model::access_token_name(grant);
  context.auth.token = api_token_behind(core.state, grant);
  context.note = "token for " + (owner == nullptr ? user : owner->username);
  Response response = json_response(200, std::move(answer));
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

std::string form_value(const Context& context, std::string_view name) {
  const std::string* value = find_parameter(context.form, name);
  return value == nullptr ? "" : *value;
}

/// The client id stands in the body or, at a login, in the Basic header.
std::string client_id_of(const Context& context) {
  const std::string in_body = form_value(context, "client_id");
  return in_body.empty() ? "(basic)" : in_body;
}

Response by_api_token(Context& context) {
  const std::string value = form_value(context, "api_token");
  if (value.empty()) return refusal(400, "invalid_request", "The parameter api_token is missing");
  for (auto& [id, token] : context.core.state.api_tokens) {
    if (token.value != value) continue;
    context.auth.token = context.note = "API token " + token.name;
    const std::string_view problem = model::problem_of(context.core.state, token, context.now);
    if (!problem.empty()) return refusal(400, "invalid_grant", problem);
    token.last_used_at = context.now;
    return issue(
        context,
        {.user = token.user, .api_token = id, .client_id = client_id_of(context), .with_mfa = token.mfa_on_creation},
        context.core.auth.refresh_tokens);
  }
  return refusal(400, "invalid_grant", "Invalid API token");
}

Response by_refresh_token(Context& context) {
  auto& state = context.core.state;
  const auto found = state.refresh_tokens.find(form_value(context, "refresh_token"));
  if (found == state.refresh_tokens.end()) return refusal(400, "invalid_grant", "Invalid refresh token");
  const Grant old = state.grants.at(found->second);
  context.auth.token = api_token_behind(state, old);
  const std::string_view problem = model::problem_of_refresh(state, old, context.now);
  if (!problem.empty()) return refusal(400, "invalid_grant", problem);
  state.refresh_tokens.erase(found);  // rotation: each refresh token works once
  return issue(context,
               {.user = old.user, .api_token = old.api_token, .client_id = old.client_id, .with_mfa = old.with_mfa},
               true);
}

Response by_authorization_code(Context& context) {
  auto& state = context.core.state;
  const std::string verifier = form_value(context, "code_verifier");
  context.core.secrets->add({"PKCE verifier", verifier, SecretKind::kPkceVerifier, SecretOrigin::kClient});
  const auto found = state.codes.find(form_value(context, "code"));
  if (found == state.codes.end())
    return refusal(400, "invalid_grant", "The authorization code is unknown or was used before");
  const model::AuthorizationCode code = found->second;
  state.codes.erase(found);
  if (code.expires_at <= context.now) return refusal(400, "invalid_grant", "The authorization code has expired");
  if (form_value(context, "redirect_uri") != code.redirect_uri)
    return refusal(400, "invalid_grant", "The redirect_uri is not the one of the request");
  if (verifier.size() < kShortestVerifier || to_base64url(sha256(verifier)) != code.code_challenge) {
    return refusal(400, "invalid_grant", "The code_verifier does not fit the code_challenge");
  }
  const model::User* user = state.find_user(code.user);
  if (user == nullptr) return refusal(400, "invalid_grant", "The user does not exist any more");
  return issue(context,
               {.user = code.user, .client_id = code.client_id, .with_mfa = user->extra.value("mfa_enabled", false)},
               code.scope.find("offline_access") != std::string::npos);
}

Response by_client_credentials(Context& context) {
  const auto& users = context.core.auth.client_users;
  const auto found = users.find(client_id_of(context));
  if (found == users.end()) return refusal(401, "invalid_client", "This client may not act on its own");
  return issue(context, {.user = found->second, .client_id = found->first}, false);
}

struct GrantType {
  std::string_view name;
  Response (*answer)(Context&);
};
constexpr GrantType kGrantTypes[] = {
    {"api_token", by_api_token},
    {"refresh_token", by_refresh_token},
    {"authorization_code", by_authorization_code},
    {"client_credentials", by_client_credentials},
};

Response answer_to_token_request(Context& context) {
  const std::string wanted = form_value(context, "grant_type");
  context.auth.grant_type = wanted;
  if (wanted.empty()) return refusal(400, "invalid_request", "The parameter grant_type is missing");
  for (const GrantType& grant : kGrantTypes) {
    if (grant.name == wanted) return grant.answer(context);
  }
  return refusal(400, "unsupported_grant_type", "The grant type is not supported");
}

}  // namespace

const Grant& add_grant(Core& core, Time now, Grant grant, bool with_refresh) {
  model::end_oldest(core.state, now, grant);
  grant.number = ++core.tokens_issued;
  grant.access_token = make_access_token(core, now, grant.user);
  grant.expires_at = now + core.auth.token_lifetime;
  core.secrets->add({model::access_token_name(grant), grant.access_token, SecretKind::kAccessToken});
  if (with_refresh) {
    grant.refresh_token = core.ids.token(64);
    core.secrets->add({model::refresh_token_name(grant), grant.refresh_token, SecretKind::kRefreshToken});
    core.state.refresh_tokens[grant.refresh_token] = grant.access_token;
  }
  const std::string key = grant.access_token;
  return core.state.grants[key] = std::move(grant);
}

Response exchange_token(Context& context) {
  Response response = answer_to_token_request(context);
  if (response.status != 200) context.auth.outcome = response.document->value("error", "");
  return response;
}

Response revoke_token(Context& context) {
  // RFC 7009: an unknown token is no error. Revoking either token of a grant ends the grant.
  auto& state = context.core.state;
  std::string token = form_value(context, "token");
  const auto refresh = state.refresh_tokens.find(token);
  if (refresh != state.refresh_tokens.end()) token = refresh->second;
  const auto grant = state.grants.find(token);
  if (grant != state.grants.end()) grant->second.revoked = true;
  context.note = grant == state.grants.end() ? "unknown token" : "revoked";
  return {.status = 200};
}

Response authorize(Context& context) {
  const auto value = [&](std::string_view name) {
    const std::string* found = find_parameter(context.query, name);
    return found == nullptr ? std::string{} : percent_decoded(*found, true);
  };
  const std::string redirect = value("redirect_uri");
  const bool loopback = redirect.starts_with("http://127.0.0.1:") || redirect.starts_with("http://localhost:");
  if (!loopback) throw ApiError{400, "redirect_uri has to lead to this machine"};
  const std::string state = value("state");
  context.core.secrets->add({"OAuth state", state, SecretKind::kPublic, SecretOrigin::kClient});
  context.core.secrets->add({"PKCE challenge", value("code_challenge"), SecretKind::kPublic, SecretOrigin::kClient});
  const auto back = [&](const std::string& parameters) {
    const std::string separator = redirect.find('?') == std::string::npos ? "?" : "&";
    Response response{.status = 302};
    response.headers.push_back(
        {"Location", redirect + separator + parameters + "&state=" + wire::encode_segment(state)});
    return response;
  };
  if (value("response_type") != "code")
    return back("error=unsupported_response_type&error_description=response_type+has+to+be+code");
  if (value("code_challenge_method") != "S256" || value("code_challenge").empty()) {
    return back("error=invalid_request&error_description=PKCE+with+S256+is+required");
  }
  if (context.core.auth.login_user.empty())
    return back("error=access_denied&error_description=Nobody+approves+logins+in+this+world");
  const std::string code = context.core.ids.token(40);
  context.core.secrets->add(
      {fmt::format("authorization code {}", ++context.core.codes_issued), code, SecretKind::kAuthorizationCode});
  context.core.state.codes[code] = {.user = context.core.auth.login_user,
                                    .client_id = value("client_id"),
                                    .redirect_uri = redirect,
                                    .code_challenge = value("code_challenge"),
                                    .scope = value("scope"),
                                    .expires_at = context.now + kCodeLifetime};
  return back("code=" + code);
}

}  // namespace understudy::api
