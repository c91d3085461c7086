#pragma once
/// Where an API is.

#include <cstdint>
#include <string>
#include <string_view>

#include "mock_server/document.hpp"

namespace understudy {

struct Origin {
  bool tls = false;
  std::string host{};  ///< without brackets, if it is an IPv6 address
  std::uint16_t port = 0;

  [[nodiscard]] std::string authority() const;  ///< "api.example.com", "[::1]:8080"; no port that the scheme implies
  [[nodiscard]] std::string text() const;       ///< "https://api.example.com"
  [[nodiscard]] std::string text_with_port() const;  ///< "https://api.example.com:443"
  bool operator==(const Origin&) const = default;
};

/// A URL as a person gives it: where it leads, and the path behind it ("/api", "" for "/").
struct Address {
  Origin origin{};
  std::string path{};
};
/// Throws InputError at `at` for what is no http or https URL, or has more than a path.
[[nodiscard]] Address parse_address(std::string_view url, const Position& at);

}  // namespace understudy
