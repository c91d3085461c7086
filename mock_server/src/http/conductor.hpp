#pragma once
/// Whose turn it is. Of all clients and jobs one computes at a time; when none does, what is due goes on in a fixed
/// order: jobs are started, then those who waited are let go, and if there is none of either, platform time jumps. So
/// the same inputs give the same events on any machine (design.md, section 3). All of it happens behind the platform's
/// lock; where there are jobs, in a thread of its own, since those who wait must be seen to sleep, else in the threads
/// of those who wait.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/container_jobs.hpp"
#include "http/client.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/history.hpp"
#include "mock_server/jobs.hpp"

namespace understudy {

namespace api {
struct Core;
}

class Conductor final : public engine::JobDesk {
public:
  using Lock = std::unique_lock<std::mutex>;

  /// `jumps`: platform time jumps when all wait; else it only goes on by `advance`.
  Conductor(api::Core& core, VirtualClock& clock, JobRunner* runner, bool jumps)
      : core_{core}, clock_{clock}, runner_{runner}, jumps_{jumps} {}

  /// Conducts until it is stopped. Only where there are jobs.
  void conduct(Lock& lock);

  // ---- clients
  /// The one whose requests come to the main port; there always is one.
  void set_front(ClientHandle client);
  /// Waits, as `client`, until `done` holds. False if it never will: stopped, gone, or (unless `for_ever`) nothing is
  /// left that could make it hold.
  bool wait(Lock& lock, Client& client, ClientReport::Wait what, bool for_ever, const std::function<bool()>& done);
  /// Until every job that was stopped or killed by what `client` asked for has done what it does at once: it and the
  /// client would compute at the same time otherwise. No platform time passes.
  void settle(Lock& lock, Client& client);
  /// Nothing computes, so that time may go on.
  [[nodiscard]] bool is_idle() const;
  void advance(Lock& lock, Milliseconds duration);
  void advance_to(Lock& lock, Time later);  ///< nothing if that is past
  [[nodiscard]] bool jumps() const { return jumps_; }
  void on_deadlock(std::function<void(const std::string&)> callback) { deadlock_callback_ = std::move(callback); }
  void changed() { changed_.notify_all(); }  ///< in whatever somebody may wait for
  void stop();                               ///< everybody who waits gives up

  // ---- jobs and their clients
  void job_ended(std::uint64_t number, const JobEnd& end);
  /// Blocks until it is this one's turn; null if it never will be.
  ClientHandle start_client(Lock& lock, std::uint64_t job, const std::vector<std::string>& argv);
  void client_is_served(const Client& client, const std::string& base_url);  ///< where it finds the platform
  void leave(Client& client);                                                ///< what it waits for returns
  void end_client(const ClientHandle& client, int exit_code);
  bool spend(Lock& lock, std::uint64_t job, Milliseconds duration, const std::string& what);
  [[nodiscard]] std::vector<JobRecord> jobs() const;

private:
  void start(Job job) override;
  void stop(std::uint64_t number) override;
  void kill(std::uint64_t number) override;
  void deployed(const std::string& project, const std::string& environment, const std::string& app) override;

  /// Somebody who goes on when the conductor says so.
  struct Waiting {
    std::function<bool()> done{};
    bool for_ever = true;
    Client* client = nullptr;  ///< null: a program of a job
    std::uint64_t job = 0;
    std::string what{};       ///< decides between those of a job that come at once
    std::uint64_t round = 0;  ///< in which it came
    enum class State { kWaits, kLetGo, kHopeless } state = State::kWaits;
  };
  struct RunningJob {
    std::size_t record = 0;
    bool computes = true;      ///< as far as is known
    bool told_to_end = false;  ///< stopped or killed
    bool stirred = false;      ///< was told to end, and has computed since
  };

  bool wait(Lock& lock, Waiting& waiting);
  void carry_on_to(Lock& lock, Time later);
  [[nodiscard]] static JobRecord::Client& record_of(const Client& client, std::vector<JobRecord>& records);
  void note_wait(const Client& client, const ClientReport::Wait& what, Time from);
  [[nodiscard]] bool gave_up(const Waiting& waiting) const;
  void look_at_jobs();
  [[nodiscard]] bool clients_wait() const;
  [[nodiscard]] bool jobs_compute() const;
  void go_on_or_wait(Lock& lock);
  bool go_on(Lock& lock);
  bool step(Lock& lock);
  [[nodiscard]] bool may_start_job() const;
  bool start_next_job();
  [[nodiscard]] Waiting* first_to_let_go() const;
  bool let_go();
  bool jump();
  void pass_time_until(Time due);
  void note_circle();
  bool give_up_hope(Lock& lock);
  void report_deadlock(Lock& lock);
  [[nodiscard]] bool driver_waits() const;

  api::Core& core_;
  VirtualClock& clock_;
  JobRunner* runner_;
  bool jumps_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool let_go_pending_ = false;      ///< somebody was let go and does not know yet
  std::optional<Time> advances_to_;  ///< whoever drives the server lets time pass
  std::uint64_t round_ = 0;          ///< grows with each step: who came in the same one came from the same party
  std::list<Waiting*> waiting_;      ///< in the order in which they are let go
  ClientHandle front_;
  std::vector<ClientHandle> clients_;  ///< in containers
  std::uint64_t last_client_ = 0;
  std::deque<Job> outbox_;
  std::map<std::uint64_t, RunningJob> running_;
  std::uint64_t building_ = 0;  ///< a build before time, for which all others wait
  std::vector<JobRecord> records_;
  std::function<void(const std::string&)> deadlock_callback_;
};

}  // namespace understudy
