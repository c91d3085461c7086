#include "run/scenario_clients.hpp"

#include "harness/client_profile.hpp"

namespace understudy {

ScenarioClients::ScenarioClients(const Scenario& scenario, const RunSettings& settings)
    : usual_{scenario.client.empty() ? settings.client : scenario.client} {
  add(usual_, scenario.at, settings);
  for (const std::vector<Step>* steps : {&scenario.steps, &scenario.finally}) {
    for (const Step& step : *steps) {
      if (!step.client.empty()) add(step.client, step.at, settings);
    }
  }
}

void ScenarioClients::add(const std::string& name, const Position& asked_at, const RunSettings& settings) {
  if (by_name_.contains(name)) return;
  if (const auto warm = settings.warm.find(name); warm != settings.warm.end()) {
    by_name_.emplace(name, warm->second);
    return;
  }
  const ClientProfile profile = settings.clients.find(name, asked_at);
  by_name_.emplace(name, warm_up(profile, find_client_binary(profile, settings.root), settings.cache_folder));
}

}  // namespace understudy
