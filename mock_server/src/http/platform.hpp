#pragma once
/// The platform behind its lock: state, engine, clock, journal, faults, and the clients that make time pass.
/// Decides inside the lock, never writes to a socket in it.

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "api/dispatch.hpp"
#include "mock_server/clock.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/mock_server.hpp"
#include "mock_server/secrets.hpp"
#include "world/world_data.hpp"

namespace understudy {

/// A client as the platform sees it. It waits when something it asked for cannot be answered before time passes, and it
/// asks for nothing else meanwhile (design.md, section 3).
struct Client {
  std::string name{};
  int active = 0;   ///< requests that are being answered
  int waiting = 0;  ///< requests that wait for platform time
  bool gone = false;
  ClientReport report{};
  std::vector<ClientReport::Wait> waits_now{};  ///< what it waits for at the moment
  /// What it was shown of unfinished activities, by request: asking the same again and seeing no change is waiting.
  std::map<std::string, std::vector<std::pair<std::string, std::uint64_t>>> shown{};
};
using ClientHandle = std::shared_ptr<Client>;

class Platform {
public:
  Platform(const World& world, std::uint64_t seed);

  struct Served {
    api::Response response{};
    std::size_t journal_index = 0;
    bool drop = false;  ///< close the connection without an answer
    ClientHandle client{};
  };
  /// One request, answered completely unless the response is a log to follow. May wait for platform time.
  Served serve(api::Request request);

  struct LogChunk {
    std::string bytes{};
    bool sealed = false;  ///< nothing comes after this
    bool gone = false;    ///< the server stops or the client has ended
  };
  /// Waits until `activity` has log lines after the first `sent` ones, or is over. `sent` is moved on.
  LogChunk next_log(const Served& served, std::size_t& sent);
  void log_written(const Served& served, std::string_view bytes, bool done);
  /// A request that HTTP itself refused before it reached the platform.
  void refused(const api::Request& request, int status, const std::string& body);

  ClientHandle attach(std::string name);  ///< throws std::logic_error while another client is attached
  void detach(const ClientHandle& client);
  [[nodiscard]] ClientReport report(const ClientHandle& client) const;
  void on_deadlock(std::function<void(const std::string&)> callback);

  void advance(Milliseconds duration);
  void stop();  ///< wakes everybody who waits; they give up
  [[nodiscard]] Time now() const { return clock_.now(); }
  [[nodiscard]] Journal& journal() { return journal_; }
  [[nodiscard]] SecretRegistry& secrets() { return secrets_; }
  [[nodiscard]] MockServer::Answer inspect(const std::string& target);
  [[nodiscard]] std::vector<nlohmann::json> activities();
  [[nodiscard]] Timeline timeline();

private:
  using Lock = std::unique_lock<std::mutex>;

  void register_secrets(const World::Data& world);
  const Fault* due_fault(const api::Request& request);
  void serve_fault(Lock& lock, Client& client, const Fault& fault, Served& served);
  api::Dispatched dispatch_waiting(Lock& lock, Client& client, const api::Request& request, const api::Match& match,
                                   std::size_t journal_index);
  /// Gives platform time a chance to pass until `done` holds. False if it cannot any more: stopped, gone, or (unless
  /// `for_ever`) nothing is left that could make it hold.
  bool wait_as(Lock& lock, Client& client, ClientReport::Wait what, bool for_ever, const std::function<bool()>& done);
  /// An activity, or a subscription that is being provisioned, is over.
  [[nodiscard]] bool is_over(const std::string& id) const;
  [[nodiscard]] bool everybody_waits() const;
  bool jump();
  void report_deadlock(Lock& lock, Client& client);
  [[nodiscard]] ClientReport::Wait wait_for(const std::string& activity, std::string how) const;

  VirtualClock clock_;
  Journal journal_;
  SecretRegistry secrets_;
  std::chrono::steady_clock::time_point constructed_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  api::Core core_;
  std::vector<Fault> faults_;
  std::vector<int> fault_hits_;
  ClientHandle anonymous_;
  ClientHandle attached_;
  std::function<void(const std::string&)> deadlock_callback_;
  bool stopping_ = false;
};

}  // namespace understudy
