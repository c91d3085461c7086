#include "run/socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <system_error>

namespace understudy {
namespace {

constexpr int kBacklog = 64;

[[noreturn]] void fail(const char* what) { throw std::system_error{errno, std::generic_category(), what}; }

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

sockaddr* plain(sockaddr_in& address) { return std::bit_cast<sockaddr*>(&address); }

}  // namespace

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Socket Socket::listening() {
  Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address = loopback(0);
  if (!socket.is_open() || ::bind(socket.descriptor_, plain(address), sizeof address) != 0 ||
      ::listen(socket.descriptor_, kBacklog) != 0) {
    fail("no free loopback port");
  }
  return socket;
}

Socket Socket::connected_to(std::uint16_t port) {
  Socket socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address = loopback(port);
  if (!socket.is_open() || ::connect(socket.descriptor_, plain(address), sizeof address) != 0) {
    fail("cannot connect");
  }
  return socket;
}

std::uint16_t Socket::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor_, plain(address), &size) != 0) fail("a socket without a name");
  return ntohs(address.sin_port);
}

Socket Socket::accept() const { return Socket{::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC)}; }

std::string Socket::receive() const {
  std::array<char, 16384> buffer{};
  ssize_t size = 0;
  do {
    size = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
  } while (size < 0 && errno == EINTR);
  return size > 0 ? std::string{buffer.data(), static_cast<std::size_t>(size)} : std::string{};
}

bool Socket::send(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t size = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

void Socket::finish_sending() const { ::shutdown(descriptor_, SHUT_WR); }

}  // namespace understudy
