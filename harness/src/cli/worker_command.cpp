// `understudy worker`: runs the scenarios that the front hands it.

#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "cli/settings.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"

namespace understudy {
namespace {

class ScenarioWorker {
public:
  std::string prepare_for(const nlohmann::json& settings, const std::filesystem::path& folder) {
    settings_ = run_settings(settings, folder);
    prepare(settings_);
    return settings_.warm.at(settings_.client).version;
  }

  ScenarioResult run(const PoolJob& job) {
    const std::vector<Scenario>& scenarios = scenarios_of(job.scenario.file);
    const bool same = job.index < scenarios.size() && scenarios[job.index].at.line == job.scenario.line;
    if (!same) throw InputError{{job.scenario.file, job.scenario.line, 1}, "the file was changed during the run"};
    return run_scenario(scenarios[job.index], settings_);
  }

private:
  const std::vector<Scenario>& scenarios_of(const std::string& file) {
    const auto known = by_file_.find(file);
    return known != by_file_.end() ? known->second : by_file_.emplace(file, load_scenarios(file)).first->second;
  }

  RunSettings settings_;
  std::map<std::string, std::vector<Scenario>> by_file_;
};

}  // namespace

Action declare_worker(CLI::App&) {
  return [](const std::string&) {
    ScenarioWorker worker;
    return worker_main(
        {.prepare = [&](const nlohmann::json& settings,
                        const std::filesystem::path& folder) { return worker.prepare_for(settings, folder); },
         .run = [&](const PoolJob& job) { return worker.run(job); }});
  };
}

}  // namespace understudy
