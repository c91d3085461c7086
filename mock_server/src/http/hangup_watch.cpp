#include "http/hangup_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace understudy {

HangupWatch::HangupWatch() : wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  if (wake_ < 0) throw std::system_error{errno, std::generic_category(), "no eventfd"};
  thread_ = std::thread{[this] { keep(); }};
}

HangupWatch::~HangupWatch() {
  {
    const std::scoped_lock lock{mutex_};
    stopping_ = true;
  }
  wake();
  thread_.join();
  ::close(wake_);
}

void HangupWatch::wake() const { ::eventfd_write(wake_, 1); }

std::uint64_t HangupWatch::watch(int socket, std::function<void()> hung_up) {
  std::uint64_t id = 0;
  {
    const std::scoped_lock lock{mutex_};
    id = ++last_;
    watched_[id] = {socket, std::move(hung_up)};
  }
  wake();
  return id;
}

void HangupWatch::forget(std::uint64_t id) {
  const std::scoped_lock lock{mutex_};  // while somebody is told, this is held
  watched_.erase(id);
}

void HangupWatch::keep() {
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    std::vector<pollfd> sources{{.fd = wake_, .events = POLLIN, .revents = 0}};
    std::vector<std::uint64_t> ids;
    for (const auto& [id, watched] : watched_) {
      sources.push_back({.fd = watched.socket, .events = POLLRDHUP, .revents = 0});
      ids.push_back(id);
    }
    lock.unlock();
    const int ready = ::poll(sources.data(), sources.size(), -1);
    lock.lock();
    if (ready <= 0) continue;
    eventfd_t count = 0;
    if (sources[0].revents != 0) ::eventfd_read(wake_, &count);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto found = watched_.find(ids[i]);
      if (sources[i + 1].revents == 0 || found == watched_.end()) continue;
      const std::function<void()> hung_up = std::move(found->second.hung_up);
      watched_.erase(found);
      hung_up();
    }
  }
}

}  // namespace understudy
