#pragma once
/// Complaints quote what they complain of: a value that the same file lists below `secrets` may be in there.

#include <string>
#include <vector>

#include "harness/scenario.hpp"
#include "mock_server/document.hpp"
#include "mock_server/secrets.hpp"

namespace understudy {

/// Values that the documents of a file write out below `secrets`; of those that are variables of cases ("$NAME"), all
/// that these may be.
void add_written_secrets(const std::vector<Node>& documents, SecretRegistry& into);

/// What a scenario says of itself (its title, a reason), as it may be shown: without what it writes out as a secret.
[[nodiscard]] std::string covered(const std::string& text, const Scenario& scenario);

/// The same error, as it may be shown.
[[nodiscard]] InputError covered(const InputError& error, const SecretRegistry& secrets);

}  // namespace understudy
