#include "process/proc_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <memory>
#include <string_view>

namespace understudy {

// Plain system calls: /proc files have no size, and a stream's locale and buffers cost more than the reading.
std::string read_proc_file(const std::string& path) {
  std::string text;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(file, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(file);
  return text;
}

bool any_numbered_entry(const std::string& folder, const std::function<bool(int number)>& use) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory{::opendir(folder.c_str()), ::closedir};
  if (directory == nullptr) return false;
  while (const dirent* const entry = ::readdir(directory.get())) {
    const std::string_view name{entry->d_name};
    int number = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    if (parsed.ec == std::errc{} && parsed.ptr == name.data() + name.size() && use(number)) return true;
  }
  return false;
}

}  // namespace understudy
