#include "run/step_commands.hpp"

#include <fmt/format.h>

#include "run/environment.hpp"
#include "run/step_hunt.hpp"
#include "scenario/values.hpp"

namespace understudy {

std::string StepCommands::filled(const std::string& text) const { return substitute(text, parts_.values); }

void StepCommands::apply(Env& env, const std::map<std::string, std::string>& set,
                         const std::vector<std::string>& removed) const {
  for (const auto& [name, value] : set) env[name] = filled(value);
  for (const std::string& name : removed) env.erase(name);
}

Env StepCommands::scenario_env(const WarmClient& client, bool terminal) const {
  Env env = client_env({.sandbox = parts_.sandbox,
                        .client = client,
                        .api_url = parts_.api_url,
                        .proxy_url = parts_.proxy_url,
                        .token = parts_.token,
                        .terminal = terminal});
  apply(env, parts_.scenario.env, parts_.scenario.env_removed);
  return env;
}

Env StepCommands::step_env(const Step& step) const {
  const WarmClient& client = parts_.clients.of(step);
  Env env = scenario_env(client, step.terminal.has_value());
  apply(env, step.env, step.env_removed);
  separate_unpacking(env, parts_.sandbox, client);
  return env;
}

Variables StepCommands::named_in_shell(const Step& step) const {
  Variables named;
  for (const std::string& name : variables_in(step.command)) {
    if (const auto known = parts_.values.find(name); known != parts_.values.end()) named.insert(*known);
  }
  return named;
}

/// `run:` without a shell, `sh:` with one, which then replaces the variables itself, by its own rules for quotes.
std::vector<std::string> StepCommands::words_of(const Step& step, Env& env) const {
  if (step.kind == Step::Kind::kShell) {
    for (const auto& [name, value] : named_in_shell(step)) env.emplace(name, value);
    return {"/bin/sh", "-c", step.command};
  }
  std::vector<std::string> words = split_words(step.command, step.at);
  for (std::string& word : words) word = filled(word);
  const std::filesystem::path program = find_program(words.front(), env, parts_.sandbox.work());
  if (program.empty()) {
    throw InputError{step.at, fmt::format("there is no program \"{}\" in the sandbox", words.front()),
                     "the client is there, and what tools: names"};
  }
  words.front() = program.string();
  return words;
}

Command StepCommands::of(const Step& step) const {
  Env env = step_env(step);
  std::vector<std::string> words = words_of(step, env);
  Command command{.argv = std::move(words),
                  .env = std::move(env),
                  .working_directory = parts_.sandbox.work(),
                  .timeout = step.timeout.value_or(parts_.scenario.timeout.value_or(parts_.timeout)),
                  .output_limit_bytes = kMostSearchedOutput};
  if (step.stdin_text) command.stdin_text = filled(*step.stdin_text);
  if (step.terminal) {
    command.terminal.emplace();
    for (const TerminalTurn& turn : *step.terminal)
      command.terminal->push_back({filled(turn.expect), filled(turn.send)});
  }
  return command;
}

std::string StepCommands::by_hand(const Step& step) const {
  if (step.kind == Step::Kind::kAdvance) return {};
  std::string line = fmt::format("cd {} && . ../env && ", shell_quoted(parts_.sandbox.work().string()));
  for (const std::string& name : step.env_removed) line += fmt::format("unset {} && ", name);
  for (const auto& [name, value] : step.env) line += fmt::format("{}={} ", name, shell_quoted(filled(value)));
  if (step.kind == Step::Kind::kShell) return line + "sh -c " + shell_quoted(step.command);
  return line + filled(step.command);
}

}  // namespace understudy
