#pragma once
/// Answering the kernel when a process below an exec filter wants to become another program.

#include <cstdint>
#include <optional>
#include <string>

#include "harness/process.hpp"
#include "process/handles.hpp"

namespace understudy {

/// What a process asks for, which stands still meanwhile.
struct ExecQuestion {
  std::uint64_t id = 0;
  SeenProcess process{};
  std::string unread{};  ///< "" if all of it was read; else why not, in which case `process` has what could be read
};

/// The kernel's end of a filter.
class ExecListener {
public:
  explicit ExecListener(Handle listener);

  [[nodiscard]] int descriptor() const { return listener_.get(); }  ///< readable when somebody asks

  /// The next question, with what could be read from the memory of who asks. Nothing if it was killed. Does not wait if
  /// the descriptor was readable.
  [[nodiscard]] std::optional<ExecQuestion> next();
  /// Lets who asks go on. False if it was killed: then it has never run that program, and what was read may be of
  /// another process that got its number. True means that the question was there all the time.
  [[nodiscard]] bool let_go_on(const ExecQuestion& question);

private:
  Handle listener_;
};

}  // namespace understudy
