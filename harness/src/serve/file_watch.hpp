#pragma once
/// Files that somebody may change, as something to poll for.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "process/handles.hpp"

namespace understudy {

/// Sees files that are written to, and ones that take their place: editors do either. By inotify on their folders.
class FileWatch {
public:
  FileWatch();  ///< throws std::system_error
  /// From now on these and no others; folders that are not there are passed over.
  void watch(const std::vector<std::filesystem::path>& files);
  [[nodiscard]] int descriptor() const { return inotify_.get(); }  ///< readable when something happened in a folder
  /// Reads all that happened; true if it was to one of the files.
  [[nodiscard]] bool take();

private:
  Handle inotify_;
  std::map<int, std::set<std::string>> names_;  ///< of files, by watched folder
};

}  // namespace understudy
