#pragma once
/// `understudy exec`: one command of a person against a fresh fake.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/result.hpp"
#include "mock_server/replay.hpp"
#include "offline/offline_sandbox.hpp"

namespace understudy {

struct ExecOptions {
  OfflineOptions place{};
  std::uint64_t seed = 1;
  bool keep = false;
  bool exchanges = false;              ///< the result holds requests and responses as a whole
  std::vector<std::string> command{};  ///< none: the person's shell
  std::shared_ptr<Player> player{};    ///< answers from a recording; as of MockServerOptions
  double stream_speed = 0;
};

struct Executed {
  int exit_code = 0;
  /// One step, with the requests and what they waited for. Secrets are covered.
  ScenarioResult result{};
  std::vector<Secret> secrets{};  ///< all that the fake knew of, to cover what else is said
};

/// Complaints about the command go to standard error. Throws as OfflineSandbox does.
[[nodiscard]] Executed execute(const ExecOptions& options);

}  // namespace understudy
