#pragma once
/// What `/proc` tells about the processes below this one. All of it is a snapshot: they come and go while we look.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

/// Every process below this one, children before grandchildren; zombies included. Not those at or below a
/// ProtectedChild; the same goes for what is killed and reaped here.
[[nodiscard]] std::vector<pid_t> descendants();

/// Every process below `process`, in the same order.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t process);

/// "sleep 21"; of a zombie its short name; "" if it is gone.
[[nodiscard]] std::string command_line(pid_t process);

[[nodiscard]] bool is_zombie(pid_t process);

/// What a file descriptor of `process` leads to, as the kernel names it ("pipe:[4711]", "/dev/pts/3"); "" if unknown.
[[nodiscard]] std::string file_behind(pid_t process, int descriptor);

/// Does one of its descriptors lead to `file`, named as by file_behind?
[[nodiscard]] bool holds_open(pid_t process, std::string_view file);

/// Is a thread of it blocked until something can be read from `file`, in read, select or poll?
[[nodiscard]] bool waits_for_input(pid_t process, std::string_view file);

/// Sends SIGKILL to all descendants; false if there was none, or none that we may kill.
bool kill_descendants();

/// Reaps children that have ended. False if no child is left at all; costs one system call then.
bool reap_ended_children();

}  // namespace understudy
