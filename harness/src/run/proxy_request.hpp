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
  std::optional<std::uint16_t> loopback_port{};  ///< if it is for this machine, and no tunnel
  std::string forwarded{};                       ///< then: what to send there, closing the connection after the answer
};

/// `received` holds at least the whole head; what follows it is passed on. PHP's streams ask a proxy for the path
/// alone, with the host in its header; everybody else sends the whole URL.
[[nodiscard]] ProxyRequest parse_proxy_request(std::string_view received);

}  // namespace understudy
