#include "control/good_token.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/grants.hpp"

namespace understudy::control {
namespace {

const model::User* owner_of(const api::Core& core, const World::Token& token) {
  const auto owner =
      std::ranges::find_if(core.state.users, [&](const auto& entry) { return entry.second.username == token.user; });
  return owner == core.state.users.end() ? nullptr : &owner->second;
}

/// One that is good, if there is one; they may have the name of one that was revoked.
const model::ApiToken* named(const api::Core& core, Time now, const std::string& user, const std::string& name) {
  const model::ApiToken* found = nullptr;
  for (const auto& [id, token] : core.state.api_tokens) {
    if (token.user != user || token.name != name) continue;
    found = &token;
    if (model::problem_of(core.state, token, now).empty()) break;
  }
  return found;
}

std::string numbered(const std::string& name, int number) { return fmt::format("{} {}", name, number); }

}  // namespace

std::optional<GoodToken> made_good(const api::Core& core, Time now, const World::Token& token) {
  for (const auto& [id, known] : core.state.api_tokens) {
    if (known.value != token.value) continue;
    return model::problem_of(core.state, known, now).empty() ? std::optional{GoodToken{.token = token}} : std::nullopt;
  }
  const model::User* const owner = owner_of(core, token);
  if (owner == nullptr) return std::nullopt;
  std::string name = token.name;
  for (int number = 2; named(core, now, owner->id, name) != nullptr; ++number) name = numbered(token.name, number);
  return GoodToken{.token = token, .issue = api::Issue{.user = owner->id, .name = name, .value = token.value}};
}

std::optional<GoodToken> in_place_of(const api::Core& core, Time now, const World::Token& token) {
  const model::User* const owner = owner_of(core, token);
  if (owner == nullptr) return std::nullopt;
  GoodToken other{.token = {.name = "", .user = token.user, .value = ""}};
  for (int number = 2;; ++number) {
    other.token.name = numbered(token.name, number);
    const model::ApiToken* const known = named(core, now, owner->id, other.token.name);
    if (known == nullptr) {
      other.issue = api::Issue{.user = owner->id, .name = other.token.name};
      return other;
    }
    if (!model::problem_of(core.state, *known, now).empty()) continue;
    other.token.value = known->value;
    return other;
  }
}

}  // namespace understudy::control
