#pragma once
/// A world, a client and a sandbox for a person who works without the platform: what `exec` and `serve` start from.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/client_profile.hpp"
#include "mock_server/world.hpp"
#include "run/run_folder.hpp"
#include "run/sandbox.hpp"

namespace understudy {

struct OfflineOptions {
  std::string world = "demo";      ///< name, or path of a file
  std::string token{};             ///< name in the world, "none", or "" for the world's first
  std::string client = "webpaas";  ///< profile
};

[[nodiscard]] WorldLibrary offline_library();  ///< the project's worlds
/// By name or path. Throws InputError.
[[nodiscard]] World offline_world(const std::string& world);
/// Its file, and those that it extends, as far as they can be read. Throws InputError if there is no such world.
[[nodiscard]] std::vector<std::filesystem::path> offline_world_files(const std::string& world);
/// The token of that name; the first for "", none for "none". Throws InputError if there is no such token.
[[nodiscard]] std::optional<World::Token> offline_token(const World& world, const std::string& name);

/// Constructed means that everything is there; destroyed means it is gone, unless it is to be kept.
class OfflineSandbox {
public:
  /// Throws InputError for a world, token or client that there is not, std::runtime_error for a client that cannot run.
  explicit OfflineSandbox(const OfflineOptions& options);

  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] const std::optional<World::Token>& token() const { return token_; }
  [[nodiscard]] const WarmClient& client() const { return client_; }
  [[nodiscard]] const Sandbox& sandbox() const { return sandbox_; }
  void keep();

  /// What a scenario's client gets, with the person's own PATH behind the client's and the little of their environment
  /// that says how they like to work. `terminal`: somebody is there to be asked.
  [[nodiscard]] Env env(const std::string& api_url, const std::string& proxy_url, bool terminal) const;

private:
  World world_;
  std::optional<World::Token> token_;
  RunFolder folder_;
  WarmClient client_;
  Sandbox sandbox_;
};

}  // namespace understudy
