#pragma once
/// Bodies that are still compressed: nobody can look for secrets in what they would read as.

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/journal.hpp"

namespace understudy::recording {

/// "br", "gzip, br": what Content-Encoding says of this body, if it is still so; "" if it is not. Exporters keep the
/// header of what they have decoded: such a body is text, without control characters other than those of logs.
[[nodiscard]] std::string coding_left(const std::vector<Header>& headers, std::string_view body);

}  // namespace understudy::recording
