#include "engine/plan.hpp"

#include <algorithm>

#include "engine/activity_types.hpp"

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds kHeldByABackup = 20s;    // (ours) of the documented 15 to 30 seconds
constexpr Milliseconds kLongestBuildHook = 1h;  // platform-semantics.md, section 3

class Plan {
public:
  void work(Stage stage, Milliseconds duration, Phase::Site site = Phase::Site::kAsItIs) {
    add({Phase::Kind::kWork, duration, site}, stage);
  }
  void hooks(Stage stage, std::size_t apps, Milliseconds limit) {
    for (std::size_t i = 0; i < apps; ++i) add({Phase::Kind::kExternal, limit}, stage);
  }
  void wait(Phase::Kind kind, Stage stage, Phase::Site site) { add({kind, 0ms, site}, stage); }
  std::vector<Phase> take() { return std::move(phases_); }

private:
  void add(Phase phase, Stage stage) {
    phase.tag = static_cast<std::uint8_t>(stage);
    phases_.push_back(phase);
  }
  std::vector<Phase> phases_;
};

void deploy(Plan& plan, const PlanOptions& options, Milliseconds duration) {
  plan.wait(Phase::Kind::kStop, Stage::kStop, Phase::Site::kHeld);
  plan.work(Stage::kSwap, duration);
  if (options.code_changes) plan.hooks(Stage::kDeployHook, options.apps, 0ms);
  plan.work(Stage::kServe, 0ms, Phase::Site::kOpen);
  plan.hooks(Stage::kPostDeployHook, options.apps, 0ms);
}

}  // namespace

std::vector<Phase> plan(std::string_view type, const PlanOptions& options) {
  Plan result;
  const DeployKind kind = deploy_kind(type);
  const Milliseconds building = kind == DeployKind::kBuilds ? build_time(options.duration) : 0ms;
  if (kind == DeployKind::kBuilds) {
    result.hooks(Stage::kBuildHook, options.apps, kLongestBuildHook);
    result.work(Stage::kBuild, building);
  }
  if (options.clones) result.wait(Phase::Kind::kClone, Stage::kClone, Phase::Site::kAsItIs);
  if (kind != DeployKind::kNone) {
    deploy(result, options, options.duration - building);
  } else if (options.safe_backup) {
    const Milliseconds held = std::min(options.duration, kHeldByABackup);
    result.work(Stage::kWork, held, Phase::Site::kHeld);
    result.work(Stage::kWork, options.duration - held, Phase::Site::kOpen);
  } else {
    result.work(Stage::kWork, options.duration);
  }
  return result.take();
}

QueueKind queue_of(std::string_view type) {
  if (type.starts_with("integration.")) return QueueKind::kIntegrations;
  if (type.starts_with("environment.backup")) return QueueKind::kBackup;
  if (type == "environment.cron") return QueueKind::kCron;
  return QueueKind::kDefault;
}

std::string_view name_of(QueueKind queue) {
  constexpr std::string_view kNames[] = {"default", "integrations", "backup", "cron"};
  return kNames[static_cast<std::size_t>(queue)];
}

}  // namespace understudy::engine
