#include "run/login_turn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace understudy {

LoginTurn::LoginTurn(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const std::filesystem::path path = folder / "login-ports.lock";
  file_ = Handle{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  int locked = -1;
  if (file_.get() >= 0) {
    do {
      locked = ::flock(file_.get(), LOCK_EX);
    } while (locked != 0 && errno == EINTR);
  }
  if (locked != 0)
    throw std::runtime_error{fmt::format("cannot lock {}: {}", path.string(), std::generic_category().message(errno))};
}

}  // namespace understudy
