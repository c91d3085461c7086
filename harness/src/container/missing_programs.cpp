// What a command would run and cannot: a reading of the text, not a run of it.

#include <algorithm>

#include "container/command_walker.hpp"
#include "harness/container.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// Known to dash itself; and what only other shells know, which dash does not find on the platform either.
const std::set<std::string, std::less<>>& words_of_shells() {
  static const std::set<std::string, std::less<>> kWords{
      ".",        ":",       "[",       "alias",     "bg",      "break",   "cd",      "chdir",   "command",
      "continue", "echo",    "eval",    "exec",      "exit",    "export",  "false",   "fg",      "getopts",
      "hash",     "in",      "jobs",    "kill",      "local",   "printf",  "pwd",     "read",    "readonly",
      "return",   "set",     "shift",   "test",      "times",   "trap",    "true",    "type",    "ulimit",
      "umask",    "unalias", "unset",   "wait",      "[[",      "builtin", "caller",  "compgen", "declare",
      "dirs",     "disown",  "enable",  "fc",        "let",     "mapfile", "popd",    "pushd",   "select",
      "shopt",    "source",  "typeset", "readarray", "history", "bind",    "complete"};
  return kWords;
}

}  // namespace

std::vector<std::string> missing_programs(std::string_view command, const Programs& programs) {
  std::set<std::string> functions;
  std::vector<std::string> named;
  const auto add = [&](const std::string& name) {
    if (programs.not_ours.count(fs::path{name}.filename().string()) > 0) return;
    if (std::ranges::find(named, name) == named.end()) named.push_back(name);
  };
  const auto judge = [&](const WalkedCommand& found) {
    const std::string& name = found.name.text;
    if (found.name.dynamic) return;
    if (found.path) {
      if (!found.is_there) add(*found.path);
    } else if (name.find('/') == std::string::npos) {
      if (!words_of_shells().contains(name) && programs.on_path.count(name) == 0) add(name);
    }
  };
  walk_commands(command, programs.tree,
                {.command = judge, .function = [&](const std::string& name) { functions.insert(name); }});
  std::erase_if(named, [&](const std::string& name) { return functions.count(name) > 0; });
  return named;
}

}  // namespace understudy
