// `understudy check`: from the arguments to the exit code.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/apart.hpp"
#include "cli/check_scenario.hpp"
#include "cli/output_files.hpp"
#include "cli/settings.hpp"
#include "cli/subcommands.hpp"
#include "harness/cli.hpp"
#include "harness/rehearsal_report.hpp"
#include "harness/shim.hpp"

namespace understudy {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr auto kLongest = std::chrono::hours{24 * 366};
constexpr int kBlocks = 1;

struct CheckOptions {
  std::string path = ".";
  std::string from{};
  std::string duration = "24h";
  std::string environment{};
  std::string world{};
  std::string client = "webpaas";
  bool strict = false;
  std::string html{};
  std::string json{};
  std::string scenario{};
  std::string cron{};
  bool force = false;
  std::uint64_t seed = 1;
  std::string color = "auto";
};

Milliseconds duration_of(const std::string& text) {
  const std::optional<Milliseconds> duration = parse_duration(text);
  if (!duration || duration->count() <= 0) {
    throw UsageError{fmt::format("--for \"{}\": expected a time, for instance 24h or 7d", text)};
  }
  if (*duration > kLongest) throw UsageError{fmt::format("--for {}: a year is the most that can be looked at", text)};
  return *duration;
}

std::optional<Time> start_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::optional<Time> time = parse_time(text);
  if (!time) throw UsageError{fmt::format("--from \"{}\": expected a time, for instance 2026-03-01T00:00:00Z", text)};
  return time;
}

/// A file, or the name of a world of the project.
std::optional<fs::path> world_file(const std::string& world) {
  if (world.empty()) return std::nullopt;
  if (fs::is_regular_file(world)) return world;
  if (world.find('/') != std::string::npos || world.ends_with(".yaml") || world.ends_with(".yml")) {
    throw UsageError{fmt::format("--world {}: there is no such file", world)};
  }
  return world_library("").find(world, {"--world", 0, 0});
}

void check_outputs(const CheckOptions& options) {
  const auto taken = [](const std::string& file) { return file == kStandardOutput ? 1 : 0; };
  if (taken(options.html) + taken(options.json) + taken(options.scenario) > 1) {
    throw UsageError{"only one of --json, --html - and --emit-scenario - can have standard output"};
  }
  require_writable("--html", options.html);
  require_writable("--json", options.json);
  require_writable("--emit-scenario", options.scenario);
  if (options.scenario.empty()) {
    if (!options.cron.empty()) throw UsageError{"--cron chooses what --emit-scenario FILE writes, which is not given"};
    if (options.force) throw UsageError{"--force is about the file of --emit-scenario FILE, which is not given"};
    return;
  }
  if (!options.force && options.scenario != kStandardOutput && fs::exists(options.scenario)) {
    throw UsageError{fmt::format("--emit-scenario {}: it is there already; --force overwrites it", options.scenario)};
  }
}

/// A file that somebody wrote behind --json is taken for the path otherwise.
void check_path(const CheckOptions& options) {
  if (fs::exists(options.path)) return;
  const bool is_output = options.json == kStandardOutput && options.path.ends_with(".json");
  throw UsageError{fmt::format("{}: there is no such file or folder{}", options.path,
                               is_output ? fmt::format("; write --json={}", options.path) : "")};
}

/// What is asked for, once it has been found to make sense.
struct Plan {
  RehearsalOptions rehearsal{};
  AppProject project{};
  std::optional<CronKey> cron{};
};

Plan plan_of(const CheckOptions& options) {
  check_outputs(options);
  check_path(options);
  Plan plan;
  plan.rehearsal = {.path = options.path,
                    .from = start_of(options.from),
                    .duration = duration_of(options.duration),
                    .environment = options.environment,
                    .world = world_file(options.world)};
  plan.rehearsal.settings = default_settings({});
  plan.rehearsal.settings.client = options.client;
  plan.rehearsal.settings.seed = options.seed;
  plan.rehearsal.settings.program = shim_program();
  static_cast<void>(plan.rehearsal.settings.clients.find(options.client, {"--client", 0, 0}));
  plan.project = load_app_project(options.path);
  if (!options.cron.empty()) plan.cron = find_cron(plan.project, options.cron);
  return plan;
}

struct Document {
  std::string file{};
  std::string text{};
};

std::vector<Document> documents_of(const CheckOptions& options, const Plan& plan, const Rehearsal& rehearsal) {
  std::vector<Document> documents;
  if (!options.json.empty()) {
    const nlohmann::ordered_json document = rehearsal_json(rehearsal, options.strict);
    documents.push_back({options.json, document.dump(2, ' ', false, json::error_handler_t::replace) + "\n"});
  }
  if (!options.html.empty()) documents.push_back({options.html, render_page(rehearsal_page(rehearsal))});
  if (!options.scenario.empty()) {
    documents.push_back({options.scenario, emitted_scenario(plan.rehearsal, plan.project, rehearsal, plan.cron)});
  }
  return documents;
}

/// In a process of its own: what `tell` needs.
json carry_out(const CheckOptions& options, Plan plan, bool color, const fs::path& folder) {
  RehearsalOptions& asked = plan.rehearsal;
  asked.settings.sandbox_folder = folder;
  // the cache may be a folder in the sandbox where the project's cannot be written
  asked.settings.cache_folder = client_cache_folder(asked.settings.root, folder);
  prepare(asked.settings);
  const Rehearsal rehearsal = rehearse(asked);
  json answer{{"text", rehearsal_text(rehearsal, color)}, {"blocks", blocks(rehearsal, options.strict)}};
  for (const Document& document : documents_of(options, plan, rehearsal)) {
    answer["documents"].push_back({{"file", document.file}, {"text", document.text}});
  }
  return answer;
}

int check(const CheckOptions& options) {
  const Plan plan = plan_of(options);
  const bool is_taken =
      options.html == kStandardOutput || options.json == kStandardOutput || options.scenario == kStandardOutput;
  const bool color = wants_color(options.color, is_taken ? STDERR_FILENO : STDOUT_FILENO);
  const Apart done = do_apart([&](const fs::path& folder) { return carry_out(options, plan, color, folder); });
  if (done.interrupted_by != 0) return 128 + done.interrupted_by;
  (is_taken ? std::cerr : std::cout) << done.result.at("text").get<std::string>() << std::flush;
  for (const json& document : done.result.value("documents", json::array())) {
    put(document.at("file").get<std::string>(), document.at("text").get<std::string>());
  }
  return done.result.at("blocks").get<bool>() ? kBlocks : 0;
}

void declare_time(CLI::App& app, CheckOptions& options) {
  constexpr const char* kGroup = "What is looked at";
  const auto add = [&](const char* name, std::string& into, const char* value, const char* help) {
    app.add_option(name, into, help)->group(kGroup)->option_text(value);
  };
  add("--from", options.from, "TIME", "platform time at the start; that of the world if not given");
  add("--for", options.duration, "DURATION", "how long: 24h if not given, 7d, 90m");
  add("--environment", options.environment, "NAME", "production if not given, under the branch that guards test for");
  add("--world", options.world, "FILE",
      "the platform as you have it: a world's name or file; one project with a usual token if not given");
  add("--client", options.client, "NAME", "client profile: webpaas if not given, upsun, platform");
  app.add_option("--seed", options.seed, "what ids are drawn from; 1 if not given")->group(kGroup)->option_text("N");
}

void declare_reports(CLI::App& app, CheckOptions& options) {
  constexpr const char* kGroup = "What is reported";
  app.add_flag("--strict", options.strict, "exit code 1 also for crons that only the client's guess saves")
      ->group(kGroup);
  app.add_option("--html", options.html, "a page for people, with timelines; - is standard output")
      ->group(kGroup)
      ->option_text("FILE");
  app.add_flag("--json{-}", options.json, "everything, as one JSON document; --json=FILE writes it there")
      ->group(kGroup);
  app.add_option("--emit-scenario", options.scenario,
                 "a scenario for each cron, for `understudy run`: it passes once nothing in the cron waits")
      ->group(kGroup)
      ->option_text("FILE");
  app.add_option("--cron", options.cron, "only this one in --emit-scenario: NAME, or APP/NAME")
      ->group(kGroup)
      ->option_text("NAME");
  app.add_flag("--force", options.force, "--emit-scenario may overwrite its file")->group(kGroup);
  app.add_option("--color", options.color, "auto, always or never")
      ->group(kGroup)
      ->option_text("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

}  // namespace

Action declare_check(CLI::App& app) {
  const auto options = std::make_shared<CheckOptions>();
  app.add_option("path", options->path,
                 "an app's folder or its file: .platform.app.yaml, .platform/applications.yaml, "
                 ".upsun/config.yaml; the folder here if not given")
      ->type_name("")
      ->option_text("PATH");
  declare_time(app, *options);
  declare_reports(app, *options);
  return [options](const std::string&) { return check(*options); };
}

}  // namespace understudy
