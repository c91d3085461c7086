#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "harness/report.hpp"

namespace understudy {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, int error) {
  throw std::runtime_error{fmt::format("cannot write {}: {}", file.string(), std::generic_category().message(error))};
}

/// Closed and removed, unless it was given its name.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::filesystem::path& beside) : target_{beside} {
    path_ = beside.string() + ".XXXXXX";
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
    if (descriptor_ < 0) fail(target_, errno);
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!named_) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view content) const {
    while (!content.empty()) {
      const ssize_t written = ::write(descriptor_, content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(target_, errno);
      content.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void give_name() {
    const mode_t mask = ::umask(0);  // mkostemp makes it 0600; a report is as readable as any other new file
    ::umask(mask);
    ::fchmod(descriptor_, 0666 & ~mask);
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, errno);
    named_ = true;
  }

private:
  std::filesystem::path target_;
  std::string path_;
  int descriptor_ = -1;
  bool named_ = false;
};

/// Devices and pipes are written to; to rename something over /dev/null would be a poor idea.
void write_in_place(const std::filesystem::path& file, std::string_view content) {
  std::FILE* stream = std::fopen(file.c_str(), "we");
  if (stream == nullptr) fail(file, errno);
  const bool written = std::fwrite(content.data(), 1, content.size(), stream) == content.size();
  if ((std::fclose(stream) != 0) || !written) fail(file, errno);
}

}  // namespace

void write_file_atomically(const std::filesystem::path& file, std::string_view content) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    return write_in_place(file, content);
  }
  error.clear();
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  if (error) fail(file.parent_path(), error.value());
  TemporaryFile temporary{file};
  temporary.write(content);
  temporary.give_name();
}

}  // namespace understudy
