#include "engine/plan.hpp"

#include <algorithm>

#include "engine/activity_types.hpp"

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds kHeldByABackup = 20s;  // (ours) of the documented 15 to 30 seconds

// Source: platform-semantics.md, section 3.
constexpr Milliseconds kBuildLimit = 1h;

void add_hooks(std::vector<Phase>& phases, JobKind kind, const PlanOptions& options) {
  for (Index i = 0; i < options.hooks.size(); ++i) {
    if (options.hooks[i] != kind) continue;
    phases.push_back({.kind = Phase::Kind::kHook,
                      .duration = kind == JobKind::kBuildHook ? kBuildLimit : 0ms,
                      .site = kind == JobKind::kPostDeployHook ? Phase::Site::kOpen : Phase::Site::kAsItIs,
                      .hook = i});
  }
}

/// Containers are stopped as soon as no cron runs in them; requests are held until the new ones are there.
void add_deployment(std::vector<Phase>& phases, Milliseconds duration, const PlanOptions& options) {
  phases.push_back({Phase::Kind::kStop, 0ms, Phase::Site::kHeld});
  phases.push_back({Phase::Kind::kWork, duration});
  add_hooks(phases, JobKind::kDeployHook, options);
  add_hooks(phases, JobKind::kPostDeployHook, options);
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
  if (kind == DeployKind::kBuilds) {
    phases.push_back({Phase::Kind::kWork, building});
    add_hooks(phases, JobKind::kBuildHook, options);
  }
  if (options.clones) phases.push_back({Phase::Kind::kClone});
  add_deployment(phases, options.duration - building, options);
  return phases;
}

QueueKind queue_of(std::string_view type) {
  if (type.starts_with("integration.")) return QueueKind::kIntegrations;
  if (type.starts_with("environment.backup")) return QueueKind::kBackup;
  return QueueKind::kDefault;
}

}  // namespace understudy::engine
