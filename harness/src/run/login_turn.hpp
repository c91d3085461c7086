#pragma once
/// Logins by a browser, one after the other.

#include <filesystem>

#include "process/handles.hpp"

namespace understudy {

/// The client looks for a free port from 5000 to 5010 and only then starts a server there (contract, section 2.10): of
/// two logins at once one fails. Holds the turn as long as it lives; waits for it until whoever has it, in any process,
/// is done or dead.
class LoginTurn {
public:
  /// By a lock on a file in `folder`. Throws std::runtime_error.
  explicit LoginTurn(const std::filesystem::path& folder);

private:
  Handle file_;
};

}  // namespace understudy
