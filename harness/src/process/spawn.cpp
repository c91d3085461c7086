#include <boost/process/detail/config.hpp>
#include <utility>  // asio of Boost 1.74 forgets it
// Boost takes it from POSIX, which dropped it in 2008; Linux has it.
#define BOOST_POSIX_HAS_VFORK 1

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/process/args.hpp>
#include <boost/process/async.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/io.hpp>
#include <boost/process/posix.hpp>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "process/child_signals.hpp"
#include "process/exec_filter.hpp"
#include "process/spawn.hpp"

namespace understudy {
namespace {

namespace bp = boost::process;

/// "NAME=value" texts and the null-terminated array of pointers that exec wants.
class EnvironmentBlock {
public:
  explicit EnvironmentBlock(const std::map<std::string, std::string>& env) {
    for (const auto& [name, value] : env) texts_.emplace_back(name).append("=").append(value);
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
  }
  [[nodiscard]] char** get() { return pointers_.data(); }

private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

/// Runs in the child. System calls only: with vfork it shares our memory, and other threads hold their locks.
class ChildSetup : public bp::extend::handler {
public:
  ChildSetup(const Command& command, ChildHandles handles)
      : env_{command.env}, folder_{command.working_directory.string()}, handles_{handles} {}

  template <class Executor>
  void on_setup(Executor& executor) {
    executor.env = env_.get();
  }

  template <class Executor>
  void on_exec_setup(Executor& executor) const {
    const char* const failed = set_up();
    if (failed == nullptr) return;
    executor.set_error(std::error_code{errno, std::generic_category()}, failed);
    if constexpr (kVfork) _exit(127);  // the parent sees the error in the memory that we share
  }

#ifdef __SANITIZE_THREAD__
  static constexpr bool kVfork = false;  // its interceptor forks, so the child's errno would be lost
#else
  static constexpr bool kVfork = true;  // a fork copies page tables: more than all the rest of a start costs
#endif

private:
  /// What failed (see errno), or null.
  [[nodiscard]] const char* set_up() const {
    if (::setsid() < 0) return "setsid";
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent_) _exit(127);  // it died before the line above could tell
    if (handles_.terminal && ::ioctl(handles_.input, TIOCSCTTY, 0) < 0) return "TIOCSCTTY";
    if (::dup2(handles_.input, STDIN_FILENO) < 0) return "dup2";
    if (::dup2(handles_.output, STDOUT_FILENO) < 0) return "dup2";
    if (::dup2(handles_.error, STDERR_FILENO) < 0) return "dup2";
    // cpp-httplib's connections are not close-on-exec by themselves. Before Linux 5.11: see prepare_to_close_on_exec.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::umask(022);
    if (!folder_.empty() && ::chdir(folder_.c_str()) < 0) return "chdir";
    reset_signals();
    return handles_.exec_watch < 0 ? nullptr : install_exec_filter(handles_.exec_watch);
  }

  mutable EnvironmentBlock env_;
  std::string folder_;
  ChildHandles handles_;
  pid_t parent_ = ::getpid();
};

/// For kernels without CLOSE_RANGE_CLOEXEC. Racy if another thread opens something right now, which the call is not.
void close_all_on_exec() {
  DIR* const directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return;
  while (const dirent* const entry = ::readdir(directory)) {
    const int descriptor = std::atoi(entry->d_name);
    if (descriptor > STDERR_FILENO) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  }
  ::closedir(directory);
}

template <class... More>
bp::child start(const Command& command, More&&... more) {
  const std::vector<std::string> arguments{command.argv.begin() + 1, command.argv.end()};
  const AllSignalsBlocked blocked;
  return bp::child{bp::exe = command.argv.front(), bp::args = arguments, std::forward<More>(more)...};
}

[[noreturn]] void refuse(const Command& command, const std::error_code& error) {
  const std::string& program = command.argv.front();
  // The kernel says "no such file" of a missing folder or interpreter too; say which it is.
  if (error.value() == ENOENT && ::access(program.c_str(), F_OK) == 0) {
    const bool no_folder = ::access(command.working_directory.c_str(), F_OK) != 0;
    throw std::runtime_error{no_folder ? fmt::format("cannot start {} in {}: {}", program,
                                                     command.working_directory.string(), error.message())
                                       : fmt::format("cannot start {}: its interpreter is missing", program)};
  }
  throw std::runtime_error{fmt::format("cannot start {}: {}", program, error.message())};
}

}  // namespace

void prepare_to_close_on_exec() {
  static const bool kernel_closes_ranges = ::close_range(~0U, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
  if (!kernel_closes_ranges) close_all_on_exec();
}

bp::child spawn(const Command& command, const ChildHandles& handles, boost::asio::io_context& context,
                const std::function<void()>& on_exit) {
  prepare_to_close_on_exec();
  ChildSetup setup{command, handles};
  const auto exited = [on_exit](int, const std::error_code&) { on_exit(); };
  std::error_code error;
  bp::child child;
  if constexpr (ChildSetup::kVfork) {
    child = start(command, setup, context, bp::on_exit = exited, error, bp::posix::use_vfork);
  } else {
    child = start(command, setup, context, bp::on_exit = exited, error);
  }
  if (error) refuse(command, error);
  return child;
}

}  // namespace understudy
