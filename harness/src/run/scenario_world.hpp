#pragma once
/// What a scenario starts from: its secrets, its world, and who the client is in it.

#include <cstdint>
#include <optional>
#include <vector>

#include "harness/scenario.hpp"
#include "mock_server/world.hpp"

namespace understudy {

/// "random 24" and given ones. Drawn from the seed alone, in the order of the file.
[[nodiscard]] Variables draw_secrets(const std::vector<SecretSpec>& specs, std::uint64_t seed);

/// `given:`. Platform time begins at `began`, that of a recording, unless the scenario itself gives another. Throws
/// InputError.
[[nodiscard]] World read_world(const Scenario& scenario, const Variables& variables, const WorldLibrary& library,
                               std::optional<Time> began = {});

/// The token that the client gets, or nullopt for `token: none` and for worlds without tokens. Throws InputError.
[[nodiscard]] std::optional<World::Token> chosen_token(const Scenario& scenario, const World& world);

}  // namespace understudy
