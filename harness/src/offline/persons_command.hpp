#pragma once
/// What a person wants run in the sandbox: their command, or their shell.

#include <string>
#include <vector>

#include "mock_server/mock_server.hpp"
#include "process/foreground.hpp"
#include "run/sandbox.hpp"

namespace understudy {

void say(const std::string& text);       ///< "understudy: ...", a line on standard error
[[nodiscard]] bool somebody_is_there();  ///< at a terminal
[[nodiscard]] std::vector<std::string> command_or_shell(const std::vector<std::string>& command);

struct PersonsEnd {
  int exit_code = 0;      ///< the command's; as shells have it 127 if there is none, 126 if it cannot be run; 124 if it
                          ///< was stopped
  ClientReport report{};  ///< of `fake`, if there is one
};
/// Where they typed it. Says why it could not be run. `fake`: the command counts as a client called `client`.
[[nodiscard]] PersonsEnd run_in_foreground(Foreground& foreground, const std::vector<std::string>& words,
                                           const Env& env, MockServer* fake, const std::string& client);

}  // namespace understudy
