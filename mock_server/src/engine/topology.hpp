#pragma once
/// The names of what a simulation knows by number: projects, environments, the crons of their apps. Environments are
/// added when something happens to them, so that a large world costs nothing.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/simulation.hpp"
#include "model/model.hpp"

namespace understudy::engine {

/// How crons run in this world.
struct CronOptions {
  std::optional<std::uint64_t> offset_seed{};  ///< triggers get a random offset (ours: off by default)
  Milliseconds pause_after = std::chrono::days{14};
  Milliseconds hold_limit = std::chrono::minutes{1};  ///< of requests during a deploy, before they are dropped
  Milliseconds duration = std::chrono::minutes{1};    ///< of a run that nobody plays
};

struct CronPlace {
  std::string project{};
  std::string environment{};
  std::string app{};
  std::string name{};
  std::string definition{};  ///< as JSON: a change makes a new cron of it
};

class Topology {
public:
  /// `runs_jobs`: somebody runs the crons' commands and says when they have ended.
  Topology(Simulation& simulation, const CronOptions& options, bool runs_jobs)
      : simulation_{&simulation}, options_{options}, runs_jobs_{runs_jobs} {}

  Index project(const std::string& id);
  /// Of an environment that exists.
  Index environment(const model::Project& project, const std::string& id);
  /// The crons of its apps as they are deployed now, and whether they run.
  void sync(Time now, const model::Project& project, const model::Environment& environment);
  /// It is gone, and its crons with it.
  void forget(const std::string& project, const std::string& environment);

  [[nodiscard]] const CronPlace& cron(Index cron) const { return crons_[cron]; }
  /// Project and id of an environment that has been added; also of one that is gone.
  [[nodiscard]] const std::pair<std::string, std::string>& name_of(Index environment) const {
    return names_[environment];
  }

private:
  struct Place {
    Index index = kNoIndex;
    std::map<std::string, Index> containers{};                     // by app
    std::map<std::pair<std::string, std::string>, Index> crons{};  // by app and name
  };
  void drop_others(Place& place, const std::map<std::pair<std::string, std::string>, model::json>& wanted);
  void add_cron(Time now, const model::Project& project, Place& place, CronPlace cron, const model::json& definition,
                const TimeZone& zone);

  Simulation* simulation_;
  CronOptions options_;
  bool runs_jobs_;
  std::map<std::string, Index> projects_;
  std::map<std::pair<std::string, std::string>, Place> environments_;
  std::vector<CronPlace> crons_;                            // by index
  std::vector<std::pair<std::string, std::string>> names_;  // of environments, by index
};

/// The zone that an app's crons go by: its own, the project's, or UTC. platform-semantics.md is silent: (ours).
[[nodiscard]] const TimeZone& zone_of(const model::Project& project, const model::json& configuration);

}  // namespace understudy::engine
