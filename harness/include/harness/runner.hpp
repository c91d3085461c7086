#pragma once
/// Carrying out one scenario: a fresh fake, a fresh sandbox, step after step.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "harness/client_profile.hpp"
#include "harness/result.hpp"
#include "harness/scenario.hpp"
#include "mock_server/world.hpp"

namespace understudy {

class MockServer;

enum class Keep { kNone, kFailed, kAll };  ///< which sandboxes stay

struct RunSettings {
  ClientLibrary clients{};
  WorldLibrary worlds{};
  std::filesystem::path root{};            ///< of the project, for the client's binary; see project_root
  std::filesystem::path cache_folder{};    ///< see client_cache_folder
  std::filesystem::path sandbox_folder{};  ///< sandboxes are made in it; it must be there
  std::string client = "webpaas";          ///< for scenarios that name none
  std::uint64_t seed = 1;
  std::chrono::milliseconds timeout{60'000};  ///< for a step of a scenario that gives none
  Keep keep = Keep::kNone;
  bool exchanges = false;  ///< results hold requests and responses as a whole
  /// What stands in for programs in containers: its main calls `shim_main` for "--shim". "" = shim_program().
  std::filesystem::path program{};
  bool timeline = false;  ///< results hold what happened on the platform
  /// Where the platform of a scenario that fails is left (run/left_platform.hpp); none if "", or if it has containers
  /// or a recording.
  std::filesystem::path platform_folder{};
  /// Called when a scenario has run, with all that its clients and the platform said, as it was: secrets, too.
  std::function<void(MockServer& platform)> take_platform{};
  std::map<std::string, WarmClient> warm{};  ///< by profile; others are warmed up when a scenario asks for them
};

/// Folders as they are in a checkout: root from project_root, fixtures/worlds, fixtures/clients, the cache.
[[nodiscard]] RunSettings default_settings(const std::filesystem::path& sandbox_folder);

/// Warms `settings.client` up, for before the first scenario. Throws as find_client_binary and warm_up do.
void prepare(RunSettings& settings);

/// Runs it. Never throws: what stands in the way is an error of the scenario, with its reason. With the same scenario,
/// client and settings the result is the same but for wall times (and the path of a kept sandbox). No secret is in it.
/// One at a time in a process (see run_command).
[[nodiscard]] ScenarioResult run_scenario(const Scenario& scenario, const RunSettings& settings);

/// A program for `tools: [browser]`: opens a URL as a browser would, follows redirects on the loopback interface, and
/// exits with 0 if it arrives. The main program calls it when it is started under the name "browser".
[[nodiscard]] int browser_main(int argc, char** argv);

}  // namespace understudy
