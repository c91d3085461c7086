#pragma once
/// What `import`, `export` and `distil` have in common: secrets do not get through.

#include <CLI/CLI.hpp>

#include "recordings/safe.hpp"

namespace understudy {

/// --field and --anonymize.
void declare_safety(CLI::App& app, SafeOptions& safe);

}  // namespace understudy
