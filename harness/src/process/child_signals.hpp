#pragma once
/// Signals around the start of a child.

#include <csignal>

namespace understudy {

/// Blocks every signal while it lives: between vfork and exec the child runs in our memory, and a handler of ours that
/// ran there would do so twice. A thread that begins meanwhile never takes one.
class AllSignalsBlocked {
public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_{};
};

/// In the child: exec keeps what is ignored (SIGPIPE, by a server of ours) and what is blocked.
inline void reset_signals() {
  for (int signal = 1; signal < SIGSYS + 1; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace understudy
