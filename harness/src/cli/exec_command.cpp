// `understudy exec`: from the arguments to the exit code.

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "cli/output_files.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "mock_server/clock.hpp"
#include "offline/exec.hpp"
#include "report/request_table.hpp"

namespace understudy {
namespace {

constexpr const char* kTable = "stderr";  // what --journal alone means

struct ExecArguments {
  ExecOptions options{};
  std::string journal{};
  std::vector<std::string> command{};
};

void print_journal(const StepResult& step) {
  std::cerr << "  " << printable(step.command) << '\n';
  for (const std::string& line : request_table(step, Paint{wants_color("auto", STDERR_FILENO)}))
    std::cerr << line << '\n';
  if (!step.blocked_on.empty()) std::cerr << "      waited for " << printable(step.blocked_on) << '\n';
  for (const std::string& remark : step.remarks) std::cerr << "      " << printable(remark) << '\n';
}

int exec(const ExecArguments& arguments) {
  ExecOptions options = arguments.options;
  options.command = command_words(arguments.command);
  const bool to_file = !arguments.journal.empty() && arguments.journal != kTable;
  if (to_file) require_writable("--journal", arguments.journal);
  options.exchanges = to_file;
  const Executed executed = execute(options);
  if (to_file)
    put(arguments.journal, exchange_lines({.results = {executed.result}}));
  else if (!arguments.journal.empty())
    print_journal(executed.result.steps.front());
  return executed.exit_code;
}

}  // namespace

Action declare_exec(CLI::App& app) {
  auto arguments = std::make_shared<ExecArguments>();
  ExecOptions& options = arguments->options;
  app.add_option("--world", options.place.world, "name of a world of the project, or a file; demo if not given")
      ->option_text("WORLD");
  app.add_option("--token", options.place.token,
                 "the world's token that the client has; its first if not given, none for none")
      ->option_text("NAME");
  app.add_option("--client", options.place.client, "client profile: webpaas, upsun or platform")->option_text("NAME");
  app.add_flag("--journal{stderr}", arguments->journal,
               "print the requests afterwards; --journal=FILE: write them there as a whole, one JSON object a line");
  app.add_option("--seed", options.seed, "what ids and tokens are drawn from; 1 if not given")->option_text("N");
  app.add_flag("--keep", options.keep, "keep the sandbox, and say where it is");
  declare_command(app, arguments->command);
  return [arguments](const std::string&) { return exec(*arguments); };
}

}  // namespace understudy
