#pragma once
/// `--update`: what differs only where it may be rewritten counts as accepted, and is rewritten at the end.

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "harness/report.hpp"

namespace understudy {

/// Stands before the other reports while a run updates.
class Updating final : public Listener {
public:
  explicit Updating(Listener& reports) : reports_{reports} {}
  void on_client_ready(const std::string& version) override { reports_.on_client_ready(version); }
  void on_scenario_started(const ScenarioRef& scenario) override { reports_.on_scenario_started(scenario); }
  void on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) override;
  void on_tick() override { reports_.on_tick(); }
  [[nodiscard]] bool wants_ticks() const override { return reports_.wants_ticks(); }

  /// Turns failures into passes where every expectation that did not hold can be rewritten, and remembers how.
  void accept(std::vector<ScenarioResult>& results);
  /// Rewrites the files and says so. False if an expectation was refused.
  [[nodiscard]] bool write(std::ostream& out) const;

private:
  Listener& reports_;
  std::map<std::string, std::vector<Rewrite>> by_file_;
};

}  // namespace understudy
