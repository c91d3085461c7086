#pragma once
/// What a client asks of a proxy.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace understudy {

struct ProxyRequest {
  std::string method;                            ///< "CONNECT", "GET"
  std::string host;                              ///< as written: "api.github.com:443"
  std::string url{};                             ///< "http://api.github.com/zen"; of a tunnel the same as `host`
  std::string head{};                            ///< header lines, with \r\n between them
  std::size_t body_begin = 0;                    ///< where in what was received
  std::size_t body_size = 0;                     ///< as its header says
  bool chunked = false;                          ///< the body is (RFC 9112, 7.1)
  bool wants_continue = false;                   ///< it waits to be told to send its body
  std::optional<std::uint16_t> loopback_port{};  ///< if it is for this machine, and no tunnel
  std::string forwarded{};                       ///< then: what to send there, closing the connection after the answer
};

/// `received` holds at least the whole head; what follows it is passed on. PHP's streams ask a proxy for the path
/// alone, with the host in its header; everybody else sends the whole URL.
[[nodiscard]] ProxyRequest parse_proxy_request(std::string_view received);

/// A body's chunks without what stands between them, as far as they have come.
struct Dechunked {
  std::string body{};
  bool complete = false;
};
[[nodiscard]] Dechunked dechunked(std::string_view chunks);

}  // namespace understudy
