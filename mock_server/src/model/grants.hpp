#pragma once
/// When a token is good: the one place that decides it, for requests, for exchanges and for who asks what is left.

#include <cstddef>

#include "model/model.hpp"

namespace understudy::model {

/// Access tokens that an API token (or logins of a user, all together) may have at a time. (ours) Where time stands
/// still none expires by itself, and each command of a client exchanges one more: with one more than that the oldest
/// expires, and what would refresh it is gone.
inline constexpr std::size_t kMostGrants = 1000;
void end_oldest(State& state, Time now, const Grant& next);  ///< to make room for `next`

[[nodiscard]] std::string access_token_name(
    const Grant& grant);  ///< "access token 2", as the registry of secrets has it
[[nodiscard]] std::string refresh_token_name(const Grant& grant);  ///< "refresh token 2"

/// Why an API token is not exchanged any more, as the platform says it; "" if it is.
[[nodiscard]] std::string_view problem_of(const State& state, const ApiToken& token, Time now);
/// The same for the refresh token of `grant`. It lives as long as the API token behind it. (ours) It has no expiry of
/// its own.
[[nodiscard]] std::string_view problem_of_refresh(const State& state, const Grant& grant, Time now);

/// Why an access token is not accepted. Revoking the API token behind it changes nothing: it lives to its own expiry.
/// Source: the published API description, APIToken.last_used_at.
enum class GrantEnd { kNone, kRevoked, kExpired, kOwnerGone };
[[nodiscard]] GrantEnd end_of(const State& state, const Grant& grant, Time now);

}  // namespace understudy::model
