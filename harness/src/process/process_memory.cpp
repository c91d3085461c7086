#include "process/process_memory.hpp"

#include <fmt/format.h>
#include <sys/uio.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace understudy {

const ProcessMemory::Page* ProcessMemory::page_at(std::uint64_t address) {
  const std::uint64_t begin = address / kPageBytes * kPageBytes;
  const auto known = std::ranges::find(pages_, begin, &Page::address);
  if (known != pages_.end()) return &*known;
  if (pages_.size() < kPages) {
    if (pages_.empty()) pages_.reserve(kPages);
    pages_.emplace_back();
    oldest_ = pages_.size() - 1;
  } else {
    oldest_ = (oldest_ + 1) % kPages;
  }
  Page& page = pages_[oldest_];
  page.address = 1;
  const iovec local{page.bytes.data(), kPageBytes};
  const iovec remote{reinterpret_cast<void*>(begin), kPageBytes};  // NOLINT(performance-no-int-to-ptr): it is not ours
  const ssize_t size = ::process_vm_readv(thread_, &local, 1, &remote, 1, 0);
  if (size != static_cast<ssize_t>(kPageBytes)) {
    const int error = size < 0 ? errno : EFAULT;
    problem_ = fmt::format("its memory could not be read: {}", std::generic_category().message(error));
    return nullptr;
  }
  page.address = begin;
  return &page;
}

bool ProcessMemory::spend(std::size_t bytes) {
  if (bytes <= left_bytes_) {
    left_bytes_ -= bytes;
    return true;
  }
  left_bytes_ = 0;
  problem_ = "its arguments and environment are larger than any kernel takes";
  return false;
}

std::string ProcessMemory::text(std::uint64_t address) {
  std::string text;
  while (problem_.empty()) {
    const Page* const page = page_at(address);
    if (page == nullptr) break;
    const std::size_t from = address % kPageBytes;
    const char* const begin = page->bytes.data() + from;
    const void* const end = std::memchr(begin, '\0', kPageBytes - from);
    const std::size_t size =
        end == nullptr ? kPageBytes - from : static_cast<std::size_t>(static_cast<const char*>(end) - begin);
    if (!spend(size)) break;
    text.append(begin, size);
    if (end != nullptr) break;
    address += size;
  }
  return text;
}

std::uint64_t ProcessMemory::pointer_at(std::uint64_t address, std::size_t bytes) {
  std::uint64_t pointer = 0;
  char* into = reinterpret_cast<char*>(&pointer);  // its low bytes come first: so do those of a shorter one
  static_assert(std::endian::native == std::endian::little);
  for (std::size_t i = 0; i < bytes;) {  // in pieces: it may lie across two pages
    const Page* const page = page_at(address + i);
    if (page == nullptr) return 0;
    const std::size_t from = (address + i) % kPageBytes;
    const std::size_t piece = std::min(bytes - i, kPageBytes - from);
    std::memcpy(into + i, page->bytes.data() + from, piece);
    i += piece;
  }
  return pointer;
}

std::vector<std::string> ProcessMemory::texts(std::uint64_t array, std::size_t pointer_bytes) {
  std::vector<std::string> texts;
  if (array == 0) return texts;
  std::vector<std::uint64_t> pointers;  // all of them first: the pages of the array are not read twice
  for (; problem_.empty() && spend(pointer_bytes); array += pointer_bytes) {
    const std::uint64_t pointer = pointer_at(array, pointer_bytes);
    if (pointer == 0) break;
    pointers.push_back(pointer);
  }
  texts.reserve(pointers.size());
  for (const std::uint64_t pointer : pointers) {
    if (!problem_.empty()) break;
    texts.push_back(text(pointer));
  }
  return texts;
}

}  // namespace understudy
