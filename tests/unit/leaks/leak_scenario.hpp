#pragma once
/// A scenario whose client is the stand-in one, and what its report says about secrets.

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/runner.hpp"
#include "places.hpp"
#include "temporary_folder.hpp"

namespace understudy::leaks {

class LeakScenario : public ::testing::Test {
protected:
  LeakScenario();

  /// The world knows `secrets`; the client carries out `leak`.
  [[nodiscard]] ScenarioResult run(const Leak& leak, const std::vector<PlantedSecret>& secrets,
                                   Setting setting = Setting::kPlain);

  TemporaryFolder folder_;
  RunSettings settings_;
};

/// What a report says about a leak: "S3: in stdout: hex".
struct Reported {
  std::string secret{};
  std::string place{};
  std::string shape{};
};
/// Of `failures`, those about secrets; the others are put into `others` as they are.
[[nodiscard]] std::vector<Reported> reported(const std::vector<Failure>& failures, std::vector<std::string>& others);

}  // namespace understudy::leaks
