// Crons of the simulation: they come due, wait for their turn, run, and end or are stopped.
#include <algorithm>

#include "engine/simulation.hpp"

namespace understudy::engine {

void Simulation::schedule_cron(Time after, Index index) {
  Cron& cron = crons_[index];
  const std::optional<Time> next = cron.settings.schedule.next(after, *cron.settings.zone);
  if (!next) return;
  cron.nominal = *next;
  Milliseconds offset{0};
  if (cron.settings.offset_seed) offset = random_offset(*cron.settings.offset_seed, cron.period, cron.occurrence);
  ++cron.occurrence;
  push(*next + offset, Event::Kind::kCronDue, index);
}

bool Simulation::is_paused(const Environment& environment) const {
  return !environment.production && environment.deployed_at && now_ - *environment.deployed_at > pause_after_;
}

void Simulation::cron_due(Index index) {
  if (crons_[index].removed) return;
  schedule_cron(crons_[index].nominal, index);
  const Index container = crons_[index].settings.container;
  Environment& environment = environments_[containers_[container].environment];
  if (!environment.crons_on) return;
  if (is_paused(environment)) return observer_->cron_paused(index);
  if (crons_[index].run != kNoIndex) return observer_->cron_skipped(index);
  const Index run = add(runs_, {.cron = index, .arrival = arrivals_++});
  crons_[index].run = run;
  if (can_run(runs_[run])) return start_run(run);
  containers_[container].queued.push_back(run);
  ++environment.queued;
  ++projects_[environment.project].queued;
  observer_->run_queued(run);
}

/// One at a time in a container; and not while an activity is at work on the environment.
bool Simulation::can_run(const Run& run) const {
  const Container& container = containers_[crons_[run.cron].settings.container];
  return container.running == kNoIndex && environments_[container.environment].at_work == kNoIndex;
}

void Simulation::start_run(Index index) {
  Run& run = runs_[index];
  const Cron& cron = crons_[run.cron];
  Container& container = containers_[cron.settings.container];
  run.state = RunState::kRunning;
  container.running = index;
  ++environments_[container.environment].running;
  push(now_ + cron.settings.timeout, Event::Kind::kRunTimeout, index);
  const bool scripted = cron.settings.script.has_value();
  observer_->run_started(index);
  if (scripted) step_run(index);
}

void Simulation::step_run(Index index) {
  for (;;) {
    Run& run = runs_[index];
    if (run.state != RunState::kRunning) return;
    const std::vector<ScriptStep>& script = *crons_[run.cron].settings.script;
    if (run.step == script.size()) return finish_run(index);
    const ScriptStep step = script[run.step++];
    switch (step.kind) {
      case ScriptStep::Kind::kSpend:
        return push(now_ + step.duration, Event::Kind::kRunStep, index);
      case ScriptStep::Kind::kCreate: {
        const Index task = add_task(now_, templates_[step.task]);
        runs_[index].created = task;
        break;
      }
      case ScriptStep::Kind::kAwait:
        if (run.created == kNoIndex || tasks_[run.created].state >= TaskState::kDone) break;
        run.awaits = run.created;
        awaiting_.push_back(index);
        return;
    }
  }
}

bool Simulation::cancel_run(Time now, Index index) {
  now_ = now;
  Run& run = runs_[index];
  if (run.state == RunState::kEnded || run.state == RunState::kStopping) return false;
  if (run.state == RunState::kRunning) {
    stop_run(index, RunEnd::kCancelled);
    return true;
  }
  Container& container = containers_[crons_[run.cron].settings.container];
  std::erase(container.queued, index);
  --environments_[container.environment].queued;
  --projects_[environments_[container.environment].project].queued;
  run.state = RunState::kEnded;
  crons_[run.cron].run = kNoIndex;
  observer_->run_ended(index, RunEnd::kCancelled);
  return true;
}

void Simulation::stop_run(Index index, RunEnd why) {
  Run& run = runs_[index];
  if (run.state != RunState::kRunning) return;
  run.state = RunState::kStopping;
  run.how = why;
  const bool scripted = crons_[run.cron].settings.script.has_value();
  const Milliseconds grace = crons_[run.cron].settings.shutdown_timeout;
  observer_->run_to_stop(index, why);
  if (scripted) return finish_run(index);
  push(now_ + grace, Event::Kind::kRunKill, index);
}

void Simulation::end_run(Time now, Index index) {
  now_ = now;
  if (runs_[index].state == RunState::kRunning || runs_[index].state == RunState::kStopping) finish_run(index);
}

void Simulation::finish_run(Index index) {
  Run& run = runs_[index];
  run.state = RunState::kEnded;
  std::erase(awaiting_, index);
  Cron& cron = crons_[run.cron];
  cron.run = kNoIndex;
  Container& container = containers_[cron.settings.container];
  container.running = kNoIndex;
  const Index environment = container.environment;
  --environments_[environment].running;
  observer_->run_ended(index, run.how);
  if (environments_[environment].running == 0) release_held(environment);
  settle(environments_[environment].project);
}

}  // namespace understudy::engine
