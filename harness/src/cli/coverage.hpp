#pragma once
/// How much of the client and of the API the scenarios have shown to work, of all that is known.

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "cli/coverage_record.hpp"
#include "mock_server/document.hpp"
#include "mock_server/mock_server.hpp"
#include "run/client_commands.hpp"

namespace understudy {

/// Commands that HTTP alone cannot show, by kind ("local", "ssh" ...). Throws InputError.
using CommandKinds = std::map<std::string, std::set<std::string>>;
[[nodiscard]] CommandKinds load_command_kinds(const std::filesystem::path& file);

struct CommandCoverage {
  std::string name{};
  std::string kind{};    ///< "" if HTTP can show it
  bool listed = true;    ///< by some client profile
  bool done = false;     ///< ran with exit code 0 in a scenario that passed
  bool refused = false;  ///< ran with another one
};
struct RouteCoverage {
  KnownRoute route{};
  bool done = false;  ///< asked and answered by 2xx or 3xx in a scenario that passed
};
struct Coverage {
  std::vector<CommandCoverage> commands{};  ///< sorted by name
  std::vector<RouteCoverage> routes{};
};
/// `commands`: of every client profile, as the client lists them.
[[nodiscard]] Coverage coverage_of(std::span<const ScenarioUse> uses, std::span<const ClientCommand> commands,
                                   const CommandKinds& kinds, std::span<const KnownRoute> routes);

/// The numbers that must not fall.
struct CoverageNumbers {
  int done = 0;     ///< commands that HTTP can show
  int refused = 0;  ///< of them, with a failing scenario too
  int beyond = 0;   ///< others that were run
  int endpoints = 0;
  int not_answered = 0;  ///< operations of the published description: may only become fewer
};
[[nodiscard]] CoverageNumbers numbers_of(const Coverage& coverage);

/// What is worse than in `floor`, a map of such numbers: "fixtures/coverage_floor.json:2:23: endpoints is 140 now, and
/// was 143". Throws InputError for a number that there is not.
[[nodiscard]] std::vector<std::string> fallen_numbers(const nlohmann::json& numbers, const Node& floor);

[[nodiscard]] std::string coverage_text(const Coverage& coverage);
[[nodiscard]] nlohmann::json coverage_json(const Coverage& coverage);

}  // namespace understudy
