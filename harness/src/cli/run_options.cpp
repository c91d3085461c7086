#include "cli/run_options.hpp"

namespace understudy {
namespace {

/// A switch is a row; so is an option with a value.
struct Switch {
  const char* names;
  bool RunOptions::*into;
  const char* help;
  const char* group;
};

struct Valued {
  const char* names;
  std::string RunOptions::*into;
  const char* value;
  const char* help;
  const char* group;
  std::vector<std::string> allowed{};  // empty = anything
};

constexpr const char* kSelect = "Which scenarios";
constexpr const char* kHow = "How they are run";
constexpr const char* kReport = "What is reported";

const Switch kSwitches[] = {
    {"--last-failed,--only-failures", &RunOptions::last_failed, "only what failed in the last run", kSelect},
    {"--list", &RunOptions::list, "print what would be run (with --json: as JSON) and run nothing", kSelect},
    {"-x,--fail-fast", &RunOptions::fail_fast, "start nothing more after a failure", kHow},
    {"--pause-on-failure", &RunOptions::pause_on_failure,
     "after each failure, serve the platform as it was left, with its console, until Enter; one at a time, sandboxes "
     "kept",
     kHow},
    {"--shuffle", &RunOptions::shuffle, "run in an order drawn from the seed", kHow},
    {"-u,--update", &RunOptions::update,
     "rewrite whole-output expectations (is: |) to what came, wildcards kept; refused under CI=true", kHow},
    {"--tap", &RunOptions::tap, "TAP 14 on standard output; the rest goes to standard error", kReport},
    {"--github", &RunOptions::github, "annotations and a summary for GitHub (by itself if GITHUB_ACTIONS=true)",
     kReport},
};

const Valued kValued[] = {
    {"-k,--filter", &RunOptions::filter, "RE", "those in whose \"file:line title\" RE is found", kSelect},
    {"--exclude", &RunOptions::exclude, "RE", "not those in which RE is found", kSelect},
    {"-j,--jobs", &RunOptions::jobs, "N", "so many at a time; auto = one for each processor", kHow},
    {"--timeout", &RunOptions::timeout, "TIME", "limit for each step that states none: 30s, 2m", kHow},
    {"--client", &RunOptions::client, "NAME", "client profile of scenarios that name none", kHow},
    {"--worlds", &RunOptions::worlds, "DIR", "where worlds are found by name, before fixtures/worlds", kHow},
    {"--junit", &RunOptions::junit, "FILE", "report for GitLab, Jenkins and others; - is standard output", kReport},
    {"--json", &RunOptions::json, "FILE", "everything, as one JSON document; - is standard output", kReport},
    {"--html", &RunOptions::html, "FILE",
     "a page for people: verdicts, failures, and timelines of crons, activities and deploys; - is standard output",
     kReport},
    {"--exchanges", &RunOptions::exchanges, "FILE",
     "every request and response, bodies included and secrets covered, one JSON object a line", kReport},
    {"--color", &RunOptions::color, "WHEN", "auto, always or never", kReport, {"auto", "always", "never"}},
    {"--progress", &RunOptions::progress, "WHEN", "auto (a line for each verdict) or none", kReport, {"auto", "none"}},
};

}  // namespace

void declare_options(CLI::App& app, RunOptions& options) {
  app.add_option("paths", options.paths, "files, folders and FILE:LINE; scenarios/ if none is given")
      ->type_name("")
      ->option_text("PATH...");
  for (const Switch& row : kSwitches) app.add_flag(row.names, options.*row.into, row.help)->group(row.group);
  for (const Valued& row : kValued) {
    CLI::Option* option = app.add_option(row.names, options.*row.into, row.help)->group(row.group);
    option->option_text(row.value);
    if (!row.allowed.empty()) option->check(CLI::IsMember(row.allowed));
  }
  app.add_option("--tags", options.tags, "those whose tags fit: 'a and not b', 'a,!b'")
      ->group(kSelect)
      ->option_text("EXPR")
      ->expected(1)
      ->take_all();
  app.add_option("--seed", options.seed, "what ids, tokens and the order of --shuffle are drawn from; 1 if not given")
      ->group(kHow)
      ->option_text("N");
  app.add_option("--repeat", options.repeat, "run everything so often")
      ->group(kHow)
      ->option_text("N")
      ->check(CLI::Range(1, 1'000'000));
  app.add_flag("--keep{failed}", options.keep, "keep the sandboxes of what failed; --keep=all: of everything")
      ->group(kHow)
      ->check(CLI::IsMember({"failed", "all"}));
  app.add_flag("--list-json", options.list_json)->group("");
}

}  // namespace understudy
