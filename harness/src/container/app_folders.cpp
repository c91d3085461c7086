#include "container/app_folders.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <stdexcept>
#include <system_error>

#include "harness/remains.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

/// Mode bits of everything below `tree` and of itself; what links lead to is left alone.
void set_writable(const fs::path& tree, bool writable) {
  const fs::perms writers = fs::perms::owner_write | fs::perms::group_write | fs::perms::others_write;
  const auto set = [&](const fs::path& path) {
    std::error_code ignored;  // a file that is gone in the meantime
    if (fs::is_symlink(fs::symlink_status(path, ignored))) return;
    fs::permissions(path, writable ? fs::perms::owner_write : writers,
                    writable ? fs::perm_options::add : fs::perm_options::remove, ignored);
  };
  set(tree);
  std::error_code stopped;
  fs::recursive_directory_iterator entries{tree, fs::directory_options::skip_permission_denied, stopped};
  for (; !stopped && entries != fs::recursive_directory_iterator{}; entries.increment(stopped)) set(entries->path());
}

std::string mount_path(const std::string& key) {
  std::string path = fs::path{key.substr(std::min(key.find_first_not_of('/'), key.size()))}.lexically_normal().string();
  while (path.ends_with('/')) path.pop_back();
  if (path.empty() || path == "." || path == ".." || path.starts_with("../")) {
    throw std::runtime_error{fmt::format("mounts: \"{}\" is not below the app", key)};
  }
  return path;
}

}  // namespace

AppFolders::AppFolders(fs::path folder, fs::path source, fs::path cache, bool isolated)
    : folder_{std::move(folder)}, source_{std::move(source)}, cache_{std::move(cache)}, isolated_{isolated} {
  for (const char* const part : {"tmp", "mounts"}) fs::create_directories(folder_ / part);
  fs::create_directories(cache_);
}

fs::path AppFolders::copy_source() {
  fs::path tree = folder_ / fmt::format("tree-{}", ++trees_);
  if (source_.empty()) {
    fs::create_directories(tree);
  } else if (!fs::is_directory(source_)) {
    throw std::runtime_error{fmt::format("there is no folder {} for the app", source_.string())};
  } else {
    fs::copy(source_, tree, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    set_writable(tree, true);
  }
  return tree;
}

AppView AppFolders::view_for_build() {
  const std::scoped_lock lock{disk_mutex_};
  return {.tree = copy_source(), .writable = true, .tmp = folder_ / "tmp", .cache = cache_};
}

AppView AppFolders::view_for_run(const nlohmann::json& configuration) {
  const std::scoped_lock lock{disk_mutex_};
  fs::path tree;
  {
    const std::scoped_lock names{names_mutex_};
    tree = current_;
  }
  if (tree.empty()) {
    tree = copy_source();
    const std::scoped_lock names{names_mutex_};
    if (current_.empty()) current_ = tree;
  }
  AppView view{.tree = tree, .tmp = folder_ / "tmp", .cache = cache_};
  if (!isolated_) set_writable(tree, true);
  if (configuration.is_object() && configuration.contains("mounts") && configuration["mounts"].is_object()) {
    for (const auto& [key, _] : configuration["mounts"].items()) {
      const std::string path = mount_path(key);
      const auto known = mounts_.try_emplace(path, folder_ / "mounts" / std::to_string(mounts_.size())).first;
      fs::create_directories(known->second);
      place_mount(tree, path, known->second);
      view.mounts.insert(*known);
    }
  }
  if (!isolated_) set_writable(tree, false);
  return view;
}

void AppFolders::place_mount(const fs::path& tree, const std::string& path, const fs::path& content) {
  const fs::path place = tree / path;
  if (isolated_) {
    fs::create_directories(place);
  } else if (!fs::is_symlink(place)) {
    remove_tree(place);  // what the app has there is hidden by a mount
    fs::create_directories(place.parent_path());
    fs::create_directory_symlink(content, place);
  }
}

void AppFolders::add_program(const AppView& view, const std::string& path, const std::string& text) {
  const std::scoped_lock lock{disk_mutex_};
  for (const auto& [mounted, _] : view.mounts) {
    if (path.starts_with(mounted + "/")) return;  // what a mount holds is the app's own doing
  }
  const bool locked = !isolated_ && !view.writable;
  if (locked) set_writable(view.tree, true);
  fs::create_directories((view.tree / path).parent_path());
  std::ofstream{view.tree / path, std::ios::binary} << text;
  ::chmod((view.tree / path).c_str(), 0755);
  if (locked) set_writable(view.tree, false);
}

void AppFolders::unlock() {
  const std::scoped_lock lock{disk_mutex_};
  set_writable(folder_, true);
}

void AppFolders::built(const fs::path& tree) {
  const std::scoped_lock lock{names_mutex_};
  built_ = tree;
}

void AppFolders::deployed() {
  const std::scoped_lock lock{names_mutex_};
  if (!built_.empty()) current_ = built_;
}

}  // namespace understudy
