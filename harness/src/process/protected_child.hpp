#pragma once
/// Children of this process that `run_command`, which takes every other child for its client's, leaves alone.

#include <sys/types.h>

#include <functional>
#include <mutex>
#include <set>

namespace understudy {

/// A child that nobody but its owner ends or reaps; what is below it is left alone too. Killed and reaped when this is
/// gone.
class ProtectedChild {
public:
  ProtectedChild() = default;
  /// Calls `spawn`, which returns the child's id, while nobody looks for children to end. What it throws comes out.
  explicit ProtectedChild(const std::function<pid_t()>& spawn);
  ProtectedChild(const ProtectedChild&) = delete;
  ProtectedChild& operator=(const ProtectedChild&) = delete;
  ~ProtectedChild();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Waits for its end; returns the status as waitpid(2) does.
  int wait();

private:
  pid_t pid_ = 0;  ///< 0 once it is reaped
};

/// Held while children are counted, killed or reaped: none becomes protected in the meantime.
class ProtectedChildren {
public:
  ProtectedChildren();
  [[nodiscard]] bool contains(pid_t pid) const;
  [[nodiscard]] bool is_empty() const;

private:
  std::unique_lock<std::recursive_mutex> lock_;
};

}  // namespace understudy
