#pragma once
/// Where all sandboxes of a command are.

#include <filesystem>
#include <set>
#include <string>

#include "harness/remains.hpp"

namespace understudy {

/// Below $TMPDIR, or below /tmp where that is no folder; one folder for each worker, gone at the end but for what is to
/// be kept. Those of commands that were killed together with all their workers are removed, too.
class RunFolder {
public:
  RunFolder();  ///< throws std::runtime_error
  ~RunFolder() { remove_tree(path_, keep_); }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  [[nodiscard]] std::filesystem::path of_worker(int number) const { return path_ / ("w" + std::to_string(number)); }
  void keep(std::filesystem::path sandbox) { keep_.insert(std::move(sandbox)); }
  void remove(const std::filesystem::path& folder) const { remove_tree(folder, keep_); }

private:
  std::filesystem::path path_;
  std::set<std::filesystem::path> keep_;
};

/// Notes in `folder` that it belongs to this process.
void claim_folder(const std::filesystem::path& folder);
/// What is kept belongs to none.
void release_folder(const std::filesystem::path& folder);
/// Removes those below `base`, named PREFIX*, whose process is gone: killed before it could clean up.
void remove_stale_folders(const std::filesystem::path& base, const std::string& prefix);

}  // namespace understudy
