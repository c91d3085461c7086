#pragma once
/// The crons of an application. Source: the vendor's documentation, create-apps/app-reference, "Crons".

#include <nlohmann/json.hpp>
#include <vector>

#include "harness/application.hpp"

namespace understudy {

/// `node` is the value of `crons`. Unknown keys are errors here: a misspelt `commands` would silently do nothing.
[[nodiscard]] std::vector<CronDefinition> read_crons(const Node& node, std::vector<Remark>& remarks);

/// As a deployment shows them: {NAME: {spec, commands: {start, stop}, timeout, shutdown_timeout}}.
[[nodiscard]] nlohmann::json to_json(const std::vector<CronDefinition>& crons);

}  // namespace understudy
