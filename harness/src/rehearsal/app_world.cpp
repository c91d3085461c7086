#include "rehearsal/app_world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mock_server/cron_schedule.hpp"
#include "mock_server/time_zone.hpp"
#include "rehearsal/guards.hpp"

namespace understudy {
namespace {

using nlohmann::json;

constexpr const char* kProject = "abcdef1234567";
constexpr const char* kMadeUp = "(made-up world)";

bool is_given(const Node* node) { return node != nullptr && !node->is(Node::Kind::kNull); }

/// What the platform would refuse, before it is found in a world that nobody wrote.
std::vector<Remark> check_schedules(const AppProject& project) {
  std::vector<Remark> remarks;
  for (const Application& app : project.apps) {
    if (!app.timezone.empty() && find_time_zone(app.timezone) == nullptr) {
      throw InputError{app.timezone_at, fmt::format("there is no time zone \"{}\"", app.timezone),
                       did_you_mean(app.timezone, time_zone_names())};
    }
    for (const CronDefinition& cron : app.crons) {
      const CronSchedule schedule = CronSchedule::parse(cron.spec, 0, cron.spec_at);
      if (schedule.shortest_interval() == std::chrono::minutes::max()) {
        remarks.push_back(
            {cron.spec_at, fmt::format("the cron \"{}\" is never due: no day fits \"{}\"", cron.name, cron.spec)});
      }
    }
  }
  return remarks;
}

class Maker {
public:
  explicit Maker(const AppWorldOptions& options)
      : options_{options}, branch_{guarded_branch(options.project, container_prefix(options.client))} {}

  AppWorld make() {
    result_.remarks = check_schedules(options_.project);
    if (options_.world == nullptr) {
      make_up();
    } else {
      take_over(unfold_extends(*options_.world, options_.library));
    }
    if (options_.from) set({"clock"}, json(format_time(*options_.from)));
    deploy();
    result_.world = World::from_node(result_.node, options_.library);
    return std::move(result_);
  }

private:
  void set(std::vector<std::string> path, const json& value) {
    result_.node = with_value(result_.node, std::move(path), to_node(value, result_.node.at()));
  }
  [[nodiscard]] std::vector<std::string> in_environment(const std::string& key) const {
    return {"projects", result_.project, "environments", result_.environment, "deployment", key};
  }

  void make_up() {
    const std::string production = branch_.empty() ? "main" : branch_;
    result_.project = kProject;
    result_.environment = options_.environment.empty() ? production : options_.environment;
    json environments{{production, {{"type", "production"}}}};
    if (production != "staging") environments["staging"] = {{"type", "staging"}, {"parent", production}};
    if (!environments.contains(result_.environment)) {
      environments[result_.environment] = {{"type", "development"}, {"parent", production}};
    }
    const json world{{"users",
                      {{"owner", {{"first_name", "Olivia"}, {"last_name", "Owner"}}},
                       {"cron-bot", {{"machine", true}, {"first_name", "Cron"}, {"last_name", "Bot"}}}}},
                     {"tokens", {{"cron-bot", {{"user", "cron-bot"}}}}},
                     {"projects",
                      {{kProject,
                        {{"title", options_.project.apps.front().name},
                         {"owner", "owner"},
                         {"access", {{"cron-bot", "admin"}}},
                         {"default_branch", production},
                         {"environments", environments}}}}}};
    result_.node = to_node(world, {kMadeUp, 1, 1});
    const std::string variable = fmt::format("env:{}TOKEN", options_.client.env_prefix);
    set({"projects", kProject, "variables", variable},
        {{"value", World::from_node(result_.node, {}).tokens().front().value},
         {"is_sensitive", true},
         {"visible_build", false},
         {"visible_runtime", true}});
  }

  void take_over(Node node) {
    result_.is_made_up = false;
    result_.node = std::move(node);
    const World world = World::from_node(result_.node, options_.library);  // complains of what is wrong in it
    const Node* projects = result_.node.find("projects");
    if (!is_given(projects) || projects->entries().empty()) {
      throw InputError{result_.node.at(), "this world has no project, so there is nothing to deploy to",
                       "write projects: {abcdef1234567: {}}"};
    }
    const Node::Entry& entry = projects->entries().front();
    result_.project = entry.key;
    const std::vector<World::ProjectOutline> outlines = world.projects();
    choose_environment(*std::ranges::find(outlines, entry.key, &World::ProjectOutline::id), entry.key_at);
  }

  void choose_environment(const World::ProjectOutline& project, const Position& at) {
    std::vector<std::string> known;
    for (const World::EnvironmentOutline& one : project.environments) known.push_back(one.id);
    const auto is_known = [&](const std::string& id) { return std::ranges::find(known, id) != known.end(); };
    std::string& chosen = result_.environment;
    if (!options_.environment.empty()) {
      chosen = options_.environment;
    } else {
      chosen = is_known(branch_) ? branch_ : project.default_branch;
    }
    if (!is_known(chosen)) {
      std::string hint = did_you_mean(chosen, known);
      if (hint.empty()) hint = fmt::format("there are {}", fmt::join(known, ", "));
      throw InputError{at, fmt::format("the project \"{}\" has no environment \"{}\"", project.id, chosen), hint};
    }
    const auto& outline = *std::ranges::find(project.environments, chosen, &World::EnvironmentOutline::id);
    if (outline.status != "active" && outline.status != "dirty") {
      result_.remarks.push_back(
          {at, fmt::format("the environment \"{}\" is {}: no cron runs in it", chosen, outline.status)});
    }
    if (!branch_.empty() && branch_ != chosen) {
      result_.remarks.push_back(
          {at, fmt::format("the crons' guards test for the branch \"{}\", and \"{}\" is looked at", branch_, chosen)});
    }
  }

  /// What the repository describes, instead of what was there.
  void deploy() {
    json apps = json::object();
    for (const Application& app : options_.project.apps) apps[app.name] = app.configuration;
    set(in_environment("webapps"), apps);
    set(in_environment("workers"), json::object());
    set(in_environment("services"), options_.project.services);
    set(in_environment("routes"), routes());
  }

  /// By the URLs that they are reached at. Without any, the platform leads to the only app.
  [[nodiscard]] json routes() const {
    std::string host = fmt::format("{}-{}.example.com", result_.environment, result_.project);
    std::ranges::replace_if(
        host, [](char c) { return c == '/' || c == '_'; }, '-');
    json written = options_.project.routes;
    if (written.empty()) {
      written["https://{default}/"] = {{"type", "upstream"},
                                       {"upstream", options_.project.apps.front().name + ":http"}};
    }
    json result = json::object();
    for (const auto& [url, route] : written.items()) {
      if (!route.is_object()) continue;
      std::string reached = url;
      for (const std::string_view place : {"{default}", "{all}"}) {
        const std::size_t at = reached.find(place);
        if (at != std::string::npos) reached.replace(at, place.size(), host);
      }
      result[reached] = route;
      result[reached]["original_url"] = url;
    }
    return result;
  }

  const AppWorldOptions& options_;
  std::string branch_;  ///< that guards test for; "" = none
  AppWorld result_{};
};

}  // namespace

AppWorld make_app_world(const AppWorldOptions& options) { return Maker{options}.make(); }

std::string type_of_environment(const AppWorld& world) {
  const std::vector<World::ProjectOutline> projects = world.world.projects();
  const auto project = std::ranges::find(projects, world.project, &World::ProjectOutline::id);
  return std::ranges::find(project->environments, world.environment, &World::EnvironmentOutline::id)->type;
}

}  // namespace understudy
