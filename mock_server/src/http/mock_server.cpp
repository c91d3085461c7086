#include "mock_server/mock_server.hpp"

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

struct MockServer::Impl {
  explicit Impl(const MockServerOptions& options) : platform{options.world, options.seed}, front{platform} {}
  Platform platform;
  HttpFront front;  // last: stopped before the platform that it uses is gone
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

std::string MockServer::base_url() const { return "http://127.0.0.1:" + std::to_string(impl_->front.port()); }
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
MockServer::Answer MockServer::inspect(const std::string& path) const { return impl_->platform.inspect(path); }
std::vector<nlohmann::json> MockServer::activities() const { return impl_->platform.activities(); }
Timeline MockServer::timeline() const { return impl_->platform.timeline(); }

}  // namespace understudy
