#pragma once
/// Who may come in: pages of other sites must not, whatever a browser lets them ask for.

#include <optional>
#include <string>
#include <string_view>

#include "api/context.hpp"

namespace understudy::control {

/// As somebody who types an address would write it.
struct Doorplate {
  std::string bind{};
  int port = 0;
  bool is_remote = false;  ///< any address is right, since a name that leads here is what an attacker needs
};

/// The host that a request is for is one of ours. Else a page of another site may have had its own name lead to this
/// machine (DNS rebinding), and must learn nothing.
[[nodiscard]] bool is_our_host(std::string_view host, const Doorplate& door);
/// It comes from a page that is not ours.
[[nodiscard]] bool has_foreign_origin(const api::Request& request, const Doorplate& door);
/// `Authorization: Bearer TOKEN`. Takes as long whatever is wrong with it.
[[nodiscard]] bool has_token(const api::Request& request, std::string_view token);

}  // namespace understudy::control
