#pragma once
/// The filter that makes the kernel ask us before a process becomes another program: seccomp with user notification, as
/// in seccomp_unotify(2). It holds for the process that installs it and for all that it ever starts, and cannot be
/// taken off.

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "process/handles.hpp"

namespace understudy {

/// What execve and execveat are for one kind of program that this machine can run.
struct ExecCalls {
  std::uint32_t architecture = 0;  ///< AUDIT_ARCH_...
  std::uint32_t execve = 0;
  std::uint32_t execveat = 0;
  std::size_t pointer_bytes = 0;
};
/// Null if it is none of these calls.
[[nodiscard]] const ExecCalls* exec_calls_of(std::uint32_t architecture, std::uint32_t number);

/// Runs in the child, between vfork and exec, as the last thing before exec; system calls only. Sends the listener, or
/// errno if there is none (which is no failure), to the other end of `socket`. Gives up gaining privileges by
/// set-user-ID programs if, and only if, the kernel demands it. Returns what failed (see errno), or null.
[[nodiscard]] const char* install_exec_filter(int socket);

struct ListenerMessage {
  Handle listener;  ///< none if `error` is not 0
  int error = 0;    ///< errno's value: EBUSY if a filter of that kind is there already
};
/// Takes what install_exec_filter has sent, for which it waits. Nothing at the end of the socket.
[[nodiscard]] std::optional<ListenerMessage> receive_listener(const Handle& socket);

}  // namespace understudy
