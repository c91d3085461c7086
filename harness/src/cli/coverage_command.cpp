// `understudy coverage`: what the scenarios that passed have shown to work, of all that is known.

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "cli/coverage.hpp"
#include "cli/run_options.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/report.hpp"
#include "harness/runner.hpp"
#include "run/run_folder.hpp"
#include "run/sandbox.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct CoverageOptions {
  std::vector<std::string> paths{};
  bool json = false;
  std::string floor{};
};

/// Commands of all client profiles: each brand lists others.
std::vector<ClientCommand> commands_of_all_clients(const RunSettings& settings) {
  std::vector<ClientCommand> all;
  const Sandbox sandbox{settings.sandbox_folder};
  std::vector<fs::path> files;
  for (const fs::path& folder : settings.clients.folders) {
    for (const auto& entry : fs::directory_iterator{folder}) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    const ClientProfile profile = load_client_profile(file);
    const WarmClient client = warm_up(profile, find_client_binary(profile, settings.root), settings.cache_folder);
    for (ClientCommand& command : list_commands(client, sandbox.home())) all.push_back(std::move(command));
  }
  return all;
}

/// Only of scenarios that are still there.
std::vector<ScenarioUse> present_uses(const CoverageOptions& options) {
  const std::vector<std::string> everywhere{"scenarios"};
  std::set<std::pair<std::string, std::string>> present;
  for (const Candidate& candidate : find_scenarios(options.paths.empty() ? everywhere : options.paths))
    present.emplace(candidate.scenario.file, candidate.scenario.title());
  std::vector<ScenarioUse> uses = CoverageRecord{kCoverageRecord}.uses();
  std::erase_if(uses, [&](const ScenarioUse& use) { return !present.contains({use.file, use.name}); });
  if (uses.empty())
    throw UsageError{"nothing is known of these scenarios yet; `understudy run` notes what they show when they pass"};
  return uses;
}

int show(const CoverageOptions& options) {
  const RunFolder folder;
  fs::create_directory(folder.of_worker(0));
  const RunSettings settings = default_settings(folder.of_worker(0));
  const std::vector<ScenarioUse> uses = present_uses(options);
  const Coverage coverage =
      coverage_of(uses, commands_of_all_clients(settings),
                  load_command_kinds(settings.root / "fixtures/client_commands.yaml"), known_routes());
  const json document = coverage_json(coverage);
  if (options.json)
    std::cout << document.dump(2) << '\n';
  else
    std::cout << coverage_text(coverage);
  if (options.floor.empty()) return 0;
  const std::vector<Node> floor = load_documents(options.floor);
  if (floor.empty()) throw InputError{{options.floor, 1, 1}, "the file is empty"};
  const std::vector<std::string> fallen = fallen_numbers(document.at("numbers"), floor.front());
  for (const std::string& line : fallen) std::cerr << line << '\n';
  return fallen.empty() ? 0 : 1;
}

}  // namespace

Action declare_coverage(CLI::App& app) {
  const auto options = std::make_shared<CoverageOptions>();
  app.add_option("paths", options->paths, "files and folders; scenarios/ if none is given")
      ->type_name("")
      ->option_text("PATH...");
  app.add_flag("--json", options->json, "as JSON");
  app.add_option("--floor", options->floor, "numbers that must not fall; exit code 1 if one does")->option_text("FILE");
  return [options](const std::string&) { return show(*options); };
}

}  // namespace understudy
