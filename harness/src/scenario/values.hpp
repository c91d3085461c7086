#pragma once
/// Small values of a scenario file: names, durations, environments, files, conditions.

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario.hpp"

namespace understudy {

/// Letters, digits and underscores, not beginning with a digit.
[[nodiscard]] bool is_identifier(std::string_view text);
/// The same in capitals: the name of a variable of a scenario.
[[nodiscard]] bool is_variable_name(std::string_view text);
/// Names in `text` that stand there as `$NAME` or `${NAME}`.
[[nodiscard]] std::vector<std::string> variables_in(std::string_view text);

[[nodiscard]] std::chrono::milliseconds read_duration(const Node& value);       ///< more than none
[[nodiscard]] std::string read_word(const Node& value, std::string_view what);  ///< a text that is not empty
/// One text, or a list of texts.
[[nodiscard]] std::vector<std::string> read_words(const Node& value, std::string_view what);
void read_env(const Node& value, std::map<std::string, std::string>& env, std::vector<std::string>& removed);
/// A path that cannot leave the working directory, of a file or a folder in it.
void require_inner_path(const std::string& text, const Position& at);
[[nodiscard]] std::vector<GivenFile> read_given_files(const Node& value);
[[nodiscard]] std::vector<SecretSpec> read_secrets(const Node& value);
[[nodiscard]] std::vector<Condition> read_conditions(const Node& value);
[[nodiscard]] std::vector<std::string> read_tags(const Node& value);
[[nodiscard]] std::vector<std::string> read_tools(const Node& value);

[[nodiscard]] nlohmann::json duration_schema();
[[nodiscard]] nlohmann::json words_schema();
[[nodiscard]] nlohmann::json env_schema();
[[nodiscard]] nlohmann::json given_files_schema();
[[nodiscard]] nlohmann::json secrets_schema();

}  // namespace understudy
