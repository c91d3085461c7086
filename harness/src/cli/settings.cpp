#include "cli/settings.hpp"

#include <fmt/format.h>

#include "harness/cli.hpp"
#include "mock_server/clock.hpp"

namespace understudy {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::int64_t milliseconds_of(const std::string& option, const std::string& text) {
  const std::optional<Milliseconds> duration = parse_duration(text);
  if (!duration || duration->count() <= 0) {
    throw UsageError{fmt::format("{} \"{}\": expected a time, for instance 30s or 2m", option, text)};
  }
  return duration->count();
}

Keep keep_of(const std::string& word) {
  if (word == "all") return Keep::kAll;
  return word == "failed" ? Keep::kFailed : Keep::kNone;
}

}  // namespace

json settings_json(const RunOptions& options) {
  json settings{{"client", options.client},
                {"seed", options.seed},
                {"keep", options.keep},
                {"worlds", options.worlds},
                {"exchanges", !options.exchanges.empty()},
                {"timeline", !options.html.empty()},
                {"platforms", options.platform_folder}};
  if (!options.timeout.empty()) settings["timeout_ms"] = milliseconds_of("--timeout", options.timeout);
  return settings;
}

RunSettings run_settings(const json& in, const fs::path& folder) {
  RunSettings settings = default_settings(folder);
  settings.worlds = world_library(in.at("worlds").get<std::string>());
  settings.client = in.at("client").get<std::string>();
  settings.seed = in.at("seed").get<std::uint64_t>();
  settings.exchanges = in.at("exchanges").get<bool>();
  settings.timeline = in.at("timeline").get<bool>();
  settings.keep = keep_of(in.at("keep").get<std::string>());
  settings.platform_folder = in.at("platforms").get<std::string>();
  if (const auto timeout = in.find("timeout_ms"); timeout != in.end()) {
    settings.timeout = std::chrono::milliseconds{timeout->get<std::int64_t>()};
  }
  return settings;
}

WorldLibrary world_library(const std::string& first) {
  WorldLibrary library;
  if (!first.empty()) library.folders.emplace_back(first);
  library.folders.push_back(project_root() / "fixtures/worlds");
  return library;
}

std::string client_version_text(const RunOptions& options) {
  const RunSettings settings = default_settings({});
  const ClientProfile profile = settings.clients.find(options.client, {"--client", 0, 0});
  return known_version(profile, find_client_binary(profile, settings.root), settings.cache_folder);
}

}  // namespace understudy
