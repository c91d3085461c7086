#include "engine/activity_engine.hpp"

#include <algorithm>

#include "engine/effects.hpp"
#include "engine/plan.hpp"

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;
using model::Activity;
using model::ActivityResult;
using model::ActivityState;
using model::State;

// (ours) how long the platform takes to notice a new activity; configurable as `wait` in the world.
constexpr Milliseconds kPickUp = 2s;

std::vector<std::string> lines(std::string_view text, const std::vector<Subject>& subjects) {
  std::vector<std::string> result;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    result.push_back(render_text(text.substr(start, end - start), subjects) + "\n");
    start = end + 1;
  }
  return result;
}

void write_log(Activity& activity, Time now, const std::string& message) { activity.log.push_back({now, message}); }

/// A log is text: what is no UTF-8 becomes U+FFFD.
std::string as_text(const std::string& bytes) {
  const auto replace = model::json::error_handler_t::replace;
  return model::json::parse(model::json(bytes).dump(-1, ' ', false, replace)).get<std::string>();
}

/// What a job printed, and how it ended if that was not well.
void write_lines(Activity& activity, Time now, const JobEnd& end) {
  for (std::size_t start = 0; start < end.output.size();) {
    const std::size_t stop = std::min(end.output.find('\n', start), end.output.size());
    write_log(activity, now, as_text(end.output.substr(start, stop - start)) + "\n");
    start = stop + 1;
  }
  if (!end.error.empty()) write_log(activity, now, end.error + "\n");
  if (end.exit_code != 0) write_log(activity, now, "Exit code " + std::to_string(end.exit_code) + "\n");
}

void change(Activity& activity, Time now) {
  activity.updated_at = now;
  ++activity.version;
}

/// Whom and what it was about, beside what is particular to its type. Source: the published description of webhooks'
/// payloads.
void describe(model::json& payload, const model::User* user, const model::Project& project, const std::string& target) {
  payload["project"] = {{"id", project.id}, {"title", project.title}};
  if (user != nullptr)
    payload["user"] = {{"id", user->id}, {"username", user->username}, {"display_name", user->full_name()}};
  const auto environment = project.environments.find(target);
  if (environment == project.environments.end()) return;
  payload["environment"] = {{"id", environment->first},
                            {"name", environment->second.name},
                            {"title", environment->second.title},
                            {"type", model::name_of(model::kTypeNames, environment->second.type)}};
}

/// The environment whose data it copies, or "": a cron there has to end first (platform-semantics.md, section 5).
std::string source_of(const model::Project& project, const Activity& activity) {
  const auto environment = project.environments.find(activity.target);
  if (environment == project.environments.end() || !environment->second.parent) return "";
  const auto asks = [&](const char* what, bool usual) {
    return activity.parameters.value(what, model::json(usual)) != model::json(false);
  };
  const bool clones = (activity.type == "environment.branch" && asks("clone_parent", true)) ||
                      activity.type == "environment.activate" ||
                      (activity.type == "environment.synchronize" && asks("synchronize_data", false));
  return clones ? *environment->second.parent : "";
}

CronOptions with_duration(CronOptions options, const Behaviours& behaviours) {
  const auto run = behaviours.find(model::kCronRun);
  if (run != behaviours.end()) options.duration = run->second.duration.value_or(options.duration);
  return options;
}

}  // namespace

ActivityEngine::ActivityEngine(model::IdSource& ids, Behaviours behaviours, const CronOptions& crons, JobDesk* desk)
    : ids_{&ids},
      behaviours_{std::move(behaviours)},
      topology_{simulation_, with_duration(crons, behaviours_), desk != nullptr},
      jobs_{desk} {
  simulation_.set_pause_after(crons.pause_after);
  simulation_.set_hold_limit(crons.hold_limit);
}

void ActivityEngine::begin(State& state, Time now) {
  chronicle_.begin(now);
  for (const auto& [id, project] : state.projects) {
    for (const auto& [name, environment] : project.environments) {
      topology_.sync(now, project, environment);
      if (environment.deployment && !environment.deployment.is_untouched()) jobs_.renew_env(project, environment);
    }
  }
}

std::string ActivityEngine::create(State& state, Time now, const NewActivity& wanted) {
  state_ = &state;
  const ActivityType* type = find_activity_type(wanted.type);
  const Behaviour* behaviour = behaviour_of(wanted.type);
  const model::User* user = state.find_user(wanted.user);
  const model::Project& project = *state.find_project(wanted.project);

  std::vector<Subject> subjects = wanted.subjects;
  subjects.push_back({"user", wanted.user, user == nullptr ? "The platform" : user->full_name()});
  subjects.push_back({"project", project.id, project.title});
  if (!wanted.environment.empty()) {
    const model::Environment& environment = project.environments.at(wanted.environment);
    subjects.push_back({"environment", environment.id, environment.title});
    if (environment.parent) {
      const auto parent = project.environments.find(*environment.parent);
      if (parent != project.environments.end()) subjects.push_back({"parent", parent->first, parent->second.title});
    }
  }

  Activity activity;
  activity.id = ids_->resource_id();
  activity.created_at = activity.updated_at = now;
  activity.type = wanted.type;
  activity.project = wanted.project;
  if (!wanted.environment.empty()) activity.environments.push_back(wanted.environment);
  activity.environments.insert(activity.environments.end(), wanted.also.begin(), wanted.also.end());
  if (!wanted.integration.empty()) activity.extra["integration"] = wanted.integration;
  activity.target = wanted.target.empty() ? wanted.environment : wanted.target;
  activity.user = wanted.user;
  activity.payload = wanted.payload;
  describe(activity.payload, user, project, activity.target);
  activity.parameters = wanted.parameters;
  const std::string_view sentence = type == nullptr ? std::string_view{"{user} did something"} : type->sentence;
  activity.text = render_text(sentence, subjects);
  activity.description = render_html(sentence, subjects);
  activity.duration = type == nullptr ? Milliseconds{1min} : type->duration;
  activity.script = lines(type == nullptr ? "Done" : type->log, subjects);
  Milliseconds wait = kPickUp;
  if (behaviour != nullptr) {
    activity.duration = behaviour->duration.value_or(activity.duration);
    activity.outcome = behaviour->result.value_or(activity.outcome);
    activity.stays = behaviour->stays;
    wait = behaviour->wait.value_or(wait);
    if (!behaviour->log.empty()) {
      activity.script.clear();
      for (const std::string& line : behaviour->log) activity.script.push_back(render_text(line, subjects) + "\n");
    }
  }
  const bool manual = !activity.target.empty() && project.environments.at(activity.target).manual_deployments;
  const bool staged = manual && type != nullptr && type->is_staged;
  if (staged) activity.state = ActivityState::kStaged;
  const Activity& stored = state.add(std::move(activity));
  if (staged || stored.type == model::kCronRun) return stored.id;
  TaskSettings settings = settings_of(project, stored);
  settings.pick_up = wait;
  add_task(now, stored.id, std::move(settings), false);
  return stored.id;
}

void ActivityEngine::add_task(Time now, const std::string& activity, TaskSettings settings, bool works) {
  const auto task = static_cast<Index>(task_activities_.size());
  task_activities_.push_back(activity);
  tasks_[activity] = task;
  chronicle_.task_created(task, state_->activities.at(activity));
  if (works)
    simulation_.add_working_task(now, std::move(settings));
  else
    simulation_.add_task(now, std::move(settings));
}

TaskSettings ActivityEngine::settings_of(const model::Project& project, const Activity& activity) {
  TaskSettings settings{.project = topology_.project(project.id), .queue = queue_of(activity.type)};
  const std::string source = source_of(project, activity);
  const auto index_of = [&](const std::string& id) {
    return project.environments.contains(id) ? topology_.environment(project, id) : kNoIndex;
  };
  std::size_t places = 0;
  for (const std::string& id : activity.environments) {
    if (places < settings.environments.size()) settings.environments[places++] = index_of(id);
  }
  settings.target = index_of(activity.target);
  settings.source = index_of(source);
  settings.never_starts = activity.stays == ActivityState::kPending;
  settings.never_ends = activity.stays == ActivityState::kInProgress;
  const bool safe = activity.type == "environment.backup" && activity.payload.value("safe", model::json(true)) == true;
  PlanOptions options{.duration = activity.duration, .clones = !source.empty(), .safe_backup = safe};
  if (project.environments.contains(activity.target)) {
    std::vector<Hook> hooks = jobs_.hooks_for(activity.type, project.environments.at(activity.target));
    for (const Hook& hook : hooks) options.hooks.push_back(hook.kind);
    if (!hooks.empty()) hooks_[static_cast<Index>(task_activities_.size())] = std::move(hooks);
  }
  settings.phases = plan(activity.type, options);
  return settings;
}

void ActivityEngine::resume(State& state, Time now, const std::string& id) {
  state_ = &state;
  const Activity& activity = state.activities.at(id);
  const bool works = activity.state == ActivityState::kInProgress;
  if (!works && activity.state != ActivityState::kPending) return;
  TaskSettings settings = settings_of(*state.find_project(activity.project), activity);
  if (works) settings.phases = {{Phase::Kind::kWork, activity.duration}};
  settings.pick_up = kPickUp;
  resuming_ = works;
  add_task(now, id, std::move(settings), works);
  resuming_ = false;
}

bool ActivityEngine::cancel(State& state, Time now, const std::string& id, const std::string& user) {
  state_ = &state;
  Activity& activity = state.activities.at(id);
  if (activity.state != ActivityState::kPending && activity.state != ActivityState::kInProgress) return false;
  const model::User* who = state.find_user(user);
  write_log(activity, now, "Cancelled by " + (who == nullptr ? std::string{"the platform"} : who->full_name()) + "\n");
  if (const auto run = runs_.find(id); run != runs_.end()) return simulation_.cancel_run(now, run->second);
  cancelled(activity, now);  // before others start: they look at what is left
  if (const auto task = tasks_.find(id); task != tasks_.end()) simulation_.cancel_task(now, task->second);
  return true;
}

void ActivityEngine::cancelled(Activity& activity, Time now) {
  activity.state = ActivityState::kCancelled;
  activity.result = ActivityResult::kFailure;
  activity.completion_percent = 100;
  activity.cancelled_at = activity.completed_at = now;
  change(activity, now);
  state_->note_state(activity);
  take_back(*state_, activity);
}

void ActivityEngine::expect(Time start, const Happening& happening) {
  schedule(start + happening.after, {.kind = Event::Kind::kHappening, .happening = happening});
}

void ActivityEngine::provision(Time now, const std::string& subscription) {
  schedule(now + kPickUp, {.kind = Event::Kind::kProvision, .activity = subscription});
}

void ActivityEngine::provision_step(const std::string& id, bool last) {
  State& state = *state_;
  const Time now = simulation_.now();
  const auto found = state.subscriptions.find(id);
  if (found == state.subscriptions.end() || found->second.is_final()) return;
  model::Subscription& subscription = found->second;
  ++subscription.version;
  subscription.updated_at = now;
  const Behaviour* behaviour = behaviour_of("project.create");
  if (!last) {
    subscription.status = model::SubscriptionStatus::kProvisioning;
    if (behaviour != nullptr && behaviour->stays) return;
    const Milliseconds usual = find_activity_type("project.create")->duration;
    const Milliseconds duration = behaviour == nullptr ? usual : behaviour->duration.value_or(usual);
    schedule(now + duration, {.kind = Event::Kind::kProvisioned, .activity = id});
    return;
  }
  const bool fails = behaviour != nullptr && behaviour->result == ActivityResult::kFailure;
  subscription.status = fails ? model::SubscriptionStatus::kProvisioningFailure : model::SubscriptionStatus::kActive;
  if (!fails) add_project(state, now, subscription);
}

void ActivityEngine::wake_at(Time due) { schedule(due, {.kind = Event::Kind::kWake}); }

void ActivityEngine::forget(const model::Project& project, Time now) {
  chronicle_.project_deleted(now, project.id);
  for (const auto& [id, environment] : project.environments) topology_.forget(project.id, id);
}

bool ActivityEngine::has_prospects() const {
  return next_due().has_value() && (!events_.empty() || !simulation_.is_at_rest());
}

void ActivityEngine::run_until(State& state, Time now) {
  state_ = &state;
  simulation_.run_until(now);
}

void ActivityEngine::run_next(State& state) {
  state_ = &state;
  simulation_.run_next();
}

void ActivityEngine::schedule(Time due, Event event) {
  events_.emplace(next_event_, std::move(event));
  simulation_.schedule(due, next_event_++);
}

void ActivityEngine::custom(std::uint64_t what) {
  const auto node = events_.extract(what);
  const Event& event = node.mapped();
  switch (event.kind) {
    case Event::Kind::kLine: {
      const auto activity = state_->activities.find(event.activity);
      if (activity != state_->activities.end() && activity->second.state == ActivityState::kInProgress)
        write_log(activity->second, simulation_.now(), activity->second.script.at(event.line));
      return;
    }
    case Event::Kind::kHappening:
      return happen(event.happening);
    case Event::Kind::kWake:
      ++wakes_;
      return;
    case Event::Kind::kNothingToRun:
      if (event.waiter.kind == Waiter::Kind::kRun) return simulation_.end_run(simulation_.now(), event.waiter.index);
      return simulation_.end_hook(simulation_.now(), event.waiter.index);
    case Event::Kind::kProvision:
    case Event::Kind::kProvisioned:
      return provision_step(event.activity, event.kind == Event::Kind::kProvisioned);
  }
}

void ActivityEngine::happen(const Happening& happening) {
  State& state = *state_;
  const Time now = simulation_.now();
  switch (happening.kind) {
    case Happening::Kind::kRevoke: {
      const auto token = state.api_tokens.find(happening.subject);
      if (token != state.api_tokens.end()) token->second.revoked = true;
      return;
    }
    case Happening::Kind::kRemove:
      state.remove_user(happening.subject);
      return;
    case Happening::Kind::kCancel: {
      const auto newest =
          std::find_if(state.activity_order.rbegin(), state.activity_order.rend(), [&](const std::string& id) {
            const Activity& activity = state.activities.at(id);
            return activity.type == happening.subject && !activity.is_final();
          });
      if (newest != state.activity_order.rend()) cancel(state, now, std::string{*newest}, happening.user);
      return;
    }
    case Happening::Kind::kAccept:
      accept_invitations(state, now, happening.subject, ids_->uuid());
      return;
    case Happening::Kind::kStart: {
      const model::Project* project = state.find_project(happening.project);
      if (project == nullptr || !project->environments.contains(happening.environment)) return;  // deleted meanwhile
      create(state, now,
             {.type = happening.subject,
              .project = happening.project,
              .environment = happening.environment,
              .user = happening.user});
      return;
    }
    case Happening::Kind::kNothing:
      return;
  }
}

void ActivityEngine::task_waits(Index task) {
  chronicle_.task_waits(task);
  if (activity_of(task).is_over()) return;  // its project is gone
  write_log(activity_of(task), simulation_.now(), "Waiting for other activities to complete\n");
}

void ActivityEngine::task_started(Index task) {
  if (!resuming_ && !activity_of(task).is_over()) started(activity_of(task));
  chronicle_.task_started(task, activity_of(task));
}

/// The first line of its log is written at once, the last one when it ends.
void ActivityEngine::started(Activity& activity) {
  activity.state = ActivityState::kInProgress;
  activity.started_at = simulation_.now();
  change(activity, simulation_.now());
  state_->note_state(activity);
  if (activity.script.size() > 1) write_log(activity, simulation_.now(), activity.script.front());
}

/// The other lines are spread over its work: now is the time for those that fall into this phase.
void ActivityEngine::phase_began(Index task, std::size_t phase) {
  chronicle_.phase_began(task, phase);
  const std::vector<Phase>& phases = simulation_.task(task).phases;
  Milliseconds from{0};
  for (std::size_t i = 0; i < phase; ++i) {
    if (phases[i].kind == Phase::Kind::kWork) from += phases[i].duration;
  }
  if (phases[phase].kind == Phase::Kind::kHook) return begin_hook(task, phases[phase]);
  const Activity& activity = activity_of(task);
  const bool stopped_before = phase > 0 && phases[phase - 1].kind == Phase::Kind::kStop;
  if (stopped_before && !activity.is_over()) {
    const model::Project* project = state_->find_project(activity.project);
    if (deploy_kind(activity.type) == DeployKind::kBuilds)
      jobs_.start_containers(*project, project->environments.at(activity.target));
    renew_env(activity);
  }
  const auto steps = static_cast<std::int64_t>(activity.script.size()) - 1;
  for (std::int64_t i = 1; i < steps; ++i) {
    const Milliseconds at = activity.duration * i / steps;
    if (at < from || at >= from + phases[phase].duration) continue;
    schedule(simulation_.now() + (at - from),
             {.kind = Event::Kind::kLine, .activity = activity.id, .line = static_cast<std::size_t>(i)});
  }
}

void ActivityEngine::task_held_by_crons(Index task) {
  write_log(activity_of(task), simulation_.now(), "Waiting for cron jobs to finish\n");
  chronicle_.task_held_by_crons(task);
}

void ActivityEngine::begin_hook(Index task, const Phase& phase) {
  if (!jobs_.start_hook(*state_, activity_of(task), task, hooks_.at(task).at(phase.hook)))
    schedule(simulation_.now(), {.kind = Event::Kind::kNothingToRun, .waiter = {Waiter::Kind::kTask, task}});
}

void ActivityEngine::hook_timed_out(Index task) {
  write_log(activity_of(task), simulation_.now(), "The hook ran into its time limit\n");
  jobs_.kill({Waiter::Kind::kTask, task});
}

void ActivityEngine::task_ended(Index task) {
  jobs_.kill({Waiter::Kind::kTask, task});  // of a hook, if it was cancelled in one
  hooks_.erase(task);
  Activity& activity = activity_of(task);
  chronicle_.task_ended(task, activity);
  if (activity.state == ActivityState::kCancelled) return;
  if (!activity.script.empty()) {
    const bool failed = activity.outcome == ActivityResult::kFailure;
    write_log(activity, simulation_.now(), failed ? "The activity failed\n" : activity.script.back());
  }
  note_finish(activity);
}

void ActivityEngine::note_finish(Activity& activity) {
  const Time now = simulation_.now();
  activity.state = ActivityState::kComplete;
  activity.result = activity.outcome;
  activity.completion_percent = 100;
  activity.completed_at = now;
  const Time started = activity.started_at.value_or(activity.created_at);
  activity.timings =
      timings(activity.type, started - activity.created_at, now - started, build_time(activity.duration));
  change(activity, now);
  state_->note_state(activity);
  note_deployment(*state_, now, activity);
  const Activity ended = activity;  // its effect may remove what it belongs to
  if (ended.result == ActivityResult::kSuccess)
    take_effect(*state_, now, ended);
  else
    take_back(*state_, ended);
  sync(ended);
  renew_env(ended);  // with what its effect brought, variables out of a backup for instance
}

void ActivityEngine::renew_env(const Activity& activity) {
  if (deploy_kind(activity.type) == DeployKind::kNone) return;
  const model::Project* project = state_->find_project(activity.project);
  if (project == nullptr) return;
  const auto environment = project->environments.find(activity.target);
  if (environment != project->environments.end()) jobs_.renew_env(*project, environment->second);
}

void ActivityEngine::sync(const Activity& activity) {
  if (activity.type == model::kCronRun) return;
  const model::Project* project = state_->find_project(activity.project);
  if (project == nullptr) return;
  std::vector<std::string> touched = activity.environments;
  touched.push_back(activity.target);
  for (const std::string& id : touched) {
    const auto environment = project->environments.find(id);
    if (environment != project->environments.end())
      topology_.sync(simulation_.now(), *project, environment->second);
    else
      topology_.forget(project->id, id);
  }
}

// ---- crons

Activity& ActivityEngine::activity_of_run(Index run) {
  const auto known = run_activities_.find(run);
  if (known != run_activities_.end()) return state_->activities.at(known->second);
  const CronPlace& place = topology_.cron(simulation_.cron_of(run));
  const std::string id = create(*state_, simulation_.now(),
                                {.type = std::string{model::kCronRun},
                                 .project = place.project,
                                 .environment = place.environment,
                                 .subjects = {{"cron", place.name, place.name}},
                                 .payload = {{"cron", {{"name", place.name}, {"app", place.app}}}}});
  run_activities_[run] = id;
  runs_[id] = run;
  return state_->activities.at(id);
}

void ActivityEngine::run_queued(Index run) {
  write_log(activity_of_run(run), simulation_.now(), "Waiting for other activities to complete\n");
  chronicle_.run_queued(run, activity_of_run(run));
}

void ActivityEngine::run_started(Index run) {
  Activity& activity = activity_of_run(run);
  started(activity);
  chronicle_.run_started(run, activity);
  if (!jobs_.is_open()) return;
  if (!jobs_.start_cron(*state_, topology_.cron(simulation_.cron_of(run)), run, activity.id))
    schedule(simulation_.now(), {.kind = Event::Kind::kNothingToRun, .waiter = {Waiter::Kind::kRun, run}});
}

void ActivityEngine::run_to_stop(Index run, RunEnd why) {
  chronicle_.run_to_stop(run, why);
  jobs_.stop({Waiter::Kind::kRun, run});
}

void ActivityEngine::run_to_kill(Index run) { jobs_.kill({Waiter::Kind::kRun, run}); }

void ActivityEngine::run_ended(Index run, RunEnd how) {
  Activity& activity = activity_of_run(run);
  chronicle_.run_ended(run, how, activity);
  if (activity.is_over()) return;
  if (how == RunEnd::kCancelled) {
    cancelled(activity, simulation_.now());
  } else {
    if (how == RunEnd::kTimedOut) {
      write_log(activity, simulation_.now(), "The cron job ran into its timeout\n");
      activity.outcome = ActivityResult::kFailure;
    }
    note_finish(activity);
  }
  runs_.erase(activity.id);
  run_activities_.erase(run);
}

void ActivityEngine::cron_skipped(Index cron) {
  chronicle_.cron_skipped(cron);
  const CronPlace& place = topology_.cron(cron);
  skipped_.push_back({place.project, place.environment, place.app, place.name, simulation_.now()});
}

void ActivityEngine::site_changed(Index environment, SiteState now) {
  chronicle_.site_changed(environment, now);
  using State = SiteChange::State;
  const auto& [project, id] = topology_.name_of(environment);
  const State state = now == SiteState::kOpen ? State::kOpen : now == SiteState::kHeld ? State::kHeld : State::kDropped;
  sites_.push_back({project, id, simulation_.now(), state});
}

void ActivityEngine::cron_paused(Index cron) {
  chronicle_.cron_paused(cron);
  const CronPlace& place = topology_.cron(cron);
  model::Environment& environment = state_->projects.at(place.project).environments.at(place.environment);
  environment.extra["deployment_state"]["crons"]["status"] = "paused";
}

// ---- jobs

void ActivityEngine::job_ended(State& state, Time now, std::uint64_t job, const JobEnd& end) {
  state_ = &state;
  const std::optional<Waiter> owner = jobs_.ended(job);
  if (!owner) return;
  if (owner->kind == Waiter::Kind::kRun)
    cron_ended(now, owner->index, end);
  else
    hook_ended(now, owner->index, end);
}

void ActivityEngine::cron_ended(Time now, Index run, const JobEnd& end) {
  Activity& activity = activity_of_run(run);
  chronicle_.exited(activity.id, end.exit_code);
  write_lines(activity, now, end);
  if (end.exit_code != 0) activity.outcome = ActivityResult::kFailure;
  simulation_.end_run(now, run);
}

void ActivityEngine::hook_ended(Time now, Index task, const JobEnd& end) {
  const auto hooks = hooks_.find(task);
  if (hooks == hooks_.end()) return;  // it was cancelled
  Activity& activity = activity_of(task);
  write_lines(activity, now, end);
  // Source: platform-semantics.md, section 3: a failing build hook ends the deploy, another hook does not.
  const bool builds = hooks->second.at(simulation_.phase_of(task).hook).kind == JobKind::kBuildHook;
  if (!builds || end.exit_code == 0) return simulation_.end_hook(now, task);
  activity.outcome = ActivityResult::kFailure;
  simulation_.fail_task(now, task);
}

void ActivityEngine::job_awaits(std::uint64_t job, const std::string& activity) {
  const std::optional<Waiter> owner = jobs_.owner_of(job);
  if (!owner) return;
  const auto task = tasks_.find(activity);
  simulation_.set_awaits(*owner, task == tasks_.end() ? kNoIndex : task->second);
}

std::string ActivityEngine::name_in(const State& state, Waiter waiter) const {
  if (waiter.kind == Waiter::Kind::kRun) return "cron " + topology_.cron(simulation_.cron_of(waiter.index)).name;
  const std::string& id = task_activities_[waiter.index];
  return state.activities.at(id).type + " " + id;
}

std::optional<ActivityEngine::Circle> ActivityEngine::deadlock(const State& state) const {
  const std::vector<Waiter> waiters = simulation_.deadlock();
  if (waiters.empty()) return std::nullopt;
  Circle circle;
  for (const Waiter& waiter : waiters) {
    circle.text += name_in(state, waiter) + " waits for ";
    if (const auto job = jobs_.job_of(waiter)) circle.jobs.push_back(*job);
  }
  circle.text += name_in(state, waiters.front());
  return circle;
}

const Behaviour* ActivityEngine::behaviour_of(const std::string& type) const {
  const auto found = behaviours_.find(type);
  return found == behaviours_.end() ? nullptr : &found->second;
}

}  // namespace understudy::engine
