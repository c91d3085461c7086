#pragma once
/// Whom a verification asks: a fresh fake with a world, or a server.

#include <chrono>
#include <filesystem>
#include <string>

#include "mock_server/secrets.hpp"
#include "mock_server/verify.hpp"

namespace understudy {

struct Verified {
  Verification verification{};
  std::string against{};  ///< in words
};

/// Every request goes to the fake, those that change something, too: they are lost with it. `token`: name in the world,
/// "none", or "" for its first. Registers in `secrets` what must not be printed. Throws InputError for a world or a
/// token that there is not.
[[nodiscard]] Verified verify_with_world(const Recording& recording, const std::string& world, const std::string& token,
                                         VerifySettings settings, std::chrono::seconds silence,
                                         SecretRegistry& secrets);

struct LiveServer {
  std::string api{};                    ///< "https://api.example.com", no trailing slash
  std::string auth{};                   ///< where /oauth2/... is; "" = `api`
  std::filesystem::path authorities{};  ///< certificates that are believed beside the system's; "" = none
};
/// `settings.api_token` is what the caller has. Throws InputError for a URL that cannot be asked, or that a token
/// must not be sent to, std::runtime_error if nobody answers there.
[[nodiscard]] Verified verify_with_upstream(const Recording& recording, const LiveServer& upstream,
                                            const VerifySettings& settings, std::chrono::seconds silence,
                                            SecretRegistry& secrets);

}  // namespace understudy
