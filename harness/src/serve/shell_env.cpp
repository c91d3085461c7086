#include "serve/shell_env.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "run/sandbox.hpp"

extern char** environ;

namespace understudy {
namespace {

// They lead to keys and agents of the person's own.
constexpr std::string_view kPersonal[] = {"SSH_AUTH_SOCK", "SSH_AGENT_PID"};

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

bool leads_elsewhere(const std::string& name, const ServerNote& note) {
  if (std::ranges::find(kPersonal, name) != std::end(kPersonal)) return true;
  return std::ranges::any_of(note.own_prefixes, [&](const std::string& prefix) { return name.starts_with(prefix); });
}

/// `first`, then the others, each once.
std::string path_with(const std::string& first, const std::string& others) {
  std::string path = first;
  std::istringstream parts{others};
  for (std::string part; std::getline(parts, part, ':');) {
    if (part != first && !part.empty()) path += ":" + part;
  }
  return path;
}

}  // namespace

ShellState shell_state() {
  ShellState state{.terminal = ::isatty(STDIN_FILENO) == 1};
  const char* const path = std::getenv("PATH");
  state.path = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view variable{*each};
    state.names.emplace_back(variable.substr(0, variable.find('=')));
  }
  return state;
}

std::string shell_lines(const ServerNote& note, const ShellState& shell) {
  std::map<std::string, std::string> env = note.env;
  if (!shell.terminal && !note.no_interaction.empty()) env[note.no_interaction] = "1";
  std::string lines;
  for (const std::string& name : shell.names) {
    if (!env.contains(name) && is_name(name) && leads_elsewhere(name, note)) lines += fmt::format("unset {}\n", name);
  }
  lines += fmt::format("export PATH={}\n", shell_quoted(path_with(note.bin, shell.path)));
  for (const auto& [name, value] : env) lines += fmt::format("export {}={}\n", name, shell_quoted(value));
  return lines;
}

}  // namespace understudy
