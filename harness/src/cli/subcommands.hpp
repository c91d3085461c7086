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
};
[[nodiscard]] const std::vector<Subcommand>& subcommands();

[[nodiscard]] Action declare_run(CLI::App& app);
[[nodiscard]] Action declare_check(CLI::App& app);
[[nodiscard]] Action declare_lint(CLI::App& app);
[[nodiscard]] Action declare_schema(CLI::App& app);
[[nodiscard]] Action declare_coverage(CLI::App& app);
[[nodiscard]] Action declare_findings(CLI::App& app);
[[nodiscard]] Action declare_worker(CLI::App& app);

}  // namespace understudy
