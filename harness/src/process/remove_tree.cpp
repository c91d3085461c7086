#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <system_error>

#include "harness/remains.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

bool keeps(const std::set<fs::path>& keep, const fs::path& path) { return keep.count(path) > 0; }

bool leads_to_kept(const std::set<fs::path>& keep, const fs::path& folder) {
  const std::string prefix = folder.string() + "/";
  return std::any_of(keep.begin(), keep.end(), [&](const fs::path& each) { return each.string().starts_with(prefix); });
}

void remove_all_of(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (!error) return;
  // A read-only folder keeps what is in it: make all of them ours to change, and try again.
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add, error);
  fs::recursive_directory_iterator entries{folder, fs::directory_options::skip_permission_denied, error};
  while (!error && entries != fs::recursive_directory_iterator{}) {
    if (entries->is_directory(error) && !entries->is_symlink(error)) {
      ::chmod(entries->path().c_str(), S_IRWXU);
    }
    entries.increment(error);
  }
  fs::remove_all(folder, error);
}

}  // namespace

void remove_tree(const fs::path& folder, const std::set<fs::path>& keep) {
  if (keeps(keep, folder)) return;
  if (!leads_to_kept(keep, folder)) return remove_all_of(folder);
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator{folder, error}) remove_tree(entry.path(), keep);
}

}  // namespace understudy
