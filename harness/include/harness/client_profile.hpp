#pragma once
/// How to run one real client under one brand (design.md, section 7), and the client made ready: found, unpacked once.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "mock_server/document.hpp"

namespace understudy {

/// One file under fixtures/clients/. What the white-label configuration says is not said again beside it.
struct ClientProfile {
  std::string name{};                ///< "webpaas"; also the file's name
  std::string title{};               ///< "OVHcloud Web PaaS"
  std::string executable{};          ///< what a person types: config's application.executable
  std::string env_prefix{};          ///< of the client's own variables: application.env_prefix
  std::string service_env_prefix{};  ///< of a container's variables: service.env_prefix
  std::string minimal_version{};     ///< "" = any
  std::filesystem::path binary{};    ///< below the project's root, unless UNDERSTUDY_CLIENT names another
  nlohmann::json config{};           ///< the white-label configuration, for CLI_CONFIG_FILE (JSON is YAML too)
};

/// Throws InputError: unknown keys, and a configuration without what the client and we need.
[[nodiscard]] ClientProfile load_client_profile(const std::filesystem::path& file);
[[nodiscard]] nlohmann::json client_profile_schema();

/// Where profiles are looked for, in this order, as NAME.yaml.
struct ClientLibrary {
  std::vector<std::filesystem::path> folders{};
  /// Throws InputError with what there is instead.
  [[nodiscard]] ClientProfile find(const std::string& name, const Position& asked_at) const;
};

/// The folder that holds fixtures/ and node_modules/: UNDERSTUDY_ROOT, or the nearest one above the executable that has
/// fixtures/clients. Throws std::runtime_error with the cure.
[[nodiscard]] std::filesystem::path project_root();

/// UNDERSTUDY_CLIENT, or the profile's binary below `root`. Throws std::runtime_error with the cure if it is no
/// program.
[[nodiscard]] std::filesystem::path find_client_binary(const ClientProfile& profile, const std::filesystem::path& root);

/// Where unpacked clients are kept from run to run: .understudy/client below `root`, or if that cannot be written the
/// user's cache folder, or else a folder in `fallback`.
[[nodiscard]] std::filesystem::path client_cache_folder(const std::filesystem::path& root,
                                                        const std::filesystem::path& fallback);

/// A client that can be started at once.
struct WarmClient {
  ClientProfile profile{};
  std::filesystem::path binary{};
  std::filesystem::path unpacked{};  ///< what its {P}TMP variable is set to; shared by all sandboxes
  std::string version{};             ///< "5.11.1"
};

/// The client unpacks 19 MB when it is first used with a configuration; this lets it, in `cache_folder`, unless it has
/// been done before with the same binary and configuration. Safe against others who do the same at the same time.
/// Throws std::runtime_error if the client cannot be run or is older than the profile allows.
[[nodiscard]] WarmClient warm_up(const ClientProfile& profile, const std::filesystem::path& binary,
                                 const std::filesystem::path& cache_folder);
/// Its version as found when it was warmed up; "" if that has not been done. Starts nothing.
[[nodiscard]] std::string known_version(const ClientProfile& profile, const std::filesystem::path& binary,
                                        const std::filesystem::path& cache_folder);

/// <0, 0, >0 as with strcmp; "5.9" is before "5.11.1", missing numbers are zero.
[[nodiscard]] int compare_versions(std::string_view a, std::string_view b);

}  // namespace understudy
