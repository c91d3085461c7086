#pragma once
/// The clients that a scenario's steps use, warm, by profile.

#include <map>
#include <string>

#include "harness/runner.hpp"

namespace understudy {

class ScenarioClients {
public:
  /// Warms up those that `settings` has not. Throws as ClientLibrary::find, find_client_binary and warm_up do.
  ScenarioClients(const Scenario& scenario, const RunSettings& settings);

  [[nodiscard]] const WarmClient& usual() const { return by_name_.at(usual_); }
  [[nodiscard]] const WarmClient& of(const Step& step) const {
    return by_name_.at(step.client.empty() ? usual_ : step.client);
  }
  [[nodiscard]] const std::map<std::string, WarmClient>& all() const { return by_name_; }

private:
  void add(const std::string& name, const Position& asked_at, const RunSettings& settings);

  std::string usual_;
  std::map<std::string, WarmClient> by_name_;
};

}  // namespace understudy
