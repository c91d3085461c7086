#pragma once
/// RFC 4648.

#include <optional>
#include <string>
#include <string_view>

namespace understudy {

[[nodiscard]] std::string to_base64(std::string_view bytes);     ///< section 4, padded
[[nodiscard]] std::string to_base64url(std::string_view bytes);  ///< section 5, without padding
/// Either alphabet, padded or not; nullopt for anything else.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace understudy
