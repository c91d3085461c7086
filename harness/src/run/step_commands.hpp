#pragma once
/// What a scenario's steps start: words, environment and input, with the scenario's values in them.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/process.hpp"
#include "harness/runner.hpp"
#include "harness/scenario.hpp"
#include "run/sandbox.hpp"
#include "run/scenario_clients.hpp"

namespace understudy {

class StepCommands {
public:
  struct Parts {
    const Scenario& scenario;
    const Sandbox& sandbox;
    const ScenarioClients& clients;
    const Variables& values;  ///< as programs need them, as they are when a step begins
    std::string api_url;
    std::string proxy_url;
    std::optional<std::string> token{};   ///< that the client gets
    std::chrono::milliseconds timeout{};  ///< if neither the step nor the scenario has one
  };
  explicit StepCommands(Parts parts) : parts_{std::move(parts)} {}

  /// Throws InputError for a program that is not in the sandbox, or words that are none.
  [[nodiscard]] Command of(const Step& step) const;
  /// What the usual client has in every step, without a terminal.
  [[nodiscard]] Env usual_env() const { return scenario_env(parts_.clients.usual(), false); }
  /// The values that a step's shell gets as variables of its own.
  [[nodiscard]] Variables named_in_shell(const Step& step) const;
  /// `cd SANDBOX/work && . ../env && NAME=value webpaas ...`; "" for a step that starts nothing.
  [[nodiscard]] std::string by_hand(const Step& step) const;

private:
  void apply(Env& env, const std::map<std::string, std::string>& set, const std::vector<std::string>& removed) const;
  [[nodiscard]] Env scenario_env(const WarmClient& client, bool terminal) const;
  [[nodiscard]] Env step_env(const Step& step) const;
  [[nodiscard]] std::vector<std::string> words_of(const Step& step, Env& env) const;
  [[nodiscard]] std::string filled(const std::string& text) const;

  Parts parts_;
};

}  // namespace understudy
