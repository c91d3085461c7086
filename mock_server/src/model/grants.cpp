#include "model/grants.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::model {

void end_oldest(State& state, Time now, const Grant& next) {
  if (state.grants.size() < kMostGrants) return;
  std::size_t count = 0;
  Grant* oldest = nullptr;
  for (auto& [token, grant] : state.grants) {
    if (grant.user != next.user || grant.api_token != next.api_token) continue;
    if (grant.expires_at <= now && !state.refresh_tokens.contains(grant.refresh_token)) continue;
    ++count;
    if (oldest == nullptr || grant.number < oldest->number) oldest = &grant;
  }
  if (count < kMostGrants) return;
  oldest->expires_at = std::min(oldest->expires_at, now);
  state.refresh_tokens.erase(oldest->refresh_token);
}

std::string access_token_name(const Grant& grant) { return fmt::format("access token {}", grant.number); }
std::string refresh_token_name(const Grant& grant) { return fmt::format("refresh token {}", grant.number); }

std::string_view problem_of(const State& state, const ApiToken& token, Time now) {
  if (token.revoked) return "The API token has been revoked";
  if (token.expires_at && *token.expires_at <= now) return "The API token has expired";
  if (state.find_user(token.user) == nullptr) return "The owner of the API token does not exist any more";
  return "";
}

std::string_view problem_of_refresh(const State& state, const Grant& grant, Time now) {
  if (grant.revoked) return "Invalid refresh token";
  if (state.find_user(grant.user) == nullptr) return "The user does not exist any more";
  if (grant.api_token.empty()) return "";
  const auto token = state.api_tokens.find(grant.api_token);
  return token == state.api_tokens.end() ? "The API token has been revoked" : problem_of(state, token->second, now);
}

GrantEnd end_of(const State& state, const Grant& grant, Time now) {
  if (grant.revoked) return GrantEnd::kRevoked;
  if (grant.expires_at <= now) return GrantEnd::kExpired;
  return state.find_user(grant.user) == nullptr ? GrantEnd::kOwnerGone : GrantEnd::kNone;
}

}  // namespace understudy::model
