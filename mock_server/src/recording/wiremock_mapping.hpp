#pragma once
/// One file of WireMock's mappings.

#include <filesystem>
#include <string>
#include <vector>

#include "mock_server/wiremock.hpp"

namespace understudy::wiremock {

/// A mapping that has been read, and where it stands in its scenario.
struct Mapping {
  RecordedExchange exchange{};
  std::string scenario{};
  std::string required{};
  std::string next{};
};

/// `files` is the folder __files. Throws InputError for what is no JSON or no mapping; what a mapping cannot be made an
/// exchange of is added to `problems`.
[[nodiscard]] std::vector<Mapping> read_mappings(const std::string& text, const std::string& file,
                                                 const std::filesystem::path& files,
                                                 std::vector<WireMockProblem>& problems);

[[nodiscard]] std::string content_of(const std::filesystem::path& file);  ///< throws InputError

}  // namespace understudy::wiremock
