#include "http/connection.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace understudy {
namespace {

constexpr std::size_t kFlushAt = 32768;
constexpr int kSlowPeerMilliseconds = 30'000;  // a peer that stalls in the middle of a request or an answer

// Of a peer that goes on sending what nobody reads.
constexpr int kPartingSilenceMilliseconds = 1000;
constexpr std::chrono::milliseconds kParting{10'000};

thread_local Connection* current_connection = nullptr;

bool wait_for(int socket, short what, int milliseconds) {
  pollfd entry{.fd = socket, .events = what, .revents = 0};
  int ready = 0;
  do ready = ::poll(&entry, 1, milliseconds);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

std::chrono::steady_clock::time_point in(std::chrono::milliseconds time) {
  return std::chrono::steady_clock::now() + time;
}

}  // namespace

Connection* Connection::current() { return current_connection; }

ConnectionScope::ConnectionScope(Connection& connection) { current_connection = &connection; }
ConnectionScope::~ConnectionScope() { current_connection = nullptr; }

Connection::Connection(int socket, std::optional<PeerLimits> limits) : socket_{socket}, limits_{limits} {
  if (limits_) {
    deadline_ = in(limits_->head);
    return;
  }
  // recv() itself gives up on a peer that stalls: one system call for each request instead of two.
  const timeval limit{.tv_sec = kSlowPeerMilliseconds / 1000, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

bool Connection::is_readable() const { return in_begin_ < in_end_ || wait_for(socket_, POLLIN, kSlowPeerMilliseconds); }
bool Connection::is_writable() const { return !failed_; }

void Connection::wait_for_hangup() const { wait_for(socket_, POLLRDHUP, -1); }

bool Connection::wait_until_deadline() const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
  return left.count() > 0 && wait_for(socket_, POLLIN, static_cast<int>(left.count()));
}

void Connection::head_is_read() {
  got_on();
  if (limits_) deadline_ = in(limits_->body);
}

bool Connection::fill(int attempts) {
  if (limits_ && !wait_until_deadline()) return false;
  ssize_t got = -1;
  while (got < 0 && attempts > 0) {
    got = ::recv(socket_, in_.data(), in_.size(), 0);
    if (got >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
    --attempts;
  }
  if (got <= 0) return false;
  in_begin_ = 0;
  in_end_ = static_cast<std::size_t>(got);
  return true;
}

ssize_t Connection::read(char* into, std::size_t size) {
  if (may_read_ == 0) return -1;
  if (in_begin_ == in_end_) {
    if (!flush()) return -1;  // "100 Continue" has to be out before the peer sends its body
    if (!fill(1)) return -1;
  }
  const std::size_t taken = std::min({size, in_end_ - in_begin_, may_read_});
  std::memcpy(into, in_.data() + in_begin_, taken);
  in_begin_ += taken;
  may_read_ -= taken;
  return static_cast<ssize_t>(taken);
}

ssize_t Connection::write(const char* bytes, std::size_t size) {
  out_.append(bytes, size);
  if (out_.size() >= kFlushAt && !flush()) return -1;
  return failed_ ? -1 : static_cast<ssize_t>(size);
}

ssize_t Connection::send(const char* bytes, std::size_t size) const {
  return ::send(socket_, bytes, size, MSG_NOSIGNAL | (limits_ ? MSG_DONTWAIT : 0));
}

bool Connection::flush() {
  std::size_t sent = 0;
  while (sent < out_.size() && !failed_) {
    const ssize_t now = send(out_.data() + sent, out_.size() - sent);
    if (now > 0) {
      sent += static_cast<std::size_t>(now);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      failed_ = !wait_for(socket_, POLLOUT, limits_ ? static_cast<int>(limits_->write.count()) : kSlowPeerMilliseconds);
    } else if (errno != EINTR) {
      failed_ = true;
    }
  }
  out_.clear();
  return !failed_;
}

void Connection::part() {
  ::shutdown(socket_, SHUT_WR);
  const auto end = in(kParting);
  while (std::chrono::steady_clock::now() < end && wait_for(socket_, POLLIN, kPartingSilenceMilliseconds)) {
    if (::recv(socket_, in_.data(), in_.size(), 0) <= 0) return;
  }
}

bool Connection::wait_for_request(int seconds) {
  if (limits_ && served_one_) deadline_ = in(in_begin_ < in_end_ ? limits_->head : std::chrono::seconds{seconds});
  const bool first = !served_one_;
  served_one_ = true;
  got_on();
  if (in_begin_ < in_end_) return true;
  if (!fill(seconds * 1000 / kSlowPeerMilliseconds)) return false;
  if (limits_ && !first) deadline_ = in(limits_->head);
  return true;
}

}  // namespace understudy
