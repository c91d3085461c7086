#include "rehearsal/scenario_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "container/command_walker.hpp"
#include "harness/report.hpp"
#include "mock_server/cron_schedule.hpp"
#include "rehearsal/files_named.hpp"
#include "rehearsal/hidden_values.hpp"
#include "rehearsal/sentences.hpp"
#include "rehearsal/stage.hpp"
#include "rehearsal/yaml_text.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): times as people write them

constexpr std::uintmax_t kMostBytes = 100'000;
constexpr Milliseconds kBefore = 30s;  // from the start to when the cron is due: less than the shortest period
constexpr Milliseconds kAfter = 2min;  // for its end, and for what it asked for to begin
constexpr const char* kAppFolder = "app";

/// Without what is null or has nothing in it: the platform's defaults stand there.
json without_nothing(const json& value) {
  if (!value.is_object()) return value;
  json out = json::object();
  for (const auto& [key, item] : value.items()) {
    json kept = without_nothing(item);
    const bool is_nothing = kept.is_null() || (kept.is_object() && kept.empty());
    if (!is_nothing) out[key] = std::move(kept);
  }
  return out;
}

/// What laid on `base` gives `wanted`, as worlds are laid on each other: a null takes away.
json difference(const json& base, const json& wanted) {
  if (!base.is_object() || !wanted.is_object()) return wanted;
  json out = json::object();
  for (const auto& [key, value] : wanted.items()) {
    if (!base.contains(key)) {
      out[key] = without_nothing(value);
    } else if (base[key] != value) {
      out[key] = difference(base[key], value);
    }
  }
  for (const auto& [key, value] : base.items()) {
    if (!wanted.contains(key)) out[key] = nullptr;
  }
  return out;
}

/// Text that YAML can hold.
bool is_text(const std::string& content) { return content.find('\0') == std::string::npos; }

struct AppFiles {
  std::vector<std::string> paths{};     ///< relative to the app's folder
  std::vector<std::string> left_out{};  ///< those that somebody has to add
  bool unknown = false;                 ///< too many to take all, and not known which
};

bool is_hidden_folder(const fs::path& path) {
  const std::string name = path.filename().string();
  return name == ".git" || name == "node_modules" || name == "vendor";
}

std::vector<std::string> all_files(const fs::path& tree) {
  std::vector<std::string> paths;
  std::error_code error;
  std::error_code unknown;  // of one entry: a link that leads to itself is no file
  for (fs::recursive_directory_iterator at{tree, error}, end; !error && at != end; at.increment(error)) {
    if (at->is_directory(unknown) && is_hidden_folder(at->path())) at.disable_recursion_pending();
    if (at->is_regular_file(unknown)) paths.push_back(at->path().lexically_relative(tree).string());
  }
  std::ranges::sort(paths);
  return paths;
}

std::uintmax_t bytes_of(const fs::path& tree, const std::vector<std::string>& paths) {
  std::uintmax_t bytes = 0;
  std::error_code gone;
  for (const std::string& path : paths) bytes += fs::file_size(tree / path, gone);
  return bytes;
}

/// `.environment` and what the cron names; all if it runs what reading does not find and they are not many.
AppFiles choose_files(const Application& app, const CronDefinition& cron) {
  AppFiles files;
  NamedFiles named = find_files_named(cron.start, app.root);
  if (!cron.stop.empty()) {
    for (std::string& path : find_files_named(cron.stop, app.root).paths) named.paths.push_back(std::move(path));
  }
  const std::string environment = script_at(app.root / ".environment");
  if (!environment.empty()) {
    named.paths.emplace_back(".environment");
    for (std::string& path : find_files_named(environment, app.root).paths) named.paths.push_back(std::move(path));
  }
  if (named.more) {
    const std::vector<std::string> all = all_files(app.root);
    if (bytes_of(app.root, all) <= kMostBytes) {
      named.paths = all;
    } else {
      files.unknown = true;
    }
  }
  std::ranges::sort(named.paths);
  named.paths.erase(std::unique(named.paths.begin(), named.paths.end()), named.paths.end());
  for (const std::string& path : named.paths) {
    const std::string content = script_at(app.root / path);
    std::error_code gone;
    const bool is_whole = content.size() == fs::file_size(app.root / path, gone) && !gone;
    (is_whole && is_text(content) ? files.paths : files.left_out).push_back(path);
  }
  return files;
}

bool is_executable(const fs::path& file) {
  std::error_code gone;
  return (fs::status(file, gone).permissions() & fs::perms::owner_exec) != fs::perms::none;
}

/// When it is due, and until when it is looked at so that one run of it is seen and no second one begins.
struct Window {
  Time start{};
  Milliseconds length{};
  bool sees_end = true;  ///< of the run
  bool succeeds = false;
};

Window window_of(const CronReport& report, const CronDefinition& cron) {
  const CronPlay* cured = find_play(report, CronPlay::Kind::kCured);
  const CronRunReport& calm = cured != nullptr && cured->run.ended ? cured->run : report.typical;
  const Milliseconds takes = calm.ended ? *calm.ended - calm.due : Milliseconds{};
  const Milliseconds longest = CronSchedule::parse(cron.spec, 0, cron.spec_at).shortest_interval() - Milliseconds{1s};
  const Milliseconds length = std::chrono::ceil<std::chrono::minutes>(takes) + kAfter;
  return {report.typical.due - kBefore, kBefore + std::min(length, longest), takes < longest,
          calm.ended && !calm.timed_out && calm.error.empty() && calm.exit_code == 0};
}

class Writer {
public:
  Writer(const ScenarioFileSource& source, const CronReport& report)
      : source_{source},
        report_{report},
        app_{*std::ranges::find(source.project.apps, report.app, &Application::name)},
        cron_{*std::ranges::find(app_.crons, report.name, &CronDefinition::name)},
        hidden_{source.world.world.tokens(), source.client.env_prefix + "TOKEN"} {}

  std::string write() {
    const Window window = window_of(report_, cron_);
    const AppFiles files = choose_files(app_, cron_);
    ordered_json scenario;
    scenario["scenario"] = fmt::format("the cron {} waits for nothing", title_of(source_.rehearsal, report_));
    scenario["tags"] = ordered_json::array({"cron"});
    scenario["client"] = source_.client.name;
    scenario["secrets"] = nullptr;  // its place; what they are is known at the end
    scenario["given"] = given(window.start);
    scenario["containers"] = {{"app", kAppFolder}};
    if (is_saved()) scenario["containers"]["shell"] = kOtherShell;
    scenario["files"] = file_map(files);
    ordered_json expected{{"runs", 1}};
    if (window.sees_end) expected["state"] = "ended";
    if (window.sees_end && window.succeeds) expected["exit"] = 0;  // a client that has no token waits for nothing, too
    expected["blocks"] = false;
    scenario["steps"] =
        ordered_json::array({{{"advance", format_duration(window.length)}, {"crons", {{report_.name, expected}}}}});
    add_secrets(scenario);
    return comment(files) + yaml_text(scenario);
  }

private:
  [[nodiscard]] bool is_saved() const { return report_.verdict == CronReport::Verdict::kSaved; }

  /// Only the cron that it is about: others would come in its way.
  [[nodiscard]] json world() const {
    json world = source_.world.node.to_json();
    json& environment = world["projects"][source_.world.project]["environments"][source_.world.environment];
    for (auto& [name, app] : environment["deployment"]["webapps"].items()) {
      const json crons = app.value("crons", json::object());
      if (source_.world_name.empty()) app = without_nothing(app);
      app["crons"] = json::object();
      if (name == report_.app && crons.contains(report_.name))
        app["crons"][report_.name] = without_nothing(crons[report_.name]);
    }
    return world;
  }

  ordered_json given(Time start) {
    json wanted = world();
    wanted["clock"] = format_time(start);
    ordered_json out;
    if (source_.world_name.empty()) {
      for (const World::Token& token : source_.world.world.tokens()) {
        wanted["tokens"][token.name]["value"] = hidden_.placeholder_of(token.name);
      }
    } else {
      out["world"] = source_.world_name;
      wanted = difference(source_.base.to_json(), wanted);
    }
    const json hidden = hide(wanted);
    for (const auto& [key, value] : hidden.items()) out[key] = value;
    return out;
  }

  /// Placeholders of tokens are put in before, and are to stay as they are.
  json hide(json wanted) {
    const json tokens = wanted.contains("tokens") ? wanted["tokens"] : json{};
    wanted.erase("tokens");
    json hidden = hidden_.hide_in(wanted, true);
    if (!tokens.is_null()) hidden["tokens"] = tokens;
    return hidden;
  }

  ordered_json file_map(const AppFiles& files) {
    ordered_json map = ordered_json::object();
    for (const std::string& path : files.paths) {
      const std::string text = hidden_.hide_in(script_at(app_.root / path));
      ordered_json& entry = map[fmt::format("{}/{}", kAppFolder, path)];
      entry = is_executable(app_.root / path) ? ordered_json{{"text", text}, {"executable", true}} : ordered_json(text);
    }
    return map;
  }

  void add_secrets(ordered_json& scenario) const {
    ordered_json secrets;
    for (const std::string& name : hidden_.names()) secrets[name] = "random 40";
    scenario["secrets"] = secrets;
    if (secrets.empty()) scenario.erase("secrets");
    // `containers: {app: FOLDER}` wants the folder to be there.
    if (scenario["files"].empty()) scenario["files"] = {{fmt::format("{}/.environment", kAppFolder), ""}};
  }

  [[nodiscard]] std::string comment(const AppFiles& files) const {
    std::string text = fmt::format(
        "# Made by `understudy check --emit-scenario` of {}.\n"
        "# One run of the cron, with the real client: it fails while a command in it waits for the platform.\n",
        printable(first_line(to_string(cron_.at))));
    if (is_saved()) {
      text +=
          fmt::format("# SHELL is {}, so that the client does not take the container for a hook and spare the cron.\n",
                      kOtherShell);
    }
    if (!source_.world_name.empty()) {
      text += fmt::format("# Its world is found by name: `understudy run --worlds FOLDER` where {}.yaml is.\n",
                          source_.world_name);
    }
    for (const std::string& path : files.left_out) {
      text += fmt::format("# Add below files: {}/{} (it is too big, or no text).\n", kAppFolder, printable(path));
    }
    if (files.unknown) {
      text += fmt::format(
          "# The app is too big to be written here as a whole: add what the cron runs below files:, as "
          "{}/PATH.\n",
          kAppFolder);
    }
    return text;
  }

  const ScenarioFileSource& source_;
  const CronReport& report_;
  const Application& app_;
  const CronDefinition& cron_;
  HiddenValues hidden_;
};

}  // namespace

std::string scenario_file(const ScenarioFileSource& source, const CronReport* cron) {
  std::string text;
  for (const CronReport& report : source.rehearsal.crons) {
    if ((cron != nullptr && cron != &report) || report.typical.due == Time{}) continue;
    text += (text.empty() ? "" : "---\n") + Writer{source, report}.write();
  }
  if (text.empty()) {
    throw std::invalid_argument{cron != nullptr
                                    ? fmt::format("the cron \"{}\" was not due in the time looked at", cron->name)
                                    : std::string{"no cron was due in the time looked at"}};
  }
  return text;
}

}  // namespace understudy
