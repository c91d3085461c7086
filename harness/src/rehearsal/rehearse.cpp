// A rehearsal, from the repository to what is told of each cron.

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "harness/page.hpp"
#include "harness/rehearsal.hpp"
#include "mock_server/cron_schedule.hpp"
#include "mock_server/mock_server.hpp"
#include "rehearsal/app_world.hpp"
#include "rehearsal/changes.hpp"
#include "rehearsal/client_calls.hpp"
#include "rehearsal/guards.hpp"
#include "rehearsal/judgement.hpp"
#include "rehearsal/least_role.hpp"
#include "rehearsal/observed.hpp"
#include "rehearsal/stage.hpp"
#include "rehearsal/static_findings.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr Milliseconds kTick = 1s;
constexpr Milliseconds kLead = 1min;           // of a play of a part of the day, before what it is about
constexpr Milliseconds kAfterTheTimeout = 2h;  // what a timeout sets free has to come to its end, too

class Rehearser {
public:
  explicit Rehearser(const RehearsalOptions& options)
      : options_{options},
        project_{load_app_project(options.path)},
        client_{options.settings.warm.at(options.settings.client)},
        user_world_{options.world ? std::optional{load_world_node(*options.world)} : std::nullopt},
        world_{make_app_world({.project = project_,
                               .client = client_.profile,
                               .environment = options.environment,
                               .world = user_world_ ? &*user_world_ : nullptr,
                               .library = options.settings.worlds,
                               .from = options.from})},
        stage_{options, project_, world_, client_} {}

  Rehearsal rehearse() {
    result_.folder = options_.path.string();
    result_.project = world_.project;
    result_.environment = world_.environment;
    result_.from = stage_.begin();
    result_.to = result_.from + options_.duration;
    result_.client = client_.profile.executable + " " + client_.version;
    result_.remarks = project_.remarks;
    result_.remarks.insert(result_.remarks.end(), world_.remarks.begin(), world_.remarks.end());
    result_.findings = static_findings(project_, world_, client_.profile);

    // What is due when it begins is part of the day; what is due when it ends is of the next one.
    const Played day = play({.from = result_.from - kTick, .to = result_.to - kTick});
    result_.day = day.timeline;
    describe_crons(day);
    find_worst_moments(day);
    for (std::size_t i = 0; i < result_.crons.size(); ++i) look_closer(result_.crons[i], definitions_[i]);
    note_builds(day);
    sort_by_place(result_.findings);
    add_changes(result_, project_);
    result_.stood_in_for = {stood_in_for_.begin(), stood_in_for_.end()};
    return std::move(result_);
  }

private:
  struct Definition {
    const Application* app = nullptr;
    const CronDefinition* cron = nullptr;
    std::optional<WorstMoment> worst{};
  };

  Played play(const PlayOptions& options) {
    Played played = stage_.play(options);
    stood_in_for_.insert(played.stood_in_for.begin(), played.stood_in_for.end());
    result_.why_not_isolated = played.why_not_isolated;
    return played;
  }

  // ---- the day

  void describe_crons(const Played& day) {
    for (const Application& app : project_.apps) {
      for (const CronDefinition& cron : app.crons) {
        CronReport report{.app = app.name, .name = cron.name, .spec = cron.spec, .at = cron.start_at};
        const std::vector<CronRunReport> runs = runs_of(day, world_.environment, {app.name, cron.name});
        for (const CronRunReport& run : runs) {
          if (!run.started) {
            ++report.skipped;
            continue;
          }
          ++report.runs;
          if (*run.started > run.due) ++report.late;
          report.longest = std::max(report.longest, run.ended.value_or(day.to) - *run.started);
        }
        if (const CronRunReport* typical = most_telling(runs); typical != nullptr) report.typical = *typical;
        result_.crons.push_back(std::move(report));
        definitions_.push_back({&app, &cron});
      }
    }
  }

  /// The one that waited longest, even if the end of the day cut it off; or else called the client, or else took
  /// longest; of equals the first.
  static const CronRunReport* most_telling(const std::vector<CronRunReport>& runs) {
    const auto weight = [](const CronRunReport& run) {
      Milliseconds blocked{};
      for (const CallReport& call : run.calls) blocked += call.blocked;
      const Milliseconds length = run.ended && run.started ? *run.ended - *run.started : 0ms;
      return std::tuple{blocked, run.ended.has_value(), !run.calls.empty(), length};
    };
    const CronRunReport* best = nullptr;
    for (const CronRunReport& run : runs) {
      if (run.started && (best == nullptr || weight(*best) < weight(run))) best = &run;
    }
    return best;
  }

  // ---- the worst moment

  [[nodiscard]] Node world_without_crons() const {
    Node node = world_.node;
    for (const Application& app : project_.apps) {
      node = with_value(
          node,
          {"projects", world_.project, "environments", world_.environment, "deployment", "webapps", app.name, "crons"},
          to_node(json::object(), node.at()));
    }
    return node;
  }

  /// How long an activity takes where nothing else happens.
  Milliseconds duration_of(const std::string& type) {
    const auto known = durations_.find(type);
    if (known != durations_.end()) return known->second;
    Milliseconds duration = 1s;  // of what is done to the project as a whole
    if (type.starts_with("environment.")) {
      Node node = world_without_crons();
      const json events{
          {{"after", "1s"}, {"start", type}, {"project", world_.project}, {"environment", world_.environment}}};
      node = with_value(node, {"events"}, to_node(events, node.at()));
      duration = measure(World::from_node(node, options_.settings.worlds), type);
    }
    return durations_[type] = duration;
  }

  static Milliseconds measure(const World& world, const std::string& type) {
    MockServer server{{.world = world}};
    server.advance(24h);
    for (const json& activity : server.activities()) {
      if (activity["type"] != type || !activity["completed_at"].is_string()) continue;
      return *parse_time(activity["completed_at"].get<std::string>()) -
             *parse_time(activity["started_at"].get<std::string>());
    }
    return 24h;
  }

  [[nodiscard]] RecordedCron recorded(const Definition& definition, const Played& played, Time due) {
    const auto seconds = [](std::optional<std::chrono::seconds> given, Milliseconds usual) {
      return given ? Milliseconds{*given} : usual;
    };
    return {.app = definition.app->name,
            .name = definition.cron->name,
            .spec = definition.cron->spec,
            .timezone = definition.app->timezone,
            .hash = cron_hash(world_.project),
            .timeout = seconds(definition.cron->timeout, 24h),
            .shutdown_timeout = seconds(definition.cron->shutdown_timeout, 10s),
            .steps = steps_of(played, world_.environment, {definition.app->name, definition.cron->name}, due,
                              [this](const std::string& type) { return duration_of(type); }),
            .due = due};
  }

  [[nodiscard]] WorstMomentOptions deploy_options() {
    const HookTimes hooks = deploy_hooks();
    return {.production = type_of_environment(world_) == "production",
            .deploy = kDeployType,
            .deploy_duration = duration_of(kDeployType),
            .build_hooks = hooks.build,
            .deploy_hooks = hooks.deploy};
  }

  /// What hooks take is only known when they are run.
  HookTimes deploy_hooks() {
    if (hook_times_) return *hook_times_;
    const bool any = std::ranges::any_of(project_.apps, [](const Application& app) {
      return !app.hooks.build.empty() || !app.hooks.deploy.empty() || !app.hooks.post_deploy.empty();
    });
    hook_times_ = HookTimes{};
    if (!any) return *hook_times_;
    const Played played = play({.from = result_.from,
                                .to = result_.from + 3h,
                                .deploy_at = result_.from + 1s,
                                .world = world_without_crons()});
    hook_times_ = hook_times(played, world_.environment);
    return *hook_times_;
  }

  void find_worst_moments(const Played& day) {
    std::vector<RecordedCron> crons;
    std::vector<std::size_t> whose;
    for (std::size_t i = 0; i < definitions_.size(); ++i) {
      if (!result_.crons[i].typical.started) continue;
      crons.push_back(recorded(definitions_[i], day, result_.crons[i].typical.due));
      whose.push_back(i);
    }
    recorded_ = crons;
    const std::vector<WorstMoment> worst = search(crons);
    for (std::size_t i = 0; i < worst.size(); ++i) definitions_[whose[i]].worst = worst[i];
  }

  std::vector<WorstMoment> search(const std::vector<RecordedCron>& crons) {
    if (crons.empty()) return {};
    try {
      return worst_moments(crons, deploy_options());
    } catch (const std::invalid_argument&) {  // due at a random offset: only just after its start can be tried
      std::vector<WorstMoment> moments;
      for (const RecordedCron& cron : crons)
        moments.push_back(
            {.app = cron.app, .name = cron.name, .at = cron.due, .undisturbed = duration_of(kDeployType)});
      return moments;
    }
  }

  // ---- one cron

  void look_closer(CronReport& report, Definition& definition) {
    if (definition.worst) {
      const bool matters = !report.typical.calls.empty() || report.longest > 0ms;
      if (matters)
        report.plays.push_back(play_with_deploy(report, definition, CronPlay::Kind::kAsItIs, *definition.worst));
      if (!report.typical.calls.empty()) play_otherwise(report, definition);
    }
    judge(report, {.app = *definition.app,
                   .cron = *definition.cron,
                   .client = client_.profile,
                   .environment = world_.environment});
    if (!report.typical.calls.empty()) find_role(report, definition);
  }

  /// Around the run: whatever was at work when it was due began before, and whoever plays it has to see that, too.
  [[nodiscard]] PlayOptions part_of_day(const CronReport& report, const Definition& definition, Time from) const {
    const Time due = report.typical.due;
    Time start = std::min(from, due);
    for (const CronReport& other : result_.crons) {
      const CronRunReport& run = other.typical;
      if (run.started && run.due < due && run.ended.value_or(due) >= due) start = std::min(start, run.due);
    }
    const Milliseconds timeout = definition.cron->timeout ? Milliseconds{*definition.cron->timeout} : Milliseconds{24h};
    return {.from = start - kLead,
            .to = due + timeout + kAfterTheTimeout,
            .until = PlayOptions::Until{{report.app, report.name}, due}};
  }

  CronPlay play_with_deploy(const CronReport& report, const Definition& definition, CronPlay::Kind kind,
                            const WorstMoment& worst) {
    PlayOptions options = part_of_day(report, definition, worst.at);
    options.deploy_at = std::max(worst.at, options.from + 1ms);
    set_kind(options, report, kind);
    const Played played = play(options);
    CronPlay result{.kind = kind};
    const CronKey key{report.app, report.name};
    const std::vector<CronRunReport> runs = runs_of(played, world_.environment, key);
    if (const CronRunReport* run = run_due_at(runs, report.typical.due); run != nullptr) result.run = *run;
    result.deploy = deploy_report(played, world_.environment, key);
    result.deploy.undisturbed = worst.undisturbed;
    result.timeline = played.timeline;
    return result;
  }

  static void set_kind(PlayOptions& options, const CronReport& report, CronPlay::Kind kind) {
    if (kind == CronPlay::Kind::kWithoutGuess) options.shell = kOtherShell;
    if (kind != CronPlay::Kind::kCured) return;
    options.add_no_wait = {report.cure.begin(), report.cure.end()};
    // What only the guess saves is cured where there is no guess.
    if (!waits(report.plays.front().run) && !waits(report.typical)) options.shell = kOtherShell;
  }

  /// Without the guess, and with the cure for what waits in either.
  void play_otherwise(CronReport& report, const Definition& definition) {
    PlayOptions alone = part_of_day(report, definition, report.typical.due);
    alone.shell = kOtherShell;
    const Played played = play(alone);
    const std::vector<CronRunReport> runs = runs_of(played, world_.environment, {report.app, report.name});
    const CronRunReport* run = run_due_at(runs, report.typical.due);
    WorstMoment worst = *definition.worst;
    if (run != nullptr && waits(*run) && !waits(report.typical)) {
      worst = worst_with(recorded(definition, played, report.typical.due), worst);
      report.plays.push_back(play_with_deploy(report, definition, CronPlay::Kind::kWithoutGuess, worst));
      if (!waits(report.plays.back().run)) report.plays.back().run = *run;
    }
    report.cure = commands_to_cure(report);
    if (!report.cure.empty())
      report.plays.push_back(play_with_deploy(report, definition, CronPlay::Kind::kCured, worst));
  }

  /// The worst moment if this cron did something else than in the day.
  WorstMoment worst_with(const RecordedCron& cron, const WorstMoment& usual) {
    std::vector<RecordedCron> crons = recorded_;
    for (std::size_t i = 0; i < crons.size(); ++i) {
      if (crons[i].app != cron.app || crons[i].name != cron.name) continue;
      crons[i] = cron;
      return search(crons)[i];
    }
    return usual;
  }

  void find_role(CronReport& report, const Definition& definition) {
    PlayOptions options = part_of_day(report, definition, report.typical.due);
    options.add_no_wait = {report.cure.begin(), report.cure.end()};  // what is asked for is the same
    LeastRole role = find_least_role(stage_, options, {report.app, report.name}, report.typical.due);
    report.role_needed = std::move(role.needed);
    report.role_has = std::move(role.has);
    if (!role.finding) return;
    role.finding->at = definition.cron->start_at;
    result_.findings.push_back(std::move(*role.finding));
  }

  /// A build that fails leaves crons without what they need.
  void note_builds(const Played& day) {
    for (const JobRecord& job : day.history.jobs) {
      if (!job.before_time || (job.exit_code == 0 && job.error.empty())) continue;
      const auto app = std::ranges::find(project_.apps, job.app, &Application::name);
      if (app == project_.apps.end()) continue;
      result_.findings.push_back(
          {.level = Finding::Level::kWarning,
           .code = "build-fails",
           .at = app->hooks.build_at,
           .app = job.app,
           .text =
               fmt::format("The build hook of {} ends with exit code {} here, so the crons ran in the tree as it was "
                           "before: {}",
                           job.app, job.exit_code, job.error.empty() ? last_line(job.output) : job.error),
           .hint = "If it needs a program that is not there, say in a world (programs:) how long that takes."});
    }
  }

  const RehearsalOptions& options_;
  AppProject project_;
  WarmClient client_;
  std::optional<Node> user_world_;
  AppWorld world_;
  Stage stage_;
  Rehearsal result_;
  std::vector<Definition> definitions_;  // of result_.crons
  std::vector<RecordedCron> recorded_;
  std::map<std::string, Milliseconds> durations_;
  std::optional<HookTimes> hook_times_;
  std::set<std::string> stood_in_for_;
};

}  // namespace

Rehearsal rehearse(const RehearsalOptions& options) { return Rehearser{options}.rehearse(); }

}  // namespace understudy
