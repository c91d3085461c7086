#include "rehearsal/client_calls.hpp"

#include <algorithm>

#include "container/command_walker.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// The client's options that have a value of their own and may stand before the command.
bool takes_value(std::string_view option) {
  constexpr std::string_view kOptions[] = {"-p",    "-e",    "-A",    "-o", "--project", "--environment",
                                           "--app", "--org", "--host"};
  return std::ranges::find(kOptions, option) != std::end(kOptions);
}

/// Puts the command of `call` and whether it writes.
void read_call(ClientCall& call, const ShellWords& words, std::size_t at) {
  for (; at < words.size() && words[at].text.starts_with('-'); ++at) {
    if (takes_value(words[at].text)) ++at;
  }
  if (at >= words.size()) return;
  call.command = words[at].text;
  std::vector<std::string> arguments;
  for (std::size_t i = at + 1; i < words.size(); ++i) arguments.push_back(words[i].text);
  call.writes = is_writing_command(call.command, arguments);
  if (call.command != "multi" || arguments.empty()) return;
  // multi 'backup:create --live' runs it for several projects
  for (const std::string& argument : arguments) {
    call.writes = call.writes || is_writing_command(argument.substr(0, argument.find(' ')), {});
  }
}

bool is_client(const ShellWord& word, const std::set<std::string>& names) {
  std::string name = fs::path{word.text}.filename();
  if (name.ends_with(".phar")) name.resize(name.size() - 5);
  // Of "$CLI" nothing is known; of "$HOME/.platformsh/bin/platform" the end.
  if (word.dynamic && word.text.find('/') == std::string::npos) return false;
  return names.contains(name);
}

}  // namespace

std::vector<ClientCall> find_client_calls(std::string_view text, const fs::path& tree,
                                          const std::set<std::string>& names) {
  std::vector<ClientCall> calls;
  std::set<std::string> functions;
  const auto see = [&](const WalkedCommand& command) {
    const bool by_php = fs::path{command.name.text}.filename().string().starts_with("php") &&
                        !command.arguments.empty() && is_client(command.arguments[0], names);
    if (!by_php && !is_client(command.name, names)) return;
    ClientCall call{.name = by_php ? command.arguments[0].text : command.name.text, .is_in_tree = command.is_there};
    if (by_php && !command.arguments[0].dynamic) {
      std::string path = call.name;
      if (path.starts_with("/app/")) path.erase(0, 5);
      std::error_code missing;
      call.is_in_tree = fs::exists(tree / path, missing);
    }
    read_call(call, command.arguments, by_php ? 1 : 0);
    calls.push_back(std::move(call));
  };
  walk_commands(text, tree, {.command = see, .function = [&](const std::string& name) { functions.insert(name); }});
  std::erase_if(calls, [&](const ClientCall& call) { return functions.contains(call.name); });
  return calls;
}

}  // namespace understudy
