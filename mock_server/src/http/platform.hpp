#pragma once
/// The platform behind its lock: state, engine, clock, journal, faults, and the clients that make time pass.
/// Decides inside the lock, never writes to a socket in it.

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/dispatch.hpp"
#include "http/client.hpp"
#include "http/conductor.hpp"
#include "http/fault_list.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/mock_server.hpp"
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
};

class Platform {
public:
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
  };
  /// One request, answered completely unless the response is a log to follow. May wait for platform time. `client` is
  /// null at the main port: whoever is attached there.
  Served serve(api::Request request, ClientHandle client);

  struct LogChunk {
    std::string bytes{};
    bool sealed = false;  ///< nothing comes after this
    bool gone = false;    ///< the server stops or the client has ended
  };
  /// Waits until `activity` has log lines after the first `sent` ones, or is over. `sent` is moved on.
  LogChunk next_log(const Served& served, std::size_t& sent);
  void hung_up(const Served& served);  ///< `next_log` returns
  void log_written(const Served& served, std::string_view bytes, bool done);
  /// A request that HTTP itself refused before it reached the platform.
  void refused(const api::Request& request, int status, const std::string& body);

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

  void advance(Milliseconds duration);
  void advance_to(Time later);  ///< nothing if that is past
  [[nodiscard]] std::optional<Time> next_due() const;
  /// Called, behind the lock, when a request waits for a time that may be earlier than all that was due.
  void on_wait(std::function<void()> callback);
  /// What is due next, the first `most`.
  [[nodiscard]] std::vector<engine::Upcoming> upcoming(std::size_t most) const;
  /// Lets go of what has been of no use for long: access tokens that have expired. For those who serve for days.
  void tidy();
  /// The platform's inside, behind its lock.
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
  api::Dispatched dispatch_waiting(Lock& lock, Client& client, const api::Request& request, const api::Match& match,
                                   std::size_t journal_index);
  /// An activity, or a subscription that is being provisioned, is over.
  [[nodiscard]] bool is_over(const std::string& id) const;
  [[nodiscard]] ClientReport::Wait wait_for(const std::string& activity, std::string how) const;

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
  std::thread conducting_;  // where there are jobs
};

}  // namespace understudy
