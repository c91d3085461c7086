#include "control/guard.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <array>

#include "mock_server/ascii.hpp"

namespace understudy::control {
namespace {

/// "[::1]" or "192.0.2.7".
bool is_address(const std::string& host) {
  in6_addr unused{};
  if (host.starts_with('[') && host.ends_with(']'))
    return ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &unused) == 1;
  return ::inet_pton(AF_INET, host.c_str(), &unused) == 1;
}

std::string name_of_this_machine() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

bool is_our_name(const std::string& host, const Doorplate& door) {
  for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (same_ignoring_case(host, name)) return true;
  }
  const bool is_ipv6 = door.bind.find(':') != std::string::npos;
  if (same_ignoring_case(host, is_ipv6 ? "[" + door.bind + "]" : door.bind)) return true;
  return door.is_remote && (is_address(host) || same_ignoring_case(host, name_of_this_machine()));
}

}  // namespace

bool is_our_host(std::string_view host, const Doorplate& door) {
  const std::string port = ":" + std::to_string(door.port);
  if (host.ends_with(port))
    host.remove_suffix(port.size());
  else if (door.port != 80)  // the only one that may be left out
    return false;
  return is_our_name(std::string{host}, door);
}

bool has_foreign_origin(const api::Request& request, const Doorplate& door) {
  constexpr std::string_view kScheme = "http://";
  const std::string* origin = find_header(request.headers, "Origin");
  if (origin == nullptr) return false;
  return !origin->starts_with(kScheme) || !is_our_host(std::string_view{*origin}.substr(kScheme.size()), door);
}

bool has_token(const api::Request& request, std::string_view token) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string* header = find_header(request.headers, "Authorization");
  if (header == nullptr || header->size() != kScheme.size() + token.size()) return false;
  if (!same_ignoring_case(std::string_view{*header}.substr(0, kScheme.size()), kScheme)) return false;
  return CRYPTO_memcmp(header->data() + kScheme.size(), token.data(), token.size()) == 0;
}

}  // namespace understudy::control
