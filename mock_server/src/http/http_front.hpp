#pragma once
/// Sockets and threads in front of a Platform. Constructed means listening; destroyed means the port is closed and
/// every thread has been joined: what waits in the platform has to be woken before. With connection.hpp the only place
/// that knows cpp-httplib.

#include <memory>

#include "http/platform.hpp"

namespace understudy {

class HttpFront {
public:
  /// `client`: whose requests come here; null at the main port. `port`: 0 for any. Throws std::runtime_error if no
  /// loopback port is free, or not that one.
  explicit HttpFront(Platform& platform, ClientHandle client = nullptr, int port = 0);
  ~HttpFront();
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;

  [[nodiscard]] int port() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy
