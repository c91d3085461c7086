#include "record/recording_proxy.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <atomic>
#include <bit>
#include <list>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "record/relay.hpp"

namespace understudy {
namespace {

constexpr int kBacklog = 128;
constexpr std::size_t kMostConnections = 256;

Handle listening_on(std::uint16_t port) {
  Handle socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const int yes = 1;
  if (port != 0) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (socket.get() < 0 || ::bind(socket.get(), std::bit_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.get(), kBacklog) != 0)
    throw std::system_error{errno, std::generic_category(),
                            port == 0 ? "no free loopback port" : fmt::format("port {} of 127.0.0.1", port)};
  return socket;
}

std::uint16_t port_of(const Handle& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket.get(), std::bit_cast<sockaddr*>(&address), &size) != 0)
    throw std::system_error{errno, std::generic_category(), "a socket without a name"};
  return ntohs(address.sin_port);
}

}  // namespace

struct RecordingProxy::Impl {
  explicit Impl(ProxyOptions given)
      : options{std::move(given)},
        trust{options.authorities},
        tape{options.most_bytes},
        wake{::eventfd(0, EFD_CLOEXEC)} {
    std::uint16_t port = options.port;
    for (const Upstream& upstream : options.upstreams) {
      listeners.push_back(listening_on(port));
      if (port != 0) ++port;
      const std::string local = fmt::format("http://127.0.0.1:{}", port_of(listeners.back()));
      directory.to_client.add(upstream.origin, local);
      directory.to_upstream.add(parse_address(local, {}).origin, upstream.origin.text());
      if (!upstream.recorded_as.empty()) directory.to_tape.add(upstream.origin, upstream.recorded_as);
    }
    acceptor = std::thread{[this] { accept_connections(); }};
  }
  ~Impl() { stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  struct Connection {
    std::thread thread{};
    std::atomic<bool> done = false;
  };

  void accept_connections() {
    while (true) {
      std::vector<pollfd> sources{{wake.get(), POLLIN, 0}};
      for (const Handle& listener : listeners) sources.push_back({listener.get(), POLLIN, 0});
      if (::poll(sources.data(), sources.size(), -1) < 0) continue;
      if (sources[0].revents != 0) return;
      for (std::size_t i = 0; i < listeners.size(); ++i) {
        if (sources[i + 1].revents != 0) accept_from(i);
      }
    }
  }

  void accept_from(std::size_t upstream) {
    Handle socket{::accept4(listeners[upstream].get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (socket.get() < 0) return;
    connections.remove_if([](Connection& connection) {
      if (connection.done) connection.thread.join();
      return connection.done.load();
    });
    if (connections.size() >= kMostConnections) return;
    Connection& connection = connections.emplace_back();
    connection.thread = std::thread{[this, &connection, upstream, socket = std::move(socket)]() mutable {
      serve(std::move(socket), upstream);
      connection.done = true;
    }};
  }

  void serve(Handle socket, std::size_t upstream) {
    const int descriptor = socket.get();
    watch(descriptor, true);
    Peer client{std::move(socket), options.idle};
    Relay relay{options, upstream, directory,
                trust,   tape,     [this](int socket_of_relay, bool open) { watch(socket_of_relay, open); }};
    relay.serve(client);
    watch(descriptor, false);
  }

  void watch(int descriptor, bool open) {
    const std::scoped_lock lock{mutex};
    if (!open) {
      sockets.erase(descriptor);
      return;
    }
    sockets.insert(descriptor);
    if (stopping) ::shutdown(descriptor, SHUT_RDWR);
  }

  void stop() {
    {
      const std::scoped_lock lock{mutex};
      if (std::exchange(stopping, true)) return;
      for (const int descriptor : sockets) ::shutdown(descriptor, SHUT_RDWR);
    }
    ::eventfd_write(wake.get(), 1);
    acceptor.join();
    for (Connection& connection : connections) connection.thread.join();
    connections.clear();
  }

  ProxyOptions options;
  TlsTrust trust;
  Directory directory;
  Tape tape;
  Handle wake;
  std::vector<Handle> listeners;
  std::mutex mutex;
  std::set<int> sockets;
  bool stopping = false;
  std::list<Connection> connections;  // of the acceptor's thread, while it runs
  std::thread acceptor;
};

RecordingProxy::RecordingProxy(ProxyOptions options) : impl_{std::make_unique<Impl>(std::move(options))} {}
RecordingProxy::~RecordingProxy() = default;

std::string RecordingProxy::url(std::size_t upstream) const {
  return fmt::format("http://127.0.0.1:{}", port_of(impl_->listeners.at(upstream)));
}

std::vector<RecordedExchange> RecordingProxy::finish() {
  impl_->stop();
  return impl_->tape.take();
}

std::vector<std::string> RecordingProxy::troubles() const { return impl_->tape.troubles(); }

}  // namespace understudy
