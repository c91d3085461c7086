#include "process/descendants.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <optional>

#include "harness/process.hpp"
#include "process/proc_files.hpp"
#include "process/protected_child.hpp"

namespace understudy {
namespace {

/// Children belong to the thread that made (or inherited) them, so each thread is asked.
void append_children(const std::string& process, std::vector<pid_t>& into) {
  const std::string tasks = fmt::format("/proc/{}/task", process);
  any_numbered_entry(tasks, [&](int thread) {
    const std::string list = read_proc_file(fmt::format("{}/{}/children", tasks, thread));
    for (const char* at = list.data(); at < list.data() + list.size(); ++at) {
      pid_t child = 0;
      const auto parsed = std::from_chars(at, list.data() + list.size(), child);
      if (parsed.ec != std::errc{}) break;
      into.push_back(child);
      at = parsed.ptr;
    }
    return false;
  });
}

/// Our children, but for those that are somebody else's business.
std::vector<pid_t> own_children(const ProtectedChildren& spared) {
  std::vector<pid_t> children;
  append_children("self", children);
  std::erase_if(children, [&](pid_t child) { return spared.contains(child); });
  return children;
}

void append_below(std::vector<pid_t>& found) {
  for (std::size_t i = 0; i < found.size(); ++i) append_children(std::to_string(found[i]), found);
}

/// The fields of /proc/PID/stat from the state on; the name before them may hold anything, even ") R".
std::optional<char> process_state(pid_t process) {
  const std::string stat = read_proc_file(fmt::format("/proc/{}/stat", process));
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= stat.size()) return std::nullopt;
  return stat[name_end + 2];
}

}  // namespace

std::vector<pid_t> descendants() {
  std::vector<pid_t> found = own_children(ProtectedChildren{});
  append_below(found);
  return found;
}

std::vector<pid_t> descendants_of(pid_t process) {
  std::vector<pid_t> found;
  append_children(std::to_string(process), found);
  append_below(found);
  return found;
}

std::string command_line(pid_t process) {
  std::string line = read_proc_file(fmt::format("/proc/{}/cmdline", process));
  while (!line.empty() && line.back() == '\0') line.pop_back();
  for (char& c : line) c = c == '\0' ? ' ' : c;
  if (!line.empty()) return line;
  line = read_proc_file(fmt::format("/proc/{}/comm", process));
  if (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

bool is_zombie(pid_t process) {
  const std::optional<char> state = process_state(process);
  return !state || *state == 'Z' || *state == 'X';
}

std::string file_behind(pid_t process, int descriptor) {
  std::array<char, 4096> target{};
  const std::string link = fmt::format("/proc/{}/fd/{}", process, descriptor);
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  return length < 0 ? std::string{} : std::string{target.data(), static_cast<std::size_t>(length)};
}

bool holds_open(pid_t process, std::string_view file) {
  return any_numbered_entry(fmt::format("/proc/{}/fd", process),
                            [&](int descriptor) { return file_behind(process, descriptor) == file; });
}

bool kill_descendants() {
  const ProtectedChildren spared;  // what is protected from now on cannot be among the descendants
  bool any = false;
  for (const pid_t process : descendants()) any = ::kill(process, SIGKILL) == 0 || any;
  return any;
}

bool reap_ended_children() {
  const ProtectedChildren spared;
  if (!spared.is_empty()) {
    const std::vector<pid_t> children = own_children(spared);
    const auto is_left = [](pid_t child) { return ::waitpid(child, nullptr, WNOHANG) == 0; };
    return std::ranges::count_if(children, is_left) > 0;  // all are asked
  }
  while (true) {
    const pid_t ended = ::waitpid(-1, nullptr, WNOHANG);
    if (ended < 0) return false;  // ECHILD
    if (ended == 0) return true;
  }
}

std::vector<std::string> end_all_descendants() {
  std::vector<std::string> ended;
  if (!reap_ended_children()) return ended;
  for (const pid_t process : descendants()) {
    if (!is_zombie(process)) ended.push_back(command_line(process));
  }
  // Each round kills what the round before has brought to us (orphans of the killed) or missed (just forked), and then
  // waits for one of our children, all of which have been killed.
  while (kill_descendants()) {
    const std::vector<pid_t> children = own_children(ProtectedChildren{});
    if (children.empty()) break;
    while (::waitpid(children.front(), nullptr, 0) < 0 && errno == EINTR) {
    }
    if (!reap_ended_children()) break;
  }
  return ended;
}

}  // namespace understudy
