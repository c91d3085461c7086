#pragma once
/// The platform as a scenario left it, in a file from the worker that ran it to the front that shows it to a person.

#include <filesystem>
#include <string>
#include <vector>

#include "mock_server/journal.hpp"
#include "mock_server/ledger.hpp"

namespace understudy {

struct LeftPlatform {
  Snapshot snapshot{};
  std::vector<Exchange> exchanges{};
  std::string token{};  ///< API token that the scenario's client had, "" for none
};

/// The file holds secrets: 0600.
void write_left_platform(const std::filesystem::path& file, const nlohmann::json& snapshot,
                         const std::vector<Exchange>& exchanges, const std::string& token);
/// Throws std::runtime_error.
[[nodiscard]] LeftPlatform read_left_platform(const std::filesystem::path& file);

}  // namespace understudy
