#pragma once
/// What an activity does, phase after phase. Source: platform-semantics.md, sections 3, 5 and 6.

#include <string_view>
#include <vector>

#include "engine/simulation.hpp"
#include "mock_server/jobs.hpp"
#include "model/model.hpp"

namespace understudy::engine {

struct PlanOptions {
  Milliseconds duration{};   ///< of the whole, if nothing stands in its way
  bool clones = false;       ///< the data of the source
  bool safe_backup = false;  ///< holds requests for a moment
  /// Of the apps, in the order in which they are to run; `Phase::hook` is the place in this list.
  std::vector<JobKind> hooks{};
};
[[nodiscard]] std::vector<Phase> plan(std::string_view type, const PlanOptions& options);
[[nodiscard]] QueueKind queue_of(std::string_view type);

}  // namespace understudy::engine
