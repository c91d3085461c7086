#pragma once
/// Which rules of authentication a step's client broke (`auth_rules()`).

#include <string>
#include <vector>

#include "harness/exposure.hpp"
#include "mock_server/journal.hpp"

namespace understudy {

struct AuthTraces {
  /// A token that the platform accepts after the step.
  struct Good {
    std::string name{};   ///< "access token 2"
    std::string until{};  ///< "good until 2026-01-05T12:00:00Z"
  };
  std::string subcommand{};           ///< of the client; "" if the step ran something else: then no rule is looked at
  bool succeeded = false;             ///< exit code 0
  std::vector<Exchange> exchanges{};  ///< of the step's own client
  std::vector<Good> good{};
  std::vector<Exposure> shown{};  ///< where secrets are
};

[[nodiscard]] std::vector<Exposure> broken_auth_rules(const AuthTraces& traces);

}  // namespace understudy
