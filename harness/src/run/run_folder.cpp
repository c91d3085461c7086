#include "run/run_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "harness/report.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kClaim = ".owner";
constexpr const char* kPrefix = "understudy-";

/// "4242 8071234": id and start time in clock ticks since boot, since an id alone may have been given to another
/// process; "" if there is none.
std::string identity_of(long process) {
  std::ifstream in{fmt::format("/proc/{}/stat", process)};
  std::stringstream text;
  text << in.rdbuf();
  std::string stat = text.str();
  if (stat.rfind(')') == std::string::npos) return {};
  std::istringstream fields{stat.substr(stat.rfind(')') + 1)};  // the name before it may hold anything
  constexpr int kStartTime = 20;                                // 22nd of all fields, see proc(5)
  std::string field;
  for (int i = 0; i < kStartTime; ++i) fields >> field;
  return fmt::format("{} {}", process, field);
}

/// A folder of this user, and no link to one: the base is likely one that everybody may write to.
bool is_own_folder(const fs::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid();
}

bool is_stale(const fs::path& folder) {
  std::ifstream in{folder / kClaim};
  std::string claim;
  if (!std::getline(in, claim)) return false;  // kept, or being made, or not ours
  const long process = std::strtol(claim.c_str(), nullptr, 10);
  return process > 0 && identity_of(process) != claim;
}

}  // namespace

void claim_folder(const fs::path& folder) { write_file_atomically(folder / kClaim, identity_of(::getpid()) + "\n"); }

void release_folder(const fs::path& folder) {
  std::error_code missing;
  fs::remove(folder / kClaim, missing);
}

void remove_stale_folders(const fs::path& base, const std::string& prefix) {
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator{base, unreadable}) {
    const bool named = entry.path().filename().string().starts_with(prefix);
    if (named && is_own_folder(entry.path()) && is_stale(entry.path())) remove_tree(entry.path());
  }
}

RunFolder::RunFolder() {
  const char* given = std::getenv("TMPDIR");
  // A shell that was set up by a `serve --env` has the folder of that server there, which went with it.
  const bool is_usable = given != nullptr && *given == '/' && fs::is_directory(given);
  const std::string base = is_usable ? given : "/tmp";
  remove_stale_folders(base, kPrefix);
  std::string path = fmt::format("{}/{}XXXXXX", base, kPrefix);
  if (::mkdtemp(path.data()) == nullptr) {
    throw std::runtime_error{fmt::format("cannot make {}: {}", path, std::generic_category().message(errno))};
  }
  path_ = path;
  claim_folder(path_);
}

}  // namespace understudy
