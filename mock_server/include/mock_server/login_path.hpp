#pragma once

#include <string_view>

namespace understudy {

/// Is it of OAuth 2, or of the certifier of SSH keys (contract, 1.3)? A client asks there when it has no token or
/// certificate, which says nothing about what it was told to do.
[[nodiscard]] inline bool is_of_login(std::string_view path) {
  return path.find("/oauth2/") != std::string_view::npos || path == "/ssh";
}

}  // namespace understudy
