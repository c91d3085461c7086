#include "hunt/file_view.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "hunt/walk.hpp"

namespace understudy {
namespace {

/// What is mapped ends us if somebody cuts it in the meantime; that leaves the large ones, which take time to read.
constexpr std::int64_t kLargestRead = 16 << 20;
constexpr std::int64_t kSmallestWithHoles = 64 << 20;
constexpr std::int64_t kBytesOfABlock = 512;  // stat(2)

std::string text_of(int error) { return std::generic_category().message(error); }

}  // namespace

FileView::FileView(const std::filesystem::path& path) {
  const ReachedPath reached{path};
  const Handle file{::open(reached.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    if (errno != ENOENT) why_not_ = text_of(errno);  // it may be gone by now
    return;
  }
  if (!S_ISREG(status.st_mode)) return;
  if (status.st_size <= kLargestRead) {
    read(file.get());
    return;
  }
  const bool mostly_holes =
      status.st_size >= kSmallestWithHoles && status.st_blocks * kBytesOfABlock < status.st_size / 2;
  if (mostly_holes) {
    map_between_holes(file.get());
  } else {
    map(file.get(), 0, static_cast<std::size_t>(status.st_size));
  }
}

FileView::~FileView() {
  for (const auto& [data, size] : mapped_) ::munmap(data, size);
}

std::string_view FileView::bytes() const { return pieces_.empty() ? std::string_view{} : pieces_.front().bytes; }

void FileView::read(int descriptor) {
  std::array<char, 65536> buffer{};
  ssize_t size = 0;
  while ((size = ::read(descriptor, buffer.data(), buffer.size())) > 0)
    text_.append(buffer.data(), static_cast<std::size_t>(size));
  if (size < 0) why_not_ = text_of(errno);
  if (!text_.empty()) pieces_ = {{0, text_}};
}

void FileView::map(int descriptor, std::size_t begin, std::size_t end) {
  const std::size_t page = begin - begin % static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const data = ::mmap(nullptr, end - page, PROT_READ, MAP_PRIVATE, descriptor, static_cast<off_t>(page));
  if (data == MAP_FAILED) {
    why_not_ = text_of(errno);
    return;
  }
  mapped_.emplace_back(data, end - page);
  pieces_.push_back({begin, std::string_view{static_cast<const char*>(data), end - page}.substr(begin - page)});
}

void FileView::map_between_holes(int descriptor) {
  for (off_t begin = 0; (begin = ::lseek(descriptor, begin, SEEK_DATA)) >= 0;) {
    const off_t end = ::lseek(descriptor, begin, SEEK_HOLE);
    if (end <= begin) break;
    map(descriptor, static_cast<std::size_t>(begin), static_cast<std::size_t>(end));
    begin = end;
  }
}

}  // namespace understudy
