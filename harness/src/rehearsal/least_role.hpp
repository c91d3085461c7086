#pragma once
/// The weakest role with which a cron's client gets the same answers.

#include <optional>
#include <string>

#include "harness/finding.hpp"
#include "rehearsal/observed.hpp"
#include "rehearsal/stage.hpp"

namespace understudy {

struct LeastRole {
  std::string needed{};              ///< "admin on production"; "" = not known
  std::string has{};                 ///< "admin of the project"
  std::optional<Finding> finding{};  ///< the token can do more than it has to
};

/// Found by playing the run that is due then with tokens of weaker and weaker owners, and comparing what they were
/// answered.
[[nodiscard]] LeastRole find_least_role(Stage& stage, const PlayOptions& options, const CronKey& cron, Time due);

}  // namespace understudy
