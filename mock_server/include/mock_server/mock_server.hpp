#pragma once
/// An in-process fake of the platform: token exchange and project API on a loopback port.

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/history.hpp"
#include "mock_server/jobs.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/secrets.hpp"
#include "mock_server/timeline.hpp"
#include "mock_server/world.hpp"

namespace understudy {

struct MockServerOptions {
  World world{};
  std::uint64_t seed = 1;  ///< ids, tokens and everything else that is drawn
  /// Runs crons and hooks; must outlive the server, which shuts it down. Without one a cron's run takes as long as the
  /// world says, and hooks take no time.
  JobRunner* jobs = nullptr;
  /// Platform time jumps to its next event while all clients wait. If not, it goes on by `advance` only: polls are
  /// answered at once, logs that are followed have each line when it is written, and no deadlock is noticed.
  bool jumps = true;
};

class MockServer;

/// A client process that is running. While it and every client in a container waits for the platform, and every job
/// sleeps, platform time jumps to its next event; without any, the server takes each request as coming from one
/// anonymous client. Only one of all of these goes on at a time.
class ClientSession {
public:
  ClientSession(ClientSession&&) noexcept;
  ClientSession& operator=(ClientSession&&) noexcept;
  ~ClientSession();                           ///< the client has ended
  [[nodiscard]] ClientReport report() const;  ///< so far

private:
  friend class MockServer;
  struct Impl;
  explicit ClientSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// A request that the fake knows of.
struct KnownRoute {
  std::string_view method{};
  std::string_view pattern{};    ///< "/projects/{project}/variables"
  std::string_view operation{};  ///< operation id in the published API description, "" if it has none
  bool answered = true;          ///< false: described, but answered by 501
};
[[nodiscard]] std::vector<KnownRoute> known_routes();

/// A token that opens something: the platform would accept it if it were sent now.
struct LiveGrant {
  std::string name{};                          ///< in the registry of secrets: "access token 2"
  SecretKind kind = SecretKind::kAccessToken;  ///< or kRefreshToken
  std::string value{};                         ///< not to be printed
  std::string owner{};                         ///< user name
  std::string api_token{};                     ///< that it was exchanged for, "API token ci"; "" for a login
  std::optional<Time> expires_at{};            ///< refresh tokens have no time of their own
};

/// Constructed means listening; destroyed means the port is closed and every thread has been joined. Instances share
/// nothing. All members are thread-safe.
class MockServer {
public:
  explicit MockServer(MockServerOptions options = {});  ///< throws std::runtime_error if no port can be bound
  ~MockServer();
  MockServer(const MockServer&) = delete;
  MockServer& operator=(const MockServer&) = delete;

  [[nodiscard]] std::string base_url()
      const;  ///< "http://127.0.0.1:PORT", no trailing slash; API, OAuth 2 and certifier
  [[nodiscard]] Journal& journal();
  [[nodiscard]] SecretRegistry& secrets();

  [[nodiscard]] Time now() const;
  void advance(Milliseconds duration);  ///< lets platform time pass and everything happen that is due in it

  /// One client at a time may be attached, beside those in containers, which have ports of their own; a second one
  /// throws std::logic_error.
  [[nodiscard]] ClientSession attach(std::string name);
  /// Called (from a server thread, once per deadlock) when every client waits and no event is left.
  void on_deadlock(std::function<void(const std::string& reason)> callback);

  struct Answer {
    int status = 0;
    nlohmann::json body{};
  };
  /// GET of `path` as somebody who may see everything; leaves no trace in the journal and no time passes.
  [[nodiscard]] Answer inspect(const std::string& path) const;
  /// Access and refresh tokens that are good now, in the order of issue, the access token first. After a logout there
  /// should be none; that an API token was revoked does not end what was exchanged for it before.
  [[nodiscard]] std::vector<LiveGrant> live_grants() const;
  /// What containers, crons and sites did so far.
  [[nodiscard]] History history() const;
  /// Every activity of every project, oldest first, as the API shows it.
  [[nodiscard]] std::vector<nlohmann::json> activities() const;
  /// What happened from the beginning of the world until now: sites, crons, activities, deploys, and the requests of
  /// clients, on the lane of their cron or on one "client NAME" each. What is not over ends now. Secrets are covered;
  /// the same seed and the same requests give the same timeline.
  [[nodiscard]] Timeline timeline() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy
