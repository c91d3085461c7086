#pragma once
/// Which lines of the repository to change so that nothing in a cron waits.

#include "harness/rehearsal.hpp"

namespace understudy {

/// Fills in `changes` where there is something to cure: looks for the commands in the repository's files. A command
/// that is put together by the shell is not found.
void add_changes(Rehearsal& rehearsal, const AppProject& project);

}  // namespace understudy
