#include "run/refusing_proxy.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <charconv>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "process/handles.hpp"
#include "run/proxy_request.hpp"
#include "run/socket.hpp"

namespace understudy {
namespace {

constexpr std::size_t kHeadLimitBytes = 64 << 10;
constexpr std::size_t kBodyLimitBytes = 1 << 20;
constexpr std::size_t kMostConnections = 256;

std::string refusal(std::string_view status, std::string_view reason) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\nUnderstudy: {}\n",
      status, reason.size() + std::string_view{"Understudy: \n"}.size(), reason);
}

/// One who asks, and if it may, the other end.
struct Connection {
  Socket client;
  Socket server{};
  std::string head{};
  bool refused = false;  ///< what else it sends is read and forgotten: closing now would take our answer away from it
};

}  // namespace

struct RefusingProxy::Impl {
  Impl() : listener{Socket::listening()}, stop{::eventfd(0, EFD_CLOEXEC)}, thread{[this] { serve(); }} {}
  ~Impl() {
    ::eventfd_write(stop.get(), 1);
    thread.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void serve() {
    std::list<Connection> connections;
    while (true) {
      std::vector<pollfd> sources{{stop.get(), POLLIN, 0}, {listener.descriptor(), POLLIN, 0}};
      for (const Connection& connection : connections) {
        sources.push_back({connection.client.descriptor(), POLLIN, 0});
        sources.push_back({connection.server.descriptor(), POLLIN, 0});  // -1 is passed over
      }
      if (::poll(sources.data(), sources.size(), -1) < 0) continue;
      if (sources[0].revents != 0) return;
      auto source = sources.begin() + 2;
      std::erase_if(connections, [&](Connection& connection) {
        const bool from_client = (source++)->revents != 0;
        const bool from_server = (source++)->revents != 0;
        return (from_server && !pass_back(connection)) || (from_client && !listen_to(connection));
      });
      if (sources[1].revents == 0) continue;
      Socket socket = listener.accept();
      if (socket.is_open() && connections.size() < kMostConnections)
        connections.push_back({.client = std::move(socket)});
    }
  }

  /// These two are false at the connection's end.
  static bool pass_back(Connection& connection) {
    const std::string piece = connection.server.receive();
    return !piece.empty() && connection.client.send(piece);
  }

  bool listen_to(Connection& connection) {
    const std::string piece = connection.client.receive();
    if (piece.empty()) return false;
    if (connection.server.is_open()) return connection.server.send(piece);
    if (connection.refused) return true;
    connection.head += piece;
    if (connection.head.find("\r\n\r\n") == std::string::npos && connection.head.size() < kHeadLimitBytes) return true;
    return decide(connection);
  }

  bool decide(Connection& connection) {
    const ProxyRequest request = parse_proxy_request(connection.head);
    if (request.loopback_port) {
      try {
        connection.server = Socket::connected_to(*request.loopback_port);
        return connection.server.send(request.forwarded);
      } catch (const std::system_error&) {
        return refuse(connection, refusal("502 Bad Gateway", "nobody listens on this port"));
      }
    }
    const std::size_t whole = request.body_begin + std::min(request.body_size, kBodyLimitBytes);
    if (connection.head.size() < whole) return true;  // what it wanted to send there is of interest, too
    {
      const std::scoped_lock lock{mutex};  // before it is answered: when the client ends, what it did is known
      contacts.push_back(
          {request.method, request.host, request.url, request.head, connection.head.substr(request.body_begin, whole)});
    }
    return refuse(connection, refusal("403 Forbidden", "there is no way from the sandbox to other hosts"));
  }

  static bool refuse(Connection& connection, const std::string& answer) {
    connection.refused = true;
    connection.client.send(answer);
    connection.client.finish_sending();
    return true;
  }

  Socket listener;
  Handle stop;  // an eventfd
  std::mutex mutex;
  std::vector<Contact> contacts;
  std::jthread thread;  // last: it uses all of the above
};

RefusingProxy::RefusingProxy() : impl_{std::make_unique<Impl>()} {}
RefusingProxy::~RefusingProxy() = default;

std::string RefusingProxy::url() const { return fmt::format("http://127.0.0.1:{}", impl_->listener.port()); }

std::vector<RefusingProxy::Contact> RefusingProxy::take_contacts() {
  const std::scoped_lock lock{impl_->mutex};
  return std::exchange(impl_->contacts, {});
}

}  // namespace understudy
