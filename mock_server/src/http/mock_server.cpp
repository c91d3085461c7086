#include "mock_server/mock_server.hpp"

#include <map>
#include <mutex>

#include "api/routes.hpp"
#include "http/http_front.hpp"
#include "http/platform.hpp"

namespace understudy {

std::vector<KnownRoute> known_routes() {
  std::vector<KnownRoute> result;
  for (const api::Route& route : api::routes()) result.push_back({route.method, route.pattern, route.operation, true});
  for (const api::MissingRoute& row : api::missing_routes())
    result.push_back({row.method, row.pattern, row.operation, false});
  return result;
}

/// The clients of containers have ports of their own, for as long as they run.
struct MockServer::Impl final : JobHost {
  explicit Impl(const MockServerOptions& options)
      : runner{options.jobs},
        platform{
            options.world, options.seed, {.runner = options.jobs, .jumps = options.jumps, .ledger = options.ledger}},
        front{prepared(options), nullptr, options.port} {
    if (runner != nullptr) runner->connect(*this);
  }
  ~Impl() override {
    platform.stop();
    if (runner != nullptr) runner->shut_down();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void job_ended(std::uint64_t number, JobEnd end) override { platform.job_ended(number, end); }

  Client client_started(std::uint64_t number, const std::vector<std::string>& argv) override {
    const ClientHandle client = platform.start_client(number, argv);
    if (client == nullptr) return {};
    auto own = std::make_unique<HttpFront>(platform, client);
    const std::string url = url_of(*own);
    platform.client_is_served(client, url);
    const std::scoped_lock lock{mutex};
    clients[client->id] = {client, std::move(own)};
    return {client->id, url};
  }

  void client_ended(std::uint64_t id, int exit_code) override {
    Guest guest;
    {
      const std::scoped_lock lock{mutex};
      guest = std::move(clients.extract(id).mapped());
    }
    platform.leave(guest.client);
    guest.front.reset();
    platform.end_client(guest.client, exit_code);  // last: from now on time may go on without it
  }

  bool spend(std::uint64_t number, Milliseconds duration, const std::string& what) override {
    return platform.spend(number, duration, what);
  }

  /// Before the first request can come.
  Platform& prepared(const MockServerOptions& options) {
    if (options.player != nullptr) platform.play(options.player, options.stream_speed);
    return platform;
  }

  static std::string url_of(const HttpFront& front) { return "http://127.0.0.1:" + std::to_string(front.port()); }

  struct Guest {
    ClientHandle client{};
    std::unique_ptr<HttpFront> front{};
  };

  JobRunner* runner;
  Platform platform;
  HttpFront front;  // after the platform that it uses
  std::mutex mutex;
  std::map<std::uint64_t, Guest> clients;
};

struct ClientSession::Impl {
  Platform& platform;
  ClientHandle client;
};

ClientSession::ClientSession(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
ClientSession::ClientSession(ClientSession&&) noexcept = default;
ClientSession& ClientSession::operator=(ClientSession&& other) noexcept {
  if (this != &other) {
    if (impl_) impl_->platform.detach(impl_->client);
    impl_ = std::move(other.impl_);
  }
  return *this;
}
ClientSession::~ClientSession() {
  if (impl_) impl_->platform.detach(impl_->client);
}
ClientReport ClientSession::report() const { return impl_->platform.report(impl_->client); }

MockServer::MockServer(MockServerOptions options) : impl_{std::make_unique<Impl>(options)} {}
MockServer::~MockServer() = default;

std::string MockServer::base_url() const { return Impl::url_of(impl_->front); }
Journal& MockServer::journal() { return impl_->platform.journal(); }
SecretRegistry& MockServer::secrets() { return impl_->platform.secrets(); }
Time MockServer::now() const { return impl_->platform.now(); }
void MockServer::advance(Milliseconds duration) { impl_->platform.advance(duration); }
ClientSession MockServer::attach(std::string name) {
  return ClientSession{std::unique_ptr<ClientSession::Impl>{
      new ClientSession::Impl{impl_->platform, impl_->platform.attach(std::move(name))}}};
}
void MockServer::on_deadlock(std::function<void(const std::string&)> callback) {
  impl_->platform.on_deadlock(std::move(callback));
}
std::vector<LiveGrant> MockServer::live_grants() const { return impl_->platform.live_grants(); }
History MockServer::history() const { return impl_->platform.history(); }
MockServer::Answer MockServer::inspect(const std::string& path) const { return impl_->platform.inspect(path); }
std::vector<nlohmann::json> MockServer::activities() const { return impl_->platform.activities(); }
Timeline MockServer::timeline() const { return impl_->platform.timeline(); }

}  // namespace understudy
