#pragma once
/// URLs, queries and forms, taken apart and put together. Source: RFC 3986; URL Standard,
/// "application/x-www-form-urlencoded".

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy {

[[nodiscard]] std::string percent_decoded(std::string_view text, bool plus_is_space);
/// For one part of a form or a path: all but unreserved characters (letters, digits and "-._~").
[[nodiscard]] std::string percent_encoded(std::string_view text);

using Pairs = std::vector<std::pair<std::string, std::string>>;  ///< name, value; decoded

/// Of a query or a form, in their order. "+" is a blank in a form; in a query of the platform it stays (contract,
/// section 3.7).
[[nodiscard]] Pairs parameters_of(std::string_view text, bool plus_is_space = true);
[[nodiscard]] std::string to_form(const Pairs& pairs);

/// Decoded as far as that changes no meaning: "/a%2Db/%e2" is "/a-b/%E2", an encoded slash stays encoded.
[[nodiscard]] std::string normal_path(std::string_view path);
[[nodiscard]] std::vector<std::string> path_segments(std::string_view raw_path);  ///< decoded; "/a/b" has two

/// "https://api.example.com:8443/a?b#c".
struct UrlParts {
  std::string server{};  ///< "https://api.example.com:8443"; "" of a relative one
  std::string path{};    ///< raw; "/" if there is none
  std::string query{};   ///< raw, without "?"
};
[[nodiscard]] UrlParts url_parts(std::string_view url);
[[nodiscard]] std::string host_of(std::string_view server);  ///< "api.example.com", lower case, without port

}  // namespace understudy
