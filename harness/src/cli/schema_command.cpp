// `understudy schema`: what editors complete from.

#include <iostream>

#include "cli/subcommands.hpp"
#include "harness/scenario.hpp"
#include "mock_server/world.hpp"

namespace understudy {

Action declare_schema(CLI::App& app) {
  const auto world = std::make_shared<bool>(false);
  CLI::Option* scenario = app.add_flag_function(
      "--scenario", [](std::int64_t) {}, "of a scenario (what is printed without an option)");
  app.add_flag("--world", *world, "of a world")->excludes(scenario);
  return [world](const std::string&) {
    std::cout << (*world ? world_schema() : scenario_schema(world_schema())).dump(2) << '\n';
    return 0;
  };
}

}  // namespace understudy
