#pragma once
/// Waiting for what files show.

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <functional>

namespace understudy {

/// Looks again whenever something in `folder` changes; false after a minute without.
inline bool wait_until(const std::filesystem::path& folder, const std::function<bool()>& holds) {
  const int watch = ::inotify_init1(IN_CLOEXEC);
  ::inotify_add_watch(watch, folder.c_str(), IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM);
  bool held = holds();
  pollfd source{watch, POLLIN, 0};
  std::array<char, 4096> events{};
  while (!held && ::poll(&source, 1, 60'000) > 0 && ::read(watch, events.data(), events.size()) > 0) held = holds();
  ::close(watch);
  return held;
}

}  // namespace understudy
