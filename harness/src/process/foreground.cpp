#include "process/foreground.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "harness/process.hpp"
#include "process/descendants.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kGrace{5};  // after SIGTERM

std::vector<int> open_descriptors() {
  std::vector<int> all;
  for (const auto& entry : fs::directory_iterator{"/proc/self/fd"}) {
    const int descriptor = std::stoi(entry.path().filename().string());
    if (descriptor > STDERR_FILENO) all.push_back(descriptor);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Foreground::Foreground() {
  for (const int descriptor : open_descriptors()) {
    const int flags = ::fcntl(descriptor, F_GETFD);  // -1: the one that the list was read with
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) inherited_.insert(descriptor);
  }
  termios settings{};
  if (::tcgetattr(STDIN_FILENO, &settings) == 0 && ::tcgetpgrp(STDIN_FILENO) == ::getpgrp()) {
    terminal_before_ = settings;
  }
  ::sigaction(SIGPIPE, nullptr, &broken_pipe_before_);  // a server of ours ignores it
  sigemptyset(&taken_);
  for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&taken_, signal);
  pthread_sigmask(SIG_BLOCK, &taken_, &blocked_before_);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans come to us instead of to init
}

Foreground::~Foreground() {
  end_all_descendants();
  return_terminal();
  const timespec at_once{};
  while (sigtimedwait(&taken_, nullptr, &at_once) > 0) continue;  // they were for the command
  pthread_sigmask(SIG_SETMASK, &blocked_before_, nullptr);
}

/// A shell that was killed has not handed it back.
void Foreground::return_terminal() const {
  if (!terminal_before_) return;
  sigset_t output_stop;
  sigset_t before;
  sigemptyset(&output_stop);
  sigaddset(&output_stop, SIGTTOU);  // or who is not in the foreground is stopped here
  pthread_sigmask(SIG_BLOCK, &output_stop, &before);
  ::tcsetpgrp(STDIN_FILENO, ::getpgrp());
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &*terminal_before_);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

ForegroundEnd Foreground::run(const fs::path& program, const std::vector<std::string>& argv,
                              const std::map<std::string, std::string>& env) {
  int failure = 0;
  const pid_t child = start(program, argv, env, failure);
  if (failure != 0) return {.start_failure = failure};
  const int status = wait_for(child);
  end_all_descendants();
  return {.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), .stopped = stop_wanted_};
}

void Foreground::stop() {
  stop_wanted_ = true;
  ::kill(::getpid(), SIGCHLD);  // blocked everywhere: whoever waits for one looks again
}

void Foreground::close_ours_on_exec() const {
  for (const int descriptor : open_descriptors()) {
    if (!inherited_.contains(descriptor)) ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  }
}

pid_t Foreground::start(const fs::path& program, std::vector<std::string> argv,
                        const std::map<std::string, std::string>& env, int& failure) const {
  std::vector<std::string> variables;
  for (const auto& [name, value] : env) variables.push_back(name + "=" + value);
  const std::vector<char*> arguments = pointers_to(argv);
  const std::vector<char*> environment = pointers_to(variables);
  int report[2];
  if (::pipe2(report, O_CLOEXEC) != 0) throw std::runtime_error{"no pipe for a command's start"};
  close_ours_on_exec();
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {  // system calls only: other threads may hold locks
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::sigaction(SIGPIPE, &broken_pipe_before_, nullptr);
    ::sigprocmask(SIG_SETMASK, &blocked_before_, nullptr);
    ::execve(program.c_str(), arguments.data(), environment.data());
    const int reason = errno;
    [[maybe_unused]] const ssize_t written = ::write(report[1], &reason, sizeof reason);
    ::_exit(127);
  }
  const int fork_failure = errno;
  ::close(report[1]);
  ssize_t got = 0;
  do got = ::read(report[0], &failure, sizeof failure);
  while (got < 0 && errno == EINTR);
  ::close(report[0]);
  if (child < 0) failure = fork_failure;
  if (failure != 0 && child > 0) ::waitpid(child, nullptr, 0);
  return child;
}

int Foreground::wait_for(pid_t child) {
  for (;;) {
    int status = 0;
    for (pid_t ended = 0; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {  // orphans, too
      if (ended == child) return status;
    }
    const bool too_late = kill_at_ && steady_clock::now() >= *kill_at_;
    if (stop_wanted_ || too_late) kill_descendants();
    siginfo_t signal{};
    const timespec interval{.tv_sec = 0, .tv_nsec = 100'000'000};
    const bool hurry = kill_at_ || stop_wanted_;
    const int number = hurry ? sigtimedwait(&taken_, &signal, &interval) : sigwaitinfo(&taken_, &signal);
    if (number > 0 && number != SIGCHLD) pass_on(child, signal);
  }
}

/// What the terminal sends reaches the command by itself: it is in our process group.
void Foreground::pass_on(pid_t child, const siginfo_t& signal) {
  const int number = signal.si_signo;
  if (signal.si_code != SI_KERNEL) ::kill(child, number);
  if ((number == SIGTERM || number == SIGHUP) && !kill_at_) kill_at_ = steady_clock::now() + kGrace;
}

}  // namespace understudy
