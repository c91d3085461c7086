#pragma once

#include <filesystem>

#include "process/handles.hpp"

namespace understudy {

/// Removes a folder when this process has ended, also by SIGKILL: the client's session, with its tokens, is in it. To
/// be made before there are threads, and before orphans come to us.
class Sweeper {
public:
  explicit Sweeper(const std::filesystem::path& folder);  ///< throws std::system_error

private:
  Pipe pipe_;  // its sink closes with us
};

}  // namespace understudy
