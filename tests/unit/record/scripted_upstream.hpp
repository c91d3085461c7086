#pragma once
/// An API of a few lines, plain or under TLS, that says what a test wants, when it wants.

#include <openssl/ssl.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "authority.hpp"
#include "run/socket.hpp"

namespace understudy {

/// The server's end of one connection.
class Wire {
public:
  Wire(const Socket& socket, SSL* tls) : socket_{socket}, tls_{tls} {}
  void send(std::string_view text) const;
  [[nodiscard]] std::string receive() const;

private:
  const Socket& socket_;
  SSL* tls_;
};

class ScriptedUpstream {
public:
  /// Called in a thread of its own for each connection, with the request as it came.
  using Answer = std::function<void(const std::string& request, const Wire& wire)>;

  explicit ScriptedUpstream(Answer answer, const Credentials* credentials = nullptr);
  ~ScriptedUpstream();
  ScriptedUpstream(const ScriptedUpstream&) = delete;
  ScriptedUpstream& operator=(const ScriptedUpstream&) = delete;

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] std::vector<std::string> requests() const;

private:
  void serve(const Socket& socket);

  Answer answer_;
  SSL_CTX* context_ = nullptr;
  Socket listener_ = Socket::listening();
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::thread> threads_;  // of the acceptor, while it runs
  std::atomic<bool> stopping_ = false;
  std::thread acceptor_;
};

/// "HTTP/1.1 200 OK" and so on, with its length.
[[nodiscard]] std::string answer_of(const std::string& body, const std::string& headers = "");

}  // namespace understudy
