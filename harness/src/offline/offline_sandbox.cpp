#include "offline/offline_sandbox.hpp"

#include <algorithm>
#include <cstdlib>

#include "harness/report.hpp"
#include "harness/runner.hpp"
#include "run/environment.hpp"
#include "run/scenario_world.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsualExecutable = "webpaas";  // runs whatever client was chosen, as in scenarios

// Nothing that could lead a client elsewhere, or hold a token of theirs.
constexpr const char* kPersonal[] = {"SHELL", "USER", "LOGNAME", "EDITOR", "VISUAL", "PAGER"};
constexpr const char* kOfTerminals[] = {"TERM", "COLORTERM", "TERMINFO"};

template <std::size_t N>
void take_over(Env& env, const char* const (&names)[N]) {
  for (const char* const name : names) {
    if (const char* const value = std::getenv(name)) env[name] = value;
  }
}

WarmClient warm_client(const std::string& name, const fs::path& folder) {
  RunSettings settings = default_settings(folder);
  settings.client = name;
  prepare(settings);
  return settings.warm.at(name);
}

fs::path file_of(const std::string& world, const WorldLibrary& library) {
  const bool is_path = world.find('/') != std::string::npos || world.ends_with(".yaml") || world.ends_with(".yml");
  if (is_path && !fs::is_regular_file(world)) throw InputError{{"--world", 0, 0}, "there is no file " + world};
  return is_path ? fs::path{world} : library.find(world, {"--world", 0, 0});
}

/// The world that it extends; "" for none.
fs::path base_of(const fs::path& file, const WorldLibrary& library) {
  const std::vector<Node> documents = load_documents(file);
  const Node* const base =
      documents.empty() || !documents.front().is(Node::Kind::kMap) ? nullptr : documents.front().find("extends");
  return base == nullptr ? fs::path{} : library.find(base->text(), base->at());
}

fs::path made(const fs::path& folder) {
  fs::create_directories(folder);
  return folder;
}

}  // namespace

WorldLibrary offline_library() { return default_settings({}).worlds; }

World offline_world(const std::string& world) {
  const WorldLibrary library = offline_library();
  return World::load(file_of(world, library), library);
}

std::vector<fs::path> offline_world_files(const std::string& world) {
  const WorldLibrary library = offline_library();
  std::vector<fs::path> files;
  for (fs::path file = file_of(world, library); !file.empty();) {
    if (std::ranges::find(files, file) != files.end()) break;  // in a circle: whoever loads it complains
    files.push_back(file);
    try {
      file = base_of(file, library);
    } catch (const InputError&) {  // likewise
      break;
    }
  }
  return files;
}

std::optional<World::Token> offline_token(const World& world, const std::string& name) {
  Scenario asking;
  asking.token = name;
  asking.at = {"--token", 0, 0};
  return chosen_token(asking, world);
}

OfflineSandbox::OfflineSandbox(const OfflineOptions& options)
    : world_{offline_world(options.world)},
      token_{offline_token(world_, options.token)},
      client_{warm_client(options.client, made(folder_.of_worker(0)))},
      sandbox_{made(folder_.of_worker(1))} {
  const ClientProfile& profile = client_.profile;
  write_file_atomically(config_file(sandbox_, profile), profile.config.dump());
  sandbox_.link(profile.executable, client_.binary);
  sandbox_.link(kUsualExecutable, client_.binary);
}

void OfflineSandbox::keep() {
  sandbox_.keep();
  folder_.keep(sandbox_.path());
}

Env OfflineSandbox::env(const std::string& api_url, const std::string& proxy_url, bool terminal) const {
  Env env = client_env({.sandbox = sandbox_,
                        .client = client_,
                        .api_url = api_url,
                        .proxy_url = proxy_url,
                        .token = token_ ? std::optional{token_->value} : std::nullopt,
                        .terminal = terminal});
  const char* const path = std::getenv("PATH");
  env["PATH"] += std::string{":"} + (path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  take_over(env, kPersonal);
  if (terminal) {
    take_over(env, kOfTerminals);
    env.erase("COLUMNS");  // it has a width of its own
  }
  return env;
}

}  // namespace understudy
