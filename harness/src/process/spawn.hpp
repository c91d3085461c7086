#pragma once
/// Starting a program in a session of its own, with nothing inherited.

#include <boost/asio/io_context.hpp>
#include <boost/process/child.hpp>
#include <functional>
#include <utility>  // asio of Boost 1.74 forgets it

#include "harness/process.hpp"

namespace understudy {

/// Descriptors of ours that become the child's 0, 1 and 2.
struct ChildHandles {
  int input = -1;
  int output = -1;
  int error = -1;
  bool terminal = false;  ///< they are a terminal, which becomes the controlling one
  int exec_watch = -1;    ///< given to install_exec_filter, unless it is -1
};

/// To be called before a child is made that closes its descriptors by CLOSE_RANGE_CLOEXEC: on kernels that do not know
/// it, this does so for all that are open now.
void prepare_to_close_on_exec();

/// `on_exit` is called from `context`'s loop. The child dies when the calling thread does.
/// Throws std::runtime_error, naming program and errno's text.
[[nodiscard]] boost::process::child spawn(const Command& command, const ChildHandles& handles,
                                          boost::asio::io_context& context, const std::function<void()>& on_exit);

}  // namespace understudy
