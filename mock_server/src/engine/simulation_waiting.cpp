// Who waits for whom in the simulation, and who does so for ever.
#include <algorithm>

#include "engine/simulation.hpp"

namespace understudy::engine {

std::vector<Waiter> Simulation::in_the_way_of(Waiter waiter) const {
  std::vector<Waiter> result;
  const auto add_task = [&](Index task) {
    if (task != kNoIndex && tasks_[task].state < TaskState::kDone) result.push_back({Waiter::Kind::kTask, task});
  };
  const auto add_runs = [&](Index environment) {
    for (const Index run : running_in(environment)) result.push_back({Waiter::Kind::kRun, run});
  };
  if (waiter.kind == Waiter::Kind::kRun) {
    const Run& run = runs_[waiter.index];
    if (run.state == RunState::kQueued) {
      const Container& container = containers_[crons_[run.cron].settings.container];
      if (container.running != kNoIndex) result.push_back({Waiter::Kind::kRun, container.running});
      add_task(environments_[container.environment].at_work);
    } else if (run.state != RunState::kEnded) {
      add_task(run.awaits);
    }
    return result;
  }
  const Task& task = tasks_[waiter.index];
  if (task.state == TaskState::kWorking) {
    if (is_in_hook(task)) add_task(task.awaits);
    if (const Index guarded = guarded_environment(task); guarded != kNoIndex) add_runs(guarded);
  } else if (task.state == TaskState::kPending) {
    for (const Index environment : task.settings.environments) {
      if (environment != kNoIndex) add_task(environments_[environment].at_work);
    }
    if (result.empty()) {
      for (const Index other : projects_[task.settings.project].at_work) add_task(other);
    }
  }
  return result;
}

std::vector<Waiter> Simulation::alive() const {
  std::vector<Waiter> result;
  for (Index task = 0; task < tasks_.size(); ++task) {
    if (tasks_[task].state < TaskState::kDone) result.push_back({Waiter::Kind::kTask, task});
  }
  for (const Container& container : containers_) {
    if (container.running != kNoIndex) result.push_back({Waiter::Kind::kRun, container.running});
    for (const Index run : container.queued) result.push_back({Waiter::Kind::kRun, run});
  }
  return result;
}

/// True if nothing but the `stuck` ones could set it going.
bool Simulation::waits_only_for(Waiter waiter, const std::vector<Waiter>& stuck, bool timeouts_help) const {
  if (waiter.kind == Waiter::Kind::kTask) {
    const TaskSettings& settings = tasks_[waiter.index].settings;
    const TaskState state = tasks_[waiter.index].state;
    if (state == TaskState::kNew) return settings.never_starts;
    const bool at_its_end = tasks_[waiter.index].phase == settings.phases.size();
    if (state == TaskState::kWorking && at_its_end) return settings.never_ends;
    const bool limited =
        is_in_hook(tasks_[waiter.index]) && settings.phases[tasks_[waiter.index].phase].duration > Milliseconds{0};
    if (timeouts_help && limited) return false;
  } else if (timeouts_help && runs_[waiter.index].state != RunState::kQueued) {
    return false;
  }
  const std::vector<Waiter> before = in_the_way_of(waiter);
  const auto is_stuck = [&](const Waiter& other) { return std::ranges::find(stuck, other) != stuck.end(); };
  // For one of two places it is enough that one of those who have them goes on; everything else it needs at once.
  const bool any_will_do = waiter.kind == Waiter::Kind::kTask && tasks_[waiter.index].state == TaskState::kPending &&
                           std::ranges::all_of(tasks_[waiter.index].settings.environments, [&](Index environment) {
                             return environment == kNoIndex || environments_[environment].at_work == kNoIndex;
                           });
  return any_will_do ? !before.empty() && std::ranges::all_of(before, is_stuck) : std::ranges::any_of(before, is_stuck);
}

std::vector<Waiter> Simulation::stuck(bool timeouts_help) const {
  std::vector<Waiter> result = alive();
  for (std::size_t before = result.size() + 1; result.size() < before;) {
    before = result.size();
    std::erase_if(result, [&](const Waiter& waiter) { return !waits_only_for(waiter, result, timeouts_help); });
  }
  return result;
}

std::vector<Waiter> Simulation::deadlock() const {
  const std::vector<Waiter> all = stuck(false);
  const auto is_stuck = [&](const Waiter& waiter) { return std::ranges::find(all, waiter) != all.end(); };
  // Always on to one that is stuck, too: that comes round, or to something that was told never to go on.
  for (const Waiter& start : all) {
    std::vector<Waiter> path{start};
    for (;;) {
      const std::vector<Waiter> before = in_the_way_of(path.back());
      const auto next = std::ranges::find_if(before, is_stuck);
      if (next == before.end()) break;
      const auto seen = std::ranges::find(path, *next);
      if (seen != path.end()) return {seen, path.end()};
      path.push_back(*next);
    }
  }
  return {};
}

bool Simulation::is_at_rest() const { return stuck(true).size() == alive().size(); }

}  // namespace understudy::engine
