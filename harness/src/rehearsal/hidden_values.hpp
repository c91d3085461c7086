#pragma once
/// Secrets of a repository and a world, and what stands for them in a scenario.

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mock_server/world.hpp"

namespace understudy {

class HiddenValues {
public:
  /// `token_variable`: name of the one that the client has its token in, "OVHCLOUD_WEBPAAS_CLI_TOKEN".
  HiddenValues(const std::vector<World::Token>& tokens, std::string token_variable);

  /// `$NAME` for what is a token, and for the value of a key that looks like that of a secret, everywhere below.
  [[nodiscard]] nlohmann::json hide_in(const nlohmann::json& value, bool is_world);
  /// The same in a file's text (`export API_TOKEN=...`), with every `$` that the scenario would take for its own
  /// doubled.
  [[nodiscard]] std::string hide_in(std::string text);
  /// `$NAME` for the token of that name.
  [[nodiscard]] std::string placeholder_of(const std::string& token);

  /// For the scenario's `secrets:`, those that were used.
  [[nodiscard]] const std::set<std::string>& names() const { return used_; }

private:
  [[nodiscard]] std::string use(const std::string& name);
  [[nodiscard]] std::string hide_value(const std::string& key, const std::string& value);
  [[nodiscard]] std::string hide_tokens(std::string text);
  [[nodiscard]] std::string with_doubled_dollars(const std::string& text) const;

  std::vector<std::pair<std::string, std::string>> tokens_;  ///< value, name of the scenario's secret
  std::string token_variable_;
  std::set<std::string> used_;
};

}  // namespace understudy
