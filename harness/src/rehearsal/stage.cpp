#include "rehearsal/stage.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "harness/container.hpp"
#include "harness/remains.hpp"
#include "mock_server/mock_server.hpp"
#include "rehearsal/installed_client.hpp"
#include "run/inside_container.hpp"
#include "run/refusing_proxy.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

// A look at how far it is costs nothing worth saving; platform time between two looks is only played in vain.
constexpr Milliseconds kBetweenLooks = 5min;

/// Folder of one play, gone with it.
class PlayFolder {
public:
  explicit PlayFolder(fs::path path) : path_{std::move(path)} { fs::create_directories(path_); }
  ~PlayFolder() { remove_tree(path_); }
  PlayFolder(const PlayFolder&) = delete;
  PlayFolder& operator=(const PlayFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

private:
  fs::path path_;
};

bool is_over(const Played& played, const PlayOptions& options, const std::string& environment) {
  const PlayOptions::Until& until = *options.until;
  const auto run = std::ranges::find_if(played.history.jobs, [&](const JobRecord& job) {
    if (job.kind != JobKind::kCron || job.app != until.cron.app || job.name != until.cron.name) return false;
    return job.environment == environment && job.started >= until.due;
  });
  if (run == played.history.jobs.end() || !run->ended) return false;
  const auto settled = [](const json& activity) {
    return activity["state"] == "complete" || activity["state"] == "cancelled";
  };
  if (options.deploy_at) {
    const json* deploy = played.deploy(environment);
    if (deploy == nullptr || !settled(*deploy)) return false;
  }
  // What it set going and what it held up is part of the picture.
  return std::ranges::all_of(played.activities, settled);
}

/// Events of the world count from its start, which is another one here.
json moved_events(const Node* events, Milliseconds by) {
  json result = json::array();
  if (events == nullptr || !events->is(Node::Kind::kList)) return result;
  for (const Node& event : events->items()) {
    json moved = event.to_json();
    const std::optional<Milliseconds> after = parse_duration(moved.value("after", "0s"));
    if (!after || *after < by) continue;
    moved["after"] = format_duration(*after - by);
    result.push_back(std::move(moved));
  }
  return result;
}

}  // namespace

const json* Played::activity(const std::string& id) const {
  const auto found = std::ranges::find_if(activities, [&](const json& each) { return each["id"] == id; });
  return found == activities.end() ? nullptr : &*found;
}

const json* Played::deploy(const std::string& environment) const {
  const auto found = std::ranges::find_if(activities, [&](const json& each) {
    const json& where = each["environments"];
    return each["type"] == kDeployType && std::find(where.begin(), where.end(), environment) != where.end();
  });
  return found == activities.end() ? nullptr : &*found;
}

Stage::Stage(const RehearsalOptions& options, const AppProject& project, const AppWorld& world, WarmClient client)
    : options_{options},
      project_{project},
      world_{world},
      client_{std::move(client)},
      begin_{MockServer{{.world = world.world}}.now()} {}

World Stage::world_for(const PlayOptions& options) const {
  Node node = options.world.value_or(world_.node);
  const auto set = [&](const char* key, const json& value) {
    node = with_value(node, {key}, to_node(value, node.at()));
  };
  json events = moved_events(node.find("events"), options.from - begin_);
  if (options.deploy_at) {
    events.push_back({{"after", format_duration(*options.deploy_at - options.from)},
                      {"start", kDeployType},
                      {"project", world_.project},
                      {"environment", world_.environment}});
  }
  set("clock", format_time(options.from));
  set("events", events);
  return World::from_node(node, options_.settings.worlds);
}

Played Stage::play(const PlayOptions& options) {
  const PlayFolder folder{options_.settings.sandbox_folder / fmt::format("play-{}", ++plays_)};
  const World world = world_for(options);
  RefusingProxy proxy;
  ContainerSettings settings{.folder = folder.path(),
                             .program = options_.settings.program,
                             .client = client_,
                             .proxy_url = proxy.url(),
                             .shell = options.shell,
                             .add_no_wait = options.add_no_wait};
  for (const Application& app : project_.apps) {
    settings.apps[app.name] = app.root;
    if (runs_installer(app)) settings.client_on_path = false;
  }
  for (const auto& [program, takes] : world.programs()) settings.stand_ins[program] = {.takes = takes};

  ContainerRunner runner{settings};
  MockServer server{{.world = world, .seed = options_.settings.seed, .jobs = &runner}};
  Played played{.from = options.from};
  const auto look = [&] {
    played.to = server.now();
    played.history = server.history();
    played.activities = server.activities();
  };
  for (look(); played.to < options.to; look()) {
    if (options.until && is_over(played, options, world_.environment)) break;
    const Milliseconds left = options.to - played.to;
    server.advance(options.until ? std::min(left, kBetweenLooks) : left);
  }
  for (Exchange& exchange : server.journal().entries()) {
    if (exchange.client_id != 0) played.exchanges.push_back(std::move(exchange));
  }
  played.timeline = server.timeline();
  for (const std::string& program : runner.stood_in_for()) {
    if (!world.programs().contains(program)) played.stood_in_for.insert(program);
  }
  played.why_not_isolated = runner.why_not_isolated();

  static const RE2 kServer{R"(http://127\.0\.0\.1:\d+)"};
  const auto cover = [&](std::string& text) {
    RE2::GlobalReplace(&text, kServer, "[API]");
    text = inside_container(server.secrets().cover(text), folder.path().string());
  };
  for (JobRecord& job : played.history.jobs) {
    cover(job.output);
    cover(job.error);
    for (JobRecord::Client& client : job.clients) {
      for (std::string& word : client.argv) cover(word);
    }
  }
  return played;
}

}  // namespace understudy
