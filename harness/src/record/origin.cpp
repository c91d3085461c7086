#include "record/origin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace understudy {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::uint16_t read_port(std::string_view digits, const Position& at) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port == 0)
    throw InputError{at, fmt::format("\"{}\" is no port", digits)};
  return port;
}

std::string name_of(const Origin& origin) {
  return origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
}

}  // namespace

std::string Origin::authority() const {
  return port == (tls ? kHttpsPort : kHttpPort) ? name_of(*this) : fmt::format("{}:{}", name_of(*this), port);
}

std::string Origin::text() const { return (tls ? "https://" : "http://") + authority(); }

std::string Origin::text_with_port() const {
  return fmt::format("{}{}:{}", tls ? "https://" : "http://", name_of(*this), port);
}

Address parse_address(std::string_view url, const Position& at) {
  Address address;
  Origin& origin = address.origin;
  const std::string whole{url};
  if (url.starts_with("https://")) {
    origin.tls = true;
    url.remove_prefix(8);
  } else if (url.starts_with("http://")) {
    url.remove_prefix(7);
  } else {
    throw InputError{at, fmt::format("\"{}\" is no URL of an API", whole), "like https://api.example.com"};
  }
  if (url.find('@') != std::string_view::npos)
    throw InputError{at, "no user and password in the URL, please", "give the token in the client's own variable"};
  const std::size_t path = std::min(url.find('/'), url.size());
  std::string_view authority = url.substr(0, path);
  address.path = url.substr(path);
  if (url.find_first_of("?#") != std::string_view::npos)
    throw InputError{at, fmt::format("\"{}\" has more than a host and a path", whole)};
  while (address.path.ends_with('/')) address.path.pop_back();
  std::size_t host_end = authority.find(':');
  if (authority.starts_with('[')) {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) throw InputError{at, fmt::format("\"{}\" lacks a ]", whole)};
    origin.host = authority.substr(1, bracket - 1);
    host_end = bracket + 1;
  } else {
    origin.host = authority.substr(0, host_end);
  }
  if (origin.host.empty()) throw InputError{at, fmt::format("\"{}\" names no host", whole)};
  const bool has_port = host_end < authority.size();
  if (has_port && authority[host_end] != ':') throw InputError{at, fmt::format("\"{}\" is no URL", whole)};
  origin.port = has_port ? read_port(authority.substr(host_end + 1), at) : origin.tls ? kHttpsPort : kHttpPort;
  return address;
}

}  // namespace understudy
