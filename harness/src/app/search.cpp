#include "app/search.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAppFile = ".platform.app.yaml";

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// What others wrote (their repositories may well have a `.platform.app.yaml`), or what no person wrote.
bool is_foreign(std::string_view folder) {
  constexpr std::array<std::string_view, 8> kNames{"node_modules", "bower_components", "vendor", "venv",
                                                   "__pycache__",  "site-packages",    "target", "_build"};
  return folder.starts_with('.') || std::ranges::find(kNames, folder) != kNames.end();
}

/// "a" for "a/", which has no name.
fs::path without_slash(const fs::path& path) {
  return path.has_filename() || path == path.root_path() ? path : path.parent_path();
}

fs::path below(const fs::path& folder, std::string_view rest) {
  return without_slash((folder / rest).lexically_normal());
}

/// Every .platform.app.yaml of the tree, that of the folder itself first. Links to folders are not followed.
std::vector<fs::path> app_files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  fs::recursive_directory_iterator entry{folder, fs::directory_options::skip_permission_denied};
  for (; entry != fs::recursive_directory_iterator{}; ++entry) {
    const std::string name = entry->path().filename().string();
    if (name == kAppFile && is_file(entry->path())) files.push_back(entry->path().lexically_normal());
    if (is_foreign(name)) entry.disable_recursion_pending();
  }
  const auto depth = [](const fs::path& path) { return std::distance(path.begin(), path.end()); };
  std::ranges::sort(files, [&](const fs::path& a, const fs::path& b) {
    return std::pair{depth(a), a.string()} < std::pair{depth(b), b.string()};
  });
  return files;
}

/// The vendor reads all files of the folder that end in .yaml.
std::vector<fs::path> upsun_files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (!is_folder(folder / ".upsun")) return files;
  for (const fs::directory_entry& entry : fs::directory_iterator{folder / ".upsun"}) {
    if (entry.path().extension() == ".yaml" && is_file(entry.path())) files.push_back(entry.path().lexically_normal());
  }
  std::ranges::sort(files, [](const fs::path& a, const fs::path& b) {
    return std::pair{a.filename() != "config.yaml", a.string()} < std::pair{b.filename() != "config.yaml", b.string()};
  });
  return files;
}

fs::path file_or_nothing(const fs::path& file) { return is_file(file) ? file.lexically_normal() : fs::path{}; }

void add_services_and_routes(ConfigurationFiles& files) {
  files.services = file_or_nothing(files.folder / ".platform/services.yaml");
  files.routes = file_or_nothing(files.folder / ".platform/routes.yaml");
}

[[noreturn]] void complain_of_nothing(const fs::path& folder) {
  std::string hint;
  for (const std::string_view near : {".platform.app.yml", "platform.app.yaml", ".platform/applications.yml",
                                      ".upsun/config.yml", ".platform/app.yaml"}) {
    if (is_file(folder / near)) hint = "there is " + std::string{near} + ", which the platform does not read";
  }
  throw InputError{{folder.string()},
                   "no application is described here: looked for .platform.app.yaml (also in folders below), "
                   ".platform/applications.yaml and .upsun/config.yaml",
                   hint};
}

ConfigurationFiles search_folder(const fs::path& folder) {
  ConfigurationFiles files{.folder = folder};
  files.upsun = upsun_files_in(folder);
  if (!files.upsun.empty()) {
    files.style = AppProject::Style::kUpsunConfig;
    for (const fs::path& other : {below(folder, kAppFile), below(folder, ".platform/applications.yaml")}) {
      if (!is_file(other)) continue;
      files.remarks.push_back({{other.string()}, "is not read, because there is a folder .upsun; name it to read it"});
    }
    return files;
  }
  files.applications = file_or_nothing(folder / ".platform/applications.yaml");
  files.apps = app_files_below(folder);
  if (files.apps.empty() && files.applications.empty()) complain_of_nothing(folder);
  if (!files.applications.empty()) files.style = AppProject::Style::kApplicationsYaml;
  add_services_and_routes(files);
  return files;
}

/// The folder that `file` lies in, or the nearest one above it that is a repository by its looks.
fs::path repository_of(const fs::path& file) {
  fs::path own = file.has_parent_path() ? file.parent_path() : fs::path{"."};
  const fs::path start = fs::canonical(own);
  fs::path named = own;  // climbs with the real one, so that positions look like what was typed
  for (fs::path real = start;; real = real.parent_path(), named = below(named, "..")) {
    if (is_folder(real / ".platform") || fs::exists(real / ".git")) {
      std::error_code through_a_link;
      return fs::equivalent(named, real, through_a_link) ? named : real;
    }
    if (real == real.parent_path()) return own;
  }
}

ConfigurationFiles search_file(const fs::path& file) {
  const std::string name = file.filename().string();
  const fs::path parent = file.has_parent_path() ? file.parent_path() : fs::path{"."};
  const fs::path folder_name = without_slash(fs::absolute(parent).lexically_normal()).filename();
  if (folder_name == ".upsun") return search_folder(below(parent, ".."));
  if (folder_name == ".platform") {
    ConfigurationFiles files{.folder = below(parent, ".."), .style = AppProject::Style::kApplicationsYaml};
    if (name != "applications.yaml") {
      throw InputError{{file.string()},
                       "does not describe applications",
                       "name .platform/applications.yaml, .platform.app.yaml or the folder of the repository"};
    }
    files.applications = file;
    add_services_and_routes(files);
    return files;
  }
  ConfigurationFiles files{.folder = repository_of(file)};
  files.apps.push_back(file);
  add_services_and_routes(files);
  return files;
}

}  // namespace

ConfigurationFiles find_configuration(const fs::path& path) {
  const fs::path place = without_slash(path.lexically_normal());
  if (is_file(place)) return search_file(place);
  if (!is_folder(place)) {
    std::error_code ignored;
    const bool exists = fs::exists(place, ignored);
    throw InputError{{place.string()}, exists ? "is neither a file nor a folder" : "does not exist"};
  }
  const fs::path name = without_slash(fs::absolute(place).lexically_normal()).filename();
  return search_folder(name == ".upsun" || name == ".platform" ? below(place, "..") : place);
}

}  // namespace understudy
