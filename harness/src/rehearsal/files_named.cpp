#include "rehearsal/files_named.hpp"

#include <algorithm>

#include "container/command_walker.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// `word` as a path in the app, "" if it is no file there.
std::string file_in(const fs::path& tree, std::string_view word) {
  constexpr std::string_view kApp = "/app/";  // where the tree is in a container
  if (word.starts_with(kApp)) word.remove_prefix(kApp.size());
  const fs::path path = fs::path{word}.lexically_normal();
  if (word.empty() || path.is_absolute() || *path.begin() == "..") return "";
  std::error_code error;
  return fs::is_regular_file(tree / path, error) ? path.string() : "";
}

}  // namespace

NamedFiles find_files_named(std::string_view text, const fs::path& tree) {
  NamedFiles files;
  const auto add = [&](const std::string& path) {
    if (!path.empty() && std::ranges::find(files.paths, path) == files.paths.end()) files.paths.push_back(path);
  };
  walk_commands(text, tree, {.command = [&](const WalkedCommand& command) {
                  files.more = files.more || command.name.dynamic || command.name.text == "cd";
                  if (command.path && command.is_there) add(file_in(tree, *command.path));
                  for (const ShellWord& word : command.arguments) {
                    if (!word.dynamic) add(file_in(tree, word.text));
                  }
                }});
  return files;
}

}  // namespace understudy
