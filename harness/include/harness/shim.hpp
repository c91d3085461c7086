#pragma once
/// Programs of a container that are this program under another name.

#include <filesystem>

namespace understudy {

/// `program --shim FILE ARGS...`, as the kernel calls it for a FILE that begins with "#!program --shim".
[[nodiscard]] bool is_shim_call(int argc, char** argv);
/// The main of one. Returns the exit code; 126 with a line on stderr if nobody runs the container.
[[nodiscard]] int shim_main(int argc, char** argv);

/// What ContainerSettings::program is to be: `understudy_shim` if it lies beside this program, since it is loaded in
/// half the time, and every job starts at least one; else this program itself.
[[nodiscard]] std::filesystem::path shim_program();

}  // namespace understudy
