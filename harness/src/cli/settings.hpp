#pragma once
/// What a worker is told of the command line, and what it makes of it.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/run_options.hpp"
#include "harness/runner.hpp"

namespace understudy {

/// Throws UsageError for a time that is none.
[[nodiscard]] nlohmann::json settings_json(const RunOptions& options);
[[nodiscard]] RunSettings run_settings(const nlohmann::json& settings, const std::filesystem::path& folder);
/// Folders of worlds: `first` (if any), then the project's.
[[nodiscard]] WorldLibrary world_library(const std::string& first);
/// What is known of the client without starting it; "" if nothing is.
[[nodiscard]] std::string client_version_text(const RunOptions& options);

}  // namespace understudy
