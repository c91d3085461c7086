#include "run/worker_process.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "process/handles.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr int kPatienceMs = 2000;  // from closing its socket to being gone; an exit takes microseconds

[[noreturn]] void fail(std::string_view what, int error) {
  throw std::runtime_error{fmt::format("{}: {}", what, std::generic_category().message(error))};
}

class SpawnSettings {
public:
  explicit SpawnSettings(int child_socket) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, child_socket, STDIN_FILENO);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  pid_t spawn(const std::vector<std::string>& command) const {
    std::vector<char*> argv;
    argv.reserve(command.size() + 1);
    for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    pid_t pid = -1;
    const int error = ::posix_spawn(&pid, command.front().c_str(), &actions_, &attributes_, argv.data(), environ);
    if (error != 0) fail("cannot start a worker, " + command.front(), error);
    return pid;
  }

private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) return fmt::format("died by signal {}", WTERMSIG(status));
  return fmt::format("exited with {}", WEXITSTATUS(status));
}

/// False if it still runs after `limit`.
bool wait_for_end(pid_t pid, int limit_ms) {
  const Handle process = open_process(pid);
  return process.get() >= 0 && wait_readable(process, limit_ms);
}

}  // namespace

WorkerProcess::WorkerProcess(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) fail("no socket for a worker", errno);
  socket_ = ends[0];
  try {
    pid_ = SpawnSettings{ends[1]}.spawn(command);
  } catch (...) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw;
  }
  ::close(ends[1]);
}

WorkerProcess::~WorkerProcess() {
  if (pid_ > 0) {
    kill();
    reap();
  }
  ::close(socket_);
}

void WorkerProcess::send(const json& message) const {
  const std::string text = message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t count = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool WorkerProcess::receive(std::vector<json>& messages) {
  std::array<char, 65536> chunk;
  const ssize_t count = ::recv(socket_, chunk.data(), chunk.size(), MSG_DONTWAIT);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  const std::size_t searched = buffer_.size();
  buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = buffer_.find('\n', std::max(begin, searched))) != std::string::npos;
       begin = end + 1) {
    messages.push_back(json::parse(buffer_.begin() + static_cast<std::ptrdiff_t>(begin),
                                   buffer_.begin() + static_cast<std::ptrdiff_t>(end)));
  }
  buffer_.erase(0, begin);
  return count > 0;
}

void WorkerProcess::hang_up() const { ::shutdown(socket_, SHUT_WR); }

void WorkerProcess::kill() const {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

std::string WorkerProcess::reap() {
  if (!wait_for_end(pid_, kPatienceMs)) kill();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return describe_status(status);
}

}  // namespace understudy
