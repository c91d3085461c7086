#pragma once
/// Answering the kernel when a process below an exec filter wants to become another program.

#include <optional>
#include <string>

#include "harness/process.hpp"
#include "process/handles.hpp"

namespace understudy {

/// What a process asked for.
struct ExecNotice {
  SeenProcess process{};
  std::string unread{};  ///< "" if all of it was read; else why not, in which case `process` has what could be read
};

/// The kernel's end of a filter.
class ExecListener {
public:
  explicit ExecListener(Handle listener);

  [[nodiscard]] int descriptor() const { return listener_.get(); }  ///< readable when somebody asks

  /// Takes one question, reads what is asked for from the memory of who asks, and lets it go on. Nothing if it was
  /// killed before that: then it has never run that program. Does not wait if the descriptor is readable.
  [[nodiscard]] std::optional<ExecNotice> answer_one();

private:
  Handle listener_;
};

}  // namespace understudy
