#pragma once

#include <string_view>

namespace understudy::recording {

/// RFC 9110, section 15: "Not Found"; "" for what it does not name.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace understudy::recording
