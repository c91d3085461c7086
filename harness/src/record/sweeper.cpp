#include "record/sweeper.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "harness/remains.hpp"

namespace understudy {
namespace {

/// In a process of its own, whose parent is gone: it waits for the pipe's end.
[[noreturn]] void sweep(int source, const std::filesystem::path& folder) {
  ::setsid();
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(signal, SIG_IGN);
  ::dup2(source, STDIN_FILENO);
  ::close_range(STDIN_FILENO + 1, ~0U, 0);  // no pipe of somebody else's stays open because of us
  if (::chdir("/") != 0) ::_exit(1);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) != 0) continue;
  remove_tree(folder);
  ::_exit(0);
}

}  // namespace

Sweeper::Sweeper(const std::filesystem::path& folder) : pipe_{open_pipe()} {
  const pid_t between = ::fork();
  if (between < 0) throw std::system_error{errno, std::generic_category(), "nobody to clean up"};
  if (between == 0) {
    pipe_.sink.close();
    if (::fork() == 0) sweep(pipe_.source.get(), folder);
    ::_exit(0);
  }
  while (::waitpid(between, nullptr, 0) < 0 && errno == EINTR) continue;
  pipe_.source.close();
}

}  // namespace understudy
