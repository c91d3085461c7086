#pragma once

#include <csignal>
#include <ctime>

namespace understudy {

/// While it lives, writing to somebody who has hung up is an error and no signal for this thread, as it is with
/// MSG_NOSIGNAL: of pipes, and of OpenSSL, which writes in its own way.
class NoBrokenPipeSignal {
public:
  NoBrokenPipeSignal() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;
  ~NoBrokenPipeSignal() {
    if (sigismember(&before_, SIGPIPE) == 1) return;
    const timespec at_once{};
    while (sigtimedwait(&signal_, nullptr, &at_once) > 0) continue;  // ours: EPIPE raises it in the writing thread
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

private:
  sigset_t signal_{};
  sigset_t before_{};
};

}  // namespace understudy
