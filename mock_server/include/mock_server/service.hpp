#pragma once
/// The fake as a server of its own, for people: platform time goes on by itself, and a control API beside the
/// platform's moves it, loads worlds, plays faults and shows what was asked.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/clock.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/secrets.hpp"
#include "mock_server/world.hpp"

namespace understudy {

class Archive;

struct Snapshot;  // ledger.hpp

/// A file of the console, which is one page application: served below /.understudy/console/ to whoever asks, so it must
/// hold no secret.
struct StaticFile {
  std::string path{};          ///< "app.js"; "index.html" is what the folder itself shows
  std::string content_type{};  ///< "text/javascript; charset=utf-8"
  std::string bytes{};
};

struct ServiceOptions {
  World world{};
  std::string world_name{};  ///< as it is shown; the control API may load it by this name, too
  std::uint64_t seed = 1;
  double speed = 60;                     ///< seconds of platform time to a second, at most 1000; 0: by hand only
  std::string bind = "127.0.0.1";        ///< address or host name
  int port = 0;                          ///< 0: a free one
  bool is_remote = false;                ///< others than this machine may come: any address is right in a `Host` header
  std::string control_token{};           ///< of the control API; must not be empty
  std::string version{};                 ///< of Understudy
  std::string client{};                  ///< profile that it serves
  Time started_at{};                     ///< real time
  std::size_t journal_bytes = 64 << 20;  ///< what the journal may hold before its oldest entries go
  std::vector<StaticFile> console{};
  /// Where the platform is kept over the end of the server (mock_server/ledger.hpp). None: in memory, as far as 64 MiB
  /// go, so that there can be snapshots.
  std::shared_ptr<Archive> archive{};
  /// The world of this name; throws InputError. None: worlds are loaded as text only.
  std::function<World(const std::string& name)> find_world{};
  WorldLibrary library{};  ///< where worlds that are loaded as text find those that they extend
  /// What is at an address elsewhere that the fake answers, too ("https://cli.upsun.com/installer"); "" for none. The
  /// request comes as GET /.understudy/elsewhere/HOST/PATH, or as it is through a proxy.
  std::function<std::string(const std::string& url)> elsewhere{};
  /// The platform has begun anew with this world, and a token that was handed out is of no use in it: its user is not
  /// there, or it was revoked. Called from any thread; may hand out another one.
  std::function<void(const World& world)> token_is_gone{};
};

/// Constructed means listening; destroyed means the port is closed and every thread has been joined. Thread-safe.
class Service {
public:
  /// Throws std::runtime_error if the address cannot be bound, LedgerMismatch or InputError if what the archive holds
  /// does not fit.
  explicit Service(ServiceOptions options);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  [[nodiscard]] std::string base_url() const;     ///< "http://127.0.0.1:PORT", no trailing slash
  [[nodiscard]] std::string console_url() const;  ///< with the control token: a secret
  [[nodiscard]] Journal& journal();
  [[nodiscard]] SecretRegistry& secrets();
  [[nodiscard]] Time now() const;                ///< platform time
  [[nodiscard]] std::string world_name() const;  ///< of the world that is served now

  /// A client has this token of the world that is served, and nobody can tell it of another one: each world that is
  /// loaded from now on has it, too, if the user is there.
  void hand_out(World::Token token);
  /// The first of these that a client can log in with on the platform that is now. One that is not there is issued, if
  /// its user is; in the place of one that was revoked or has expired its user gets another, "NAME 2". None if none of
  /// the users is there. Throws LedgerFailure if what was issued cannot be kept.
  [[nodiscard]] std::optional<World::Token> usable_token(const std::vector<World::Token>& wanted);

  /// The platform begins anew, with this world; its port and its journal stay. Whoever waits for the old one is left.
  void load(World world, const std::string& name);
  /// It goes on from what `snapshot` holds. Throws InputError for its world, LedgerMismatch if it does not fit.
  void load(const Snapshot& snapshot, const std::string& name);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A token that nobody can guess, for ServiceOptions::control_token: 43 characters of base64url.
[[nodiscard]] std::string drawn_control_token();

/// Description (OpenAPI 3.1) of the control API, as it shows it at /.understudy/v1/openapi.json.
[[nodiscard]] nlohmann::json control_description(const std::string& version);

}  // namespace understudy
