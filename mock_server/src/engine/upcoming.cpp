// What the simulation has in its queue, without what means nothing any more, and in words.
#include "engine/upcoming.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/activity_engine.hpp"

namespace understudy::engine {
namespace {

std::string place_of(const std::string& project, const std::string& environment) {
  return environment.empty() ? "in " + project : fmt::format("on {} in {}", environment, project);
}

}  // namespace

std::optional<Coming::Kind> Simulation::kind_of(const Event& event) const {
  const auto index = static_cast<Index>(event.what);
  switch (event.kind) {
    case Event::Kind::kPickUp: {
      const Task& task = tasks_[index];
      if (task.state != TaskState::kNew || task.settings.never_starts) return std::nullopt;
      return Coming::Kind::kTaskIsLookedAt;
    }
    case Event::Kind::kPhaseEnd: {
      const Task& task = tasks_[index];
      if (task.generation != event.generation) return std::nullopt;
      return task.phase + 1 < task.settings.phases.size() || task.settings.never_ends ? Coming::Kind::kTaskGoesOn
                                                                                      : Coming::Kind::kTaskEnds;
    }
    case Event::Kind::kCronDue: {
      const Cron& cron = crons_[index];
      const Environment& environment = environments_[containers_[cron.settings.container].environment];
      if (cron.removed || !environment.crons_on) return std::nullopt;
      return Coming::Kind::kCron;
    }
    case Event::Kind::kRunTimeout:
      return runs_[index].state == RunState::kRunning ? std::optional{Coming::Kind::kRunTimesOut} : std::nullopt;
    case Event::Kind::kRunKill:
      return runs_[index].state == RunState::kStopping ? std::optional{Coming::Kind::kRunIsKilled} : std::nullopt;
    case Event::Kind::kRunStep:
      return runs_[index].state == RunState::kEnded ? std::nullopt : std::optional{Coming::Kind::kRunGoesOn};
    case Event::Kind::kHookLimit:
      return tasks_[index].generation == event.generation ? std::optional{Coming::Kind::kHookTimesOut} : std::nullopt;
    case Event::Kind::kSiteDrop: {
      const Environment& environment = environments_[index];
      const bool drops = environment.site_generation == event.generation && environment.site == SiteState::kHeld;
      return drops ? std::optional{Coming::Kind::kSiteDrops} : std::nullopt;
    }
    case Event::Kind::kCustom:
      return Coming::Kind::kCustom;
  }
  return std::nullopt;
}

std::vector<Coming> Simulation::coming() const {
  std::vector<Event> events = heap_;
  std::ranges::sort(events, [](const Event& a, const Event& b) { return Later{}(b, a); });
  std::vector<Coming> result;
  for (const Event& event : events) {
    if (const auto kind = kind_of(event)) result.push_back({event.due, *kind, event.what});
  }
  return result;
}

std::string ActivityEngine::words_of(const model::State& state, const Coming& coming) const {
  const auto index = static_cast<Index>(coming.what);
  const auto task = [&](std::string_view does) {
    const auto activity = state.activities.find(task_activities_[index]);
    if (activity == state.activities.end()) return std::string{};
    return fmt::format("{} {} {} {}", activity->second.type, activity->first,
                       place_of(activity->second.project, activity->second.target), does);
  };
  const auto cron = [&](Index which, std::string_view does) {
    const CronPlace& place = topology_.cron(which);
    return fmt::format("cron {} of {} {} {}", place.name, place.app, place_of(place.project, place.environment), does);
  };
  switch (coming.kind) {
    case Coming::Kind::kTaskIsLookedAt:
      return task("starts, if nothing is in its way");
    case Coming::Kind::kTaskGoesOn:
      return task("goes on");
    case Coming::Kind::kTaskEnds:
      return task("ends");
    case Coming::Kind::kHookTimesOut:
      return task("has to end its hook");
    case Coming::Kind::kCron:
      return cron(index, "is due");
    case Coming::Kind::kRunGoesOn:
      return cron(simulation_.cron_of(index), "ends its run, or goes on");
    case Coming::Kind::kRunTimesOut:
      return cron(simulation_.cron_of(index), "times out");
    case Coming::Kind::kRunIsKilled:
      return cron(simulation_.cron_of(index), "is killed");
    case Coming::Kind::kSiteDrops: {
      const auto& [project, environment] = topology_.name_of(index);
      return fmt::format("requests to the site {} are dropped", place_of(project, environment));
    }
    case Coming::Kind::kCustom:
      return words_of(state, events_.at(coming.what));
  }
  return "";
}

std::string ActivityEngine::words_of(const model::State& state, const Event& event) const {
  switch (event.kind) {
    case Event::Kind::kLine: {
      const auto activity = state.activities.find(event.activity);
      const bool written =
          activity != state.activities.end() && activity->second.state == model::ActivityState::kInProgress;
      return written ? fmt::format("{} {} writes a line of its log", activity->second.type, activity->first) : "";
    }
    case Event::Kind::kHappening:
      return words_of(state, event.happening);
    case Event::Kind::kProvision:
      return fmt::format("subscription {} is provisioned", event.activity);
    case Event::Kind::kProvisioned:
      return fmt::format("subscription {} is active, and its project there", event.activity);
    case Event::Kind::kWake:
      return "a request that was held back is answered";
    case Event::Kind::kNothingToRun:
      return "a command that cannot be run ends";
  }
  return "";
}

std::string ActivityEngine::words_of(const model::State& state, const Happening& happening) const {
  switch (happening.kind) {
    case Happening::Kind::kCancel:
      return fmt::format("somebody cancels the newest {}", happening.subject);
    case Happening::Kind::kRevoke: {
      const auto token = state.api_tokens.find(happening.subject);
      return fmt::format("the API token {} is revoked", token == state.api_tokens.end() ? "" : token->second.name);
    }
    case Happening::Kind::kRemove: {
      const model::User* user = state.find_user(happening.subject);
      return fmt::format("the user {} is removed", user == nullptr ? "" : user->username);
    }
    case Happening::Kind::kAccept:
      return fmt::format("{} accepts an invitation", happening.subject);
    case Happening::Kind::kStart:
      return fmt::format("somebody asks for {} {}", happening.subject,
                         place_of(happening.project, happening.environment));
    case Happening::Kind::kNothing:
      break;
  }
  return "";
}

std::vector<Upcoming> ActivityEngine::upcoming(const model::State& state, std::size_t most) const {
  std::vector<Upcoming> result;
  for (const Coming& coming : simulation_.coming()) {
    std::string what = words_of(state, coming);
    if (what.empty()) continue;
    if (coming.kind == Coming::Kind::kCron) {
      // The simulation knows the next trigger only; the offsets of later ones it has not drawn yet.
      const CronSettings& cron = simulation_.cron(static_cast<Index>(coming.what));
      std::optional<Time> later = cron.offset_seed ? std::nullopt : cron.schedule.next(coming.due, *cron.zone);
      for (std::size_t i = 1; later && i < most; ++i, later = cron.schedule.next(*later, *cron.zone))
        result.push_back({*later, what});
    }
    result.push_back({coming.due, std::move(what)});
  }
  std::ranges::stable_sort(result, {}, &Upcoming::at);
  if (result.size() > most) result.resize(most);
  return result;
}

}  // namespace understudy::engine
