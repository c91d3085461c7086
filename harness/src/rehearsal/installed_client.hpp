#pragma once
/// How a client gets into a container.

#include "harness/application.hpp"
#include "harness/client_profile.hpp"

namespace understudy {

/// Does something in the repository put the client where the app's crons find it: an installer or a package manager in
/// its build hook, a dependency, or a file of the tree?
[[nodiscard]] bool installs_client(const Application& app, const ClientProfile& client);

/// Does its build hook run an installer that containers here answer? Then the client is where that puts it.
[[nodiscard]] bool runs_installer(const Application& app);

}  // namespace understudy
