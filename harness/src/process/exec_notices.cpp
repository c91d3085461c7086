#include "process/exec_notices.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <exception>
#include <string_view>
#include <system_error>
#include <vector>

#include "process/descendants.hpp"
#include "process/exec_filter.hpp"
#include "process/proc_files.hpp"
#include "process/process_memory.hpp"

namespace understudy {
namespace {

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)  // since Linux 6.6
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif

/// A process may give no more than this to exec, however large its stack may be; the kernel's own limit is 6 MB.
constexpr std::size_t kMostBytes = 8 << 20;

/// How large the kernel's structures are, which may have grown since this was compiled.
const seccomp_notif_sizes& sizes() {
  static const seccomp_notif_sizes kSizes = [] {
    seccomp_notif_sizes asked{};
    ::syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &asked);
    return asked;
  }();
  return kSizes;
}

/// Zeroed memory for a structure of which we know the beginning.
template <class Known>
class Grown {
public:
  explicit Grown(std::size_t kernels_size) : words_((std::max(kernels_size, sizeof(Known)) + 7) / 8) {}
  [[nodiscard]] Known* get() { return reinterpret_cast<Known*>(words_.data()); }

private:
  std::vector<std::uint64_t> words_;  // aligned as these structures are
};

int number_after(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(name);
  int number = 0;
  if (at != std::string_view::npos) {
    text.remove_prefix(at + name.size());
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return number;
}

/// The process of the thread that calls, and its parent.
void identify(pid_t thread, SeenProcess& process) {
  const std::string status = read_proc_file(fmt::format("/proc/{}/status", thread));
  process.pid = number_after(status, "\nTgid:\t");
  process.parent = number_after(status, "\nPPid:\t");
  if (process.pid == 0) process.pid = thread;
}

/// As execveat(2) puts it together. The path of execve stays as it was given, relative or not.
std::string program_below(pid_t thread, std::int32_t folder, const std::string& path) {
  if (folder == AT_FDCWD || path.starts_with('/')) return path;
  const std::string base = file_behind(thread, folder);
  return path.empty() ? base : base + '/' + path;
}

void read_call(const seccomp_notif& asked, ExecQuestion& question) {
  const ExecCalls* const calls = exec_calls_of(asked.data.arch, static_cast<std::uint32_t>(asked.data.nr));
  if (calls == nullptr) {
    question.unread = fmt::format("system call {} of architecture {:#x}", asked.data.nr, asked.data.arch);
    return;
  }
  const auto thread = static_cast<pid_t>(asked.pid);
  const bool at = static_cast<std::uint32_t>(asked.data.nr) == calls->execveat;
  const auto* const arguments = asked.data.args + (at ? 1 : 0);
  identify(thread, question.process);
  ProcessMemory memory{thread, kMostBytes};
  question.process.program = memory.text(arguments[0]);
  if (at) {
    const auto folder = static_cast<std::int32_t>(asked.data.args[0]);
    question.process.program = program_below(thread, folder, question.process.program);
  }
  question.process.argv = memory.texts(arguments[1], calls->pointer_bytes);
  question.process.env = memory.texts(arguments[2], calls->pointer_bytes);
  question.unread = memory.problem();
}

}  // namespace

ExecListener::ExecListener(Handle listener) : listener_{std::move(listener)} {
  // Who asks sleeps until we answer, so it need not look for another processor. Older kernels know no flags.
  ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

std::optional<ExecQuestion> ExecListener::next() {
  Grown<seccomp_notif> asked{sizes().seccomp_notif};
  if (::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_RECV, asked.get()) < 0) return std::nullopt;
  ExecQuestion question{.id = asked.get()->id};
  try {
    read_call(*asked.get(), question);
  } catch (const std::exception& error) {  // whatever it is, somebody waits for an answer
    question.unread = error.what();
  }
  return question;
}

bool ExecListener::let_go_on(const ExecQuestion& question) {
  Grown<seccomp_notif_resp> reply{sizes().seccomp_notif_resp};
  reply.get()->id = question.id;
  reply.get()->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  return ::ioctl(listener_.get(), SECCOMP_IOCTL_NOTIF_SEND, reply.get()) == 0;
}

}  // namespace understudy
