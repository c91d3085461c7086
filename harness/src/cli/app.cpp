// The command line as a whole: help, version, and what to say to a word that nobody knows.

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

#include "cli/subcommands.hpp"
#include "harness/cli.hpp"

namespace understudy {
namespace {

constexpr const char* kFooter = R"(Exit codes:
  0  all scenarios passed (some may have been skipped)
  1  a scenario failed
  2  the command line or a file cannot be understood, or nothing was selected
  3  something of ours or of the machine broke, so that a scenario could not be run
  130, 143  interrupted by Ctrl-C or SIGTERM; reports were written all the same

Examples:
  understudy run                    every scenario below scenarios/
  understudy run --list             what there is to run
  understudy run scenarios/a.yaml:7 --keep
                                    one scenario, and its sandbox afterwards
  understudy exec webpaas projects  one command against the fake
  understudy lint                   find mistakes in files without running them
  understudy COMMAND --help         more about one command)";

constexpr int kUsage = 2;

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

std::string known_words_hint(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  if (word.starts_with('-')) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
      for (const std::string& name : option->get_snames()) known.push_back("-" + name);
    }
  } else {
    for (const Subcommand& row : subcommands()) {
      if (!row.hidden) known.push_back(row.name);
    }
  }
  return did_you_mean(word.substr(0, word.find('=')), known);
}

[[noreturn]] void fail_unknown(const CLI::App& app, const std::string& word) {
  const std::string hint = known_words_hint(app, word);
  const std::string kind = word.starts_with('-') ? "option" : "command";
  throw UsageError{fmt::format("unknown {} \"{}\"{}", kind, word,
                               hint.empty() ? fmt::format("; see \"{} --help\"", full_name(app)) : "; " + hint)};
}

/// A shell's variable that is not set would have the default: --state nothing kept, --upstream the fake asked.
void refuse_empty_values(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    if (name == "--filter") continue;  // every title has an empty text
    for (const std::string& value : option->results()) {
      if (value.empty()) throw UsageError{fmt::format("{}: its value is empty; is a variable not set?", name)};
    }
  }
}

/// With --list, --json takes no file: the list itself is JSON.
std::vector<std::string> words_of(int argc, const char* const* argv) {
  std::vector<std::string> words{argv + 1, argv + argc};
  if (words.empty() || words.front() != "run") return words;
  if (std::find(words.begin(), words.end(), "--list") == words.end()) return words;
  std::replace(words.begin(), words.end(), std::string{"--json"}, std::string{"--list-json"});
  return words;
}

// CLI11 would take words of a foreign command for subcommands, options and lists: none of them begins with this.
constexpr char kShield = '=';

bool takes_value(const CLI::App& app, const std::string& word) {
  const CLI::Option* const option = app.get_option_no_throw(word);  // null for --name=value, too
  return option != nullptr && option->get_items_expected_min() > 0;
}

/// From the first word on that is no option of `app`, or after "--".
void shield_command(const CLI::App& app, std::vector<std::string>& words) {
  std::size_t i = 1;
  while (i < words.size() && words[i] != "--" && words[i].starts_with('-')) i += takes_value(app, words[i]) ? 2 : 1;
  if (i >= words.size()) return;
  if (words[i] == "--") words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
  for (; i < words.size(); ++i) words[i].insert(words[i].begin(), kShield);
}

/// After "--" only, where there are words of ours before it.
void shield_dashed_command(std::vector<std::string>& words) {
  const auto dashes = std::ranges::find(words, "--");
  if (dashes == words.end()) return;
  for (auto word = words.erase(dashes); word != words.end(); ++word) word->insert(word->begin(), kShield);
}

class CommandLine {
public:
  CommandLine() {
    app_.name("understudy");
    app_.footer(kFooter);
    app_.set_version_flag("--version", std::string{"understudy "} + UNDERSTUDY_VERSION);
    app_.allow_extras();
    for (const Subcommand& row : subcommands()) declare(row);
  }

  int carry_out(const std::string& program, std::vector<std::string> words) {
    for (const auto& [sub, action] : actions_) {
      if (words.empty() || words.front() != sub->get_name()) continue;
      if (commands_.contains(sub)) shield_command(*sub, words);
      if (dashed_commands_.contains(sub)) shield_dashed_command(words);
    }
    std::reverse(words.begin(), words.end());  // CLI11 takes them from behind
    try {
      app_.parse(words);
    } catch (const CLI::Success& wanted) {  // --help, --version
      return app_.exit(wanted);
    } catch (const CLI::ParseError& error) {
      throw UsageError{error.what()};
    }
    const std::vector<CLI::App*> chosen = app_.get_subcommands();
    const CLI::App& innermost = chosen.empty() ? app_ : *chosen.front();
    if (const auto unknown = app_.remaining(true); !unknown.empty()) fail_unknown(innermost, unknown.front());
    if (chosen.empty()) {
      std::cerr << app_.help();
      return kUsage;
    }
    refuse_empty_values(innermost);
    return actions_.at(chosen.front())(program);
  }

private:
  void declare(const Subcommand& row) {
    CLI::App* sub = app_.add_subcommand(row.name, row.summary);
    sub->allow_extras();
    sub->footer(row.examples);
    if (row.hidden) sub->group("");
    if (row.takes_command) commands_.insert(sub);
    if (row.takes_dashed_command) dashed_commands_.insert(sub);
    actions_[sub] = row.declare(*sub);
  }

  CLI::App app_{"Understudy stands in for a Platform-as-a-Service while its command-line client is tested."};
  std::map<CLI::App*, Action> actions_;
  std::set<const CLI::App*> commands_;  // those that take one
  std::set<const CLI::App*> dashed_commands_;
};

}  // namespace

void declare_command(CLI::App& app, std::vector<std::string>& words) {
  app.add_option("command", words, "what to run, with its arguments")->type_name("")->option_text("COMMAND...");
}

std::vector<std::string> command_words(const std::vector<std::string>& words) {
  std::vector<std::string> result;
  for (const std::string& word : words) result.push_back(word.substr(word.starts_with(kShield) ? 1 : 0));
  return result;
}

int run_cli(int argc, const char* const* argv) { return CommandLine{}.carry_out(argv[0], words_of(argc, argv)); }

}  // namespace understudy
