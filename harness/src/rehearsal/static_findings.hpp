#pragma once
/// What is wrong with an application's crons as far as can be told without running them.

#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/app_world.hpp"

namespace understudy {

struct Finding {
  enum class Level {
    kError,    ///< it cannot work like this, or gives a secret away
    kWarning,  ///< it works, and probably not as it is meant
    kNote
  };
  Level level = Level::kWarning;
  std::string code{};  ///< "no-guard"; the list is in static_findings.cpp
  Position at{};
  std::string app{};   ///< name; "" = all of them
  std::string cron{};  ///< name; "" = not about a single one
  std::string text{};  ///< a sentence
  std::string hint{};  ///< what to do about it, a sentence; "" = nothing
};
[[nodiscard]] std::string_view name_of(Finding::Level level);  ///< "error", "warning", "note"

/// Sorted by place. No value of a variable is in them. `world` is what `make_app_world` made of `project`, whose apps'
/// folders are read for scripts; of a made-up world nothing is found.
[[nodiscard]] std::vector<Finding> static_findings(const AppProject& project, const AppWorld& world,
                                                   const ClientProfile& client);

}  // namespace understudy
