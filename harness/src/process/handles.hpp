#pragma once
/// Descriptors that a child gets, and our ends of them. All are close-on-exec: a child inherits 0, 1, 2 and no more.

#include <sys/types.h>

#include <string>
#include <utility>

namespace understudy {

/// Owns one descriptor, or none.
class Handle {
public:
  Handle() = default;
  explicit Handle(int descriptor) : descriptor_{descriptor} {}
  Handle(Handle&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}
  Handle& operator=(Handle&& other) noexcept;
  ~Handle() { close(); }

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }
  void close();

private:
  int descriptor_ = -1;
};

struct Pipe {
  Handle source;
  Handle sink;
};

struct Terminal {
  Handle master;
  Handle slave;
  std::string name;  ///< "/dev/pts/3"
};

/// These throw std::system_error with what could not be opened.
[[nodiscard]] Pipe open_pipe();
[[nodiscard]] Handle open_null();
[[nodiscard]] Terminal open_terminal(int columns, int rows);

/// Readable once `process` has ended (pidfd_open); holds nothing if it is gone already.
[[nodiscard]] Handle open_process(pid_t process);
/// False if there is nothing to read, and no end, after so long.
[[nodiscard]] bool wait_readable(const Handle& handle, int milliseconds);

}  // namespace understudy
