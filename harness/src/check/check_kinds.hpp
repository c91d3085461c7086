#pragma once
/// The parsers that the table of check kinds points to, one for each file check_*.cpp.

#include <memory>
#include <vector>

#include "harness/check.hpp"

namespace understudy {

using Checks = std::vector<std::shared_ptr<const Check>>;

[[nodiscard]] Checks parse_exit(const Node& value);
[[nodiscard]] Checks parse_stdout(const Node& value);
[[nodiscard]] Checks parse_stderr(const Node& value);
[[nodiscard]] Checks parse_screen(const Node& value);
[[nodiscard]] Checks parse_files(const Node& value);
[[nodiscard]] Checks parse_requests(const Node& value);
[[nodiscard]] Checks parse_activity(const Node& value);
[[nodiscard]] Checks parse_state(const Node& value);
[[nodiscard]] Checks parse_blocks(const Node& value);
[[nodiscard]] Checks parse_auth(const Node& value);
[[nodiscard]] Checks parse_crons(const Node& value);
[[nodiscard]] Checks parse_hooks(const Node& value);

[[nodiscard]] nlohmann::json exit_schema();
[[nodiscard]] nlohmann::json files_schema();
[[nodiscard]] nlohmann::json activity_schema();
[[nodiscard]] nlohmann::json state_schema();
[[nodiscard]] nlohmann::json blocks_schema();
[[nodiscard]] nlohmann::json auth_schema();
[[nodiscard]] nlohmann::json crons_schema();
[[nodiscard]] nlohmann::json hooks_schema();

/// Exit code 0, at the place of the step.
[[nodiscard]] std::shared_ptr<const Check> exit_zero(const Position& at);

}  // namespace understudy
