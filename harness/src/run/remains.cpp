// Ending orphans: what is left to do when a worker did not do it itself.

#include <dirent.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

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

}  // namespace understudy
