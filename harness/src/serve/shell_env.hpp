#pragma once
/// What a shell has to be told so that its programs find the fake: for `eval`, in sh, bash and zsh.

#include <string>

#include "serve/claim.hpp"

namespace understudy {

/// A person's environment, as far as it matters: `PATH` and names of variables.
struct ShellState {
  std::string path{};
  std::vector<std::string> names{};
  bool terminal = false;  ///< somebody is there to be asked
};
[[nodiscard]] ShellState shell_state();  ///< ours

/// Lines of export and unset. Said twice, it changes nothing more.
[[nodiscard]] std::string shell_lines(const ServerNote& note, const ShellState& shell);

}  // namespace understudy
