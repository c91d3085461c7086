#pragma once
/// Reading `/proc`.

#include <functional>
#include <string>

namespace understudy {

/// "" if it cannot be read.
[[nodiscard]] std::string read_proc_file(const std::string& path);

/// Calls `use` with each number that is the name of an entry of `folder`, until it returns true.
bool any_numbered_entry(const std::string& folder, const std::function<bool(int number)>& use);

}  // namespace understudy
