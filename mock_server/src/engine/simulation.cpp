#include "engine/simulation.hpp"

#include <algorithm>
#include <utility>

namespace understudy::engine {
namespace {

// Source: platform-semantics.md, section 5: over a whole project two activities run at once.
constexpr std::size_t kAtOnceInAProject = 2;

}  // namespace

// ---- what there is

Index Simulation::add_project() { return add(projects_, {}); }

Index Simulation::add_environment(Index project, bool production) {
  const Index index = add(environments_, {.project = project, .production = production});
  projects_[project].environments.push_back(index);
  return index;
}

Index Simulation::add_container(Index environment) {
  const Index index = add(containers_, {.environment = environment});
  environments_[environment].containers.push_back(index);
  return index;
}

Index Simulation::add_cron(Time now, CronSettings settings) {
  const std::chrono::minutes period =
      settings.offset_seed ? settings.schedule.shortest_interval() : std::chrono::minutes{0};
  const Index index = add(crons_, {.settings = std::move(settings), .period = period, .nominal = now});
  schedule_cron(now, index);
  return index;
}

void Simulation::remove_cron(Index cron) { crons_[cron].removed = true; }

Index Simulation::add_template(TaskSettings settings) { return add(templates_, std::move(settings)); }

std::vector<Index> Simulation::running_in(Index environment) const {
  std::vector<Index> result;
  for (const Index container : environments_[environment].containers) {
    if (containers_[container].running != kNoIndex) result.push_back(containers_[container].running);
  }
  return result;
}

// ---- time

void Simulation::push(Time due, Event::Kind kind, std::uint64_t what, std::uint32_t generation) {
  heap_.push_back({due, sequence_++, what, generation, kind});
  std::push_heap(heap_.begin(), heap_.end(), Later{});
}

void Simulation::schedule(Time due, std::uint64_t what) { push(due, Event::Kind::kCustom, what); }

std::optional<Time> Simulation::next_due() const {
  return heap_.empty() ? std::nullopt : std::optional{heap_.front().due};
}

void Simulation::run_until(Time now) {
  while (!heap_.empty() && heap_.front().due <= now) run_next();
}

void Simulation::run_next() {
  std::pop_heap(heap_.begin(), heap_.end(), Later{});
  const Event event = heap_.back();
  now_ = event.due;
  heap_.pop_back();  // before it is carried out: an event may schedule more
  ++events_;
  carry_out(event);
}

void Simulation::carry_out(const Event& event) {
  const auto index = static_cast<Index>(event.what);
  switch (event.kind) {
    case Event::Kind::kPickUp:
      return pick_up(index);
    case Event::Kind::kPhaseEnd:
      if (tasks_[index].generation == event.generation) next_phase(index);
      return;
    case Event::Kind::kCronDue:
      return cron_due(index);
    case Event::Kind::kRunTimeout:
      return stop_run(index, RunEnd::kTimedOut);
    case Event::Kind::kRunKill:
      if (runs_[index].state == RunState::kStopping) observer_->run_to_kill(index);
      return;
    case Event::Kind::kRunStep:
      return step_run(index);
    case Event::Kind::kHookLimit:
      if (tasks_[index].generation == event.generation) observer_->hook_timed_out(index);
      return;
    case Event::Kind::kSiteDrop: {
      const Environment& environment = environments_[index];
      if (environment.site_generation == event.generation && environment.site == SiteState::kHeld)
        set_site(index, SiteState::kDropped);
      return;
    }
    case Event::Kind::kCustom:
      return observer_->custom(event.what);
  }
}

// ---- tasks

Index Simulation::add_task(Time now, TaskSettings settings) {
  now_ = now;
  const Milliseconds wait = settings.pick_up;
  const Index index = add(tasks_, {.settings = std::move(settings)});
  push(now + wait, Event::Kind::kPickUp, index);
  return index;
}

Index Simulation::add_working_task(Time now, TaskSettings settings) {
  now_ = now;
  const Index index = add(tasks_, {.settings = std::move(settings)});
  start_task(index);
  return index;
}

bool Simulation::is_on_production(const Task& task) const {
  return std::ranges::any_of(task.settings.environments, [&](Index environment) {
    return environment != kNoIndex && environments_[environment].production;
  });
}

bool Simulation::has_room(const Task& task) const {
  if (projects_[task.settings.project].at_work.size() >= kAtOnceInAProject) return false;
  return std::ranges::all_of(task.settings.environments, [&](Index environment) {
    return environment == kNoIndex || environments_[environment].at_work == kNoIndex;
  });
}

void Simulation::pick_up(Index index) {
  Task& task = tasks_[index];
  if (task.state != TaskState::kNew || task.settings.never_starts) return;
  task.state = TaskState::kPending;
  task.arrival = arrivals_++;
  if (has_room(task)) return start_task(index);
  enqueue(index);
  observer_->task_waits(index);
}

/// Production goes to the head of its queue; behind it, first come, first served.
void Simulation::enqueue(Index index) {
  const Task& task = tasks_[index];
  Project& project = projects_[task.settings.project];
  std::vector<Index>& queue = project.pending[static_cast<std::size_t>(task.settings.queue)];
  ++project.waiting;
  if (!is_on_production(task)) return queue.push_back(index);
  const auto first_other = std::ranges::find_if(queue, [&](Index other) { return !is_on_production(tasks_[other]); });
  queue.insert(first_other, index);
}

void Simulation::dequeue(Index index) {
  Project& project = projects_[tasks_[index].settings.project];
  project.waiting -= std::erase(project.pending[static_cast<std::size_t>(tasks_[index].settings.queue)], index);
}

/// Each queue offers its first that has room. (ours) Of those, production goes first, then who has waited longest.
Index Simulation::next_startable(const Project& project) const {
  Index best = kNoIndex;
  for (const std::vector<Index>& queue : project.pending) {
    const auto first = std::ranges::find_if(queue, [&](Index task) { return has_room(tasks_[task]); });
    if (first == queue.end()) continue;
    const auto rank = [&](Index task) { return std::pair{!is_on_production(tasks_[task]), tasks_[task].arrival}; };
    if (best == kNoIndex || rank(*first) < rank(best)) best = *first;
  }
  return best;
}

/// Whatever can start does: tasks, and crons that came due before a task that would keep them waiting.
void Simulation::settle(Index index) {
  while (projects_[index].waiting > 0 && projects_[index].at_work.size() < kAtOnceInAProject) {
    const Index task = next_startable(projects_[index]);
    if (task == kNoIndex) break;
    for (const Index environment : tasks_[task].settings.environments) {
      if (environment != kNoIndex) start_runs(environment, tasks_[task].arrival);
    }
    // A run may be over at once, and have set going what is to start here.
    if (tasks_[task].state != TaskState::kPending || !has_room(tasks_[task])) continue;
    dequeue(task);
    start_task(task);
  }
  for (std::size_t i = 0; projects_[index].queued > 0 && i < projects_[index].environments.size(); ++i)
    start_runs(projects_[index].environments[i], std::numeric_limits<std::uint64_t>::max());
}

void Simulation::start_runs(Index index, std::uint64_t before) {
  if (environments_[index].queued == 0) return;
  for (std::size_t i = 0; i < environments_[index].containers.size(); ++i) {
    const Index container = environments_[index].containers[i];
    const auto next = [&] {
      return containers_[container].queued.empty() ? kNoIndex : containers_[container].queued.front();
    };
    for (Index run = next(); run != kNoIndex; run = next()) {
      if (runs_[run].arrival >= before || !can_run(runs_[run])) break;
      containers_[container].queued.erase(containers_[container].queued.begin());
      --environments_[index].queued;
      --projects_[environments_[index].project].queued;
      start_run(run);
    }
  }
}

void Simulation::start_task(Index index) {
  Task& task = tasks_[index];
  task.state = TaskState::kWorking;
  projects_[task.settings.project].at_work.push_back(index);
  for (const Index environment : task.settings.environments) {
    if (environment != kNoIndex) environments_[environment].at_work = index;
  }
  observer_->task_started(index);
  begin_phase(index);
}

Index Simulation::guarded_environment(const Task& task) const {
  if (task.state != TaskState::kWorking || task.phase >= task.settings.phases.size()) return kNoIndex;
  switch (task.settings.phases[task.phase].kind) {
    case Phase::Kind::kStop:
      return task.settings.target;
    case Phase::Kind::kClone:
      return task.settings.source;
    default:
      return kNoIndex;
  }
}

void Simulation::begin_phase(Index index) {
  if (tasks_[index].phase == tasks_[index].settings.phases.size()) {
    if (!tasks_[index].settings.never_ends) end_task(index, TaskState::kDone);
    return;
  }
  const Phase phase = tasks_[index].settings.phases[tasks_[index].phase];
  const std::uint32_t generation = ++tasks_[index].generation;
  const Index target = tasks_[index].settings.target;
  if (phase.site != Phase::Site::kAsItIs && target != kNoIndex)
    set_site(target, phase.site == Phase::Site::kHeld ? SiteState::kHeld : SiteState::kOpen);
  observer_->phase_began(index, tasks_[index].phase);
  if (tasks_[index].generation != generation) return;  // the observer has ended it already
  switch (phase.kind) {
    case Phase::Kind::kWork:
      return push(now_ + phase.duration, Event::Kind::kPhaseEnd, index, generation);
    case Phase::Kind::kHook:
      if (phase.duration > Milliseconds{0}) push(now_ + phase.duration, Event::Kind::kHookLimit, index, generation);
      return;
    case Phase::Kind::kStop:
    case Phase::Kind::kClone: {
      const Index guarded = guarded_environment(tasks_[index]);
      if (guarded == kNoIndex || environments_[guarded].running == 0) return next_phase(index);
      environments_[guarded].held.push_back(index);
      observer_->task_held_by_crons(index);
      return;
    }
  }
}

void Simulation::next_phase(Index index) {
  ++tasks_[index].phase;
  begin_phase(index);
}

void Simulation::end_hook(Time now, Index index) {
  now_ = now;
  tasks_[index].awaits = kNoIndex;
  if (is_in_hook(tasks_[index])) next_phase(index);
}

void Simulation::fail_task(Time now, Index index) {
  now_ = now;
  if (tasks_[index].state == TaskState::kWorking) end_task(index, TaskState::kDone);
}

bool Simulation::is_in_hook(const Task& task) const {
  return task.state == TaskState::kWorking && task.phase < task.settings.phases.size() &&
         task.settings.phases[task.phase].kind == Phase::Kind::kHook;
}

void Simulation::set_awaits(Waiter waiter, Index task) {
  (waiter.kind == Waiter::Kind::kTask ? tasks_[waiter.index].awaits : runs_[waiter.index].awaits) = task;
}

bool Simulation::cancel_task(Time now, Index index) {
  now_ = now;
  Task& task = tasks_[index];
  if (task.state >= TaskState::kDone) return false;
  end_task(index, TaskState::kCancelled);
  return true;
}

void Simulation::end_task(Index index, TaskState state) {
  const TaskState before = tasks_[index].state;
  const Index guarded = guarded_environment(tasks_[index]);
  const Index project = tasks_[index].settings.project;
  const Index target = tasks_[index].settings.target;
  ++tasks_[index].generation;
  tasks_[index].state = state;
  if (guarded != kNoIndex) std::erase(environments_[guarded].held, index);
  if (before == TaskState::kPending) dequeue(index);
  if (before == TaskState::kWorking) {
    std::erase(projects_[project].at_work, index);
    for (const Index environment : tasks_[index].settings.environments) {
      if (environment != kNoIndex) environments_[environment].at_work = kNoIndex;
    }
    if (target != kNoIndex) set_site(target, SiteState::kOpen);
  }
  observer_->task_ended(index);
  release_awaiting(index);
  settle(project);
}

void Simulation::release_awaiting(Index task) {
  for (std::size_t i = 0; i < awaiting_.size();) {
    const Index run = awaiting_[i];
    if (runs_[run].awaits != task) {
      ++i;
      continue;
    }
    awaiting_.erase(awaiting_.begin() + static_cast<std::ptrdiff_t>(i));
    runs_[run].awaits = kNoIndex;
    step_run(run);
    i = 0;  // others may have come or gone meanwhile
  }
}

void Simulation::release_held(Index environment) {
  const std::vector<Index> held = std::exchange(environments_[environment].held, {});
  for (const Index task : held) next_phase(task);
}

void Simulation::set_site(Index index, SiteState state) {
  Environment& environment = environments_[index];
  if (environment.site == state) return;
  environment.site = state;
  ++environment.site_generation;
  if (state == SiteState::kHeld) push(now_ + hold_limit_, Event::Kind::kSiteDrop, index, environment.site_generation);
  observer_->site_changed(index, state);
}

}  // namespace understudy::engine
