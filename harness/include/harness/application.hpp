#pragma once
/// Applications as they are described in a repository: `.platform.app.yaml`, `.platform/applications.yaml` or
/// `.upsun/config.yaml`. Read by src/app.
/// Source of the format: the vendor's documentation, "App reference" (create-apps/app-reference), "YAML structure"
/// (learn/overview/yaml) and "Multiple apps" (create-apps/multi-app); what is ours is marked so.

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/document.hpp"

namespace understudy {

/// One entry of `crons`. Texts are as they were written: nothing is trimmed, and `spec` is not parsed here. A text that
/// came by `!include` has its place in the included file.
struct CronDefinition {
  std::string name{};
  Position at{};  ///< of the name
  std::string spec{};
  Position spec_at{};
  std::string start{};  ///< `commands.start`, or `cmd` (deprecated)
  Position start_at{};
  std::string stop{};  ///< `commands.stop`; "" = SIGTERM
  bool uses_cmd = false;
  std::optional<std::chrono::seconds> timeout{};           ///< 1 to 86400; the platform's default is 86400
  std::optional<std::chrono::seconds> shutdown_timeout{};  ///< 1 to 86400; the platform's default is 10
};

struct HookDefinitions {  ///< "" = none
  std::string build{};
  Position build_at{};
  std::string deploy{};
  Position deploy_at{};
  std::string post_deploy{};
  Position post_deploy_at{};
};

struct Application {
  std::string name{};
  Position at{};  ///< of its description
  std::filesystem::path
      root{};          ///< folder of its tree: `source.root`, or where its .platform.app.yaml lies; may be missing
  std::string type{};  ///< "php:8.2"; "" if it is not said
  Position type_at{};
  std::string timezone{};  ///< "" = UTC
  Position timezone_at{};
  std::vector<CronDefinition> crons{};  ///< in the order of the file; merged ones (`<<`) behind
  HookDefinitions hooks{};
  nlohmann::json variables = nlohmann::json::object();  ///< {"env": {NAME: value}, ...}
  std::map<std::string, Position> variables_at{};       ///< by "env:NAME"
  /// The whole of it as the API shows it in a deployment's `webapps` (schema Deployment of the published description),
  /// with includes resolved. What the platform decides (size, resources, tree_id ...) is there only where it was said.
  /// `workers` is kept as it was written. A value with `!archive` is the path that was written.
  nlohmann::json configuration = nlohmann::json::object();
};

/// What was understood but is odd: a deprecated `cmd`, an unknown key, a cron that never runs ...
struct Remark {
  Position at{};
  std::string text{};
};

/// A repository, as far as the platform looks at it.
struct AppProject {
  std::filesystem::path folder{};  ///< of the repository; nothing outside of it is read
  enum class Style { kPlatformAppYaml, kApplicationsYaml, kUpsunConfig } style = Style::kPlatformAppYaml;
  std::vector<Application> apps{};                     ///< at least one; names differ
  nlohmann::json services = nlohmann::json::object();  ///< by name; {} if there are none
  nlohmann::json routes = nlohmann::json::object();    ///< by URL; {} if there are none
  std::vector<Remark> remarks{};                       ///< by file and line
};

/// `path` is a folder (searched for the three forms, `.platform.app.yaml` also below it, but not in hidden folders,
/// node_modules, vendor and the like) or one of the files itself. A folder with `.upsun/*.yaml` is read from those
/// alone; `.platform/applications.yaml` and `.platform.app.yaml` are read together. Positions begin with `path`.
/// Throws InputError: broken files with their place, or what was looked for where nothing is found.
[[nodiscard]] AppProject load_app_project(const std::filesystem::path& path);

}  // namespace understudy
