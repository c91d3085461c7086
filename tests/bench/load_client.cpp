#include "load_client.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "measure.hpp"

namespace understudy::bench {
namespace {

class Descriptor {
public:
  explicit Descriptor(int fd) : fd_{fd} {
    if (fd < 0) throw std::system_error{errno, std::generic_category(), "socket"};
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  [[nodiscard]] int get() const { return fd_; }

private:
  int fd_;
};

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::optional<Descriptor> try_connect(int port) {
  Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const sockaddr_in address = loopback(port);
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return std::nullopt;
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

Descriptor connect_to(int port) {
  std::optional<Descriptor> socket = try_connect(port);
  if (!socket) throw std::runtime_error{fmt::format("127.0.0.1:{}: {}", port, std::strerror(errno))};
  return std::move(*socket);
}

void send_all(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error{"the server closed a connection while it was asked"};
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Bytes that the answer at the beginning of `received` has, or nullopt while its head is not complete.
std::optional<std::size_t> answer_size(std::string_view received) {
  const std::size_t head = received.find("\r\n\r\n");
  if (head == std::string_view::npos) return std::nullopt;
  constexpr std::string_view kField = "\r\nContent-Length: ";
  const std::size_t field = received.find(kField);
  std::size_t body = 0;
  if (field > head ||
      std::from_chars(received.data() + field + kField.size(), received.data() + head, body).ec != std::errc{}) {
    throw std::runtime_error{"an answer without Content-Length: " + std::string{received.substr(0, head)}};
  }
  return head + 4 + body;
}

/// One connection with at most one request under way.
class Connection {
public:
  explicit Connection(int port) : socket_{connect_to(port)} {}

  [[nodiscard]] int descriptor() const { return socket_.get(); }
  void ask(const std::string& request) { send_all(socket_.get(), request); }

  /// Takes what has arrived; true when an answer is complete.
  bool receive() {
    std::array<char, 16384> chunk;
    const ssize_t count = recv(socket_.get(), chunk.data(), chunk.size(), 0);
    if (count <= 0) throw std::runtime_error{"the server closed a keep-alive connection"};
    received_.append(chunk.data(), static_cast<std::size_t>(count));
    if (!expected_) expected_ = answer_size(received_);
    return expected_ && received_.size() >= *expected_;
  }

  /// The complete answer; the connection is ready for the next.
  std::string take() {
    expected_.reset();
    return std::exchange(received_, {});
  }
  [[nodiscard]] bool answered_ok() const { return received_.compare(0, 12, "HTTP/1.1 200") == 0; }
  [[nodiscard]] std::string_view answer() const { return received_; }
  void forget() {  // keeps the buffer's memory
    expected_.reset();
    received_.clear();
  }

private:
  Descriptor socket_;
  std::string received_;
  std::optional<std::size_t> expected_;
};

}  // namespace

struct KeptConnection::Impl {
  Connection connection;
};

KeptConnection::KeptConnection(int port, const std::string& request) : impl_{new Impl{Connection{port}}} {
  impl_->connection.ask(request);
  while (!impl_->connection.receive()) {
  }
}

KeptConnection::~KeptConnection() = default;

std::string ask_once(int port, const std::string& request) {
  Connection connection{port};
  connection.ask(request);
  while (!connection.receive()) {
  }
  return connection.take();
}

std::string access_token(int port, const World& world) {
  const std::string form = "grant_type=api_token&api_token=" + world.tokens().front().value;
  const std::string answer = ask_once(
      port,
      fmt::format("POST /oauth2/token HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Basic cGxhdGZvcm0tY2xpOg==\r\n"
                  "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
                  port, form.size(), form));
  return nlohmann::json::parse(body_of(answer)).at("access_token");
}

double requests_per_second(int port, const std::string& request, int connections, int total) {
  return requests_per_second(port, std::span{&request, 1}, connections, total);
}

double requests_per_second(int port, std::span<const std::string> requests, int connections, int total) {
  const Descriptor poll{epoll_create1(EPOLL_CLOEXEC)};
  std::vector<Connection> open;
  for (int i = 0; i < connections; ++i) {
    open.emplace_back(port);
    epoll_event event{.events = EPOLLIN, .data = {.u32 = static_cast<std::uint32_t>(i)}};
    epoll_ctl(poll.get(), EPOLL_CTL_ADD, open.back().descriptor(), &event);
  }

  const auto start = WallClock::now();
  int asked = 0;
  int answered = 0;
  const auto ask_next = [&](Connection& connection) {
    connection.ask(requests[static_cast<std::size_t>(asked) % requests.size()]);
    ++asked;
  };
  for (Connection& connection : open) ask_next(connection);
  std::array<epoll_event, 64> ready;
  while (answered < total) {
    const int count = epoll_wait(poll.get(), ready.data(), static_cast<int>(ready.size()), 10'000);
    if (count <= 0) throw std::runtime_error{"no answer within ten seconds"};
    for (int i = 0; i < count; ++i) {
      Connection& connection = open[ready[static_cast<std::size_t>(i)].data.u32];
      if (!connection.receive()) continue;
      if (!connection.answered_ok()) throw std::runtime_error{"not 200: " + std::string{connection.answer()}};
      connection.forget();
      ++answered;
      if (asked < total) ask_next(connection);
    }
  }
  return answered / (milliseconds_since(start) / 1e3);
}

int free_loopback_port() {
  const Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::system_error{errno, std::generic_category(), "no free loopback port"};
  }
  return ntohs(address.sin_port);
}

void wait_until_listening(int port, double limit_ms) {
  const auto start = WallClock::now();
  while (!try_connect(port)) {
    if (milliseconds_since(start) > limit_ms) throw std::runtime_error{fmt::format("nothing listens on port {}", port)};
    ::poll(nullptr, 0, 5);
  }
}

}  // namespace understudy::bench
