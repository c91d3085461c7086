#pragma once
/// What is wrong with an application's crons as far as can be told without running them.

#include <string>
#include <string_view>
#include <vector>

#include "harness/finding.hpp"
#include "rehearsal/app_world.hpp"

namespace understudy {

/// Sorted by place. No value of a variable is in them. `world` is what `make_app_world` made of `project`, whose apps'
/// folders are read for scripts; of a made-up world nothing is found.
[[nodiscard]] std::vector<Finding> static_findings(const AppProject& project, const AppWorld& world,
                                                   const ClientProfile& client);

/// Of equals, what was found first stays first.
void sort_by_place(std::vector<Finding>& findings);

}  // namespace understudy
