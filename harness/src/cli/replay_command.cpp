// `understudy replay`: from the arguments to the exit code.

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>

#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/report.hpp"
#include "offline/replay.hpp"
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
  bool loose = false;
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

int replay(const ReplayArguments& arguments) {
  ReplayCommand command = arguments.replay;
  command.file = arguments.file;
  command.mode = mode_of(arguments.mode);
  command.options = {.match = rules_of(arguments.match), .loose = arguments.loose};
  command.command = command_words(arguments.command);
  if (!command.world.empty() && !command.options.loose)
    throw UsageError{"--world is what answers where the recording is silent; that needs --loose"};
  const Replayed replayed = command.command.empty() ? replay_until_signal(command) : replay_command(command);
  if (command.journal && replayed.result) {
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
  app.add_flag("--loose", arguments->loose, "where the recording is silent, a world answers");
  app.add_option("--world", command.world, "that world: a name, or a file; demo if not given")->option_text("WORLD");
  app.add_option("--token", command.token,
                 "which of the world's tokens the client has, or none; if the world has none, the recorded one")
      ->option_text("NAME");
  app.add_option("--client", command.client, "client profile: webpaas, upsun or platform")->option_text("NAME");
  app.add_option("--speed", command.speed,
                 "how many times as fast as it was recorded a log comes; 1 if not given; 0: as fast as can be")
      ->check(CLI::Range(0.0, 1e9))
      ->option_text("N");
  app.add_flag("--all-used", command.all_used, "exit code 1 if something in the file was never asked for");
  app.add_flag("--journal", command.journal, "print the requests of the command afterwards");
  app.add_option("command", arguments->command, "after --: what to run, with its arguments")
      ->type_name("")
      ->option_text("-- COMMAND...");
  return [arguments](const std::string&) { return replay(*arguments); };
}

}  // namespace understudy
