#pragma once
/// What scenarios that passed have shown to work: which commands of the client, which routes of the fake. Kept from run
/// to run, so that a part of the scenarios can be run again without the rest being forgotten.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "harness/result.hpp"

namespace understudy {

struct CommandUse {
  std::string client{};   ///< profile
  std::string command{};  ///< as typed: "backup:create", "redeploy"
  int exit_code = 0;
};
struct RouteUse {
  std::string method{};
  std::string route{};  ///< path template
  int status = 0;
};
/// Of one scenario under one client profile.
struct ScenarioUse {
  std::string file{};
  std::string name{};  ///< title
  std::string client{};
  std::vector<CommandUse> commands{};
  std::vector<RouteUse> routes{};
};

inline constexpr const char* kCoverageRecord = ".understudy/coverage.json";

class CoverageRecord {
public:
  explicit CoverageRecord(std::filesystem::path file) : file_{std::move(file)} {}
  /// Empty if there is none yet. Throws InputError if it is damaged.
  [[nodiscard]] std::vector<ScenarioUse> uses() const;
  /// A scenario that did not pass loses its entry; what was not run keeps it.
  void record(std::span<const ScenarioResult> results) const;

private:
  std::filesystem::path file_;
};

}  // namespace understudy
