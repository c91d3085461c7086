#pragma once
/// One connection's bytes, buffered both ways: cpp-httplib reads a byte at a time and writes head and body apart.

#include <httplib.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace understudy {

/// How long a peer may take, where it need not be one of ours.
struct PeerLimits {
  std::chrono::milliseconds head{10'000};   ///< of a request, from its first byte on (of a connection: from its start)
  std::chrono::milliseconds body{60'000};   ///< all of it
  std::chrono::milliseconds write{60'000};  ///< without taking a byte of an answer
};

class Connection final : public httplib::Stream {
public:
  explicit Connection(int socket, std::optional<PeerLimits> limits = std::nullopt);

  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* into, std::size_t size) override;
  ssize_t write(const char* bytes, std::size_t size) override;
  // Both ends are this machine, and nobody asks: two system calls less for each request.
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  [[nodiscard]] socket_t socket() const override { return socket_; }

  /// True when the next request has begun to arrive; false when the peer is done, or nothing came for `seconds`.
  bool wait_for_request(int seconds);
  void wait_for_hangup() const;  ///< of the peer, or our own when the server ends
  void head_is_read();           ///< its body's time begins
  /// A piece of its body came out of what was read. cpp-httplib reads lines of any length (of heads, and around the
  /// pieces of a body), and what unpacks to nothing: a peer that goes on like that is read no further.
  void got_on() { may_read_ = kMostInVain; }
  bool flush();
  void close_after_this() { closing_ = true; }
  /// Says that nothing more is answered, and lets go of what still comes, for a while: a socket that is closed with
  /// bytes unread takes back the answer before them.
  void part();
  [[nodiscard]] bool is_closing() const { return closing_; }

  static Connection* current();  ///< of the request that this thread serves

private:
  static constexpr std::size_t kMostInVain = std::size_t{64} << 10U;  // bytes; a head is not longer, either

  friend class ConnectionScope;
  /// Reads what there is, waiting for at most `attempts` times the longest silence of a peer.
  bool fill(int attempts);
  [[nodiscard]] bool wait_until_deadline() const;
  [[nodiscard]] ssize_t send(const char* bytes, std::size_t size) const;

  int socket_;
  std::optional<PeerLimits> limits_;
  std::chrono::steady_clock::time_point deadline_{};  // where there are limits: of what is being read
  bool served_one_ = false;
  std::array<char, 16384> in_{};
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  std::size_t may_read_ = kMostInVain;
  std::string out_;
  bool failed_ = false;
  bool closing_ = false;
};

/// Makes `connection` the current one of this thread.
class ConnectionScope {
public:
  explicit ConnectionScope(Connection& connection);
  ~ConnectionScope();
  ConnectionScope(const ConnectionScope&) = delete;
  ConnectionScope& operator=(const ConnectionScope&) = delete;
};

}  // namespace understudy
