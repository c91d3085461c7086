#pragma once
/// Every command that a shell text runs, as far as reading tells: those behind `nice` or `timeout`, in `sh -c` and
/// `eval`, and those of scripts of the app's tree, too. Words that the shell makes up at run time are not known.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "container/shell_reader.hpp"

namespace understudy {

using ShellWords = std::vector<ShellWord>;

struct WalkedCommand {
  ShellWord name{};                   ///< "drush", "./bin/console"; never empty unless it is dynamic
  ShellWords arguments{};             ///< without redirections
  ShellWords assignments{};           ///< in front of it: "A=b"
  std::optional<std::string> path{};  ///< of a name with a slash, relative to the app's root, if it is known and inside
  bool is_there = false;              ///< at `path`
};

/// Told in the order of the text; what a script runs comes after the command that runs the script.
struct CommandListener {
  std::function<void(const WalkedCommand& command)> command{};
  std::function<void(const ShellWords& assignments)> assignment{};  ///< a command that is nothing else
  std::function<void(const std::string& name)> function{};          ///< one is defined here
  // As ShellReader::Listener has them.
  std::function<void(bool begins)> subshell{};
  std::function<void(std::string_view token)> control{};
  std::function<void(const ShellWord& subject, const ShellWords& patterns)> branch{};
};

/// `tree` is the app's folder, where the text is run. Members of `listener` may be empty.
void walk_commands(std::string_view text, const std::filesystem::path& tree, const CommandListener& listener);

/// The text of a file that is no bigger than a script is; "" if there is none.
[[nodiscard]] std::string script_at(const std::filesystem::path& file);

}  // namespace understudy
