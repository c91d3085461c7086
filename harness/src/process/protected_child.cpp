#include "process/protected_child.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>

namespace understudy {
namespace {

/// Recursive: who kills asks for descendants.
std::recursive_mutex& mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

std::set<pid_t>& pids() {
  static std::set<pid_t> pids;
  return pids;
}

}  // namespace

ProtectedChild::ProtectedChild(const std::function<pid_t()>& spawn) {
  const std::scoped_lock lock{mutex()};
  pid_ = spawn();
  pids().insert(pid_);
}

ProtectedChild::~ProtectedChild() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

int ProtectedChild::wait() {
  // Ended, but not reaped: its number is not given to another before it is struck off the list.
  siginfo_t ended{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR) {
  }
  const std::scoped_lock lock{mutex()};
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pids().erase(pid_);
  pid_ = 0;
  return status;
}

ProtectedChildren::ProtectedChildren() : lock_{mutex()} {}

bool ProtectedChildren::contains(pid_t pid) const { return pids().count(pid) > 0; }

bool ProtectedChildren::is_empty() const { return pids().empty(); }

}  // namespace understudy
