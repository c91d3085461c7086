// `understudy replay`: from the arguments to the exit code.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>

#include "cli/output_files.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/report.hpp"
#include "replay/replay.hpp"
#include "report/request_table.hpp"

namespace understudy {
namespace {

const std::map<std::string, ReplayMode> kModes{
    {"none", ReplayMode::kNone}, {"once", ReplayMode::kOnce}, {"new", ReplayMode::kNew}, {"all", ReplayMode::kAll}};

struct ReplayArguments {
  ReplayCommand replay{};
  std::string file{};
  std::string mode = "none";
  std::vector<std::string> match{};
  bool journal = false;
  std::vector<std::string> command{};
};

/// Each is a map as under `match:` in a scenario; braces may be left out.
MatchRules rules_of(const std::vector<std::string>& texts) {
  MatchRules rules;
  for (const std::string& text : texts) {
    for (const Node& document : parse_documents(text, "--match")) read_map(document, match_keys(), rules, "--match");
  }
  return rules;
}

/// On a machine of continuous integration nothing is recorded by accident.
ReplayMode mode_of(const std::string& word) {
  const ReplayMode mode = kModes.at(word);
  const char* const ci = std::getenv("CI");
  const bool is_ci = ci != nullptr && *ci != '\0' && std::string_view{ci} != "false" && std::string_view{ci} != "0";
  if (!is_ci || mode == ReplayMode::kNone) return mode;
  std::cerr << fmt::format("understudy: CI is set, so that the mode is none, not {}\n", word);
  return ReplayMode::kNone;
}

void check(const ReplayCommand& command) {
  const bool may_record = command.mode != ReplayMode::kNone;
  const bool asks_upstream = !command.upstream.empty();
  if (command.mode == ReplayMode::kNew && !asks_upstream)
    throw UsageError{"--mode new asks an API for what is not in the file: name it with --upstream URL"};
  if (asks_upstream && !may_record)
    throw UsageError{"--upstream is asked in the modes that record only: add --mode once, new or all"};
  if (!asks_upstream && (!command.auth.empty() || !command.authorities.empty()))
    throw UsageError{"--auth and --ca are about a real API: name it with --upstream"};
  if (command.loose && may_record)
    throw UsageError{
        "--loose has a world answer what is not in the file, and so nothing is recorded: leave --mode out"};
  if (!command.world.empty() && !command.loose && (!may_record || asks_upstream))
    throw UsageError{"--world is what answers where the recording is silent: add --loose"};
}

int carry_out(const ReplayArguments& arguments) {
  ReplayCommand command = arguments.replay;
  command.file = arguments.file;
  command.mode = kModes.at(arguments.mode);
  check(command);
  command.mode = mode_of(arguments.mode);
  command.match = rules_of(arguments.match);
  command.command = command_words(arguments.command);
  const Replayed replayed = replay(command);
  if (arguments.journal && replayed.result) {
    for (const std::string& line :
         request_table(replayed.result->steps.front(), Paint{wants_color("auto", STDERR_FILENO)}))
      std::cerr << line << '\n';
  }
  for (const std::string& line : replayed.lines) std::cerr << "understudy: " << printable(line) << '\n';
  return replayed.exit_code;
}

}  // namespace

Action declare_replay(CLI::App& app) {
  auto arguments = std::make_shared<ReplayArguments>();
  ReplayCommand& command = arguments->replay;
  app.add_option("file", arguments->file, "the recording, HAR 1.2")->required()->type_name("")->option_text("FILE.har");
  app.add_option("--mode", arguments->mode,
                 "none: what is not in the file is refused, as if not given, and always where CI is set; once: a file "
                 "that is not there is recorded first; new: what is not in it is asked of the upstream and added; "
                 "all: everything is recorded anew")
      ->check(CLI::IsMember({"none", "once", "new", "all"}))
      ->option_text("MODE");
  app.add_option("--match", arguments->match,
                 "what of a request counts, as under match: in a scenario: 'query: {ignore: [page]}', 'json: {only: "
                 "[$.name]}', 'headers: [Accept]', 'body: false', 'volatile: true'; may be repeated")
      ->option_text("RULES");
  app.add_flag("--loose", command.loose, "where the recording is silent, a world answers");
  app.add_option("--world", command.world,
                 "that world: a name, or a file; demo if not given. Without --loose: what is recorded if there is no "
                 "--upstream")
      ->option_text("WORLD");
  app.add_option("--token", command.token,
                 "which of the world's tokens the client has, or none; the recorded one if not given, with --loose the "
                 "world's first")
      ->option_text("NAME");
  app.add_option("--client", command.client, "client profile: webpaas, upsun or platform")->option_text("NAME");
  app.add_option("--speed", command.speed,
                 "how many times as fast as it was recorded a log comes; 1 if not given; 0: as fast as can be")
      ->check(CLI::Range(0.0, 1e9))
      ->option_text("N");
  app.add_flag("--all-used", command.all_used, "exit code 1 if something in the file was never asked for");
  app.add_option("--port", command.port, "serve it at this port of 127.0.0.1; any if not given")
      ->check(CLI::Range(1, 65535))
      ->option_text("N");
  app.add_option("--upstream", command.upstream, "the API that is recorded, or asked for what is not in the file")
      ->option_text("URL");
  app.add_option("--auth", command.auth, "URL of its OAuth 2 endpoints and certifier; the API's if not given")
      ->option_text("URL");
  app.add_option("--ca", command.authorities, "certificates (PEM) to believe beside the system's")->option_text("FILE");
  app.add_flag("--anonymize", command.anonymize,
               "of what is recorded, replace e-mail addresses, names of people and host names, too");
  app.add_flag("--journal", arguments->journal, "print the requests of the command afterwards");
  app.add_option("command", arguments->command, "after --: what to run, with its arguments")
      ->type_name("")
      ->option_text("-- COMMAND...");
  return [arguments](const std::string&) { return carry_out(*arguments); };
}

}  // namespace understudy
