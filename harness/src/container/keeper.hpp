#pragma once
/// The first process of a container, above all others: with namespaces it is their process 1, without them every orphan
/// comes to it. So nothing gets away, and when it ends nothing is left.
///
///     keeper                               runner
///       {"kind": "keeper"}             ->
///                                      <-  {"name": "job", "argv": [...], "env": {...}, "folder": "/app"}
///                                      <-  {"name": "stop", ...}   perhaps, later
///       {"ended": STATUS}              ->  of "job", as waitpid(2) gives it; then it ends the others, and itself
///     each shell, before it begins
///       {"kind": "shell", "name": ...} ->  (by this the runner learns the process group)
///                                      <-  {}

namespace understudy {

/// Arguments: "PARENT", the process whose end ends it, or 0 with namespaces. Returns an exit code.
[[nodiscard]] int keeper_main(int argc, char** argv);

}  // namespace understudy
