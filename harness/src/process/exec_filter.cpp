#include "process/exec_filter.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

namespace understudy {
namespace {

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)  // since Linux 5.19
#endif

// Numbers of the kernel's tables arch/*/entry/syscalls and include/uapi/asm-generic/unistd.h. What runs 32-bit programs
// or the x32 kind would get past a filter that knew only our own.
#if defined(__x86_64__)
constexpr std::uint32_t kX32 = 0x40000000;
constexpr std::array<ExecCalls, 3> kExecCalls{
    {{AUDIT_ARCH_X86_64, 59, 322, 8}, {AUDIT_ARCH_X86_64, kX32 | 520, kX32 | 545, 4}, {AUDIT_ARCH_I386, 11, 358, 4}}};
#elif defined(__aarch64__)
constexpr std::array<ExecCalls, 2> kExecCalls{{{AUDIT_ARCH_AARCH64, 221, 281, 8}, {AUDIT_ARCH_ARM, 11, 387, 4}}};
#else
constexpr std::array<ExecCalls, 0> kExecCalls{};
#endif

constexpr sock_filter load(std::size_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)};
}
/// Skips so many instructions.
constexpr sock_filter if_equal(std::uint32_t value, std::uint8_t skip_if_so, std::uint8_t skip_if_not) {
  return {BPF_JMP | BPF_JEQ | BPF_K, skip_if_so, skip_if_not, value};
}
constexpr sock_filter answer(std::uint32_t action) { return {BPF_RET | BPF_K, 0, 0, action}; }

/// One block per row. It looks at nothing but number and architecture: so the kernel knows beforehand which calls are
/// always allowed, and does not run it for them.
constexpr std::size_t kBlock = 6;
constexpr auto make_filter() {
  std::array<sock_filter, kExecCalls.size() * kBlock + 1> filter{};
  std::size_t at = 0;
  for (const ExecCalls& calls : kExecCalls) {
    filter[at++] = load(offsetof(seccomp_data, arch));
    filter[at++] = if_equal(calls.architecture, 0, 4);
    filter[at++] = load(offsetof(seccomp_data, nr));
    filter[at++] = if_equal(calls.execve, 1, 0);
    filter[at++] = if_equal(calls.execveat, 0, 1);
    filter[at++] = answer(SECCOMP_RET_USER_NOTIF);
  }
  filter[at] = answer(SECCOMP_RET_ALLOW);
  return filter;
}
constexpr auto kFilter = make_filter();

int set_filter(unsigned long flags) {
  sock_fprog program{static_cast<unsigned short>(kFilter.size()), const_cast<sock_filter*>(kFilter.data())};
  return static_cast<int>(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program));
}

/// The listener, or -1. Speculation stays as it was: turning it off would make every program slower.
int open_listener() {
  if (kExecCalls.empty()) {
    errno = ENOSYS;
    return -1;
  }
  constexpr unsigned long kFlags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  // Only a deadly signal disturbs a call that we are looking at; others wait until it is answered.
  const int listener = set_filter(kFlags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
  return listener < 0 && errno == EINVAL ? set_filter(kFlags) : listener;
}

/// Message with one number, and room for one descriptor.
struct Envelope {
  explicit Envelope(int* number) : piece{number, sizeof *number} {
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = space.data();
    header.msg_controllen = space.size();
  }
  iovec piece;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
  msghdr header{};
};

bool send_listener(int socket, int listener, int error) {
  Envelope envelope{&error};
  if (listener < 0) {
    envelope.header.msg_control = nullptr;
    envelope.header.msg_controllen = 0;
  } else {
    cmsghdr* const rights = CMSG_FIRSTHDR(&envelope.header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof listener);
    std::memcpy(CMSG_DATA(rights), &listener, sizeof listener);
  }
  // Not by the C library: a sanitizer would look at it in the child's name.
  return ::syscall(SYS_sendmsg, socket, &envelope.header, MSG_NOSIGNAL) == sizeof error;
}

}  // namespace

const ExecCalls* exec_calls_of(std::uint32_t architecture, std::uint32_t number) {
  const auto* const found = std::ranges::find_if(kExecCalls, [&](const ExecCalls& calls) {
    return calls.architecture == architecture && (calls.execve == number || calls.execveat == number);
  });
  return found == kExecCalls.end() ? nullptr : found;
}

const char* install_exec_filter(int socket) {
  int listener = open_listener();
  if (listener < 0 && errno == EACCES && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) listener = open_listener();
  const int error = listener < 0 ? errno : 0;
  if (!send_listener(socket, listener, error)) return "sendmsg";  // nobody would answer our own exec
  if (listener >= 0) ::close(listener);  // else we would ask ourselves when nobody else is left
  return nullptr;
}

std::optional<ListenerMessage> receive_listener(const Handle& socket) {
  ListenerMessage message;
  Envelope envelope{&message.error};
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket.get(), &envelope.header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size != sizeof message.error) return std::nullopt;
  const cmsghdr* const rights = CMSG_FIRSTHDR(&envelope.header);
  if (rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
    int listener = -1;
    std::memcpy(&listener, CMSG_DATA(rights), sizeof listener);
    message.listener = Handle{listener};
  }
  return message;
}

}  // namespace understudy
