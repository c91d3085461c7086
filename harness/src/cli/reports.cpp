#include "cli/reports.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "cli/output_files.hpp"
#include "harness/cli.hpp"
#include "harness/run_page.hpp"

namespace understudy {
namespace {

bool is_github(const RunOptions& options) {
  const char* actions = std::getenv("GITHUB_ACTIONS");
  return options.github || (actions != nullptr && std::strcmp(actions, "true") == 0);
}

/// A report has standard output to itself; people then read standard error.
int reports_on_standard_output(const RunOptions& options) {
  return (options.tap ? 1 : 0) + (options.json == kStandardOutput ? 1 : 0) +
         (options.junit == kStandardOutput ? 1 : 0) + (options.html == kStandardOutput ? 1 : 0) +
         (options.exchanges == kStandardOutput ? 1 : 0);
}

ConsoleOptions console_options(const RunOptions& options, int descriptor) {
  ConsoleOptions console;
  console.terminal = ::isatty(descriptor) == 1;
  console.color = wants_color(options.color, descriptor);
  console.progress = options.progress != "none";
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) console.columns = size.ws_col;
  return console;
}

void append_step_summary(const RunReport& run) {
  const char* file = std::getenv("GITHUB_STEP_SUMMARY");
  if (file == nullptr || *file == '\0') return;
  std::ofstream out{file, std::ios::app};
  out << github_summary_document(run);
  if (!out.flush()) std::cerr << "understudy: cannot write the step summary " << file << '\n';
}

}  // namespace

std::unique_ptr<Listener> make_reports(const RunOptions& options) {
  const int taken = reports_on_standard_output(options);
  if (taken > 1)
    throw UsageError{"only one of --tap, --json -, --junit -, --html - and --exchanges - can have standard output"};
  require_writable("--junit", options.junit);
  require_writable("--json", options.json);
  require_writable("--html", options.html);
  require_writable("--exchanges", options.exchanges);

  auto reports = std::make_unique<Listeners>();
  std::ostream& console = taken > 0 ? std::cerr : std::cout;
  reports->add(console_report(console, console_options(options, taken > 0 ? STDERR_FILENO : STDOUT_FILENO)));
  if (options.tap) reports->add(tap_report(std::cout));
  if (is_github(options)) {
    reports->add(github_report(console));
    reports->add(document_report(append_step_summary));
  }
  if (!options.junit.empty()) {
    reports->add(document_report([file = options.junit](const RunReport& run) { put(file, junit_document(run)); }));
  }
  if (!options.json.empty()) {
    reports->add(document_report([file = options.json](const RunReport& run) {
      using nlohmann::json;
      put(file, json_document(run).dump(2, ' ', false, json::error_handler_t::replace) + "\n");
    }));
  }
  if (!options.html.empty()) {
    reports->add(
        document_report([file = options.html](const RunReport& run) { put(file, render_page(page_of_run(run))); }));
  }
  if (!options.exchanges.empty()) {
    reports->add(document_report([file = options.exchanges](const RunReport& run) { put(file, exchange_lines(run)); }));
  }
  return reports;
}

}  // namespace understudy
