#pragma once
/// Header fields: those that say how a message went over one connection, not what was said, and the type of a body.

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/journal.hpp"

namespace understudy::recording {

/// Hop-by-hop ones, HTTP/2's pseudo-headers (":authority"), and Content-Length and, in an answer, Content-Encoding: of
/// a body that is kept as it reads they are no longer true.
[[nodiscard]] bool is_framing(std::string_view name, bool in_answer);
[[nodiscard]] std::vector<Header> without_framing(std::vector<Header> headers, bool in_answer);

/// "application/json" of "Application/JSON; charset=utf-8".
[[nodiscard]] std::string media_type(std::string_view content_type);

}  // namespace understudy::recording
