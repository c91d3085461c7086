#pragma once
/// The recording that a scenario is answered from.

#include <filesystem>
#include <memory>
#include <optional>

#include "harness/result.hpp"
#include "harness/scenario.hpp"
#include "mock_server/replay.hpp"
#include "mock_server/world.hpp"

namespace understudy {

/// Beside the scenario's file, else below `root`/fixtures/recordings; ".har" may be left out. Throws InputError.
[[nodiscard]] std::filesystem::path find_recording(const RecordingSpec& spec,
                                                   const std::filesystem::path& scenario_file,
                                                   const std::filesystem::path& root);

/// Null for a scenario without one. Throws InputError as `read_har` does.
[[nodiscard]] std::shared_ptr<Player> make_player(const Scenario& scenario, const std::filesystem::path& root);

/// The token that the client gets: in a strict replay the one that was recorded, unless the scenario names one.
[[nodiscard]] std::optional<World::Token> token_for(const Scenario& scenario, const World& world, const Player* player);

/// Of a strict replay that has come to its end: what was not asked for.
[[nodiscard]] std::optional<Failure> never_asked_failure(const RecordingSpec& spec, const Player& player);

}  // namespace understudy
