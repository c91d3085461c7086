#include "run/refusing_proxy.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
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

constexpr std::size_t kHeadLimitBytes = 1 << 20;
constexpr std::size_t kBodyLimitBytes = 64 << 20;
constexpr std::size_t kMostConnections = 256;

std::string refusal(std::string_view status, std::string_view reason) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\nUnderstudy: {}\n",
      status, reason.size() + std::string_view{"Understudy: \n"}.size(), reason);
}

std::string content(std::string_view text) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                     text.size(), text);
}

/// One who asks, and if it may, the other end.
struct Connection {
  Socket client;
  Socket server{};
  std::string head{};
  bool told_to_continue = false;
  bool refused = false;  ///< what else it sends is read and forgotten: closing now would take our answer away from it
};

}  // namespace

struct RefusingProxy::Impl {
  explicit Impl(Options given)
      : options{std::move(given)}, listener{Socket::listening()}, wake{::eventfd(0, EFD_CLOEXEC)}, thread{[this] {
          serve();
        }} {}
  ~Impl() {
    ask(Question::kStop);
    thread.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  enum class Question { kNone, kIsIdle, kStop };

  void ask(Question what) {
    const std::scoped_lock lock{mutex};
    question = what;
    ::eventfd_write(wake.get(), 1);
  }

  /// Until everything is read that has come in by now: its sender need not have waited for an answer, or be alive.
  std::vector<Contact> take_contacts() {
    ask(Question::kIsIdle);
    std::unique_lock lock{mutex};
    idle.wait(lock, [&] { return question == Question::kNone; });
    return std::exchange(contacts, {});
  }

  Question question_now() {
    const std::scoped_lock lock{mutex};
    return question;
  }

  void answer_idle() {
    const std::scoped_lock lock{mutex};
    if (question == Question::kIsIdle) question = Question::kNone;
    idle.notify_all();
  }

  void serve() {
    std::list<Connection> connections;
    constexpr int kMostRounds = 10'000;  // whoever never stops sending is not waited for
    int rounds = 0;
    while (true) {
      std::vector<pollfd> sources{{wake.get(), POLLIN, 0}, {listener.descriptor(), POLLIN, 0}};
      for (const Connection& connection : connections) {
        sources.push_back({connection.client.descriptor(), POLLIN, 0});
        sources.push_back({connection.server.descriptor(), POLLIN, 0});  // -1 is passed over
      }
      const bool is_asked = question_now() == Question::kIsIdle;
      const int ready = ::poll(sources.data(), sources.size(), is_asked ? 0 : -1);
      if (ready < 0) continue;
      if (sources[0].revents != 0) {
        eventfd_t count = 0;
        ::eventfd_read(wake.get(), &count);
        if (question_now() == Question::kStop) return;
        rounds = 0;
        continue;
      }
      if (is_asked && (ready == 0 || ++rounds == kMostRounds)) answer_idle();
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
    if (piece.empty()) {
      if (!connection.server.is_open() && !connection.refused && !connection.head.empty())
        remember(parse_proxy_request(connection.head), connection.head);  // it did not get any further
      return false;
    }
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
    // What it wanted to send there is of interest, too.
    const std::size_t received = connection.head.size() - std::min(connection.head.size(), request.body_begin);
    const bool complete =
        request.chunked ? may_be_complete(connection.head) && dechunked(body_of(request, connection.head)).complete
                        : received >= request.body_size;
    if (!complete && received < kBodyLimitBytes) {
      if (request.wants_continue && !std::exchange(connection.told_to_continue, true))
        connection.client.send("HTTP/1.1 100 Continue\r\n\r\n");
      return true;
    }
    const std::string text = options.answer && request.method == "GET" ? options.answer(request.url) : "";
    if (!text.empty()) return refuse(connection, content(text));
    remember(request, connection.head);  // before it is answered: when the client ends, what it did is known
    return refuse(connection, refusal("403 Forbidden", "there is no way from the sandbox to other hosts"));
  }

  /// Whether it is worth while to read all chunks again: the last one has no bytes.
  static bool may_be_complete(std::string_view received) {
    constexpr std::size_t kSmall = 1 << 20;
    constexpr std::size_t kEnd = 32 << 10;  // more than is received at once
    return received.size() < kSmall || received.substr(received.size() - kEnd).find("\n0") != std::string_view::npos;
  }

  static std::string_view body_of(const ProxyRequest& request, std::string_view received) {
    return received.substr(std::min(request.body_begin, received.size()), kBodyLimitBytes);
  }

  void remember(const ProxyRequest& request, std::string_view received) {
    const std::string_view body = body_of(request, received);
    Contact contact{request.method,
                    request.host,
                    request.url,
                    request.head,
                    request.chunked ? dechunked(body).body : std::string{body},
                    body.size() == kBodyLimitBytes || request.head.size() >= kHeadLimitBytes / 2};
    if (options.tell) return options.tell(contact);
    const std::scoped_lock lock{mutex};
    contacts.push_back(std::move(contact));
  }

  static bool refuse(Connection& connection, const std::string& answer) {
    connection.refused = true;
    connection.client.send(answer);
    connection.client.finish_sending();
    return true;
  }

  Options options;
  Socket listener;
  Handle wake;  // an eventfd: there is a question
  std::mutex mutex;
  std::condition_variable idle;
  Question question = Question::kNone;
  std::vector<Contact> contacts;
  std::jthread thread;  // last: it uses all of the above
};

RefusingProxy::RefusingProxy() : RefusingProxy{Options{}} {}
RefusingProxy::RefusingProxy(Options options) : impl_{std::make_unique<Impl>(std::move(options))} {}
RefusingProxy::~RefusingProxy() = default;

std::string RefusingProxy::url() const { return fmt::format("http://127.0.0.1:{}", impl_->listener.port()); }

std::vector<RefusingProxy::Contact> RefusingProxy::take_contacts() { return impl_->take_contacts(); }

}  // namespace understudy
