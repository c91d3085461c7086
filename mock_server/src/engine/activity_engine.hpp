#pragma once
/// What happens as platform time passes: a queue of due events, no thread. Activities wait, start, write their logs,
/// end and take effect here and nowhere else. Source of the rules: platform-semantics.md, section 5.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/activity_types.hpp"
#include "engine/behaviour.hpp"
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

class ActivityEngine {
public:
  ActivityEngine(model::IdSource& ids, Behaviours behaviours) : ids_{&ids}, behaviours_{std::move(behaviours)} {}

  /// A pending activity, with its start and end in the queue. Returns its id.
  std::string create(model::State& state, Time now, const NewActivity& wanted);
  /// False if it is over already, as the platform refuses then.
  bool cancel(model::State& state, Time now, const std::string& activity, const std::string& user);
  /// A world's own activities that are not over yet go on from here.
  void resume(model::State& state, Time now, const std::string& activity);
  void expect(Time start, const Happening& happening);
  /// A subscription that was asked for becomes active, and its project appears.
  void provision(Time now, const std::string& subscription);
  /// Nothing happens at `due`, but time stops there when it jumps: somebody waits for it.
  void wake_at(Time due);

  [[nodiscard]] std::optional<Time> next_due() const;
  /// Runs everything that is due up to `now`, each event at its own time, in the order of time and then of scheduling.
  void run_until(model::State& state, Time now);

private:
  struct Event {
    enum class Kind { kPickUp, kLine, kFinish, kHappening, kWake, kProvision, kProvisioned } kind;
    std::string activity{};
    std::size_t line = 0;
    Happening happening{};
  };
  using Key = std::pair<Time, std::uint64_t>;

  void schedule(Time due, Event event);
  void carry_out(model::State& state, Time now, const Event& event);
  void provision_step(model::State& state, Time now, const std::string& subscription, bool last);
  void happen(model::State& state, Time now, const Happening& happening);
  void start_what_can(model::State& state, Time now);
  void start(model::State& state, Time now, model::Activity& activity);
  void finish(model::State& state, Time now, model::Activity& activity);
  [[nodiscard]] const Behaviour* behaviour_of(const std::string& type) const;

  model::IdSource* ids_;
  Behaviours behaviours_;
  std::map<Key, Event> queue_;
  std::uint64_t next_sequence_ = 0;   // ties: first scheduled, first run
  std::vector<std::string> waiting_;  // ids of pending activities that were picked up
};

}  // namespace understudy::engine
