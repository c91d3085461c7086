#pragma once
/// What the platform runs in containers, as jobs: which belongs to which run of a cron and which hook.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/simulation.hpp"
#include "engine/topology.hpp"
#include "mock_server/jobs.hpp"
#include "model/model.hpp"

namespace understudy::engine {

/// Takes what is to be run. Returns at once.
class JobDesk {
public:
  JobDesk() = default;
  JobDesk(const JobDesk&) = delete;
  JobDesk& operator=(const JobDesk&) = delete;
  virtual ~JobDesk() = default;
  virtual void start(Job job) = 0;
  virtual void stop(std::uint64_t number) = 0;
  virtual void kill(std::uint64_t number) = 0;
  virtual void deployed(const std::string& project, const std::string& environment, const std::string& app) = 0;
};

/// A hook of an app.
struct Hook {
  JobKind kind = JobKind::kBuildHook;
  std::string app{};
  std::string command{};
};

class ContainerJobs {
public:
  /// Null: nothing is run. Else it must outlive this.
  explicit ContainerJobs(JobDesk* desk) : desk_{desk} {}
  [[nodiscard]] bool is_open() const { return desk_ != nullptr; }

  /// The hooks that an activity of this type runs on the environment, in the order of their time.
  [[nodiscard]] std::vector<Hook> hooks_for(std::string_view activity_type, const model::Environment& target) const;

  /// Both: false if where it should run is gone.
  bool start_cron(const model::State& state, const CronPlace& cron, Index run, const std::string& activity);
  bool start_hook(const model::State& state, const model::Activity& activity, Index task, const Hook& hook);
  void stop(Waiter waiter);
  void kill(Waiter waiter);
  /// New containers of the environment start, with what has just been built.
  void start_containers(const model::Project& project, const model::Environment& environment);

  /// The containers of the environment start again: what variables they have is what they had at that time.
  void renew_env(const model::Project& project, const model::Environment& environment);

  /// Whose job has ended; nullopt: nobody's that waits for it.
  std::optional<Waiter> ended(std::uint64_t number);
  [[nodiscard]] std::optional<Waiter> owner_of(std::uint64_t number) const;
  [[nodiscard]] std::optional<std::uint64_t> job_of(Waiter waiter) const;

private:
  void build_before_time(const model::Project& project, const model::Environment& environment, const std::string& app);
  void start(Job job, const model::Project& project, const model::Environment& environment, Waiter owner);
  void fill(Job& job, const model::Project& project, const model::Environment& environment);

  JobDesk* desk_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Waiter> owners_;                          ///< of jobs that run
  using Place = std::tuple<std::string, std::string, std::string>;  ///< project, environment, app
  std::set<Place> deployed_;                                        ///< built once
  std::map<Place, std::map<std::string, std::string>> env_;         ///< of containers that run
};

}  // namespace understudy::engine
