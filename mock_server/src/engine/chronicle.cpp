#include "engine/chronicle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "engine/activity_types.hpp"
#include "engine/request_marks.hpp"

namespace understudy::engine {
namespace {

using model::Activity;
using model::ActivityResult;
using model::ActivityState;

constexpr std::size_t kShownOfId = 3;
constexpr std::size_t kMostAwaited = 3;  // that are named

void add_words(std::string& text, const std::string& more) {
  if (!more.empty()) text += (text.empty() ? "" : "; ") + more;
}

/// "a, b and 4 more"
std::string listed(const std::vector<std::string>& names) {
  const std::size_t shown = std::min(names.size(), kMostAwaited);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    text += (i == 0 ? "" : last ? " and " : ", ") + names[i];
  }
  return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

/// What comes before a deployment stops the containers is its build.
Span::Kind kind_of(const std::vector<Phase>& phases, std::size_t phase, bool deploys) {
  const Phase::Kind kind = phases[phase].kind;
  if (kind == Phase::Kind::kStop || kind == Phase::Kind::kClone) return Span::Kind::kStopping;
  if (!deploys) return Span::Kind::kWorking;
  const bool stops_later = std::any_of(phases.begin() + static_cast<std::ptrdiff_t>(phase), phases.end(),
                                       [](const Phase& later) { return later.kind == Phase::Kind::kStop; });
  return stops_later ? Span::Kind::kBuilding : Span::Kind::kDeploying;
}

std::string short_type(std::string_view type) {
  for (const std::string_view prefix : {"environment.", "project."}) {
    if (type.starts_with(prefix)) type.remove_prefix(prefix.size());
  }
  return std::string{type};
}

}  // namespace

/// With one project, an environment is enough to name a place; with one app, a cron's name to tell it apart.
struct Chronicle::Names {
  std::set<std::string> projects{};
  std::map<Place, std::set<std::string>> apps{};

  explicit Names(const std::vector<Story>& stories) {
    for (const Story& story : stories) {
      projects.insert(story.place.project);
      if (story.lane.kind == Lane::Kind::kCron) apps[story.place].insert(story.lane.app);
    }
  }
  [[nodiscard]] std::string of(const Place& place) const {
    const std::string name = place.environment.empty() ? "the project" : place.environment;
    return projects.size() > 1 ? place.project + "/" + name : name;
  }
  [[nodiscard]] Lane of(const Place& place, const LaneKey& key) const {
    const std::string group = of(place);
    switch (key.kind) {
      case Lane::Kind::kSite:
        return {.id = "site " + group, .label = group + ": site", .kind = key.kind, .group = group};
      case Lane::Kind::kCron: {
        const bool one_app = apps.at(place).size() == 1;
        return {.id = fmt::format("cron {}/{}/{}", group, key.app, key.name),
                .label = one_app ? key.name : key.app + "/" + key.name,
                .kind = key.kind,
                .group = group};
      }
      case Lane::Kind::kDeploy:
        return {.id = "deploy " + group, .label = "deploys", .kind = key.kind, .group = group};
      case Lane::Kind::kActivity:
      case Lane::Kind::kClient:
        break;
    }
    return {.id = fmt::format("activity {} {}", group, key.name),
            .label = short_type(key.name),
            .kind = key.kind,
            .group = group};
  }
};

std::string Chronicle::label_of(const std::string& type, const std::string& id) {
  return id.size() > kShownOfId ? fmt::format("{} {}..", type, id.substr(0, kShownOfId)) : type + " " + id;
}

// ---- stories

std::size_t Chronicle::add(Story story) {
  stories_.push_back(std::move(story));
  return stories_.size() - 1;
}

/// What took no time is not shown, unless nothing else is there when the story ends.
void Chronicle::close(Story& story, Time at) {
  if (story.pieces.empty() || story.pieces.back().to) return;
  if (at > story.pieces.back().from)
    story.pieces.back().to = at;
  else
    story.pieces.pop_back();
}

void Chronicle::open(Story& story, Span::Kind kind, Time from, std::string detail) {
  if (story.over) return;
  close(story, from);
  story.pieces.push_back({.kind = kind, .from = from, .detail = std::move(detail)});
}

void Chronicle::end(Story& story, Time at, bool failed, const std::string& detail) {
  if (std::exchange(story.over, true)) return;
  const bool is_open = !story.pieces.empty() && !story.pieces.back().to;
  const Span::Kind kind = is_open ? story.pieces.back().kind : Span::Kind::kWorking;
  close(story, at);
  if (story.pieces.empty()) story.pieces.push_back({.kind = kind, .from = at, .to = at});
  story.pieces.back().failed = failed;
  add_words(story.pieces.back().detail, detail);
}

// ---- activities

void Chronicle::task_created(Index task, const Activity& activity) {
  const std::string environment =
      activity.target.empty() && !activity.environments.empty() ? activity.environments.front() : activity.target;
  const bool deploys = deploy_kind(activity.type) != DeployKind::kNone;
  Story story{
      .place = {activity.project, environment},
      .lane = {.kind = deploys ? Lane::Kind::kDeploy : Lane::Kind::kActivity, .name = deploys ? "" : activity.type},
      .label = label_of(activity.type, activity.id)};
  open(story, Span::Kind::kWaiting, activity.created_at);
  by_task_[task] = add(std::move(story));
}

void Chronicle::task_started(Index task, const Activity& activity) {
  stop_waiting({Waiter::Kind::kTask, task});
  open(of_task(task), Span::Kind::kWorking, activity.started_at.value_or(simulation_->now()));
  look_at_waiting();
}

void Chronicle::phase_began(Index task, std::size_t phase) {
  Story& story = of_task(task);
  if (story.over) return;
  // One that was at work already when the world began has been so since before this phase.
  const bool is_first = phase == 0 && !story.pieces.empty() && !story.pieces.back().to;
  const Time from = is_first ? story.pieces.back().from : simulation_->now();
  if (is_first) story.pieces.pop_back();
  const bool deploys = story.lane.kind == Lane::Kind::kDeploy;
  const Span::Kind kind = kind_of(simulation_->task(task).phases, phase, deploys);
  const bool goes_on = !story.pieces.empty() && !story.pieces.back().to && story.pieces.back().kind == kind;
  if (!goes_on || kind == Span::Kind::kStopping) open(story, kind, from);
}

void Chronicle::task_held_by_crons(Index task) { note_in_the_way({Waiter::Kind::kTask, task}); }

void Chronicle::task_ended(Index task, const Activity& activity) {
  stop_waiting({Waiter::Kind::kTask, task});
  const bool cancelled = activity.state == ActivityState::kCancelled;
  const bool failed = cancelled || activity.outcome == ActivityResult::kFailure;
  end(of_task(task), simulation_->now(), failed, cancelled ? "cancelled" : failed ? "failed" : "");
}

// ---- crons

std::size_t Chronicle::story_of_run(Index run, const Activity& activity) {
  if (const auto known = by_run_.find(run); known != by_run_.end()) return known->second;
  const CronPlace& cron = topology_->cron(simulation_->cron_of(run));
  Story story{.place = {cron.project, cron.environment},
              .lane = {.kind = Lane::Kind::kCron, .app = cron.app, .name = cron.name}};
  story.label = fmt::format("run {}", ++runs_[{story.place, story.lane}]);
  return by_run_[run] = by_run_activity_[activity.id] = add(std::move(story));
}

void Chronicle::run_queued(Index run, const Activity& activity) {
  open(stories_[story_of_run(run, activity)], Span::Kind::kWaiting, simulation_->now());
  wait({Waiter::Kind::kRun, run});
}

void Chronicle::run_started(Index run, const Activity& activity) {
  stop_waiting({Waiter::Kind::kRun, run});
  open(stories_[story_of_run(run, activity)], Span::Kind::kRunning, simulation_->now());
  look_at_waiting();
}

void Chronicle::run_to_stop(Index run, RunEnd why) {
  const Milliseconds timeout = simulation_->cron(simulation_->cron_of(run)).timeout;
  open(of_run(run), Span::Kind::kStopping, simulation_->now(),
       why == RunEnd::kTimedOut ? "ran into its timeout of " + format_duration(timeout) : "");
}

void Chronicle::run_ended(Index run, RunEnd how, const Activity& activity) {
  stop_waiting({Waiter::Kind::kRun, run});
  Story& story = stories_[story_of_run(run, activity)];
  const bool failed =
      how != RunEnd::kFinished || activity.outcome == ActivityResult::kFailure || story.exit_code.value_or(0) != 0;
  std::string detail;
  if (how == RunEnd::kTimedOut && story.pieces.back().from == simulation_->now())
    detail = story.pieces.back().detail;  // it stopped at once: the piece that says so took no time
  else if (how == RunEnd::kCancelled)
    detail = "cancelled";
  if (story.exit_code) add_words(detail, fmt::format("exit {}", *story.exit_code));
  end(story, simulation_->now(), failed, detail);
}

void Chronicle::cron_skipped(Index cron) { dot(cron, "skipped: the run before it was not over"); }

void Chronicle::cron_paused(Index cron) { dot(cron, "crons are paused: the last deployment is too long ago"); }

void Chronicle::dot(Index index, const std::string& detail) {
  const CronPlace& cron = topology_->cron(index);
  add({.place = {cron.project, cron.environment},
       .lane = {.kind = Lane::Kind::kCron, .app = cron.app, .name = cron.name},
       .pieces = {
           {.kind = Span::Kind::kSkipped, .from = simulation_->now(), .to = simulation_->now(), .detail = detail}}});
}

void Chronicle::blocked(const std::string& run_activity, Time from, Time to, const std::string& detail) {
  const auto known = by_run_activity_.find(run_activity);
  if (known == by_run_activity_.end() || to <= from) return;
  std::vector<Piece>& blocks = stories_[known->second].blocks;
  if (!blocks.empty() && *blocks.back().to == from && blocks.back().detail == detail)
    blocks.back().to = to;
  else
    blocks.push_back({.kind = Span::Kind::kBlocked, .from = from, .to = to, .detail = detail});
}

void Chronicle::exited(const std::string& run_activity, int exit_code) {
  const auto known = by_run_activity_.find(run_activity);
  if (known != by_run_activity_.end()) stories_[known->second].exit_code = exit_code;
}

// ---- the site

void Chronicle::site_changed(Index environment, SiteState state) {
  if (deleted_.contains(topology_->name_of(environment).first)) return;
  Story& site = stories_[story_of_site(environment)];
  close(site, simulation_->now());
  if (state == SiteState::kOpen) return;
  const Index task = simulation_->at_work(environment);
  open(site, state == SiteState::kHeld ? Span::Kind::kHeld : Span::Kind::kDropped, simulation_->now(),
       task == kNoIndex ? "" : "during " + name_of({Waiter::Kind::kTask, task}, site.place));
}

void Chronicle::project_deleted(Time now, const std::string& project) {
  deleted_.insert(project);
  for (Story& story : stories_) {
    const bool is_open = !story.pieces.empty() && !story.pieces.back().to;
    if (is_open && story.place.project == project) end(story, now, true, "its project was deleted");
  }
}

std::size_t Chronicle::story_of_site(Index environment) {
  const auto [entry, is_new] = sites_.try_emplace(environment);
  // An environment that came anew under an old name has its site in the same lane.
  if (is_new) {
    const auto& [project, id] = topology_->name_of(environment);
    entry->second = add({.place = {project, id}, .lane = {.kind = Lane::Kind::kSite}});
  }
  return entry->second;
}

// ---- who waits for what

void Chronicle::wait(Waiter waiter) {
  waiting_.push_back(waiter);
  note_in_the_way(waiter);
}

void Chronicle::stop_waiting(Waiter waiter) { std::erase(waiting_, waiter); }

/// Somebody else may have gone first.
void Chronicle::look_at_waiting() {
  for (const Waiter& waiter : waiting_) note_in_the_way(waiter);
}

void Chronicle::note_in_the_way(Waiter waiter) {
  Story& story = waiter.kind == Waiter::Kind::kTask ? of_task(waiter.index) : of_run(waiter.index);
  if (story.over || story.pieces.empty()) return;
  std::vector<std::string>& awaited = story.pieces.back().awaited;
  for (const Waiter& other : simulation_->in_the_way_of(waiter)) {
    std::string name = name_of(other, story.place);
    if (std::ranges::find(awaited, name) == awaited.end()) awaited.push_back(std::move(name));
  }
}

std::string Chronicle::name_of(Waiter waiter, const Place& seen_from) const {
  if (waiter.kind == Waiter::Kind::kRun) {
    const CronPlace& cron = topology_->cron(simulation_->cron_of(waiter.index));
    const bool elsewhere = cron.environment != seen_from.environment;
    return "cron " + cron.name + (elsewhere ? " of " + cron.environment : "");
  }
  const auto known = by_task_.find(waiter.index);
  return known == by_task_.end() ? "another activity" : stories_[known->second].label;
}

// ---- the timeline

/// The pieces of a story, those in which it was blocked cut out of those in which it ran; all of them with an end.
std::vector<Chronicle::Piece> Chronicle::cut_out(const Story& story, Time now) {
  std::vector<Piece> result;
  for (const Piece& piece : story.pieces) {
    Piece rest = piece;
    rest.to = piece.to.value_or(now);
    if (piece.kind != Span::Kind::kRunning) {
      result.push_back(rest);
      continue;
    }
    const std::size_t before = result.size();
    for (const Piece& block : story.blocks) {
      Piece blocked = block;
      blocked.from = std::max(block.from, rest.from);
      blocked.to = std::min(*block.to, *rest.to);
      if (blocked.from >= *blocked.to) continue;
      if (rest.from < blocked.from) result.push_back({.kind = piece.kind, .from = rest.from, .to = blocked.from});
      result.push_back(blocked);
      rest.from = *blocked.to;
    }
    if (rest.from < *rest.to || result.size() == before) {
      result.push_back(rest);
    } else {  // how it ended is said where it ended
      result.back().failed = rest.failed;
      add_words(result.back().detail, rest.detail);
    }
  }
  return result;
}

void Chronicle::put_lanes(Timeline& timeline, const Names& names) const {
  std::vector<Place> places;  // in the order in which something first happened there
  std::map<Place, std::set<LaneKey>> lanes;
  for (const Story& story : stories_) {
    if (!lanes.contains(story.place)) places.push_back(story.place);
    lanes[story.place].insert(story.lane);
    if (!story.place.environment.empty()) lanes[story.place].insert({.kind = Lane::Kind::kSite});
  }
  for (const Place& place : places) {
    for (const LaneKey& key : lanes.at(place)) timeline.lanes.push_back(names.of(place, key));
  }
}

void Chronicle::put_spans(Timeline& timeline, const Names& names, Time now) const {
  for (const Story& story : stories_) {
    const std::string lane = names.of(story.place, story.lane).id;
    for (const Piece& piece : cut_out(story, now)) {
      Span span{.lane = lane, .kind = piece.kind, .from = piece.from, .to = *piece.to, .label = story.label};
      if (!piece.awaited.empty())
        span.detail = fmt::format("waited for {} for {}", listed(piece.awaited), format_duration(span.to - span.from));
      add_words(span.detail, piece.detail);
      span.failed = piece.failed;
      timeline.spans.push_back(std::move(span));
    }
  }
  std::ranges::stable_sort(timeline.spans, {}, &Span::from);
}

Timeline Chronicle::timeline(Time now, const std::vector<Asked>& requests) const {
  const Names names{stories_};
  Timeline whole{.from = began_, .to = now};
  put_lanes(whole, names);
  put_spans(whole, names, now);
  std::map<std::string, std::string> lanes;
  for (const auto& [activity, story] : by_run_activity_)
    lanes[activity] = names.of(stories_[story].place, stories_[story].lane).id;
  add_requests(whole, requests, lanes);
  Timeline result = clip(whole, began_, now);  // what the world began with is older than it
  result.lanes = std::move(whole.lanes);       // nothing is worth knowing, too: a site that was never held
  return result;
}

}  // namespace understudy::engine
