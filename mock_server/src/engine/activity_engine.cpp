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

ActivityEngine::ActivityEngine(model::IdSource& ids, Behaviours behaviours, const CronOptions& crons)
    : ids_{&ids}, behaviours_{std::move(behaviours)}, topology_{simulation_, with_duration(crons, behaviours_)} {
  simulation_.set_pause_after(crons.pause_after);
  simulation_.set_hold_limit(crons.hold_limit);
}

void ActivityEngine::begin(State& state, Time now) {
  chronicle_.begin(now);
  for (const auto& [id, project] : state.projects) {
    for (const auto& [name, environment] : project.environments) topology_.sync(now, project, environment);
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
  task_activities_.push_back(stored.id);
  tasks_[stored.id] = simulation_.add_task(now, std::move(settings));
  chronicle_.task_created(tasks_[stored.id], stored);
  return stored.id;
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
  settings.phases =
      plan(activity.type, {.duration = activity.duration, .clones = !source.empty(), .safe_backup = safe});
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
  task_activities_.push_back(id);
  tasks_[id] = static_cast<Index>(task_activities_.size() - 1);
  chronicle_.task_created(tasks_[id], activity);
  resuming_ = works;
  if (works)
    simulation_.add_working_task(now, std::move(settings));
  else
    simulation_.add_task(now, std::move(settings));
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
      return;
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
  for (std::size_t i = 0; i < phase; ++i) from += phases[i].duration;
  const Activity& activity = activity_of(task);
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

void ActivityEngine::task_ended(Index task) {
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
  started(activity_of_run(run));
  chronicle_.run_started(run, activity_of_run(run));
}

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

void ActivityEngine::cron_paused(Index cron) {
  chronicle_.cron_paused(cron);
  const CronPlace& place = topology_.cron(cron);
  model::Environment& environment = state_->projects.at(place.project).environments.at(place.environment);
  environment.extra["deployment_state"]["crons"]["status"] = "paused";
}

const Behaviour* ActivityEngine::behaviour_of(const std::string& type) const {
  const auto found = behaviours_.find(type);
  return found == behaviours_.end() ? nullptr : &found->second;
}

}  // namespace understudy::engine
