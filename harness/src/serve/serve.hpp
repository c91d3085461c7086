#pragma once
/// `understudy serve`: the fake as a server of its own, in the foreground, until a signal ends it.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "mock_server/service.hpp"
#include "offline/offline_sandbox.hpp"

namespace understudy {

struct ServeOptions {
  OfflineOptions place{};
  std::uint64_t seed = 1;
  double speed = 60;
  std::string bind = "127.0.0.1";
  bool allow_remote = false;
  int port = 0;
  std::size_t journal_bytes = 64 << 20;
  std::filesystem::path folder{};  ///< whose server it is
  std::string program = "understudy";
  std::string version{};
  std::vector<StaticFile> console{};
};

/// The exit code: 0 after a signal that asked it to end. Throws InputError for options that make no sense and if the
/// folder has a server, else as OfflineSandbox and Service do.
[[nodiscard]] int serve(const ServeOptions& options);

/// Prints what a shell is to evaluate; without a server "false", so that what stands behind it is not carried out
/// against whatever else there is. The exit code.
[[nodiscard]] int print_env(const std::filesystem::path& folder);
/// Ends the server of the folder, and waits until it is gone. The exit code.
[[nodiscard]] int stop_server(const std::filesystem::path& folder);

}  // namespace understudy
