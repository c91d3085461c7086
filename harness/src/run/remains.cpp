// Ending orphans and removing folders: what is left to do when a worker did not do it itself.

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>
#include <system_error>

#include "harness/pool.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// Direct children of a process, whichever of its threads started them.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  std::error_code gone;
  fs::directory_iterator tasks{fmt::format("/proc/{}/task", parent), gone};
  for (; !gone && tasks != fs::directory_iterator{}; tasks.increment(gone)) {
    std::ifstream list{tasks->path() / "children"};
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

/// Top first, so that a parent has no time to start more while its children are being ended.
void kill_tree(pid_t top) {
  ::kill(top, SIGSTOP);  // it starts nothing while its children are listed
  const std::vector<pid_t> children = children_of(top);
  ::kill(top, SIGKILL);
  for (const pid_t child : children) kill_tree(child);
}

bool keeps(const std::set<fs::path>& keep, const fs::path& path) { return keep.count(path) > 0; }

bool leads_to_kept(const std::set<fs::path>& keep, const fs::path& folder) {
  const std::string prefix = folder.string() + "/";
  return std::any_of(keep.begin(), keep.end(), [&](const fs::path& each) { return each.string().starts_with(prefix); });
}

void remove_all_of(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (!error) return;
  // A read-only folder keeps what is in it: make all of them ours to change, and try again.
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, error);
  fs::recursive_directory_iterator entries{folder, fs::directory_options::skip_permission_denied, error};
  while (!error && entries != fs::recursive_directory_iterator{}) {
    if (entries->is_directory(error) && !entries->is_symlink(error)) {
      ::chmod(entries->path().c_str(), S_IRWXU);
    }
    entries.increment(error);
  }
  fs::remove_all(folder, error);
}

}  // namespace

void end_orphans(const std::set<pid_t>& keep) {
  for (bool found = true; found;) {
    found = false;
    for (const pid_t child : children_of(::getpid())) {
      if (keep.count(child) > 0) continue;
      kill_tree(child);  // those below come to us when their parent is gone, and are found in the next round
      while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
      }
      found = true;
    }
  }
}

void remove_tree(const fs::path& folder, const std::set<fs::path>& keep) {
  if (keeps(keep, folder)) return;
  if (!leads_to_kept(keep, folder)) return remove_all_of(folder);
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator{folder, error}) remove_tree(entry.path(), keep);
}

}  // namespace understudy
