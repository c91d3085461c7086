#include "process/exec_watch.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "process/child_signals.hpp"
#include "process/exec_filter.hpp"
#include "process/exec_notices.hpp"
#include "process/proc_files.hpp"

namespace understudy {
namespace {

constexpr int kSampleIntervalMs = 20;
constexpr const char* kSampled = "; /proc was looked at now and then instead, which misses what does not live long";

[[noreturn]] void fail(const char* call) { throw std::system_error{errno, std::generic_category(), call}; }

std::string why_no_filter(int error) {
  if (error == EBUSY) return "this runs under a seccomp filter of the same kind";
  if (error == ENOSYS || error == EINVAL) return "this kernel has no seccomp filter with user notification";
  return "no seccomp filter could be installed: " + std::generic_category().message(error);
}

/// Of "a\0b\0"; the last may lack its end.
std::vector<std::string> zero_terminated(std::string_view text) {
  std::vector<std::string> texts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\0'), text.size());
    texts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return texts;
}

std::string read_of(pid_t process, std::string_view file) {
  return read_proc_file(fmt::format("/proc/{}/{}", process, file));
}

pid_t parent_of(pid_t process) {
  const std::string status = read_of(process, "status");
  constexpr std::string_view kName = "\nPPid:\t";
  const std::size_t at = status.find(kName);
  pid_t parent = 0;
  if (at != std::string::npos) {
    std::from_chars(status.data() + at + kName.size(), status.data() + status.size(), parent);
  }
  return parent;
}

std::string executable_of(pid_t process) {
  std::error_code gone;
  return std::filesystem::read_symlink(fmt::format("/proc/{}/exe", process), gone).string();
}

}  // namespace

ExecWatch::ExecWatch(std::function<std::vector<pid_t>()> below, const std::string& why_not)
    : below_{std::move(below)}, stop_{::eventfd(0, EFD_CLOEXEC)} {
  if (stop_.get() < 0) fail("eventfd");
  if (why_not.empty()) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0) fail("socketpair");
    our_end_ = Handle{ends[0]};
    childs_end_ = Handle{ends[1]};
  } else {
    seen_.say_why(why_not + kSampled);
  }
  const AllSignalsBlocked blocked;  // they are for others to take
  thread_ = std::thread{[this] { run(); }};
}

void ExecWatch::stop() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  while (::write(stop_.get(), &one, sizeof one) < 0 && errno == EINTR) continue;
  thread_.join();
}

Sightings ExecWatch::take() {
  const std::scoped_lock lock{mutex_};
  return seen_.take();
}

void ExecWatch::run() {
  ::prctl(PR_SET_NAME, kThreadName);
  if (our_end_.get() < 0) return sample();
  answering_thread_ = ::gettid();
  std::array<pollfd, 2> sources{{{our_end_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  while (::poll(sources.data(), sources.size(), -1) < 0) continue;
  if (sources[0].revents == 0) return;  // the child never came so far
  std::optional<ListenerMessage> message = receive_listener(our_end_);
  if (!message) return;
  if (message->listener.get() >= 0) return answer(std::move(message->listener));
  answering_thread_ = 0;
  {
    const std::scoped_lock lock{mutex_};
    seen_.say_why(why_no_filter(message->error) + kSampled);
  }
  sample();
}

void ExecWatch::answer(Handle handle) {
  ExecListener listener{std::move(handle)};
  std::array<pollfd, 2> sources{{{listener.descriptor(), POLLIN, 0}, {stop_.get(), POLLIN, 0}}};
  while (true) {
    if (::poll(sources.data(), sources.size(), -1) < 0) continue;
    if (sources[1].revents != 0) return;
    if ((sources[0].revents & POLLIN) != 0) {
      is_answering_ = true;
      std::optional<ExecQuestion> question = listener.next();
      if (question && listener.let_go_on(*question)) keep(std::move(*question));
      is_answering_ = false;
    } else if (sources[0].revents != 0) {
      sources[0].fd = -1;  // the last process under the filter is gone
    }
  }
}

void ExecWatch::keep(ExecQuestion question) {
  const std::scoped_lock lock{mutex_};
  if (!question.unread.empty()) seen_.add_unseen(question.unread);
  seen_.add(std::move(question.process));
}

bool ExecWatch::wait_for_stop(int milliseconds) const { return wait_readable(stop_, milliseconds); }

void ExecWatch::sample() {
  do {
    sample_once();
  } while (!wait_for_stop(kSampleIntervalMs));
}

void ExecWatch::sample_once() {
  const pid_t self = ::getpid();
  const std::string our_arguments = read_of(self, "cmdline");
  const std::string our_program = executable_of(self);
  for (const pid_t process : below_()) {
    const std::string arguments = read_of(process, "cmdline");
    SeenProcess seen{.pid = process,
                     .parent = parent_of(process),
                     .program = executable_of(process),
                     .argv = zero_terminated(arguments),
                     .env = zero_terminated(read_of(process, "environ"))};
    if (arguments.empty()) continue;                                          // it has ended
    if (arguments == our_arguments && seen.program == our_program) continue;  // a copy of us, on its way to exec
    const std::scoped_lock lock{mutex_};
    seen_.add(std::move(seen));
  }
}

}  // namespace understudy
