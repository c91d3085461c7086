#include "engine/deploy_sweep.hpp"

#include <algorithm>
#include <type_traits>

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;

static_assert(std::is_copy_constructible_v<Simulation>, "each deploy is played in a copy");

// How far beyond the deploy's end a simulation goes on, to see what its end would meet if it came later.
constexpr Milliseconds kLookAhead = 10min;
constexpr Milliseconds kTick = 1ms;

}  // namespace

void SweepObserver::note(std::uint64_t what, Index index) {
  told_ = (told_ ^ (what << 32U | index)) * 0x9e3779b97f4a7c15U;
  told_ ^= told_ >> 29U;
}

void SweepObserver::run_to_stop(Index run, RunEnd why) {
  note(8, run);
  if (why == RunEnd::kTimedOut && simulation_->cron_of(run) == cron_ && is_in_a_circle(run)) deadlock_ = true;
}

bool SweepObserver::is_in_a_circle(Index run) const {
  if (simulation_->deadlock().empty()) return false;
  const Waiter start{Waiter::Kind::kRun, run};
  std::vector<Waiter> reached = simulation_->in_the_way_of(start);
  for (std::size_t i = 0; i < reached.size(); ++i) {
    if (reached[i] == start) return true;
    for (const Waiter& next : simulation_->in_the_way_of(reached[i])) {
      if (std::ranges::find(reached, next) == reached.end()) reached.push_back(next);
    }
  }
  return false;
}

DeploySweep::Course DeploySweep::play(Time at) {
  observer_->listen_to(base_);
  base_.run_until(at);
  Simulation simulation = base_;
  observer_->listen_to(simulation);
  observer_->forget_deadlock();
  const Index deploy = simulation.add_task(at, deploy_);
  Course course{.instants = {{.at = at}}, .fare = {.at = at}};
  bool is_over = false;
  std::uint64_t events = simulation.events();
  for (auto due = simulation.next_due(); due && (!is_over || *due <= course.fare.over + kLookAhead);
       due = simulation.next_due()) {
    observer_->begin_instant();
    simulation.run_until(*due);
    // What is skipped would be so as well before or after whatever it meets.
    const std::uint64_t happened = simulation.events() - events - observer_->skipped();
    events = simulation.events();
    if (happened > 0) course.instants.push_back({*due, happened, observer_->told()});
    if (is_over || simulation.task_state(deploy) != TaskState::kDone) continue;
    is_over = true;
    course.end = course.instants.size() - 1;
    course.fare.over = *due;
    course.fare.deadlock = observer_->deadlock();
  }
  return course;
}

/// For how long after `course` things go on in the same order, given that of a tick later; nullopt if that differs.
std::optional<Milliseconds> DeploySweep::same_for(const Course& course, const Course& next) {
  const std::size_t count = std::min(course.instants.size(), next.instants.size());
  if (course.end != next.end || course.end >= count) return std::nullopt;
  Milliseconds room = kLookAhead - 2 * kTick;
  bool last_moves = false;
  for (std::size_t i = 0; i < count; ++i) {
    const Instant& here = course.instants[i];
    const Instant& there = next.instants[i];
    const bool moves = there.at == here.at + kTick;
    if ((!moves && there.at != here.at) || here.events != there.events || here.told != there.told) return std::nullopt;
    if (last_moves && !moves) room = std::min(room, here.at - course.instants[i - 1].at);
    last_moves = moves;
  }
  return room;
}

std::vector<Fare> DeploySweep::fares(std::span<const Time> stops) {
  std::vector<Fare> result;
  const auto played = [&](Time at) {
    Course course = play(at);
    result.push_back(course.fare);
    return course;
  };
  Course here = played(stops.front());
  while (here.fare.at < stops.back()) {
    const Time at = here.fare.at;
    Course next = played(at + kTick);
    const std::optional<Milliseconds> room = same_for(here, next);
    const Time stop = *std::ranges::upper_bound(stops, at);
    const Time meeting = room ? std::min(at + *room, stop) : at + kTick;
    if (meeting > at + 2 * kTick) played(meeting - kTick);
    here = meeting > at + kTick ? played(meeting) : std::move(next);
  }
  return result;
}

}  // namespace understudy::engine
