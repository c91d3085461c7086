#pragma once
/// Activities and crons as records: what the simulation does with numbers gets its names, texts, logs and effects here
/// and nowhere else. No thread. Source of the rules: platform-semantics.md, section 5.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/activity_types.hpp"
#include "engine/behaviour.hpp"
#include "engine/chronicle.hpp"
#include "engine/container_jobs.hpp"
#include "engine/simulation.hpp"
#include "engine/topology.hpp"
#include "engine/upcoming.hpp"
#include "mock_server/history.hpp"
#include "model/ids.hpp"
#include "model/model.hpp"

namespace understudy::engine {

/// What a client asks for when something is to be done.
struct NewActivity {
  std::string type{};
  std::string project{};
  std::string environment{};        ///< "" for the project as a whole
  std::vector<std::string> also{};  ///< other environments that it works on: a parent that is cloned ...
  std::string target{};             ///< the one that it changes, if that is not `environment`
  std::string user{};               ///< id
  std::vector<Subject> subjects{};  ///< beside user, project and environment
  model::json payload = model::json::object();
  model::json parameters = model::json::object();
  std::string integration{};  ///< id, of what caused it
};

class ActivityEngine final : private Observer {
public:
  /// With a desk, crons and hooks are run; without one, a cron takes as long as the world says, and hooks no time.
  ActivityEngine(model::IdSource& ids, Behaviours behaviours, const CronOptions& crons = {}, JobDesk* desk = nullptr);

  /// The crons of what is deployed when the world begins.
  void begin(model::State& state, Time now);
  /// A pending activity, with its start and end in the queue. Returns its id.
  std::string create(model::State& state, Time now, const NewActivity& wanted);
  /// False if it is over already, as the platform refuses then.
  bool cancel(model::State& state, Time now, const std::string& activity, const std::string& user);
  /// A world's own activities that are not over yet go on from here.
  void resume(model::State& state, Time now, const std::string& activity);
  void forget(const model::Project& project, Time now);  ///< it is about to be deleted
  void expect(Time start, const Happening& happening);
  /// A subscription that was asked for becomes active, and its project appears.
  void provision(Time now, const std::string& subscription);
  /// Nothing happens at `due`, but time stops there when it jumps: somebody waits for it.
  void wake_at(Time due);

  [[nodiscard]] std::optional<Time> next_due() const { return simulation_.next_due(); }
  /// The first `most` of what is due, if nothing comes in between.
  [[nodiscard]] std::vector<Upcoming> upcoming(const model::State& state, std::size_t most) const;
  /// Runs everything that is due up to `now`, each event at its own time, in the order of time and then of scheduling.
  void run_until(model::State& state, Time now);
  /// Runs what is due next, and nothing else that is due at the same time. There has to be something.
  void run_next(model::State& state);
  /// False if nothing is left to happen that somebody could wait for: crons come round, and whatever else there is
  /// never ends.
  [[nodiscard]] bool has_prospects() const;
  [[nodiscard]] Chronicle& chronicle() { return chronicle_; }

  /// What the desk was given has ended.
  void job_ended(model::State& state, Time now, std::uint64_t job, const JobEnd& end);
  /// A client of the job waits for the activity; "" = for none any more.
  void job_awaits(std::uint64_t job, const std::string& activity);
  struct Circle {
    std::string text{};                 ///< "cron a waits for environment.redeploy 3fq waits for cron a"
    std::vector<std::uint64_t> jobs{};  ///< in it
  };
  /// Nothing in it goes on before something else in it does, but for timeouts.
  [[nodiscard]] std::optional<Circle> deadlock(const model::State& state) const;

  [[nodiscard]] const std::vector<SkippedRun>& skipped() const { return skipped_; }
  [[nodiscard]] const std::vector<SiteChange>& site_changes() const { return sites_; }

private:
  struct Event {
    enum class Kind { kLine, kHappening, kWake, kProvision, kProvisioned, kNothingToRun } kind;
    std::string activity{};
    std::size_t line = 0;
    Happening happening{};
    Waiter waiter{};  // kNothingToRun
  };

  void task_waits(Index task) override;
  void task_started(Index task) override;
  void phase_began(Index task, std::size_t phase) override;
  void task_held_by_crons(Index task) override;
  void hook_timed_out(Index task) override;
  void task_ended(Index task) override;
  void run_queued(Index run) override;
  void run_started(Index run) override;
  void run_to_stop(Index run, RunEnd why) override;
  void run_to_kill(Index run) override;
  void run_ended(Index run, RunEnd how) override;
  void cron_skipped(Index cron) override;
  void cron_paused(Index cron) override;
  void site_changed(Index environment, SiteState now) override;
  void custom(std::uint64_t what) override;

  void schedule(Time due, Event event);
  [[nodiscard]] TaskSettings settings_of(const model::Project& project, const model::Activity& activity);
  void add_task(Time now, const std::string& activity, TaskSettings settings, bool works);
  void begin_hook(Index task, const Phase& phase);
  void hook_ended(Time now, Index task, const JobEnd& end);
  void cron_ended(Time now, Index run, const JobEnd& end);
  [[nodiscard]] std::string name_in(const model::State& state, Waiter waiter) const;
  [[nodiscard]] std::string words_of(const model::State& state, const Coming& coming) const;
  [[nodiscard]] std::string words_of(const model::State& state, const Event& event) const;
  [[nodiscard]] std::string words_of(const model::State& state, const Happening& happening) const;
  void provision_step(const std::string& subscription, bool last);
  void happen(const Happening& happening);
  void started(model::Activity& activity);
  void note_finish(model::Activity& activity);
  void sync(const model::Activity& activity);
  void renew_env(const model::Activity& activity);
  /// The record of a cron's run, made when it is due.
  model::Activity& activity_of_run(Index run);
  void cancelled(model::Activity& activity, Time now);
  [[nodiscard]] const Behaviour* behaviour_of(const std::string& type) const;
  [[nodiscard]] model::Activity& activity_of(Index task) { return state_->activities.at(task_activities_[task]); }

  model::IdSource* ids_;
  Behaviours behaviours_;
  Simulation simulation_{*this};
  Topology topology_;
  Chronicle chronicle_{simulation_, topology_};
  model::State* state_ = nullptr;             // while something is carried out
  std::vector<std::string> task_activities_;  // ids, by task
  std::unordered_map<std::string, Index> tasks_;
  std::map<Index, std::vector<Hook>> hooks_;  // of tasks that have some
  ContainerJobs jobs_;
  std::vector<SkippedRun> skipped_;
  std::vector<SiteChange> sites_;
  std::map<Index, std::string> run_activities_;  // of runs that are not over
  std::unordered_map<std::string, Index> runs_;
  std::unordered_map<std::uint64_t, Event> events_;
  std::uint64_t next_event_ = 0;
  bool resuming_ = false;
};

}  // namespace understudy::engine
