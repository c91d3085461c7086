#include "container/line_channel.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace understudy {
namespace {

constexpr int kBacklog = 64;

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw std::system_error{errno, std::generic_category(), path.string()};
}

/// An address holds about a hundred characters, so it names the folder by a descriptor.
struct Address {
  explicit Address(const std::filesystem::path& path)
      : folder{::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)} {
    const std::string name = fmt::format("/proc/self/fd/{}/{}", folder.get(), path.filename().string());
    value.sun_family = AF_UNIX;
    if (folder.get() < 0 || name.size() >= sizeof value.sun_path) fail(path);
    std::memcpy(value.sun_path, name.c_str(), name.size() + 1);
  }
  [[nodiscard]] const sockaddr* plain() const { return std::bit_cast<const sockaddr*>(&value); }

  Handle folder;
  sockaddr_un value{};
};

Handle open_socket(const std::filesystem::path& path) {
  Handle socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (socket.get() < 0) fail(path);
  return socket;
}

}  // namespace

LineChannel LineChannel::connected_to(const std::filesystem::path& path) {
  Handle socket = open_socket(path);
  const Address address{path};
  if (::connect(socket.get(), address.plain(), sizeof address.value) != 0) fail(path);
  return LineChannel{std::move(socket)};
}

std::optional<nlohmann::json> LineChannel::receive() {
  std::array<char, 65536> buffer{};
  while (received_.find('\n') == std::string::npos) {
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    received_.append(buffer.data(), static_cast<std::size_t>(size));
  }
  const std::size_t end = received_.find('\n');
  nlohmann::json message = nlohmann::json::parse(received_.substr(0, end), nullptr, false);
  received_.erase(0, end + 1);
  if (!message.is_object()) return std::nullopt;  // not one of ours
  return message;
}

bool LineChannel::send(const nlohmann::json& message) const {
  // Arguments may be any bytes.
  const std::string line = message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  std::size_t sent = 0;
  while (sent < line.size()) {
    const ssize_t size = ::send(socket_.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    sent += static_cast<std::size_t>(size);
  }
  return true;
}

pid_t LineChannel::peer() const {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  return ::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 ? credentials.pid : 0;
}

void LineChannel::hang_up() const { ::shutdown(socket_.get(), SHUT_RDWR); }

LineListener::LineListener(const std::filesystem::path& path) : socket_{open_socket(path)} {
  const Address address{path};
  if (::bind(socket_.get(), address.plain(), sizeof address.value) != 0 || ::listen(socket_.get(), kBacklog) != 0) {
    fail(path);
  }
}

std::optional<LineChannel> LineListener::accept() const {
  Handle socket{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
  if (socket.get() < 0) return std::nullopt;
  return LineChannel{std::move(socket)};
}

}  // namespace understudy
