#include "hunt/walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <memory>
#include <system_error>
#include <utility>

namespace understudy {
namespace {

namespace fs = std::filesystem;

std::string text_of_errno() { return std::generic_category().message(errno); }

class Walk {
public:
  Walk(const std::function<void(const fs::path&, const struct stat&)>& use,
       const std::function<void(const fs::path&, const std::string& why)>& unread)
      : use_{use}, unread_{unread} {}

  void look_into(int parent, const char* name, const fs::path& path) {
    const int descriptor = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) return complain(path);
    const std::unique_ptr<DIR, int (*)(DIR*)> folder{::fdopendir(descriptor), ::closedir};
    while (const dirent* const entry = ::readdir(folder.get())) {
      const std::string inner{entry->d_name};
      if (inner == "." || inner == "..") continue;
      struct stat status {};
      if (::fstatat(descriptor, inner.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        complain(path / inner);
        continue;
      }
      use_(path / inner, status);
      if (S_ISDIR(status.st_mode)) look_into(descriptor, inner.c_str(), path / inner);
    }
  }

private:
  void complain(const fs::path& path) const {
    if (errno != ENOENT && errno != ENOTDIR) unread_(path, text_of_errno());
  }

  const std::function<void(const fs::path&, const struct stat&)>& use_;
  const std::function<void(const fs::path&, const std::string& why)>& unread_;
};

}  // namespace

ReachedPath::ReachedPath(const fs::path& path) : path_{path.string()} {
  while (path_.size() >= PATH_MAX) {  // as much of it as can be opened at once
    const std::size_t slash = path_.rfind('/', PATH_MAX - 1);
    if (slash == 0 || slash == std::string::npos) return;  // whoever uses it gets the error
    folder_ = Handle{::open(path_.substr(0, slash).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    path_ = fmt::format("/proc/self/fd/{}", folder_.get()) + path_.substr(slash);
    if (folder_.get() < 0) return;
  }
}

void walk(const fs::path& folder, const std::function<void(const fs::path&, const struct stat&)>& use,
          const std::function<void(const fs::path&, const std::string& why)>& unread) {
  Walk{use, unread}.look_into(AT_FDCWD, folder.c_str(), folder);
}

}  // namespace understudy
