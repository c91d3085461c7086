#pragma once
/// Signals that ask a command to end, as something to poll for.

#include <array>
#include <csignal>

namespace understudy {

/// SIGINT, SIGTERM and SIGHUP, while the object lives. A shell ignores SIGINT for what it starts with "&"; who sends
/// one all the same means it. What nohup ignores stays ignored. One at a time in a process.
class SignalWatch {
public:
  SignalWatch();  ///< throws std::runtime_error
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  [[nodiscard]] int descriptor() const { return pipe_[0]; }  ///< readable when one came
  [[nodiscard]] int take() const;                            ///< one that came, or 0
  int wait() const;                                          ///< the next one, once it comes
  void restore() const;  ///< what signals did before: for a child, which has no use for the watch

private:
  static constexpr std::array<int, 3> kSignals{SIGINT, SIGTERM, SIGHUP};
  std::array<int, 2> pipe_{-1, -1};
  std::array<struct sigaction, 3> before_{};
};

}  // namespace understudy
