#pragma once
/// Files of an app that a cron's shell text names.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

struct NamedFiles {
  std::vector<std::string> paths{};  ///< relative to the app's folder, in the order of the text, each once
  /// It runs something that reading does not find: the shell puts its name together, or changes the folder before.
  bool more = false;
};

/// What it runs or reads by name, and what scripts among those run or read. `tree` is the app's folder.
[[nodiscard]] NamedFiles find_files_named(std::string_view text, const std::filesystem::path& tree);

}  // namespace understudy
