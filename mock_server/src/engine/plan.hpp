#pragma once
/// What an activity does, phase after phase. Source: platform-semantics.md, sections 3, 5 and 6.

#include <string_view>
#include <vector>

#include "engine/simulation.hpp"
#include "model/model.hpp"

namespace understudy::engine {

/// `Phase::tag`: what a phase is to people.
enum class Stage : std::uint8_t {
  kWork,
  kBuildHook,
  kBuild,
  kStop,
  kClone,
  kSwap,  ///< mounts move, services open, start commands run
  kDeployHook,
  kServe,
  kPostDeployHook
};

struct PlanOptions {
  Milliseconds duration{};   ///< of the whole, if nothing stands in its way and hooks take no time
  bool clones = false;       ///< the data of the source
  bool safe_backup = false;  ///< holds requests for a moment
  std::size_t apps = 0;      ///< whose hooks are run for real; one external phase for each and each hook
  bool code_changes = true;  ///< false: only the post_deploy hook runs
};
[[nodiscard]] std::vector<Phase> plan(std::string_view type, const PlanOptions& options);
[[nodiscard]] QueueKind queue_of(std::string_view type);
[[nodiscard]] std::string_view name_of(QueueKind queue);  ///< "default", "integrations", "backup", "cron"

}  // namespace understudy::engine
