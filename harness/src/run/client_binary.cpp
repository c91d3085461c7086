// Where things of the project are: its root, the client's binary, the cache.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "harness/client_profile.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// "" counts as not set.
const char* variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

bool is_program(const fs::path& file) { return fs::is_regular_file(file) && ::access(file.c_str(), X_OK) == 0; }

bool is_project(const fs::path& folder) {
  std::error_code unreadable;
  return fs::is_directory(folder / "fixtures/clients", unreadable);
}

/// Made if need be; can files be made in it?
bool is_writable(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  return !failed && ::access(folder.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

fs::path project_root() {
  if (const char* const given = variable("UNDERSTUDY_ROOT")) {
    if (is_project(given)) return fs::canonical(given);
    throw std::runtime_error{fmt::format("UNDERSTUDY_ROOT={} has no fixtures/clients in it", given)};
  }
  const fs::path program = fs::read_symlink("/proc/self/exe");
  for (fs::path folder = program.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    if (is_project(folder)) return folder;
  }
  throw std::runtime_error{fmt::format(
      "no folder above {} has fixtures/clients in it; set UNDERSTUDY_ROOT to the project's folder", program.string())};
}

fs::path find_client_binary(const ClientProfile& profile, const fs::path& root) {
  if (const char* const given = variable("UNDERSTUDY_CLIENT")) {
    if (is_program(given)) return fs::absolute(given);
    throw std::runtime_error{fmt::format("UNDERSTUDY_CLIENT={} is no program; correct or unset it", given)};
  }
  fs::path usual = root / profile.binary;
  if (is_program(usual)) return usual;
  throw std::runtime_error{
      fmt::format("the client is missing: {} is no program\n"
                  "  install it with ./dev setup, or set UNDERSTUDY_CLIENT to a client that you have",
                  usual.string())};
}

fs::path client_cache_folder(const fs::path& root, const fs::path& fallback) {
  if (!root.empty() && is_writable(root / ".understudy/client")) return root / ".understudy/client";
  const char* const cache = variable("XDG_CACHE_HOME");
  const char* const home = variable("HOME");
  fs::path users = cache != nullptr ? fs::path{cache} : home != nullptr ? fs::path{home} / ".cache" : fs::path{};
  users /= "understudy/client";
  return users.is_absolute() && is_writable(users) ? users : fallback / "client";
}

}  // namespace understudy
