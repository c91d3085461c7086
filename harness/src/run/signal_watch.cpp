#include "run/signal_watch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace understudy {
namespace {

int signal_pipe = -1;  // a signal handler has no other way to its object

void on_signal(int number) {
  const int saved = errno;
  const char byte = static_cast<char>(number);
  [[maybe_unused]] const ssize_t written = ::write(signal_pipe, &byte, 1);
  errno = saved;
}

}  // namespace

SignalWatch::SignalWatch() {
  if (::pipe2(pipe_.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error{"no pipe for signals"};
  signal_pipe = pipe_[1];
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    const bool nohup = kSignals[i] == SIGHUP && before_[i].sa_handler == SIG_IGN;
    if (!nohup) ::sigaction(kSignals[i], &action, nullptr);
  }
}

SignalWatch::~SignalWatch() {
  restore();
  signal_pipe = -1;
  ::close(pipe_[0]);
  ::close(pipe_[1]);
}

int SignalWatch::take() const {
  char byte = 0;
  return ::read(pipe_[0], &byte, 1) == 1 ? byte : 0;
}

int SignalWatch::wait() const {
  pollfd source{.fd = descriptor(), .events = POLLIN, .revents = 0};
  int signal = take();
  for (; signal == 0; signal = take()) ::poll(&source, 1, -1);
  return signal;
}

void SignalWatch::restore() const {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

}  // namespace understudy
