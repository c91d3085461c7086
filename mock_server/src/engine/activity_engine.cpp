#include "engine/activity_engine.hpp"

#include <algorithm>

#include "engine/effects.hpp"

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;
using model::Activity;
using model::ActivityResult;
using model::ActivityState;
using model::State;

// (ours) how long the platform takes to notice a new activity; configurable as `wait` in the world.
constexpr Milliseconds kPickUp = 2s;
// Source: platform-semantics.md, section 5.
constexpr std::ptrdiff_t kActivitiesAtOnceInAProject = 2;

bool shares_environment(const Activity& a, const Activity& b) {
  return a.project == b.project && std::ranges::any_of(a.environments, [&](const std::string& environment) {
           return std::ranges::find(b.environments, environment) != b.environments.end();
         });
}

bool is_on_production(const State& state, const Activity& activity) {
  const model::Project* project = state.find_project(activity.project);
  return std::ranges::any_of(activity.environments, [&](const std::string& id) {
    const auto found = project->environments.find(id);
    return found != project->environments.end() && found->second.type == model::EnvironmentType::kProduction;
  });
}

bool has_room(const State& state, const Activity& wanted) {
  std::ptrdiff_t running = 0;
  for (const std::string& id : state.find_project(wanted.project)->unfinished) {
    const Activity& other = state.activities.at(id);
    if (other.state != ActivityState::kInProgress) continue;
    if (shares_environment(wanted, other)) return false;
    ++running;
  }
  return running < kActivitiesAtOnceInAProject;
}

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

}  // namespace

std::string ActivityEngine::create(State& state, Time now, const NewActivity& wanted) {
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
  const std::string id = state.add(std::move(activity)).id;
  if (staged) return id;
  schedule(now + wait, {.kind = Event::Kind::kPickUp, .activity = id});
  return id;
}

void ActivityEngine::resume(State& state, Time now, const std::string& id) {
  Activity& activity = state.activities.at(id);
  if (activity.state == ActivityState::kPending)
    schedule(now + kPickUp, {.kind = Event::Kind::kPickUp, .activity = id});
  if (activity.state == ActivityState::kInProgress && activity.stays != ActivityState::kInProgress) {
    schedule(now + activity.duration, {.kind = Event::Kind::kFinish, .activity = id});
  }
}

bool ActivityEngine::cancel(State& state, Time now, const std::string& id, const std::string& user) {
  Activity& activity = state.activities.at(id);
  if (activity.state != ActivityState::kPending && activity.state != ActivityState::kInProgress) return false;
  const model::User* who = state.find_user(user);
  write_log(activity, now, "Cancelled by " + (who == nullptr ? std::string{"the platform"} : who->full_name()) + "\n");
  activity.state = ActivityState::kCancelled;
  activity.result = ActivityResult::kFailure;
  activity.completion_percent = 100;
  activity.cancelled_at = activity.completed_at = now;
  change(activity, now);
  state.note_state(activity);
  take_back(state, activity);
  std::erase(waiting_, id);
  start_what_can(state, now);
  return true;
}

void ActivityEngine::expect(Time start, const Happening& happening) {
  schedule(start + happening.after, {.kind = Event::Kind::kHappening, .happening = happening});
}

void ActivityEngine::provision(Time now, const std::string& subscription) {
  schedule(now + kPickUp, {.kind = Event::Kind::kProvision, .activity = subscription});
}

void ActivityEngine::provision_step(State& state, Time now, const std::string& id, bool last) {
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

std::optional<Time> ActivityEngine::next_due() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->first.first;
}

void ActivityEngine::run_until(State& state, Time now) {
  while (!queue_.empty() && queue_.begin()->first.first <= now) {
    const auto next = queue_.extract(queue_.begin());  // out of the queue first: an event may schedule more
    carry_out(state, next.key().first, next.mapped());
  }
}

void ActivityEngine::schedule(Time due, Event event) { queue_.emplace(Key{due, next_sequence_++}, std::move(event)); }

void ActivityEngine::carry_out(State& state, Time now, const Event& event) {
  switch (event.kind) {
    case Event::Kind::kPickUp: {
      Activity& activity = state.activities.at(event.activity);
      if (activity.state != ActivityState::kPending || activity.stays == ActivityState::kPending) return;
      waiting_.push_back(event.activity);
      start_what_can(state, now);
      if (activity.state == ActivityState::kPending) {
        write_log(activity, now, "Waiting for other activities to complete\n");
      }
      return;
    }
    case Event::Kind::kLine: {
      Activity& activity = state.activities.at(event.activity);
      if (activity.state == ActivityState::kInProgress) write_log(activity, now, activity.script.at(event.line));
      return;
    }
    case Event::Kind::kFinish: {
      Activity& activity = state.activities.at(event.activity);
      if (activity.state == ActivityState::kInProgress) finish(state, now, activity);
      return;
    }
    case Event::Kind::kHappening:
      happen(state, now, event.happening);
      return;
    case Event::Kind::kWake:
      return;
    case Event::Kind::kProvision:
    case Event::Kind::kProvisioned:
      provision_step(state, now, event.activity, event.kind == Event::Kind::kProvisioned);
      return;
  }
}

void ActivityEngine::happen(State& state, Time now, const Happening& happening) {
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
    case Happening::Kind::kNothing:
      return;
  }
}

void ActivityEngine::start_what_can(State& state, Time now) {
  // Production goes first; among equals the one that has waited longest.
  std::ranges::stable_partition(
      waiting_, [&](const std::string& id) { return is_on_production(state, state.activities.at(id)); });
  std::erase_if(waiting_, [&](const std::string& id) {
    Activity& activity = state.activities.at(id);
    if (activity.state != ActivityState::kPending) return true;
    if (!has_room(state, activity)) return false;
    start(state, now, activity);
    return true;
  });
}

void ActivityEngine::start(State& state, Time now, Activity& activity) {
  activity.state = ActivityState::kInProgress;
  activity.started_at = now;
  change(activity, now);
  state.note_state(activity);
  const std::size_t count = activity.script.size();
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const Milliseconds offset = activity.duration * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(count - 1);
    schedule(now + offset, {.kind = Event::Kind::kLine, .activity = activity.id, .line = i});
  }
  if (activity.stays == ActivityState::kInProgress) return;
  schedule(now + activity.duration, {.kind = Event::Kind::kFinish, .activity = activity.id});
}

void ActivityEngine::finish(State& state, Time now, Activity& activity) {
  if (!activity.script.empty()) {
    const bool failed = activity.outcome == ActivityResult::kFailure;
    write_log(activity, now, failed ? "The activity failed\n" : activity.script.back());
  }
  activity.state = ActivityState::kComplete;
  activity.result = activity.outcome;
  activity.completion_percent = 100;
  activity.completed_at = now;
  const Time started = activity.started_at.value_or(activity.created_at);
  activity.timings = timings(activity.type, started - activity.created_at, now - started);
  change(activity, now);
  state.note_state(activity);
  note_deployment(state, now, activity);
  if (activity.result == ActivityResult::kSuccess)
    take_effect(state, now, activity);
  else
    take_back(state, activity);
  start_what_can(state, now);
}

const Behaviour* ActivityEngine::behaviour_of(const std::string& type) const {
  const auto found = behaviours_.find(type);
  return found == behaviours_.end() ? nullptr : &found->second;
}

}  // namespace understudy::engine
