#pragma once
/// What one app of one environment has on disk: the tree that runs, the one that was built, mounts, /tmp.

#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace understudy {

/// What a job sees of it.
struct AppView {
  std::filesystem::path tree{};
  bool writable = false;                                  ///< the whole tree: a build
  std::map<std::string, std::filesystem::path> mounts{};  ///< by path below the app, "web/uploads"
  std::filesystem::path tmp{};
  std::filesystem::path cache{};
};

/// Thread-safe. Trees are copies: what is built or mounted never changes the source.
class AppFolders {
public:
  /// `isolated`: mounts will be mounted, and read-only is made so by who does it; else they are links and mode bits.
  /// `cache` is shared with other environments. `source` may be "" for an empty app.
  AppFolders(std::filesystem::path folder, std::filesystem::path source, std::filesystem::path cache, bool isolated);

  /// A fresh copy of the source.
  [[nodiscard]] AppView view_for_build();
  /// What was deployed last, or else a copy of the source, with its mounts. Throws std::runtime_error for a mount that
  /// is outside the app.
  [[nodiscard]] AppView view_for_run(const nlohmann::json& configuration);
  /// Puts `text` where a program is missing. The caller has the view.
  void add_program(const AppView& view, const std::string& path, const std::string& text);

  void built(const std::filesystem::path& tree);
  void deployed();  ///< what was built last runs from now on; returns at once

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  void unlock();  ///< whoever owns the files may change them; never throws

private:
  [[nodiscard]] std::filesystem::path copy_source();
  void place_mount(const std::filesystem::path& tree, const std::string& path, const std::filesystem::path& content);

  std::filesystem::path folder_;
  std::filesystem::path source_;
  std::filesystem::path cache_;
  bool isolated_;
  std::mutex disk_mutex_;   ///< held while files are copied
  std::mutex names_mutex_;  ///< for the rest, held for a moment only
  int trees_ = 0;
  std::map<std::string, std::filesystem::path> mounts_;
  std::filesystem::path current_;
  std::filesystem::path built_;
};

}  // namespace understudy
