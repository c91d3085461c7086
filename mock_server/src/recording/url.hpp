#pragma once
/// Paths, queries and forms as they are compared.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy {

[[nodiscard]] std::string percent_decoded(std::string_view text, bool plus_is_space);
[[nodiscard]] std::string percent_encoded(std::string_view text);  ///< all but unreserved characters (RFC 3986)
/// Decoded as far as that changes no meaning: "/a%2Db/%e2" is "/a-b/%E2", an encoded slash stays encoded.
[[nodiscard]] std::string normal_path(std::string_view path);
/// Names and values of a query or a form, decoded, in their order.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parameters_of(std::string_view text);

}  // namespace understudy
