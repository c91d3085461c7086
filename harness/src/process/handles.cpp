#include "process/handles.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace understudy {
namespace {

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error{errno, std::generic_category(), what};
  return result;
}

}  // namespace

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = other.release();
  }
  return *this;
}

void Handle::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Pipe open_pipe() {
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
  return {Handle{ends[0]}, Handle{ends[1]}};
}

Handle open_null() { return Handle{checked(::open("/dev/null", O_RDONLY | O_CLOEXEC), "cannot open /dev/null")}; }

Terminal open_terminal(int columns, int rows) {
  Terminal terminal;
  terminal.master = Handle{checked(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "cannot make a pseudo-terminal")};
  checked(::grantpt(terminal.master.get()), "cannot make a pseudo-terminal");
  checked(::unlockpt(terminal.master.get()), "cannot make a pseudo-terminal");
  std::array<char, 64> name{};
  checked(-::ptsname_r(terminal.master.get(), name.data(), name.size()), "cannot name a pseudo-terminal");
  terminal.name = name.data();
  // Open in this process first: a master without any slave reads as ended.
  terminal.slave = Handle{checked(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC), "cannot open a pseudo-terminal")};
  const winsize size{static_cast<unsigned short>(rows), static_cast<unsigned short>(columns), 0, 0};
  checked(::ioctl(terminal.slave.get(), TIOCSWINSZ, &size), "cannot size a pseudo-terminal");
  termios settings{};
  checked(::tcgetattr(terminal.slave.get(), &settings), "cannot set up a pseudo-terminal");
  settings.c_oflag &= ~static_cast<tcflag_t>(ONLCR);  // we want what the client wrote: "\n", not "\r\n"
  checked(::tcsetattr(terminal.slave.get(), TCSANOW, &settings), "cannot set up a pseudo-terminal");
  return terminal;
}

Handle open_process(pid_t process) {
  return Handle{static_cast<int>(::syscall(SYS_pidfd_open, process, 0))};  // glibc 2.36 declares it for C only
}

bool wait_readable(const Handle& handle, int milliseconds) {
  pollfd source{handle.get(), POLLIN, 0};
  int ready = 0;
  do ready = ::poll(&source, 1, milliseconds);
  while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace understudy
