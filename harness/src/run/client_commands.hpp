#pragma once
/// What a client says that it can do.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/client_profile.hpp"

namespace understudy {

struct ClientCommand {
  std::string name{};  ///< "backup:create"
  std::vector<std::string> aliases{};
};

/// Asks it (`list --all --format=json`), in the empty folder `home`. Throws std::runtime_error if it does not answer
/// so.
[[nodiscard]] std::vector<ClientCommand> list_commands(const WarmClient& client, const std::filesystem::path& home);

}  // namespace understudy
