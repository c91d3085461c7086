#pragma once
/// Notes of what the simulation tells, and the timeline that they make: who waited for what, how long, and what became
/// of it. Takes notes only; nothing is decided here.

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/request_marks.hpp"
#include "engine/simulation.hpp"
#include "engine/topology.hpp"
#include "mock_server/timeline.hpp"
#include "model/model.hpp"

namespace understudy::engine {

class Chronicle {
public:
  /// Both must outlive it.
  Chronicle(const Simulation& simulation, const Topology& topology) : simulation_{&simulation}, topology_{&topology} {}

  void begin(Time now) { began_ = now; }

  // ---- as an Observer is told, with the records that belong to it
  void task_created(Index task, const model::Activity& activity);  ///< before it is added if it is at work already
  void task_waits(Index task) { wait({Waiter::Kind::kTask, task}); }
  void task_started(Index task, const model::Activity& activity);
  void phase_began(Index task, std::size_t phase);
  void task_held_by_crons(Index task);
  void task_ended(Index task, const model::Activity& activity);  ///< before its effects: they may remove its place
  void run_queued(Index run, const model::Activity& activity);
  void run_started(Index run, const model::Activity& activity);
  void run_to_stop(Index run, RunEnd why);
  void run_ended(Index run, RunEnd how, const model::Activity& activity);
  void cron_skipped(Index cron);
  void cron_paused(Index cron);
  void site_changed(Index environment, SiteState state);
  void project_deleted(Time now, const std::string& project);

  // ---- what only who plays a run knows; `run_activity` is the id of the run's record
  /// Its client waited for an activity: "waited for environment.backup 3fq..". One call for each wait, when it is over
  /// (or so far).
  void blocked(const std::string& run_activity, Time from, Time to, const std::string& detail);
  void exited(const std::string& run_activity, int exit_code);  ///< before it is ended

  /// Everything up to `now`; what still goes on ends there. A request belongs to the lane of its client: of a cron if
  /// `Asked::client` is the id of a run's record, else to one of its own ("client webpaas"). Paths are as they were
  /// sent: whoever shows them covers what is secret.
  [[nodiscard]] Timeline timeline(Time now, const std::vector<Asked>& requests) const;

  /// "environment.backup 3fq..": an id is random, its beginning is enough to tell two apart.
  [[nodiscard]] static std::string label_of(const std::string& type, const std::string& id);

private:
  struct Place {
    std::string project{};
    std::string environment{};  ///< "" = the project as a whole
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  /// In the order in which lanes of an environment stand.
  struct LaneKey {
    Lane::Kind kind = Lane::Kind::kActivity;
    std::string app{};   ///< of a cron
    std::string name{};  ///< of a cron; type of an activity
    friend auto operator<=>(const LaneKey&, const LaneKey&) = default;
  };
  /// A part of a story that was all of one kind.
  struct Piece {
    Span::Kind kind = Span::Kind::kWaiting;
    Time from{};
    std::optional<Time> to{};            ///< none: it still goes on
    std::vector<std::string> awaited{};  ///< what stood in its way
    std::string detail{};
    bool failed = false;
  };
  /// One activity, one run, or the site of one environment.
  struct Story {
    Place place{};
    LaneKey lane{};
    std::string label{};
    std::vector<Piece> pieces{};
    std::vector<Piece> blocks{};  ///< within the pieces that run
    std::optional<int> exit_code{};
    bool over = false;
  };
  struct Names;  // of places and lanes, as they are shown

  std::size_t add(Story story);
  std::size_t story_of_run(Index run, const model::Activity& activity);
  std::size_t story_of_site(Index environment);
  Story& of_task(Index task) { return stories_[by_task_.at(task)]; }
  Story& of_run(Index run) { return stories_[by_run_.at(run)]; }
  static void close(Story& story, Time at);
  static void open(Story& story, Span::Kind kind, Time from, std::string detail = "");
  static void end(Story& story, Time at, bool failed, const std::string& detail);
  void dot(Index cron, const std::string& detail);
  void wait(Waiter waiter);
  void stop_waiting(Waiter waiter);
  void look_at_waiting();
  void note_in_the_way(Waiter waiter);
  [[nodiscard]] std::string name_of(Waiter waiter, const Place& seen_from) const;
  [[nodiscard]] static std::vector<Piece> cut_out(const Story& story, Time now);
  void put_lanes(Timeline& timeline, const Names& names) const;
  void put_spans(Timeline& timeline, const Names& names, Time now) const;

  const Simulation* simulation_;
  const Topology* topology_;
  Time began_{};
  std::vector<Story> stories_;
  std::unordered_map<Index, std::size_t> by_task_;
  std::unordered_map<Index, std::size_t> by_run_;
  std::unordered_map<std::string, std::size_t> by_run_activity_;
  std::map<Index, std::size_t> sites_;
  std::map<std::pair<Place, LaneKey>, int> runs_;  // so far, of a cron
  std::vector<Waiter> waiting_;
  std::set<std::string> deleted_;  // projects: the simulation goes on with what was theirs
};

}  // namespace understudy::engine
