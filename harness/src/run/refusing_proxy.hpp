#pragma once
/// The door that everything but the fake is behind (design.md, section 6).

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace understudy {

/// An HTTP proxy on a free loopback port that refuses other hosts with 403 and remembers who was asked for. What is on
/// the loopback interface it passes on: the client asks `http_proxy` for the log streams of activities whatever
/// `no_proxy` says. Constructed means listening; destroyed means closed, its thread joined. Thread-safe.
class RefusingProxy {
public:
  struct Contact {
    std::string method;   ///< "CONNECT", "GET"
    std::string host;     ///< "api.github.com:443"
    std::string url{};    ///< "http://api.github.com/zen"; of a tunnel the same as `host`
    std::string head{};   ///< header lines, with \r\n between them
    std::string body{};   ///< 64 MiB of it at most
    bool is_cut = false;  ///< there was more of it
  };

  struct Options {
    /// What is at an address that we answer ourselves, "http://cli.upsun.com/installer": its text, "" for none.
    std::function<std::string(const std::string& url)> answer{};
    /// Is told of each that is refused, from the proxy's thread; they are not kept then.
    std::function<void(const Contact&)> tell{};
  };

  RefusingProxy();  ///< throws std::system_error if no port can be bound
  explicit RefusingProxy(Options options);
  ~RefusingProxy();
  RefusingProxy(const RefusingProxy&) = delete;
  RefusingProxy& operator=(const RefusingProxy&) = delete;

  [[nodiscard]] std::string url() const;  ///< "http://127.0.0.1:PORT"
  [[nodiscard]] std::vector<Contact>
  take_contacts();  ///< refused ones since the last call, also of programs that have ended

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy
