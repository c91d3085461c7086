#pragma once
/// Plain loopback sockets: what a proxy that refuses and a browser that follows links need, and no more.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace understudy {

/// Owns a socket. Calls that fail throw std::system_error.
class Socket {
public:
  explicit Socket(int descriptor = -1) : descriptor_{descriptor} {}
  Socket(Socket&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket();

  static Socket listening();                       ///< on a free port of 127.0.0.1
  static Socket connected_to(std::uint16_t port);  ///< on 127.0.0.1
  [[nodiscard]] std::uint16_t port() const;        ///< its own
  [[nodiscard]] Socket accept() const;             ///< not open if the other side is gone already
  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// Waits until something comes; "" at the end, also one by force.
  [[nodiscard]] std::string receive() const;
  bool send(std::string_view text) const;  ///< false if the other side is gone
  void finish_sending() const;

private:
  int descriptor_ = -1;
};

}  // namespace understudy
