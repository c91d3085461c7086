#pragma once
/// How a deploy fares at each moment of a stretch of time at which it may be asked for.

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/simulation.hpp"

namespace understudy::engine {

/// Listens to a simulation and its copies, one at a time.
class SweepObserver final : public Observer {
public:
  void listen_to(const Simulation& simulation) { simulation_ = &simulation; }
  void look_for_deadlocks_of(Index cron) { cron_ = cron; }
  void forget_deadlock() { deadlock_ = false; }
  void begin_instant() { told_ = skipped_ = 0; }

  [[nodiscard]] std::uint64_t told() const { return told_; }  ///< in this instant, as one number
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
  [[nodiscard]] bool deadlock() const { return deadlock_; }  ///< a run of the cron was in one when it timed out

  void task_waits(Index task) override { note(1, task); }
  void task_started(Index task) override { note(2, task); }
  void phase_began(Index task, std::size_t phase) override { note(3 + 16 * phase, task); }
  void task_held_by_crons(Index task) override { note(4, task); }
  void task_ended(Index task) override { note(5, task); }
  void run_queued(Index run) override { note(6, run); }
  void run_started(Index run) override { note(7, run); }
  void run_to_stop(Index run, RunEnd why) override;
  void run_ended(Index run, RunEnd how) override { note(9 + 16 * static_cast<std::uint64_t>(how), run); }
  void cron_skipped(Index /*cron*/) override { ++skipped_; }

private:
  void note(std::uint64_t what, Index index);
  [[nodiscard]] bool is_in_a_circle(Index run) const;

  const Simulation* simulation_ = nullptr;
  Index cron_ = kNoIndex;
  std::uint64_t told_ = 0;
  std::uint64_t skipped_ = 0;
  bool deadlock_ = false;
};

struct Fare {
  Time at{};    ///< when the deploy was asked for
  Time over{};  ///< when it was over
  bool deadlock = false;
};

/// The order in which things happen changes only where something that moves with the deploy meets something that does
/// not. In between, every time is either fixed or moves with the deploy: two simulations tell which does what, and so
/// where the next such meeting is; nothing between need be tried.
class DeploySweep {
public:
  /// `simulation`, a copy, tells `observer`, and stands before the first moment.
  DeploySweep(Simulation simulation, SweepObserver& observer, TaskSettings deploy)
      : base_{std::move(simulation)}, observer_{&observer}, deploy_{std::move(deploy)} {}

  /// For moments from the first of `stops` to the last, both of them, and those between, too; sorted. If two
  /// neighbours of the result are more than a millisecond apart, `over` is linear between them, and `deadlock` the
  /// same.
  [[nodiscard]] std::vector<Fare> fares(std::span<const Time> stops);

private:
  /// What happens at one time.
  struct Instant {
    Time at{};
    std::uint64_t events = 0;
    std::uint64_t told = 0;
  };
  struct Course {
    std::vector<Instant> instants{};
    std::size_t end = 0;  // the instant in which the deploy is over
    Fare fare{};
  };
  [[nodiscard]] Course play(Time at);
  [[nodiscard]] static std::optional<Milliseconds> same_for(const Course& course, const Course& next);

  Simulation base_;  // without the deploy, up to the last moment that was played
  SweepObserver* observer_;
  TaskSettings deploy_;
};

}  // namespace understudy::engine
