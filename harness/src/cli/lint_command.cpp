// `understudy lint`: every complaint about every file, without running anything.

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/settings.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "mock_server/world.hpp"
#include "run/scenario_recording.hpp"
#include "scenario/covered_errors.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

struct LintOptions {
  std::vector<std::string> paths{};
  std::string worlds{};
};

bool is_scenario_document(const Node& document) {
  return document.is(Node::Kind::kMap) && (document.find("scenario") != nullptr || document.find("steps") != nullptr ||
                                           document.find("cases") != nullptr || document.find("run") != nullptr);
}

class Linter {
public:
  explicit Linter(WorldLibrary library) : library_{std::move(library)} {}

  void lint(const fs::path& file) {
    ++files_;
    complain_of([&] {
      const std::vector<Node> documents = load_documents(file);
      const bool scenarios = std::any_of(documents.begin(), documents.end(), is_scenario_document);
      scenarios ? lint_scenarios(file) : lint_world(file);
    });
  }

  [[nodiscard]] int finish() const {
    if (complaints_ > 0) {
      std::cerr << fmt::format("{} problem{} in {} files\n", complaints_, complaints_ == 1 ? "" : "s", files_);
      return 2;
    }
    std::cout << fmt::format("{} scenarios and {} worlds in {} files: nothing to complain of\n", scenarios_, worlds_,
                             files_);
    return 0;
  }

private:
  template <class Work>
  void complain_of(Work work) {
    try {
      work();
    } catch (const InputError& error) {
      ++complaints_;
      std::cerr << error.what() << '\n';
    }
  }

  void lint_scenarios(const fs::path& file) {
    SecretRegistry written;
    add_written_secrets(load_documents(file), written);
    for (const Scenario& scenario : load_scenarios(file)) {
      ++scenarios_;
      complain_of([&] {
        try {
          lint_given(scenario);
        } catch (const InputError& error) {
          throw covered(error, written);
        }
      });
    }
  }

  /// The world with stand-ins for secrets, which are drawn only when the scenario is run.
  void lint_given(const Scenario& scenario) const {
    Variables variables = scenario.variables;
    for (const SecretSpec& secret : scenario.secrets) {
      const auto length = static_cast<std::size_t>(std::max(secret.random_length, 1));
      variables[secret.name] = secret.value.empty() ? std::string(length, 'x') : secret.value;
    }
    if (scenario.given.is(Node::Kind::kNull)) return;
    static_cast<void>(World::from_node(substitute(scenario.given, variables), library_));
    static_cast<void>(make_player(scenario, project_root()));
  }

  void lint_world(const fs::path& file) {
    static_cast<void>(World::load(file, library_));
    ++worlds_;
  }

  WorldLibrary library_;
  int files_ = 0;
  int scenarios_ = 0;
  int worlds_ = 0;
  int complaints_ = 0;
};

int lint(LintOptions options) {
  const WorldLibrary library = world_library(options.worlds);
  if (options.paths.empty()) {
    options.paths.emplace_back("scenarios");
    for (const fs::path& folder : library.folders)
      options.paths.push_back(folder.lexically_proximate(fs::current_path()).string());
    std::erase_if(options.paths, [](const std::string& folder) { return !fs::is_directory(folder); });
  }
  const std::vector<fs::path> files = find_files(options.paths);
  if (files.empty()) throw UsageError{"nothing to lint: there is no scenario and no world in what was named"};
  Linter linter{library};
  for (const fs::path& file : files) linter.lint(file);
  return linter.finish();
}

}  // namespace

Action declare_lint(CLI::App& app) {
  const auto options = std::make_shared<LintOptions>();
  app.add_option("paths", options->paths, "files and folders; scenarios/ and fixtures/worlds/ if none is given")
      ->type_name("")
      ->option_text("PATH...");
  app.add_option("--worlds", options->worlds, "where worlds are found by name, before fixtures/worlds")
      ->option_text("DIR");
  return [options](const std::string&) { return lint(*options); };
}

}  // namespace understudy
