#pragma once
/// A client that asks the same thing over and over on several connections at once, and does little else.

#include <memory>
#include <span>
#include <string>

#include "mock_server/world.hpp"

namespace understudy::bench {

/// One request on a connection of its own; the whole answer, head included. Throws std::runtime_error.
std::string ask_once(int port, const std::string& request);

[[nodiscard]] inline std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

/// Exchanges the world's first API token for an access token, as the client does.
[[nodiscard]] std::string access_token(int port, const World& world);

/// A keep-alive connection that has been answered once and is idle.
class KeptConnection {
public:
  KeptConnection(int port, const std::string& request);  ///< throws std::runtime_error
  ~KeptConnection();
  KeptConnection(const KeptConnection&) = delete;
  KeptConnection& operator=(const KeptConnection&) = delete;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Sends `request` `total` times over `connections` keep-alive connections, each waiting for its answer before it asks
/// again. Returns requests per second. Throws std::runtime_error if an answer is not 200 or has no Content-Length.
[[nodiscard]] double requests_per_second(int port, const std::string& request, int connections, int total);
/// The same with one request after the other, from the beginning again after the last.
[[nodiscard]] double requests_per_second(int port, std::span<const std::string> requests, int connections, int total);

[[nodiscard]] int free_loopback_port();  ///< free a moment ago; for programs that cannot choose one themselves
/// Throws std::runtime_error if nobody does before the limit.
void wait_until_listening(int port, double limit_ms = 5'000);

}  // namespace understudy::bench
