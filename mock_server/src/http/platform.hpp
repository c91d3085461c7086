#pragma once
/// The platform behind its lock: state, engine, clock, journal, faults, and the clients that make time pass.
/// Decides inside the lock, never writes to a socket in it.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/dispatch.hpp"
#include "http/client.hpp"
#include "http/conductor.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/mock_server.hpp"
#include "mock_server/replay.hpp"
#include "mock_server/secrets.hpp"
#include "world/world_data.hpp"

namespace understudy {

/// A body that came in parts, and is to come so again.
struct RecordedStream {
  std::string path{};  ///< that was asked for
  std::string body{};
  std::vector<RecordedChunk> chunks{};
  Time asked{};
  std::chrono::steady_clock::time_point asked_in_real_time{};
};

class Platform {
public:
  Platform(const World& world, std::uint64_t seed, JobRunner* runner);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  struct Served {
    api::Response response{};
    std::size_t journal_index = 0;
    bool drop = false;  ///< close the connection without an answer
    ClientHandle client{};
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
  };
  /// Waits until `activity` has log lines after the first `sent` ones, or is over. `sent` is moved on. Of a recorded
  /// stream likewise, with its parts for lines.
  LogChunk next_log(const Served& served, std::size_t& sent);
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

  /// From now on `player` is asked first. To be called before the first request.
  void play(std::shared_ptr<Player> player, double stream_speed);
  void advance(Milliseconds duration);
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

  const Fault* due_fault(const api::Request& request);
  void serve_fault(Lock& lock, Client& client, const Fault& fault, Served& served);
  bool serve_recorded(Lock& lock, Client& client, const api::Request& request, const api::Match& match, Served& served,
                      api::Dispatched& dispatched);
  void wait_for_recorded(Lock& lock, const Served& served, std::string_view path, Time due, std::string how);
  LogChunk next_recorded(const Served& served, std::size_t& sent);
  api::Dispatched dispatch_waiting(Lock& lock, Client& client, const api::Request& request, const api::Match& match,
                                   std::size_t journal_index);
  /// An activity, or a subscription that is being provisioned, is over.
  [[nodiscard]] bool is_over(const std::string& id) const;
  [[nodiscard]] ClientReport::Wait wait_for(const std::string& activity, std::string how) const;

  VirtualClock clock_;
  Journal journal_;
  SecretRegistry secrets_;
  std::chrono::steady_clock::time_point constructed_;

  mutable std::mutex mutex_;
  Conductor conductor_;
  api::Core core_;
  std::vector<Fault> faults_;
  std::vector<int> fault_hits_;
  ClientHandle anonymous_;
  ClientHandle attached_;
  std::shared_ptr<Player> player_;
  double stream_speed_ = 0;
  bool stopped_ = false;
  std::condition_variable stop_;  ///< for who waits in real time
  std::thread conducting_;        // where there are jobs
};

}  // namespace understudy
