#include "cli/coverage_record.hpp"

#include <fstream>
#include <map>
#include <set>
#include <tuple>

#include "harness/report.hpp"

namespace understudy {
namespace {

using nlohmann::json;
using ScenarioKey = std::tuple<std::string, std::string, std::string>;

ScenarioKey key_of(const ScenarioUse& use) { return {use.file, use.name, use.client}; }

/// Not answered by the fake, so that it says nothing about it.
bool is_recorded(const RequestLine& request) { return request.note == "recording" || request.note == "upstream"; }

ScenarioUse use_of(const ScenarioResult& result) {
  ScenarioUse use{.file = result.file, .name = result.name, .client = result.client};
  std::set<std::pair<std::string, int>> commands;
  std::set<std::tuple<std::string, std::string, int>> routes;
  for (const StepResult& step : result.steps) {
    if (!step.subcommand.empty() && step.exit_code) commands.emplace(step.subcommand, *step.exit_code);
    for (const RequestLine& request : step.requests) {
      if (!request.route.empty() && !is_recorded(request))
        routes.emplace(request.method, request.route, request.status);
    }
  }
  for (const auto& [command, exit_code] : commands) use.commands.push_back({result.client, command, exit_code});
  for (const auto& [method, route, status] : routes) use.routes.push_back({method, route, status});
  return use;
}

json to_json(const ScenarioUse& use) {
  json commands = json::array();
  for (const CommandUse& command : use.commands) commands.push_back({command.command, command.exit_code});
  json routes = json::array();
  for (const RouteUse& route : use.routes) routes.push_back({route.method, route.route, route.status});
  return {{"file", use.file}, {"name", use.name}, {"client", use.client}, {"commands", commands}, {"routes", routes}};
}

ScenarioUse use_from(const json& in) {
  ScenarioUse use{.file = in.at("file"), .name = in.at("name"), .client = in.at("client")};
  for (const json& command : in.at("commands")) use.commands.push_back({use.client, command.at(0), command.at(1)});
  for (const json& route : in.at("routes")) use.routes.push_back({route.at(0), route.at(1), route.at(2)});
  return use;
}

}  // namespace

std::vector<ScenarioUse> CoverageRecord::uses() const {
  std::ifstream in{file_};
  if (!in) return {};
  std::vector<ScenarioUse> uses;
  try {
    const json record = json::parse(in);
    for (const json& use : record.at("scenarios")) uses.push_back(use_from(use));
  } catch (const json::exception& error) {
    throw InputError{
        {file_.string(), 1, 1}, std::string{"the record of what was covered is damaged: "} + error.what(), "remove it"};
  }
  return uses;
}

void CoverageRecord::record(std::span<const ScenarioResult> results) const {
  std::map<ScenarioKey, ScenarioUse> kept;
  try {
    for (ScenarioUse& use : uses()) kept[key_of(use)] = std::move(use);
  } catch (const InputError&) {
    // A damaged record says nothing that is worth keeping; it is replaced.
  }
  for (const ScenarioResult& result : results) kept.erase({result.file, result.name, result.client});
  for (const ScenarioResult& result : results) {
    if (result.verdict == Verdict::kPassed) kept[{result.file, result.name, result.client}] = use_of(result);
  }
  json scenarios = json::array();
  for (const auto& [key, use] : kept) scenarios.push_back(to_json(use));
  write_file_atomically(file_,
                        json{{"scenarios", scenarios}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace understudy
