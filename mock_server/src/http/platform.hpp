#pragma once
/// The platform behind its lock: state, engine, clock, journal, faults, and the clients that make time pass.
/// Decides inside the lock, never writes to a socket in it.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/dispatch.hpp"
#include "api/recorded.hpp"
#include "http/client.hpp"
#include "http/conductor.hpp"
#include "http/fault_list.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/ledger.hpp"
#include "mock_server/mock_server.hpp"
#include "mock_server/replay.hpp"
#include "mock_server/secrets.hpp"

namespace understudy {

/// What is written down of a platform; outlives it where another one takes its place.
struct Records {
  Journal journal{};
  SecretRegistry secrets{};
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();  ///< wall times count from here
};

struct PlatformOptions {
  JobRunner* runner = nullptr;
  bool jumps = true;                   ///< as of MockServerOptions
  std::shared_ptr<Records> records{};  ///< none: its own
  Ledger* ledger = nullptr;            ///< as of MockServerOptions
};

/// A body that came in parts, and is to come so again.
struct RecordedStream {
  std::string path{};  ///< that was asked for
  std::string body{};
  std::vector<RecordedChunk> chunks{};
  bool is_cut = false;  ///< the connection ended after the last one
  Time asked{};
  std::chrono::steady_clock::time_point asked_in_real_time{};
};

class Platform {
public:
  /// What the ledger holds is carried out first. Throws LedgerMismatch.
  Platform(const World& world, std::uint64_t seed, const PlatformOptions& options);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  struct Served {
    api::Response response{};
    std::size_t journal_index = 0;
    bool drop = false;  ///< close the connection without an answer
    bool hang = false;  ///< but not before the peer gives up
    ClientHandle client{};
    /// Of a log that is followed, where somebody notices: its peer has hung up.
    std::shared_ptr<std::atomic<bool>> gone{};
    std::shared_ptr<const RecordedStream> stream{};  ///< the body, if it is one that was recorded
    [[nodiscard]] bool is_stream() const { return response.follow || stream != nullptr; }
  };
  /// One request, answered completely unless the response is a log to follow. May wait for platform time. `client` is
  /// null at the main port: whoever is attached there.
  Served serve(api::Request request, ClientHandle client);

  struct LogChunk {
    std::string bytes{};
    bool sealed = false;  ///< nothing comes after this
    bool gone = false;    ///< the server stops or the client has ended
    bool cut = false;     ///< the connection ends after this, and the answer does not
  };
  /// Waits until `activity` has log lines after the first `sent` ones, or is over. `sent` is moved on. Of a recorded
  /// stream likewise, with its parts for lines.
  LogChunk next_log(const Served& served, std::size_t& sent);
  void hung_up(const Served& served);  ///< `next_log` returns
  void log_written(const Served& served, std::string_view bytes, bool done);
  // Requests that did not reach the platform, for the journal only.
  void refused(const api::Request& request, int status, const std::string& body);  ///< by HTTP itself
  /// By who looks at them before. `why`: a clause, "it is for the host x".
  void kept_out(const api::Request& request, int status, const std::string& body, const std::string& why);

  ClientHandle attach(std::string name);  ///< throws std::logic_error while another client is attached
  void detach(const ClientHandle& client);
  [[nodiscard]] ClientReport report(const ClientHandle& client) const;
  void on_deadlock(std::function<void(const std::string&)> callback);

  // As of JobHost.
  void job_ended(std::uint64_t number, const JobEnd& end);
  ClientHandle start_client(std::uint64_t job, const std::vector<std::string>& argv);
  void client_is_served(const ClientHandle& client, const std::string& base_url);
  void leave(const ClientHandle& client);  ///< its requests return
  void end_client(const ClientHandle& client, int exit_code);
  bool spend(std::uint64_t job, Milliseconds duration, const std::string& what);
  [[nodiscard]] History history() const;

  /// From now on `player` is asked first. To be called before the first request.
  void play(std::shared_ptr<Player> player, double stream_speed);
  void advance(Milliseconds duration);  ///< throws LedgerFailure if the new time cannot be kept
  void advance_to(Time later);          ///< nothing if that is past
  void make_safe();                     ///< everything up to now. Throws LedgerFailure
  [[nodiscard]] std::optional<Time> next_due() const;
  /// Called, behind the lock, when a request waits for a time that may be earlier than all that was due.
  void on_wait(std::function<void()> callback);
  /// What is due next, the first `most`.
  [[nodiscard]] std::vector<engine::Upcoming> upcoming(std::size_t most) const;
  /// Lets go of what has been of no use for long: access tokens that have expired. For those who serve for days.
  void tidy();
  /// What `api::issue_recorded` answers. Throws LedgerFailure.
  nlohmann::json issue(const api::Issue& issue);
  /// The platform's inside, behind its lock. Whoever changes something there has to keep it.
  template <class F>
  auto with_core(F&& use) {
    const Lock lock{mutex_};
    return use(core_, clock_.now());
  }
  [[nodiscard]] FaultList& faults() { return faults_; }
  void stop();  ///< wakes everybody who waits; they give up
  [[nodiscard]] Time now() const { return clock_.now(); }
  [[nodiscard]] Journal& journal() { return journal_; }
  [[nodiscard]] SecretRegistry& secrets() { return secrets_; }
  [[nodiscard]] MockServer::Answer inspect(const std::string& target);
  [[nodiscard]] std::vector<nlohmann::json> activities();
  [[nodiscard]] std::vector<LiveGrant> live_grants() const;
  [[nodiscard]] Timeline timeline();

private:
  using Lock = std::unique_lock<std::mutex>;

  void serve_fault(Lock& lock, Client& client, const Fault& fault, Served& served);
  bool serve_recorded(Lock& lock, Client& client, const api::Request& request, const api::Match& match, Served& served,
                      api::Dispatched& dispatched);
  void wait_for_recorded(Lock& lock, const Served& served, std::string_view path, Time due, std::string how);
  [[nodiscard]] Exchange refused_exchange(const api::Request& request, int status, const std::string& body) const;
  LogChunk next_recorded(const Served& served, std::size_t& sent);
  api::Dispatched dispatch_waiting(Lock& lock, Client& client, const api::Request& request, const api::Match& match,
                                   std::size_t journal_index);
  /// As of `api::dispatch`; kept, if it is to be.
  api::Dispatched dispatch(const api::Request& request, const api::Match& match);
  /// What has to be safe before the state is shown as it is now.
  [[nodiscard]] Ledger::Ticket showing() const { return ledger_ == nullptr ? 0 : ledger_->showing(clock_.now()); }
  /// Waits for that, without the lock. If it fails, the answer says so instead of what it said.
  void make_safe(Ledger::Ticket ticket, api::Response& response) const;
  /// An activity, or a subscription that is being provisioned, is over.
  [[nodiscard]] bool is_over(const std::string& id) const;
  [[nodiscard]] ClientReport::Wait wait_for(const std::string& activity, std::string how) const;

  Ledger* ledger_;
  VirtualClock clock_;
  std::shared_ptr<Records> records_;
  Journal& journal_;
  SecretRegistry& secrets_;
  std::chrono::steady_clock::time_point constructed_;
  std::size_t first_index_;  // in the journal, of what was asked here

  mutable std::mutex mutex_;
  Conductor conductor_;
  api::Core core_;
  FaultList faults_;
  std::function<void()> wait_callback_;
  std::deque<std::pair<std::uint64_t, std::string>> forgotten_;  // tokens, and the journal's end at that time
  ClientHandle anonymous_;
  ClientHandle attached_;
  std::shared_ptr<Player> player_;
  double stream_speed_ = 0;
  bool stopped_ = false;
  std::condition_variable stop_;  ///< for who waits in real time
  std::thread conducting_;        // where there are jobs
};

}  // namespace understudy
