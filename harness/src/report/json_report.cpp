#include "harness/report.hpp"

namespace understudy {
namespace {

using nlohmann::json;

/// What differs between two runs and is no wall time: where a kept sandbox is.
void remove_chance(json& scenario) {
  const bool kept = !scenario.at("sandbox").get_ref<const std::string&>().empty();
  if (kept) scenario["wall"]["sandbox"] = scenario.at("sandbox");
  scenario.erase("sandbox");
  scenario.erase("platform");  // it is gone with the run
  scenario.erase("timeline");  // a page of its own; this document is the same with it and without
  for (json& step : scenario.at("steps")) {
    if (kept) step["wall"]["by_hand"] = step.at("by_hand");
    step.erase("by_hand");
    step.erase("exchanges");  // a file of their own
  }
}

json summary_json(const Summary& summary) {
  return {{"passed", summary.passed},   {"failed", summary.failed},
          {"errors", summary.errors},   {"skipped", summary.skipped},
          {"not_run", summary.not_run}, {"interrupted_by", summary.interrupted_by},
          {"exit", exit_code(summary)}, {"wall_us", summary.wall_time.count()}};
}

}  // namespace

std::string exchange_lines(const RunReport& run) {
  std::string lines;
  for (const ScenarioResult& result : run.results) {
    for (std::size_t step = 0; step < result.steps.size(); ++step) {
      for (json exchange : result.steps[step].exchanges) {
        exchange["scenario"] = result.id;
        exchange["client"] = result.client;
        exchange["step"] = step + 1;
        lines += exchange.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
      }
    }
  }
  return lines;
}

json json_document(const RunReport& run) {
  json scenarios = json::array();
  for (const ScenarioResult& result : run.results) {
    scenarios.push_back(to_json(result));
    remove_chance(scenarios.back());
  }
  return {{"understudy", run.info.version},
          {"seed", run.info.seed},
          {"client", run.info.client},
          {"client_version", run.info.client_version},
          {"summary", summary_json(run.summary)},
          {"scenarios", std::move(scenarios)}};
}

}  // namespace understudy
