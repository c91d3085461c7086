#pragma once
/// Files below a folder, however deep: the kernel takes no path of more than 4095 bytes, but such paths there are.

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>

#include "process/handles.hpp"

namespace understudy {

/// A path that system calls take for as long as this lives.
class ReachedPath {
public:
  explicit ReachedPath(const std::filesystem::path& path);
  [[nodiscard]] const char* c_str() const { return path_.c_str(); }

private:
  Handle folder_{};
  std::string path_;
};

/// Everything below `folder`, each folder before what is in it; links are not followed. What is gone by the time it is
/// looked at is passed over; what cannot be read is told to `unread`, with errno's text.
void walk(const std::filesystem::path& folder,
          const std::function<void(const std::filesystem::path&, const struct stat&)>& use,
          const std::function<void(const std::filesystem::path&, const std::string& why)>& unread);

}  // namespace understudy
