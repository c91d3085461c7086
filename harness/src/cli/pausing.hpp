#pragma once
/// `--pause-on-failure`: a person looks at the platform as a failed scenario left it.

#include <filesystem>
#include <iosfwd>
#include <string>

#include "cli/run_options.hpp"
#include "harness/report.hpp"

namespace understudy {

/// Changes `options` so that workers leave the platforms of what fails: one worker, sandboxes kept. `folder` is for
/// them. Throws UsageError where nobody can be there.
void prepare_pausing(RunOptions& options, const std::filesystem::path& folder);

/// Stands before the other reports. After a failure it serves the platform, with its time standing still, until a line
/// or the end of standard input, or a signal.
class Pausing final : public Listener {
public:
  Pausing(Listener& reports, const RunOptions& options, std::ostream& out)
      : reports_{reports}, options_{options}, out_{out} {}
  void on_client_ready(const std::string& version) override { reports_.on_client_ready(version); }
  void on_scenario_started(const ScenarioRef& scenario) override { reports_.on_scenario_started(scenario); }
  void on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) override;
  void on_tick() override { reports_.on_tick(); }
  [[nodiscard]] bool wants_ticks() const override { return reports_.wants_ticks(); }

private:
  void pause(const ScenarioResult& result);

  Listener& reports_;
  const RunOptions& options_;
  std::ostream& out_;
};

}  // namespace understudy
