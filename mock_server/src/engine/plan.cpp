#include "engine/plan.hpp"

#include <algorithm>

#include "engine/activity_types.hpp"

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds kHeldByABackup = 20s;  // (ours) of the documented 15 to 30 seconds

/// Containers are stopped as soon as no cron runs in them; requests are held until the new ones are there.
std::vector<Phase> deployment(Milliseconds duration) {
  return {{Phase::Kind::kStop, 0ms, Phase::Site::kHeld}, {Phase::Kind::kWork, duration}};
}

std::vector<Phase> backup(const PlanOptions& options) {
  if (!options.safe_backup) return {{Phase::Kind::kWork, options.duration}};
  const Milliseconds held = std::min(options.duration, kHeldByABackup);
  return {{Phase::Kind::kWork, held, Phase::Site::kHeld},
          {Phase::Kind::kWork, options.duration - held, Phase::Site::kOpen}};
}

}  // namespace

std::vector<Phase> plan(std::string_view type, const PlanOptions& options) {
  const DeployKind kind = deploy_kind(type);
  if (kind == DeployKind::kNone) return backup(options);
  std::vector<Phase> phases;
  const Milliseconds building = kind == DeployKind::kBuilds ? build_time(options.duration) : 0ms;
  if (kind == DeployKind::kBuilds) phases.push_back({Phase::Kind::kWork, building});
  if (options.clones) phases.push_back({Phase::Kind::kClone});
  for (const Phase& phase : deployment(options.duration - building)) phases.push_back(phase);
  return phases;
}

QueueKind queue_of(std::string_view type) {
  if (type.starts_with("integration.")) return QueueKind::kIntegrations;
  if (type.starts_with("environment.backup")) return QueueKind::kBackup;
  return QueueKind::kDefault;
}

}  // namespace understudy::engine
