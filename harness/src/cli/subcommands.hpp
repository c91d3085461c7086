#pragma once
/// The subcommands: one row each. A new one is a row and a file.

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

namespace understudy {

/// Carries out a subcommand whose options have been read; returns the exit code. `program` is what was typed to call
/// us.
using Action = std::function<int(const std::string& program)>;

struct Subcommand {
  std::string name;
  std::string summary;   ///< one line, in the list of subcommands
  std::string examples;  ///< worked examples, below the options
  Action (*declare)(CLI::App& app);
  bool hidden = false;
  bool takes_command = false;  ///< what comes after its options is somebody else's command line; see command_words
};
[[nodiscard]] const std::vector<Subcommand>& subcommands();

/// Declares COMMAND of a subcommand that takes one, to be read into `words`.
void declare_command(CLI::App& app, std::vector<std::string>& words);
/// What was typed, of what `declare_command` has read.
[[nodiscard]] std::vector<std::string> command_words(const std::vector<std::string>& words);

[[nodiscard]] Action declare_run(CLI::App& app);
[[nodiscard]] Action declare_check(CLI::App& app);
[[nodiscard]] Action declare_lint(CLI::App& app);
[[nodiscard]] Action declare_schema(CLI::App& app);
[[nodiscard]] Action declare_coverage(CLI::App& app);
[[nodiscard]] Action declare_findings(CLI::App& app);
[[nodiscard]] Action declare_exec(CLI::App& app);
[[nodiscard]] Action declare_serve(CLI::App& app);
[[nodiscard]] Action declare_worker(CLI::App& app);

}  // namespace understudy
