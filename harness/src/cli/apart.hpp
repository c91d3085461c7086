#pragma once
/// Work that is done in a process of its own, so that whatever it starts has an owner who can end it at any moment.

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

namespace understudy {

struct Apart {
  nlohmann::json result{};  ///< what the work returned; null if it was interrupted
  int interrupted_by = 0;   ///< SIGINT, SIGTERM or SIGHUP that came meanwhile, or 0
};

/// Calls `work` in a child, with a folder that is there and that is removed afterwards. Whatever the child has started
/// and left running is killed at the end, or when a signal comes. Rethrows what `work` throws: InputError and
/// UsageError as UsageError, others as std::runtime_error. To be called while the process has one thread.
[[nodiscard]] Apart do_apart(const std::function<nlohmann::json(const std::filesystem::path& folder)>& work);

}  // namespace understudy
