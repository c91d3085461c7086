// What a process waits for, from the system call that it is blocked in. The kernel shows it to whoever may trace the
// process (/proc/PID/syscall); where we may not, nobody seems to wait.

#include <fmt/format.h>
#include <poll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include "process/descendants.hpp"
#include "process/proc_files.hpp"

namespace understudy {
namespace {

/// A blocked system call with its first arguments.
struct Call {
  long number = -1;
  std::array<std::uint64_t, 3> arguments{};
};

/// "23 0x1 0x7ffcee9e28e8 0x7ffcee9e2968 ..."; "running" is none.
std::optional<Call> parse_call(const std::string& text) {
  Call call;
  const char* const end = text.data() + text.size();
  auto parsed = std::from_chars(text.data(), end, call.number);
  if (parsed.ec != std::errc{}) return std::nullopt;
  for (std::uint64_t& argument : call.arguments) {
    constexpr std::size_t kPrefix = 3;  // " 0x"
    if (end - parsed.ptr <= static_cast<std::ptrdiff_t>(kPrefix)) return std::nullopt;
    parsed = std::from_chars(parsed.ptr + kPrefix, end, argument, 16);
  }
  return call;
}

/// Copies from another process's memory; false if that is not allowed or not mapped.
bool read_memory(pid_t process, std::uint64_t address, void* into, std::size_t size) {
  const iovec local{into, size};
  const iovec remote{reinterpret_cast<void*>(address), size};  // NOLINT(performance-no-int-to-ptr): it is not ours
  return ::process_vm_readv(process, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

std::vector<int> selected(pid_t process, const Call& call) {
  fd_set set;
  FD_ZERO(&set);
  const int count = static_cast<int>(std::min<std::uint64_t>(call.arguments[0], FD_SETSIZE));
  if (call.arguments[1] == 0 ||
      !read_memory(process, call.arguments[1], &set, (static_cast<std::size_t>(count) + 7) / 8)) {
    return {};
  }
  std::vector<int> descriptors;
  for (int i = 0; i < count; ++i) {
    if (FD_ISSET(i, &set)) descriptors.push_back(i);
  }
  return descriptors;
}

std::vector<int> polled(pid_t process, const Call& call) {
  constexpr std::uint64_t kMost = 1024;
  std::vector<pollfd> entries(std::min(call.arguments[1], kMost));
  if (!read_memory(process, call.arguments[0], entries.data(), entries.size() * sizeof(pollfd))) return {};
  std::vector<int> descriptors;
  for (const pollfd& entry : entries) {
    if ((entry.events & POLLIN) != 0) descriptors.push_back(entry.fd);
  }
  return descriptors;
}

std::vector<int> awaited_descriptors(pid_t process, const Call& call) {
  switch (call.number) {
    case SYS_read:
      return {static_cast<int>(call.arguments[0])};
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
      return selected(process, call);
#ifdef SYS_poll
    case SYS_poll:
#endif
    case SYS_ppoll:
      return polled(process, call);
    default:
      return {};
  }
}

}  // namespace

bool waits_for_input(pid_t process, std::string_view file) {
  const std::string tasks = fmt::format("/proc/{}/task", process);
  return any_numbered_entry(tasks, [&](int thread) {
    const std::optional<Call> call = parse_call(read_proc_file(fmt::format("{}/{}/syscall", tasks, thread)));
    if (!call) return false;
    return std::ranges::any_of(awaited_descriptors(process, *call),
                               [&](int descriptor) { return file_behind(process, descriptor) == file; });
  });
}

}  // namespace understudy
