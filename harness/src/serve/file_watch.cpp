#include "serve/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace understudy {
namespace {

namespace fs = std::filesystem;

// A file that is being written is looked at when its writer closes it.
constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM;

}  // namespace

FileWatch::FileWatch() : inotify_{::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)} {
  if (inotify_.get() < 0) throw std::system_error{errno, std::generic_category(), "cannot watch files"};
}

void FileWatch::watch(const std::vector<fs::path>& files) {
  std::map<int, std::set<std::string>> names;
  for (const fs::path& file : files) {
    std::error_code missing;
    // Where a link leads to is written to, and the link itself may be replaced.
    for (const fs::path& each : {fs::absolute(file), fs::canonical(file, missing)}) {
      if (each.empty()) continue;
      const int folder = ::inotify_add_watch(inotify_.get(), each.parent_path().c_str(), kChanges);
      if (folder >= 0) names[folder].insert(each.filename().string());
    }
  }
  for (const auto& [folder, ignored] : names_) {
    if (!names.contains(folder)) ::inotify_rm_watch(inotify_.get(), folder);
  }
  names_ = std::move(names);
}

bool FileWatch::take() {
  bool changed = false;
  alignas(inotify_event) std::array<char, 8192> buffer{};
  ssize_t size = 0;
  while ((size = ::read(inotify_.get(), buffer.data(), buffer.size())) > 0) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const auto folder = names_.find(event.wd);
      const std::string name = event.len == 0 ? "" : std::string{buffer.data() + at + sizeof event};
      if ((event.mask & IN_Q_OVERFLOW) != 0 || (folder != names_.end() && folder->second.contains(name)))
        changed = true;
      at += sizeof event + event.len;
    }
  }
  return changed;
}

}  // namespace understudy
