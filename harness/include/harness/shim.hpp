#pragma once
/// Programs of a container that are this program under another name.

namespace understudy {

/// `program --shim FILE ARGS...`, as the kernel calls it for a FILE that begins with "#!program --shim".
[[nodiscard]] bool is_shim_call(int argc, char** argv);
/// The main of one. Returns the exit code; 126 with a line on stderr if nobody runs the container.
[[nodiscard]] int shim_main(int argc, char** argv);

}  // namespace understudy
