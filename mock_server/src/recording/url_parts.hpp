#pragma once
/// Parts of URLs and forms. Source: RFC 3986; URL Standard, "application/x-www-form-urlencoded".

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::recording {

using Pairs = std::vector<std::pair<std::string, std::string>>;  ///< name, value; decoded

[[nodiscard]] std::vector<std::string> path_segments(std::string_view raw_path);  ///< decoded; "/a/b" has two
[[nodiscard]] Pairs form_pairs(std::string_view text);                            ///< of a query or a form
[[nodiscard]] std::string to_form(const Pairs& pairs);

/// "https://api.example.com:8443/a?b#c".
struct UrlParts {
  std::string server{};  ///< "https://api.example.com:8443"; "" of a relative one
  std::string path{};    ///< raw; "/" if there is none
  std::string query{};   ///< raw, without "?"
};
[[nodiscard]] UrlParts url_parts(std::string_view url);
[[nodiscard]] std::string host_of(std::string_view server);  ///< "api.example.com", lower case, without port

}  // namespace understudy::recording
