#include "mock_server/service.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "control/office.hpp"
#include "http/http_front.hpp"
#include "mock_server/base64.hpp"

namespace understudy {

struct Service::Impl {
  explicit Impl(ServiceOptions options)
      : office{checked(std::move(options))},
        front{office, {.bind = office.options().bind, .port = office.options().port}} {
    office.set_port(front.port());
  }
  ~Impl() { office.stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  static ServiceOptions checked(ServiceOptions options) {
    if (options.control_token.empty()) throw std::logic_error{"a service without a control token"};
    return options;
  }

  control::Office office;
  HttpFront front;  // after the office that it asks
};

Service::Service(ServiceOptions options) : impl_{std::make_unique<Impl>(std::move(options))} {}
Service::~Service() = default;

std::string Service::base_url() const { return impl_->office.base_url(); }
std::string Service::console_url() const {
  return base_url() + "/.understudy/console/#token=" + impl_->office.options().control_token;
}
Journal& Service::journal() { return impl_->office.journal(); }
SecretRegistry& Service::secrets() { return impl_->office.secrets(); }
Time Service::now() const { return impl_->office.platform()->now(); }
std::string Service::world_name() const { return impl_->office.world_name(); }
void Service::hand_out(World::Token token) { impl_->office.hand_out(std::move(token)); }
std::optional<World::Token> Service::usable_token(const std::vector<World::Token>& wanted) {
  return impl_->office.usable_token(wanted);
}
void Service::load(World world, const std::string& name) { impl_->office.load(std::move(world), name); }
void Service::load(const Snapshot& snapshot, const std::string& name) { impl_->office.load(snapshot, name); }

std::string drawn_control_token() {
  std::array<char, 32> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0)
    throw std::system_error{errno, std::generic_category(), "no random numbers"};
  return to_base64url({bytes.data(), bytes.size()});
}

}  // namespace understudy
