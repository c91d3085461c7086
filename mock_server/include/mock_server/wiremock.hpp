#pragma once
/// WireMock's stub mappings: a folder with `mappings/*.json` and `__files/`, or one file. What of them is exact becomes
/// exchanges; what is not cannot be one. Source: WireMock's documentation, "Request Matching", "Stubbing", "Stateful
/// Behaviour", "Simulating Faults".

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "mock_server/recording.hpp"

namespace understudy {

/// What of a mapping cannot be said by a recorded exchange.
struct WireMockProblem {
  Position at{};
  std::string text{};    ///< with the reason
  bool is_error = true;  ///< the mapping was left out; else it was taken without this
};

struct FromWireMock {
  Recording recording{};  ///< in the order of files and mappings; of a scenario, in the order of its states
  std::vector<WireMockProblem> problems{};
};

/// Is it a folder with mappings, or a file that looks like one?
[[nodiscard]] bool is_wiremock(const std::filesystem::path& path);
/// Throws InputError for what is no JSON, or no mapping at all.
[[nodiscard]] FromWireMock read_wiremock(const std::filesystem::path& path);

/// Files by their paths in the folder: "mappings/0001-get-projects.json", "__files/0001-get-projects.json". The same
/// request answered differently in turn becomes a scenario. What WireMock does not know (times, servers, headers that
/// were sent) is in `metadata`, so that reading gives the same exchanges again. A placeholder matches anything.
[[nodiscard]] std::map<std::string, std::string> to_wiremock(const Recording& recording);

}  // namespace understudy
