#pragma once
/// Sockets and threads in front of a Platform. Constructed means listening; destroyed means the port is closed and
/// every thread has been joined: what waits in the platform has to be woken before. With connection.hpp the only place
/// that knows cpp-httplib.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "http/desk.hpp"
#include "http/platform.hpp"

namespace understudy {

/// Of a front that anybody may come to.
struct FrontOptions {
  std::string bind = "127.0.0.1";  ///< address or host name
  int port = 0;                    ///< 0: a free one
  std::size_t most_connections = 256;
  std::chrono::milliseconds head_limit{10'000};   ///< until the head of a request is there
  std::chrono::milliseconds body_limit{60'000};   ///< until its body is there
  std::chrono::milliseconds write_limit{60'000};  ///< of a peer that takes nothing of an answer
};

class HttpFront {
public:
  /// `client`: whose requests come here; null at the main port. Throws std::runtime_error if no loopback port is free.
  explicit HttpFront(Platform& platform, ClientHandle client = nullptr);
  /// Throws std::runtime_error if the address cannot be bound. `desk` must outlive it.
  HttpFront(Desk& desk, const FrontOptions& options);
  ~HttpFront();
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;

  [[nodiscard]] int port() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy
