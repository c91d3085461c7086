#pragma once
/// Header fields whose value is a list.

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/journal.hpp"

namespace understudy {

/// What a header lists, in all its fields (RFC 9110, 5.6.1): lower case, without blanks around.
[[nodiscard]] std::vector<std::string> list_in(const std::vector<Header>& headers, std::string_view name);

/// What Content-Encoding lists: "gzip"; "gzip, br" of a body that is in both; "" for none but "identity".
[[nodiscard]] std::string content_coding(const std::vector<Header>& headers);

}  // namespace understudy
