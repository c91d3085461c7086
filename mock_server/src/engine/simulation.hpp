#pragma once
/// The platform as a discrete-event simulation: queues, slots, containers, crons, deploys. Numbers only: no names, no
/// JSON, no HTTP, no processes. The same calls give the same events in the same order on any machine.
/// Source of the rules: platform-semantics.md, sections 4 to 6; what is ours is marked so.

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/cron_schedule.hpp"

namespace understudy::engine {

using Index = std::uint32_t;
inline constexpr Index kNoIndex = std::numeric_limits<Index>::max();

/// The fourth queue of a project, that of crons, is with their containers.
enum class QueueKind : std::uint8_t { kDefault, kIntegrations, kBackup };
inline constexpr std::size_t kQueues = 3;

/// What a task does, one after the other.
struct Phase {
  enum class Kind : std::uint8_t {
    kWork,   ///< takes `duration`
    kStop,   ///< the target's containers are to be stopped: waits for the crons in them
    kClone,  ///< the source's data are to be copied: waits for the crons in its containers
    kHook,   ///< somebody else runs something, and says when it has ended; `duration` is its limit, 0 = none
  };
  Kind kind = Kind::kWork;
  Milliseconds duration{};
  enum class Site : std::uint8_t { kAsItIs, kHeld, kOpen } site = Site::kAsItIs;  ///< from its beginning on
  Index hook = kNoIndex;                                                          ///< kHook: which of its owner's
};

enum class TaskState : std::uint8_t { kNew, kPending, kWorking, kDone, kCancelled };

struct TaskSettings {
  Index project = 0;
  std::array<Index, 2> environments{kNoIndex, kNoIndex};  ///< that it works on; others' tasks keep off them meanwhile
  Index target = kNoIndex;                                ///< whose containers it stops
  Index source = kNoIndex;                                ///< whose data it copies
  QueueKind queue = QueueKind::kDefault;
  Milliseconds pick_up{};     ///< from its creation until the platform looks at it
  bool never_starts = false;  ///< the world says so
  bool never_ends = false;
  std::vector<Phase> phases{};
};

/// What a cron without a process does: the engine's own tests, benchmarks and search for the worst moment play these.
struct ScriptStep {
  enum class Kind : std::uint8_t { kSpend, kCreate, kAwait } kind = Kind::kSpend;  ///< kAwait: what was created last
  Milliseconds duration{};                                                         ///< kSpend
  Index task = kNoIndex;  ///< kCreate: index into the templates of the simulation
};

struct CronSettings {
  Index container = 0;
  CronSchedule schedule;
  const TimeZone* zone = nullptr;
  Milliseconds timeout = std::chrono::hours{24};
  Milliseconds shutdown_timeout = std::chrono::seconds{10};
  std::optional<std::uint64_t> offset_seed{};       ///< triggers are moved by a random offset (ours: off by default)
  std::optional<std::vector<ScriptStep>> script{};  ///< none: its runs end when somebody says so
};

enum class RunState : std::uint8_t { kQueued, kRunning, kStopping, kEnded };
enum class RunEnd : std::uint8_t { kFinished, kCancelled, kTimedOut, kGone };
enum class SiteState : std::uint8_t { kOpen, kHeld, kDropped };

/// Told of everything that happens, at the moment it does. May add tasks and answer; must not run the clock.
class Observer {
public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;
  virtual void task_waits(Index /*task*/) {}  ///< it was looked at, and something stands in its way
  virtual void task_started(Index /*task*/) {}
  virtual void phase_began(Index /*task*/, std::size_t /*phase*/) {}
  virtual void task_held_by_crons(Index /*task*/) {}  ///< in a phase that waits for crons
  virtual void hook_timed_out(Index /*task*/) {}      ///< it should end at once
  virtual void task_ended(Index /*task*/) {}          ///< done or cancelled
  virtual void run_queued(Index /*run*/) {}           ///< due, and something stands in its way
  virtual void run_started(Index /*run*/) {}
  virtual void run_to_stop(Index /*run*/, RunEnd /*why*/) {}  ///< it should end; it has its shutdown timeout for that
  virtual void run_to_kill(Index /*run*/) {}
  virtual void run_ended(Index /*run*/, RunEnd /*how*/) {}
  virtual void cron_skipped(Index /*cron*/) {}  ///< due while its last run still waits or runs
  virtual void cron_paused(Index /*cron*/) {}   ///< due, but its environment was not deployed for too long
  virtual void site_changed(Index /*environment*/, SiteState /*now*/) {}
  virtual void custom(std::uint64_t /*what*/) {}
};

/// Something that waits for something else: a task or a run of a cron.
struct Waiter {
  enum class Kind : std::uint8_t { kTask, kRun } kind = Kind::kTask;
  Index index = kNoIndex;
  friend bool operator==(const Waiter&, const Waiter&) = default;
};

/// Something that is going to happen, if nothing comes in between.
struct Coming {
  enum class Kind : std::uint8_t {
    kTaskIsLookedAt,
    kTaskGoesOn,
    kTaskEnds,
    kCron,
    kRunGoesOn,
    kRunTimesOut,
    kRunIsKilled,
    kHookTimesOut,
    kSiteDrops,
    kCustom
  };
  Time due{};
  Kind kind = Kind::kCustom;
  std::uint64_t what = 0;  ///< index of the task, cron, run or environment, or as of `Simulation::schedule`
};

class Simulation {
public:
  explicit Simulation(Observer& observer) : observer_{&observer} {}

  Index add_project();
  Index add_environment(Index project, bool production);
  Index add_container(Index environment);
  Index add_cron(Time now, CronSettings settings);
  void remove_cron(Index cron);  ///< its run goes on
  /// Whether crons run there at all: it is active, and they are not switched off.
  void set_crons(Index environment, bool on) { environments_[environment].crons_on = on; }
  /// Crons of what is not production pause so long after a deployment; nullopt: never.
  void set_last_deployment(Index environment, std::optional<Time> at) { environments_[environment].deployed_at = at; }
  void set_production(Index environment, bool production) { environments_[environment].production = production; }
  void set_pause_after(Milliseconds limit) { pause_after_ = limit; }
  void set_hold_limit(Milliseconds limit) { hold_limit_ = limit; }
  /// What scripts create.
  Index add_template(TaskSettings settings);

  Index add_task(Time now, TaskSettings settings);
  Index add_working_task(Time now, TaskSettings settings);  ///< at work already when the world begins
  bool cancel_task(Time now, Index task);                   ///< false if it is over
  bool cancel_run(Time now, Index run);                     ///< false if it is over or being ended already
  void end_run(Time now, Index run);                        ///< its process has ended
  void end_hook(Time now, Index task);                      ///< on with what comes after it
  void fail_task(Time now, Index task);                     ///< its hook has failed: nothing comes after it
  /// What runs in it, if it is a run, or its hook waits for `task`; kNoIndex: for nothing any more.
  void set_awaits(Waiter waiter, Index task);
  void schedule(Time due, std::uint64_t what);  ///< `Observer::custom`

  [[nodiscard]] Time now() const { return now_; }  ///< of the event or call that is being carried out
  [[nodiscard]] std::optional<Time> next_due() const;
  /// All that is due some time, in the order in which it comes.
  [[nodiscard]] std::vector<Coming> coming() const;
  void run_until(Time now);  ///< everything that is due up to `now`
  void run_next();           ///< what is due next, whenever that is
  [[nodiscard]] std::uint64_t events() const { return events_; }

  [[nodiscard]] TaskState task_state(Index task) const { return tasks_[task].state; }
  [[nodiscard]] const TaskSettings& task(Index index) const { return tasks_[index].settings; }
  [[nodiscard]] const Phase& phase_of(Index task) const { return tasks_[task].settings.phases[tasks_[task].phase]; }
  [[nodiscard]] Index cron_of(Index run) const { return runs_[run].cron; }
  [[nodiscard]] Index run_of(Index cron) const { return crons_[cron].run; }  ///< queued or running, or kNoIndex
  [[nodiscard]] Index container_of(Index cron) const { return crons_[cron].settings.container; }
  [[nodiscard]] Index environment_of(Index container) const { return containers_[container].environment; }
  [[nodiscard]] const CronSettings& cron(Index index) const { return crons_[index].settings; }
  [[nodiscard]] SiteState site(Index environment) const { return environments_[environment].site; }
  [[nodiscard]] std::size_t tasks() const { return tasks_.size(); }
  /// The task at work there, or kNoIndex.
  [[nodiscard]] Index at_work(Index environment) const { return environments_[environment].at_work; }
  [[nodiscard]] std::size_t at_work_in_project(Index project) const { return projects_[project].at_work.size(); }
  [[nodiscard]] std::vector<Index> running_in(Index environment) const;

  /// A circle of waiters of which none can go on before another one does (but for a timeout), in the order "waits for
  /// the next", starting anywhere; empty if there is none.
  [[nodiscard]] std::vector<Waiter> deadlock() const;
  /// Until the next cron is due nothing ends any more: there is nothing, or not even a cron's timeout sets it free.
  [[nodiscard]] bool is_at_rest() const;
  /// What stands in its way right now: tasks and runs.
  [[nodiscard]] std::vector<Waiter> in_the_way_of(Waiter waiter) const;

private:
  struct Task {
    TaskSettings settings{};
    TaskState state = TaskState::kNew;
    std::uint32_t phase = 0;
    std::uint32_t generation = 0;  // events of earlier ones mean nothing any more
    std::uint64_t arrival = 0;     // order in which they were looked at
    Index awaits = kNoIndex;       // a hook of it waits for this
  };
  struct Project {
    std::vector<Index> at_work{};
    std::array<std::vector<Index>, kQueues> pending{};  // in the order in which they are to start
    std::size_t waiting = 0;                            // in all of them
    std::size_t queued = 0;                             // runs of crons
    std::vector<Index> environments{};
  };
  struct Environment {
    Index project = 0;
    bool production = false;
    bool crons_on = true;
    std::optional<Time> deployed_at{};
    Index at_work = kNoIndex;
    std::uint32_t running = 0;  // crons in its containers
    std::uint32_t queued = 0;
    std::vector<Index> containers{};
    std::vector<Index> held{};  // tasks that wait for its crons
    SiteState site = SiteState::kOpen;
    std::uint32_t site_generation = 0;
  };
  struct Container {
    Index environment = 0;
    Index running = kNoIndex;
    std::vector<Index> queued{};
  };
  struct Cron {
    CronSettings settings;
    Index run = kNoIndex;  // queued or running
    bool removed = false;
    std::uint64_t occurrence = 0;
    std::chrono::minutes period{};
    Time nominal{};  // of the next trigger, without its offset
  };
  struct Run {
    Index cron = 0;
    RunState state = RunState::kQueued;
    RunEnd how = RunEnd::kFinished;
    std::uint32_t step = 0;
    Index created = kNoIndex;
    Index awaits = kNoIndex;
    std::uint64_t arrival = 0;
  };
  struct Event {
    enum class Kind : std::uint8_t {
      kPickUp,
      kPhaseEnd,
      kCronDue,
      kRunTimeout,
      kRunKill,
      kRunStep,
      kHookLimit,
      kSiteDrop,
      kCustom
    };
    Time due{};
    std::uint64_t sequence = 0;
    std::uint64_t what = 0;
    std::uint32_t generation = 0;
    Kind kind = Kind::kCustom;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.due != b.due ? a.due > b.due : a.sequence > b.sequence;
    }
  };

  template <class All>
  static Index add(All& all, typename All::value_type one) {
    all.push_back(std::move(one));
    return static_cast<Index>(all.size() - 1);
  }
  void push(Time due, Event::Kind kind, std::uint64_t what, std::uint32_t generation = 0);
  void carry_out(const Event& event);
  [[nodiscard]] std::optional<Coming::Kind> kind_of(const Event& event) const;
  void schedule_cron(Time after, Index cron);
  void cron_due(Index cron);
  [[nodiscard]] bool is_paused(const Environment& environment) const;
  [[nodiscard]] bool can_run(const Run& run) const;
  void start_run(Index run);
  void stop_run(Index run, RunEnd why);
  void step_run(Index run);
  void finish_run(Index run);
  void pick_up(Index task);
  void enqueue(Index task);
  void dequeue(Index task);
  [[nodiscard]] bool is_on_production(const Task& task) const;
  [[nodiscard]] bool has_room(const Task& task) const;
  void start_task(Index task);
  void begin_phase(Index task);
  void next_phase(Index task);
  [[nodiscard]] Index guarded_environment(const Task& task) const;
  [[nodiscard]] bool is_in_hook(const Task& task) const;
  void end_task(Index task, TaskState state);
  void release_awaiting(Index task);
  void release_held(Index environment);
  void settle(Index project);
  [[nodiscard]] Index next_startable(const Project& project) const;
  void start_runs(Index environment, std::uint64_t before);
  void set_site(Index environment, SiteState state);
  [[nodiscard]] std::vector<Waiter> alive() const;
  [[nodiscard]] std::vector<Waiter> stuck(bool timeouts_help) const;
  [[nodiscard]] bool waits_only_for(Waiter waiter, const std::vector<Waiter>& stuck, bool timeouts_help) const;

  Observer* observer_;
  Time now_{};
  // Deques: what is carried out may add to them, and goes on with what it held.
  std::deque<Project> projects_;
  std::deque<Environment> environments_;
  std::deque<Container> containers_;
  std::deque<Cron> crons_;
  std::deque<Run> runs_;
  std::deque<Task> tasks_;
  std::vector<TaskSettings> templates_;
  std::vector<Index> awaiting_;  // scripted runs that wait for a task
  std::vector<Event> heap_;
  std::uint64_t sequence_ = 0;
  std::uint64_t arrivals_ = 0;
  std::uint64_t events_ = 0;
  Milliseconds pause_after_ = std::chrono::days{14};   // platform-semantics.md, section 4
  Milliseconds hold_limit_ = std::chrono::minutes{1};  // (ours) then the waiting requests are dropped
};

}  // namespace understudy::engine
