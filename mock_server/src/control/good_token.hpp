#pragma once
/// Whether a client could log in with an API token, and what it would take.

#include <optional>

#include "api/context.hpp"
#include "api/recorded.hpp"
#include "mock_server/world.hpp"

namespace understudy::control {

/// A token that is good once `issue` has been carried out, or as it is, if that is none.
struct GoodToken {
  World::Token token{};  ///< without a value: the issue draws it
  std::optional<api::Issue> issue{};
};

/// This very token. None if it was revoked or has expired there, or if its user is not there.
[[nodiscard]] std::optional<GoodToken> made_good(const api::Core& core, Time now, const World::Token& token);
/// Another one of the same user: "NAME 2", or the next of such names that is good or free. None if the user is not
/// there.
[[nodiscard]] std::optional<GoodToken> in_place_of(const api::Core& core, Time now, const World::Token& token);

}  // namespace understudy::control
