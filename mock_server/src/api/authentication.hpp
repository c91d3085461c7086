#pragma once
/// Who sends a request: its bearer, looked up, and why it is not taken.

#include "api/context.hpp"
#include "api/routes.hpp"
#include "mock_server/mock_server.hpp"

namespace understudy::api {

/// What `request` says about its sender, however it will be answered; `route` may be null. Fills all but the roles and
/// what came of a token request.
[[nodiscard]] Authentication sender_of(const Core& core, Time now, const Request& request, const Route* route);

/// Sets the context's user and grant; throws ApiError 401 if the bearer is not taken. Needs `context.auth`.
void authenticate(Context& context);

/// Throws ApiError 401, a challenge (RFC 9470), if the organization that the request is about wants MFA and the bearer
/// comes from a login without it. Needs the context's project or organization.
void challenge(Context& context);

/// The token that a grant was exchanged for: "API token ci"; "" for a login.
[[nodiscard]] std::string api_token_behind(const model::State& state, const model::Grant& grant);

/// Issues an access token, and a refresh token if that is wanted. `grant` says whose it is, where it comes from, and
/// whether the login had a second factor.
const model::Grant& add_grant(Core& core, Time now, model::Grant grant, bool with_refresh);

/// A new API token of `token.user`, with the name that it has.
const model::ApiToken& add_api_token(Core& core, Time now, model::ApiToken token);

/// As of MockServer.
[[nodiscard]] std::vector<LiveGrant> live_grants(const model::State& state, Time now);

}  // namespace understudy::api
