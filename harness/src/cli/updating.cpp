#include "cli/updating.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/update.hpp"

namespace understudy {
namespace {

bool can_be_accepted(const ScenarioResult& result) {
  if (result.verdict != Verdict::kFailed) return false;
  return std::all_of(result.steps.begin(), result.steps.end(), [](const StepResult& step) {
    return std::all_of(step.failures.begin(), step.failures.end(),
                       [](const Failure& f) { return f.rewrite.has_value(); });
  });
}

ScenarioResult accepted(ScenarioResult result) {
  result.verdict = Verdict::kPassed;
  for (StepResult& step : result.steps) step.failures.clear();
  return result;
}

}  // namespace

void Updating::on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) {
  reports_.on_scenario_finished(scenario, can_be_accepted(result) ? accepted(result) : result);
}

void Updating::accept(std::vector<ScenarioResult>& results) {
  for (ScenarioResult& result : results) {
    for (const StepResult& step : result.steps) {
      for (const Failure& failure : step.failures) {
        if (failure.rewrite && result.repeat == 0) by_file_[result.file].push_back(*failure.rewrite);
      }
    }
    if (can_be_accepted(result)) result = accepted(std::move(result));
  }
}

bool Updating::write(std::ostream& out) const {
  bool all = true;
  for (const auto& [file, rewrites] : by_file_) {
    const UpdateReport report = apply_rewrites(file, rewrites);
    out << fmt::format("updated {}: {}\n", file, counted(report.rewritten, "expectation"));
    for (const std::string& refused : report.refused) out << refused << '\n';
    all = all && report.refused.empty();
  }
  return all;
}

}  // namespace understudy
