#pragma once
/// Notices that a peer has hung up while nobody reads from it or writes to it: who follows the log of an activity that
/// never ends would hold its thread for ever otherwise.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace understudy {

/// Thread-safe.
class HangupWatch {
public:
  HangupWatch();  ///< throws std::system_error
  ~HangupWatch();
  HangupWatch(const HangupWatch&) = delete;
  HangupWatch& operator=(const HangupWatch&) = delete;

  /// Calls `hung_up` once, from a thread of the watch, if the peer of `socket` is done, until `forget` returns.
  std::uint64_t watch(int socket, std::function<void()> hung_up);
  void forget(std::uint64_t id);  ///< before the socket is closed

private:
  struct Watched {
    int socket = -1;
    std::function<void()> hung_up{};
  };
  void wake() const;
  void keep();

  int wake_ = -1;  // an eventfd
  std::mutex mutex_;
  std::map<std::uint64_t, Watched> watched_;
  std::uint64_t last_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace understudy
