#include "mock_server/worst_moment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "engine/activity_types.hpp"
#include "engine/deploy_sweep.hpp"
#include "engine/plan.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using namespace engine;

constexpr Milliseconds kTick = 1ms;
constexpr Milliseconds kAlike = 1s;  // of two delays: people would not tell them apart

const TimeZone& zone_of(const RecordedCron& cron) {
  if (cron.timezone.empty()) return utc();
  const TimeZone* zone = find_time_zone(cron.timezone);
  if (zone == nullptr)
    throw std::invalid_argument{fmt::format("cron {}: there is no time zone \"{}\"", cron.name, cron.timezone)};
  return *zone;
}

/// An environment whose crons may play, but nothing else.
class Stage {
public:
  explicit Stage(const WorstMomentOptions& options) : options_{&options} {
    simulation_.set_hold_limit(options.hold_limit);
    environments_[""] = simulation_.add_environment(project_, options.production);
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// Its first run is the first that is due after `from`.
  Index add_cron(const RecordedCron& cron, Time from) {
    const auto [container, is_new] = containers_.try_emplace(cron.app, kNoIndex);
    if (is_new) container->second = simulation_.add_container(environment(""));
    return simulation_.add_cron(from, {.container = container->second,
                                       .schedule = CronSchedule::parse(cron.spec, cron.hash, {}),
                                       .zone = &zone_of(cron),
                                       .timeout = cron.timeout,
                                       .shutdown_timeout = cron.shutdown_timeout,
                                       .script = script_of(cron)});
  }
  [[nodiscard]] TaskSettings deploy() {
    TaskSettings task = task_of({.duration = options_->deploy_duration, .type = options_->deploy}, "the deploy");
    const auto add = [&](std::vector<Phase>::iterator before, Milliseconds duration) {
      if (duration > 0ms) task.phases.insert(before, {Phase::Kind::kWork, duration});
    };
    add(std::ranges::find(task.phases, Phase::Kind::kStop, &Phase::kind), options_->build_hooks);
    add(task.phases.end(), options_->deploy_hooks);
    return task;
  }
  [[nodiscard]] DeploySweep sweep() { return {simulation_, observer_, deploy()}; }
  [[nodiscard]] const Simulation& simulation() const { return simulation_; }
  [[nodiscard]] SweepObserver& observer() { return observer_; }

private:
  Index environment(const std::string& name) {
    const auto [entry, is_new] = environments_.try_emplace(name, kNoIndex);
    if (is_new) entry->second = simulation_.add_environment(project_, false);
    return entry->second;
  }
  std::vector<ScriptStep> script_of(const RecordedCron& cron) {
    std::vector<ScriptStep> script;
    for (const RecordedStep& step : cron.steps) {
      switch (step.kind) {
        case RecordedStep::Kind::kSpend:
          script.push_back({ScriptStep::Kind::kSpend, step.duration});
          break;
        case RecordedStep::Kind::kCreate:
          script.push_back({ScriptStep::Kind::kCreate, 0ms, simulation_.add_template(task_of(step, cron.name))});
          break;
        case RecordedStep::Kind::kAwait:
          script.push_back({ScriptStep::Kind::kAwait});
          break;
      }
    }
    return script;
  }
  TaskSettings task_of(const RecordedStep& step, const std::string& whose) {
    if (step.also == step.environment)
      throw std::invalid_argument{fmt::format("{}: {} names an environment twice", whose, step.type)};
    const bool safe = step.type == "environment.backup" && step.safe_backup;
    const PlanOptions options{.duration = step.duration, .clones = step.source.has_value(), .safe_backup = safe};
    return {.project = project_,
            .environments = {environment(step.environment), step.also ? environment(*step.also) : kNoIndex},
            .target = environment(step.target.value_or(step.environment)),
            .source = step.source ? environment(*step.source) : kNoIndex,
            .queue = queue_of(step.type),
            .pick_up = options_->pick_up,
            .phases = plan(step.type, options)};
  }

  const WorstMomentOptions* options_;
  SweepObserver observer_{};
  Simulation simulation_{observer_};
  Index project_ = simulation_.add_project();
  std::map<std::string, Index> environments_{};
  std::map<std::string, Index> containers_{};  // by app
};

/// A cron whose run is looked at, among the others.
struct Subject {
  const std::vector<RecordedCron>& crons;
  std::size_t which = 0;
  const WorstMomentOptions& options;
  Time start{};  // of the simulation
  Time own{};    // of its cron

  [[nodiscard]] const RecordedCron& cron() const { return crons[which]; }
};

Index furnish(Stage& stage, const Subject& subject, bool with_it) {
  Index result = kNoIndex;
  for (std::size_t i = 0; i < subject.crons.size(); ++i) {
    if (i != subject.which)
      stage.add_cron(subject.crons[i], subject.start);
    else if (with_it)
      result = stage.add_cron(subject.crons[i], subject.own);
  }
  return result;
}

/// When the run that is due then ends if nobody deploys; nullopt if there is none, as an earlier one is still alive.
std::optional<Time> end_of_run(Stage& stage, Index cron, Time due) {
  Simulation simulation = stage.simulation();
  stage.observer().listen_to(simulation);
  simulation.run_until(due - kTick);
  const Index before = simulation.run_of(cron);
  simulation.run_until(due);
  const Index run = simulation.run_of(cron);
  if (run == kNoIndex) return due;
  if (run == before) return std::nullopt;
  Time now = due;
  while (simulation.run_of(cron) == run) {
    now = *simulation.next_due();
    simulation.run_until(now);
  }
  return now;
}

struct Sample {
  Time at{};
  Milliseconds delay{};
  Milliseconds undisturbed{};
  bool deadlock = false;
};

/// Walks along fares as time goes on.
class Along {
public:
  explicit Along(const std::vector<Fare>& fares) : fares_{&fares} {}
  [[nodiscard]] Fare at(Time time) {
    while (i_ + 1 < fares_->size() && (*fares_)[i_ + 1].at <= time) ++i_;
    const Fare& last = (*fares_)[i_];
    const bool moves = i_ + 1 < fares_->size() && (*fares_)[i_ + 1].over != last.over && last.at != time;
    return {.at = time, .over = moves ? last.over + (time - last.at) : last.over, .deadlock = last.deadlock};
  }

private:
  const std::vector<Fare>* fares_;
  std::size_t i_ = 0;
};

/// Both begin and end at the same moments. What holds for neighbours of fares does for those of the result.
std::vector<Sample> compare(const std::vector<Fare>& with, const std::vector<Fare>& without) {
  std::vector<Time> times;
  for (const auto* fares : {&with, &without}) {
    for (const Fare& fare : *fares) times.push_back(fare.at);
  }
  std::ranges::sort(times);
  times.erase(std::unique(times.begin(), times.end()), times.end());
  std::vector<Sample> result;
  Along disturbed{with};
  Along undisturbed{without};
  for (const Time at : times) {
    const Fare late = disturbed.at(at);
    const Time over = undisturbed.at(at).over;
    result.push_back({at, late.over - over, over - at, late.deadlock});
  }
  return result;
}

/// The earliest of those with the longest delay, if any delays at all.
const Sample* longest(const std::vector<Sample>& samples, bool deadlocks_count) {
  const Sample* best = nullptr;
  for (const Sample& sample : samples) {
    if (sample.delay <= 0ms || (sample.deadlock && !deadlocks_count)) continue;
    if (best == nullptr || sample.delay > best->delay) best = &sample;
  }
  return best;
}

Milliseconds window_from(const std::vector<Sample>& samples, const Sample& worst) {
  const Milliseconds enough = std::max(worst.delay - kAlike, Milliseconds{0});
  const auto is_alike = [&](const Sample& sample) {
    return sample.deadlock == worst.deadlock && (worst.deadlock || sample.delay > enough);
  };
  const Sample* last = &worst;
  for (const Sample* next = last + 1; next != samples.data() + samples.size(); last = next++) {
    if (is_alike(*next)) continue;
    const bool is_gradual = next->at - last->at > kTick && next->delay < last->delay;
    return is_gradual ? last->at + (last->delay - enough) - worst.at : next->at - worst.at;
  }
  return last->at + kTick - worst.at;
}

WorstMoment judge(const RecordedCron& cron, const std::vector<Sample>& samples) {
  const Sample& usual = *std::ranges::find(samples, cron.due, &Sample::at);
  WorstMoment result{
      .app = cron.app, .name = cron.name, .at = cron.due, .undisturbed = usual.undisturbed, .usual_at = cron.due};
  if (const Sample* worst = longest(samples, true); worst != nullptr) {
    result.at = worst->at;
    result.delay = worst->delay;
    result.undisturbed = worst->undisturbed;
    result.deadlock = worst->deadlock;
    result.window = window_from(samples, *worst);
  }
  if (const Sample* other = longest(samples, false); other != nullptr) {
    result.usual_delay = other->delay;
    result.usual_at = other->at;
  }
  return result;
}

Milliseconds longest_timeout(const std::vector<RecordedCron>& crons) {
  return std::ranges::max_element(crons, {}, &RecordedCron::timeout)->timeout;
}

Milliseconds whole_deploy(const WorstMomentOptions& options) {
  return options.deploy_duration + options.build_hooks + options.deploy_hooks;
}

WorstMoment worst_moment(Subject subject) {
  const Time due = subject.cron().due;
  const Time first = due - subject.options.pick_up - whole_deploy(subject.options);
  const Time earliest = std::ranges::min_element(subject.crons, {}, &RecordedCron::due)->due;
  // What began longer ago than the longest timeout is over.
  subject.start = std::min(first, std::max(earliest, due - longest_timeout(subject.crons))) - kTick;
  subject.own = subject.start;
  std::optional<Time> end;
  {
    Stage stage{subject.options};
    end = end_of_run(stage, furnish(stage, subject, true), due);
  }
  if (!end) {  // but there was this run: so earlier ones went otherwise, and are nothing that we know of
    subject.own = due - kTick;
    Stage stage{subject.options};
    end = end_of_run(stage, furnish(stage, subject, true), due);
  }
  const Time last = *end + subject.options.pick_up;  // what it created at its end is looked at then
  std::vector<Time> stops{first, due, last};
  stops.erase(std::unique(stops.begin(), stops.end()), stops.end());
  Stage with{subject.options};
  with.observer().look_for_deadlocks_of(furnish(with, subject, true));
  Stage without{subject.options};
  furnish(without, subject, false);
  return judge(subject.cron(), compare(with.sweep().fares(stops), without.sweep().fares(stops)));
}

void expect_due(const RecordedCron& cron) {
  const auto next = CronSchedule::parse(cron.spec, cron.hash, {}).next(cron.due - kTick, zone_of(cron));
  if (next != cron.due)
    throw std::invalid_argument{
        fmt::format("cron {}: \"{}\" is not due at {}", cron.name, cron.spec, format_time(cron.due))};
}

}  // namespace

std::vector<WorstMoment> worst_moments(const std::vector<RecordedCron>& crons, const WorstMomentOptions& options) {
  for (const RecordedCron& cron : crons) expect_due(cron);
  std::vector<WorstMoment> result;
  for (std::size_t i = 0; i < crons.size(); ++i)
    result.push_back(worst_moment({.crons = crons, .which = i, .options = options}));
  return result;
}

}  // namespace understudy
