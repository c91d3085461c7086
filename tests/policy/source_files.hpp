#pragma once
/// What the policy tests read: the project's own files, as lines.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

inline const std::filesystem::path kSourceDir{SOURCE_DIR};

/// Regular files below the given folders (or the files themselves), as paths relative to the project's root, sorted.
inline std::vector<std::string> files_below(std::initializer_list<std::string_view> places) {
  std::vector<std::string> files;
  for (const std::string_view place : places) {
    const std::filesystem::path root = kSourceDir / place;
    if (std::filesystem::is_regular_file(root)) files.emplace_back(place);
    if (!std::filesystem::is_directory(root)) continue;
    std::filesystem::recursive_directory_iterator entries{root};
    for (; entries != std::filesystem::recursive_directory_iterator{}; ++entries) {
      const auto& entry = *entries;
      if (entry.path().filename() == "node_modules") entries.disable_recursion_pending();  // not ours
      if (entry.is_regular_file()) files.push_back(std::filesystem::relative(entry.path(), kSourceDir).string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string read_text(const std::string& file) {
  std::ifstream in{kSourceDir / file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline std::vector<std::string> read_lines(const std::string& file) {
  std::ifstream in{kSourceDir / file};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace understudy
