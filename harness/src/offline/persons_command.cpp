#include "offline/persons_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <system_error>

namespace understudy {
namespace {

namespace fs = std::filesystem;

enum Exit { kWouldWaitForEver = 124, kCannotBeRun = 126, kNotFound = 127 };

int not_found(const std::string& word) {
  if (word.find('/') != std::string::npos && fs::exists(word)) {
    say(fmt::format("cannot run {}: it is no program", word));
    return kCannotBeRun;
  }
  say(fmt::format("there is no command \"{}\"", word));
  return kNotFound;
}

}  // namespace

void say(const std::string& text) { std::cerr << "understudy: " << text << std::endl; }

bool somebody_is_there() { return ::isatty(STDIN_FILENO) == 1; }

std::vector<std::string> command_or_shell(const std::vector<std::string>& command) {
  if (!command.empty()) return command;
  const char* const shell = std::getenv("SHELL");
  return {shell == nullptr || *shell == '\0' ? "/bin/sh" : shell};
}

PersonsEnd run_in_foreground(Foreground& foreground, const std::vector<std::string>& words, const Env& env,
                             MockServer* fake, const std::string& client) {
  const fs::path program = find_program(words.front(), env, fs::current_path());
  if (program.empty()) return {.exit_code = not_found(words.front())};
  std::optional<ClientSession> session;
  if (fake != nullptr) session.emplace(fake->attach(client));
  const ForegroundEnd end = foreground.run(program, words, env);
  PersonsEnd persons{.exit_code = end.stopped ? int{kWouldWaitForEver} : end.exit_code};
  if (session) persons.report = session->report();
  if (end.start_failure != 0) {
    say(fmt::format("cannot run {}: {}", words.front(), std::generic_category().message(end.start_failure)));
    persons.exit_code = end.start_failure == ENOENT ? kNotFound : kCannotBeRun;
  }
  return persons;
}

}  // namespace understudy
