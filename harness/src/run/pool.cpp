#include "harness/pool.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

#include "harness/runner.hpp"
#include "harness/stopwatch.hpp"
#include "run/run_folder.hpp"
#include "run/signal_watch.hpp"
#include "run/worker_process.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr int kTickMs = 1000;
constexpr int kEnoughDeaths = 3;   // in a row, before any worker became ready
constexpr int kPatienceMs = 5000;  // with workers that were told to go

/// One worker with what it is doing.
struct Seat {
  Seat(const std::vector<std::string>& command, std::filesystem::path own_folder)
      : process{command}, folder{std::move(own_folder)} {}
  WorkerProcess process;
  std::filesystem::path folder;
  bool told = false;     // its settings
  bool leaving = false;  // was told to end
  std::optional<PoolJob> job{};
  Stopwatch since{};  // of the job
};

class Pool {
public:
  Pool(const std::vector<PoolJob>& jobs, const PoolOptions& options, Listener& listener)
      : jobs_{jobs}, options_{options}, listener_{listener} {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  }

  ~Pool() {
    for (const auto& seat : seats_) seat->process.hang_up();
    wait_until_empty();
    seats_.clear();  // kills what has not gone
    end_orphans({});
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  PoolOutcome run() {
    const std::size_t wanted = std::min(jobs_.size(), static_cast<std::size_t>(std::max(options_.workers, 1)));
    for (std::size_t i = 0; i < wanted; ++i) add_seat();
    tell_settings();
    while (!seats_.empty() && interrupted_by_ == 0) step(-1);
    PoolOutcome outcome{{}, interrupted_by_};
    for (auto& [order, result] : results_) outcome.results.push_back(std::move(result));
    return outcome;
  }

private:
  void add_seat() {
    seats_.push_back(std::make_unique<Seat>(options_.worker_command, folder_.of_worker(next_number_++)));
  }

  /// Until one worker is ready, only one is being prepared: it does what is to be done once for all.
  void tell_settings() {
    for (const auto& seat : seats_) {
      if (!seat->told) {
        seat->process.send({{"settings", options_.settings}, {"folder", seat->folder.string()}});
        seat->told = true;
      }
      if (!any_was_ready_) return;
    }
  }

  /// Waits for one event and deals with it. False if nothing came within `limit_ms` (-1: no limit but the next tick).
  bool step(int limit_ms) {
    std::vector<pollfd> sources{{signals_.descriptor(), POLLIN, 0}};
    for (const auto& seat : seats_) sources.push_back({seat->process.descriptor(), POLLIN, 0});
    const bool ticks = limit_ms < 0 && listener_.wants_ticks();
    const int count = ::poll(sources.data(), sources.size(), ticks ? kTickMs : limit_ms);
    if (count == 0) {
      if (ticks) listener_.on_tick();
      return false;
    }
    if ((sources[0].revents & POLLIN) != 0) take_signal();
    for (std::size_t i = sources.size(); i-- > 1;) {  // from behind: a seat that is empty is removed
      if (sources[i].revents != 0) serve(i - 1);
    }
    return true;
  }

  void take_signal() {
    const int number = signals_.take();
    if (interrupted_by_ == 0) {
      interrupted_by_ = number;
    } else {
      impatient_ = true;
    }
  }

  void serve(std::size_t index) {
    Seat& seat = *seats_[index];
    std::vector<json> messages;
    const bool there = seat.process.receive(messages);
    for (const json& message : messages) take_message(seat, message);
    if (!there) take_end(index);
  }

  void take_message(Seat& seat, const json& message) {
    if (closing_) return;
    if (const auto fatal = message.find("fatal"); fatal != message.end()) {
      throw std::runtime_error{fatal->get<std::string>()};
    }
    if (const auto version = message.find("ready"); version != message.end()) {
      if (!any_was_ready_) listener_.on_client_ready(version->get<std::string>());
      any_was_ready_ = true;
      deaths_before_ready_ = 0;
      tell_settings();
    }
    if (const auto result = message.find("result"); result != message.end()) {
      finish(seat, scenario_result_from_json(*result));
    }
    if (interrupted_by_ == 0) hand_out(seat);
  }

  void hand_out(Seat& seat) {
    if (next_job_ == jobs_.size() || stopped_) {
      seat.leaving = true;
      return seat.process.send({{"end", true}});
    }
    seat.job = jobs_[next_job_++];
    seat.since = Stopwatch{};
    listener_.on_scenario_started(seat.job->scenario);
    seat.process.send({{"job", to_json(*seat.job)}});
  }

  void finish(Seat& seat, ScenarioResult result) {
    const ScenarioRef scenario = std::exchange(seat.job, std::nullopt).value().scenario;
    if (!result.sandbox.empty()) folder_.keep(result.sandbox);
    stopped_ = stopped_ || (is_broken(result.verdict) && options_.fail_fast);
    listener_.on_scenario_finished(scenario, result);
    results_.emplace(scenario.order, std::move(result));
  }

  /// The worker has closed its end: told to, or dead.
  void take_end(std::size_t index) {
    const std::unique_ptr<Seat> seat = std::move(seats_[index]);
    seats_.erase(seats_.begin() + static_cast<std::ptrdiff_t>(index));
    const std::string how = seat->process.reap();
    end_orphans(workers());
    folder_.remove(seat->folder);
    if (closing_ || seat->leaving || interrupted_by_ != 0) return;
    if (seat->job) return replace_after_death(*seat, how);
    if (++deaths_before_ready_ >= kEnoughDeaths)
      throw std::runtime_error{"workers end before they are ready: the last one " + how};
    add_seat();
    tell_settings();
  }

  void replace_after_death(Seat& seat, const std::string& how) {
    const ScenarioRef& scenario = seat.job->scenario;
    finish(seat, {.id = scenario.id,
                  .file = scenario.file,
                  .line = scenario.line,
                  .name = scenario.name,
                  .verdict = Verdict::kError,
                  .reason = "the worker " + how + " while it ran this scenario",
                  .wall_time = seat.since.elapsed(),
                  .repeat = scenario.repeat});
    if (next_job_ == jobs_.size() || stopped_) return;
    add_seat();
    tell_settings();
  }

  [[nodiscard]] std::set<pid_t> workers() const {
    std::set<pid_t> pids;
    for (const auto& seat : seats_) pids.insert(seat->process.pid());
    return pids;
  }

  /// Workers that were hung up on end their clients and go; a second signal has no patience for that.
  void wait_until_empty() noexcept {
    closing_ = true;
    try {
      while (!seats_.empty() && !impatient_ && step(kPatienceMs)) {
      }
    } catch (const std::exception&) {
      // What cannot be asked to go is killed by the caller.
    }
  }

  const std::vector<PoolJob>& jobs_;
  const PoolOptions& options_;
  Listener& listener_;
  SignalWatch signals_;
  RunFolder folder_;  // before the seats: removed after the last of them
  std::vector<std::unique_ptr<Seat>> seats_;
  std::map<std::size_t, ScenarioResult> results_;  // by original order
  std::size_t next_job_ = 0;
  int next_number_ = 0;
  int deaths_before_ready_ = 0;
  bool any_was_ready_ = false;
  bool stopped_ = false;  // by fail-fast
  bool closing_ = false;
  bool impatient_ = false;
  int interrupted_by_ = 0;
};

}  // namespace

json to_json(const PoolJob& job) {
  return {{"order", job.scenario.order}, {"id", job.scenario.id},     {"file", job.scenario.file},
          {"line", job.scenario.line},   {"name", job.scenario.name}, {"repeat", job.scenario.repeat},
          {"index", job.index}};
}

PoolJob job_from_json(const json& in) {
  return {.scenario = {.order = in.at("order").get<std::size_t>(),
                       .id = in.at("id").get<std::string>(),
                       .file = in.at("file").get<std::string>(),
                       .line = in.at("line").get<int>(),
                       .name = in.at("name").get<std::string>(),
                       .repeat = in.at("repeat").get<int>()},
          .index = in.at("index").get<std::size_t>()};
}

PoolOutcome run_pool(const std::vector<PoolJob>& jobs, const PoolOptions& options, Listener& listener) {
  return Pool{jobs, options, listener}.run();
}

}  // namespace understudy
