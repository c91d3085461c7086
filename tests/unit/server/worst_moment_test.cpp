// When a deploy loses the most to a cron: cases that can be worked out by hand, and random ones against trying them
// all.
#include "mock_server/worst_moment.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>

#include "engine/plan.hpp"
#include "engine/simulation.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using Kind = RecordedStep::Kind;

Time at(const std::string& time) { return *parse_time("2026-03-01T" + time + "Z"); }

RecordedCron nightly(std::vector<RecordedStep> steps) {
  return {.app = "app", .name = "nightly", .spec = "0 1 * * *", .steps = std::move(steps), .due = at("01:00:00")};
}
RecordedStep spend(Milliseconds duration) { return {.kind = Kind::kSpend, .duration = duration}; }
RecordedStep create(const std::string& type, Milliseconds duration, const std::string& environment = "") {
  return {.kind = Kind::kCreate, .duration = duration, .type = type, .environment = environment};
}
RecordedStep wait() { return {.kind = Kind::kAwait}; }
RecordedStep backup() { return create("environment.backup", 12min); }
RecordedStep redeploy() { return create("environment.redeploy", 90s); }

WorstMomentOptions redeploying() { return {.deploy = "environment.redeploy", .deploy_duration = 90s}; }

WorstMoment worst(const RecordedCron& cron, const WorstMomentOptions& options = {}) {
  return worst_moments({cron}, options).at(0);
}

TEST(WorstMoment, IsWhenTheDeployIsLookedAtJustAfterASleepingCronHasBegun) {
  const WorstMoment moment = worst(nightly({spend(10min)}), redeploying());
  EXPECT_EQ(moment.app, "app");
  EXPECT_EQ(moment.name, "nightly");
  EXPECT_EQ(moment.at, at("00:59:58"));
  EXPECT_EQ(moment.delay, 10min);
  EXPECT_EQ(moment.undisturbed, 92s);
  EXPECT_FALSE(moment.deadlock);
  EXPECT_EQ(moment.window, 1s) << "each second later is a second less";
  EXPECT_EQ(moment.usual_delay, 10min);
  EXPECT_EQ(moment.usual_at, at("00:59:58"));
}

TEST(WorstMoment, ABuildGoesOnBesideTheCron) {
  const WorstMoment moment = worst(nightly({spend(10min)}));
  EXPECT_EQ(moment.at, at("00:59:58")) << "earlier, the build would keep the cron from its start";
  EXPECT_EQ(moment.delay, 8min);
  EXPECT_EQ(moment.undisturbed, 182s);
}

TEST(WorstMoment, HooksOfTheDeployTakeTheirTime) {
  const WorstMoment moment = worst(nightly({spend(10min)}), {.build_hooks = 5min, .deploy_hooks = 1min});
  EXPECT_EQ(moment.at, at("00:59:58"));
  EXPECT_EQ(moment.delay, 3min);
  EXPECT_EQ(moment.undisturbed, 182s + 6min);
}

TEST(WorstMoment, ACronThatIsOverBeforeTheBuildIsDelaysNothing) {
  const WorstMoment moment = worst(nightly({spend(2min)}));
  EXPECT_EQ(moment.delay, 0ms);
  EXPECT_EQ(moment.at, at("01:00:00"));
  EXPECT_EQ(moment.window, 0ms);
  EXPECT_EQ(moment.usual_delay, 0ms);
  EXPECT_EQ(moment.undisturbed, 182s);
}

TEST(WorstMoment, ADeployBetweenACronAndTheBackupThatItWaitsForIsADeadlock) {
  const WorstMoment moment = worst(nightly({backup(), wait()}));
  EXPECT_TRUE(moment.deadlock);
  EXPECT_EQ(moment.at, at("00:59:58"));
  EXPECT_EQ(moment.window, 2s) << "until the backup is looked at first";
  EXPECT_EQ(moment.delay, 24h - 2min) << "the timeout of the cron but for the build";
  EXPECT_EQ(moment.usual_delay, 12min);
  EXPECT_EQ(moment.usual_at, at("01:00:00"));
}

TEST(WorstMoment, TheTimeoutOfTheCronEndsTheDeadlock) {
  RecordedCron cron = nightly({backup(), wait()});
  cron.timeout = 1h;
  EXPECT_EQ(worst(cron).delay, 1h - 2min);
  EXPECT_TRUE(worst(cron).deadlock);
}

TEST(WorstMoment, ABackupThatNobodyWaitsForTakesItsOwnTime) {
  const WorstMoment moment = worst(nightly({backup()}));
  EXPECT_FALSE(moment.deadlock);
  EXPECT_EQ(moment.at, at("01:00:00"));
  EXPECT_EQ(moment.delay, 12min);
  EXPECT_EQ(moment.usual_delay, 12min);
}

TEST(WorstMoment, WhatACronCreatesAtItsEndCountsToo) {
  const WorstMoment moment = worst(nightly({spend(1min), backup()}));
  EXPECT_EQ(moment.at, at("01:01:00"));
  EXPECT_EQ(moment.delay, 12min);
}

TEST(WorstMoment, ARedeployThatItsCronWaitsForIsADeadlockByItself) {
  const WorstMoment moment = worst(nightly({redeploy(), wait()}));
  EXPECT_TRUE(moment.deadlock);
  EXPECT_EQ(moment.at, at("01:00:00"));
  EXPECT_EQ(moment.delay, 24h + 90s - 2s) << "until the redeploy that was first is over, too";
  EXPECT_EQ(moment.window, 24h);
  EXPECT_EQ(moment.usual_delay, 88s) << "asked for as the timeout ends it";
  EXPECT_EQ(moment.usual_at, at("01:00:00") + 24h);
}

TEST(WorstMoment, ARedeployThatNobodyWaitsForTakesItsOwnTime) {
  const WorstMoment moment = worst(nightly({redeploy()}));
  EXPECT_FALSE(moment.deadlock);
  EXPECT_EQ(moment.at, at("01:00:00"));
  EXPECT_EQ(moment.delay, 90s);
}

TEST(WorstMoment, ABranchWaitsForTheCronInItsParent) {
  RecordedStep branch = create("environment.branch", 2min, "feature");
  branch.also = branch.source = "";
  const WorstMoment moment = worst(nightly({branch, wait()}));
  EXPECT_TRUE(moment.deadlock);
  EXPECT_GE(moment.delay, 24h);
  branch.also = branch.source = "staging";
  EXPECT_FALSE(worst(nightly({branch, wait()})).deadlock);
}

TEST(WorstMoment, WhatACronWaitsForElsewhereHoldsTheDeployLikeSleep) {
  const WorstMoment moment = worst(nightly({create("environment.backup", 12min, "staging"), wait()}));
  EXPECT_FALSE(moment.deadlock);
  EXPECT_EQ(moment.at, at("00:59:58"));
  EXPECT_EQ(moment.delay, 2s + 12min - 2min);
}

TEST(WorstMoment, ACronThatDoesNothingDelaysNothing) {
  const WorstMoment moment = worst(nightly({}));
  EXPECT_EQ(moment.at, at("01:00:00"));
  EXPECT_EQ(moment.delay, 0ms);
  EXPECT_FALSE(moment.deadlock);
  EXPECT_EQ(moment.usual_at, at("01:00:00"));
}

TEST(WorstMoment, OfACronThatIsQueuedBehindAnotherCountsFromWhenItRuns) {
  RecordedCron first = nightly({spend(10min)});
  RecordedCron second = nightly({spend(5min)});
  second.name = "second";
  const std::vector<WorstMoment> moments = worst_moments({first, second}, {});
  ASSERT_EQ(moments.size(), 2U);
  EXPECT_EQ(moments[0].at, at("00:59:58"));
  EXPECT_EQ(moments[0].delay, 5min) << "the other one would have run instead";
  EXPECT_EQ(moments[0].window, 3min + 1s);
  EXPECT_EQ(moments[1].name, "second");
  EXPECT_EQ(moments[1].at, at("01:09:58")) << "the first ends and it begins, then the deploy is looked at";
  EXPECT_EQ(moments[1].delay, 3min);
}

TEST(WorstMoment, CronsOfTwoAppsRunBesideEachOther) {
  RecordedCron first = nightly({spend(10min)});
  RecordedCron second = nightly({spend(5min)});
  second.app = "other";
  const std::vector<WorstMoment> moments = worst_moments({first, second}, redeploying());
  EXPECT_EQ(moments[0].delay, 5min);
  EXPECT_EQ(moments[1].delay, 0ms) << "the first one holds the deploy anyway";
}

TEST(WorstMoment, LooksAtTheRunThatWasEvenIfTheOneBeforeSeemsToBeAlive) {
  RecordedCron often = nightly({spend(7min)});
  often.spec = "*/5 * * * *";
  RecordedCron early = nightly({});
  early.name = "early";
  early.due = at("00:50:00");
  early.spec = "50 0 * * *";
  const WorstMoment moment = worst_moments({early, often}, redeploying()).at(1);
  EXPECT_EQ(moment.at, at("00:59:58"));
  EXPECT_EQ(moment.delay, 7min);
}

TEST(WorstMoment, GoesByTheClocksOfTheCronsZone) {
  RecordedCron cron = nightly({spend(10min)});
  cron.timezone = "Europe/Paris";
  cron.due = at("00:00:00");
  EXPECT_EQ(worst(cron, redeploying()).at, at("00:00:00") - 2s);
}

TEST(WorstMoment, RefusesWhatCannotBe) {
  RecordedCron cron = nightly({});
  cron.due += 1min;
  EXPECT_THROW((void)worst(cron), std::invalid_argument);
  cron = nightly({});
  cron.timezone = "Mars/Olympus";
  EXPECT_THROW((void)worst(cron), std::invalid_argument);
  cron = nightly({});
  cron.spec = "never";
  EXPECT_THROW((void)worst(cron), InputError);
  RecordedStep merge = create("environment.merge", 1min, "feature");
  merge.also = "feature";
  EXPECT_THROW((void)worst(nightly({merge})), std::invalid_argument);
}

// ---- random crons, each moment tried by itself

/// Plays from the beginning, for one moment, with nothing of the search but the engine.
class Trial final : public engine::Observer {
public:
  Trial(const std::vector<RecordedCron>& crons, std::size_t without, const WorstMomentOptions& options, Time start)
      : options_{options} {
    environments_[""] = simulation_.add_environment(project_, options.production);
    for (std::size_t i = 0; i < crons.size(); ++i) {
      if (i != without) add(crons[i], start);
    }
  }
  Time end_of_a_deploy(Time asked) {
    simulation_.run_until(asked);
    const engine::Index deploy = simulation_.add_task(
        asked, task({.duration = options_.deploy_duration, .type = options_.deploy, .safe_backup = false}));
    while (simulation_.task_state(deploy) != engine::TaskState::kDone) {
      met_a_deadlock_ = met_a_deadlock_ || !simulation_.deadlock().empty();
      simulation_.run_until(*simulation_.next_due());
    }
    return simulation_.now();
  }
  /// Somebody's, between the two.
  [[nodiscard]] bool met_a_deadlock() const { return met_a_deadlock_; }
  /// Of the run of `cron` that is due then, if nobody deploys.
  Time end_of_run(engine::Index cron, Time due) {
    simulation_.run_until(due);
    const engine::Index run = simulation_.run_of(cron);
    while (run != engine::kNoIndex && simulation_.run_of(cron) == run) simulation_.run_until(*simulation_.next_due());
    return run == engine::kNoIndex ? due : simulation_.now();
  }

private:
  engine::Index environment(const std::string& name) {
    const auto [entry, is_new] = environments_.try_emplace(name, 0);
    if (is_new) entry->second = simulation_.add_environment(project_, false);
    return entry->second;
  }
  engine::TaskSettings task(const RecordedStep& step) {
    const engine::Index second = step.also ? environment(*step.also) : engine::kNoIndex;
    return {.project = project_,
            .environments = {environment(step.environment), second},
            .target = environment(step.target.value_or(step.environment)),
            .source = step.source ? environment(*step.source) : engine::kNoIndex,
            .queue = engine::queue_of(step.type),
            .pick_up = options_.pick_up,
            .phases = engine::plan(step.type, {.duration = step.duration,
                                               .clones = step.source.has_value(),
                                               .safe_backup = step.type == "environment.backup"})};
  }
  void add(const RecordedCron& cron, Time start) {
    const auto [container, is_new] = containers_.try_emplace(cron.app, 0);
    if (is_new) container->second = simulation_.add_container(environment(""));
    std::vector<engine::ScriptStep> script;
    for (const RecordedStep& step : cron.steps) {
      engine::ScriptStep& played = script.emplace_back();
      played = {static_cast<engine::ScriptStep::Kind>(step.kind), step.duration};
      if (step.kind == Kind::kCreate) played.task = simulation_.add_template(task(step));
    }
    simulation_.add_cron(start, {.container = container->second,
                                 .schedule = CronSchedule::parse(cron.spec, cron.hash, {}),
                                 .zone = &utc(),
                                 .timeout = cron.timeout,
                                 .script = std::move(script)});
  }

  WorstMomentOptions options_;
  bool met_a_deadlock_ = false;
  engine::Simulation simulation_{*this};
  engine::Index project_ = simulation_.add_project();
  std::map<std::string, engine::Index> environments_{};
  std::map<std::string, engine::Index> containers_{};
};

class Draw {
public:
  explicit Draw(std::uint64_t seed) : random_{seed} {}
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  /// Often a whole number of seconds or minutes, so that things meet.
  Milliseconds duration(std::uint64_t seconds) {
    const Milliseconds exact{below(seconds * 1000)};
    const std::uint64_t kind = below(3);
    if (kind == 0) return exact;
    return kind == 1 ? std::chrono::floor<std::chrono::seconds>(exact)
                     : std::chrono::floor<std::chrono::minutes>(exact);
  }
  RecordedStep step() {
    const auto kind = static_cast<Kind>(below(3));
    if (kind != Kind::kCreate) return {.kind = kind, .duration = duration(240)};
    constexpr const char* kTypes[] = {"environment.backup", "environment.redeploy", "environment.push",
                                      "environment.branch", "environment.merge"};
    RecordedStep result = create(kTypes[below(5)], duration(300), below(3) == 0 ? "staging" : "");
    if (result.type == "environment.branch") {
      result.environment = "feature";
      result.also = result.source = below(2) == 0 ? "" : "staging";
    }
    if (result.type == "environment.merge") {
      result.environment = "staging";
      result.also = result.target = "";
    }
    return result;
  }
  RecordedCron cron(std::size_t number) {
    const std::uint64_t minute = below(20);
    RecordedCron result{.app = below(2) == 0 ? "app" : "other",
                        .name = std::to_string(number),
                        .spec = std::to_string(minute) + "-59/" + std::to_string(3 + below(30)) + " 1 * * *",
                        .timeout = 1min * (3 + below(12)),
                        .due = at("01:00:00") + 1min * minute};
    for (std::uint64_t i = 1 + below(4); i > 0; --i) result.steps.push_back(step());
    return result;
  }
  WorstMomentOptions options() {
    const bool builds = below(2) == 0;
    return {.production = below(3) > 0,
            .pick_up = below(3) == 0 ? Milliseconds{below(5000)} : Milliseconds{2s},
            .deploy = builds ? "environment.push" : "environment.redeploy",
            .deploy_duration = duration(240)};
  }

private:
  std::mt19937_64 random_;
};

struct Tried {
  Milliseconds delay{};
  bool deadlock = false;
};

class AgainstTryingAll {
public:
  AgainstTryingAll(const std::vector<RecordedCron>& crons, std::size_t which, const WorstMomentOptions& options)
      : crons_{crons}, which_{which}, options_{options} {
    Milliseconds timeout{};
    Time earliest = Time::max();
    for (const RecordedCron& cron : crons) {
      timeout = std::max(timeout, cron.timeout);
      earliest = std::min(earliest, cron.due);
    }
    const Time due = crons[which].due;
    first_ = due - options.pick_up - options.deploy_duration;
    start_ = std::min(first_, std::max(earliest, due - timeout)) - 1ms;
    last_ = Trial{crons, crons.size(), options, start_}.end_of_run(static_cast<engine::Index>(which), due) +
            options.pick_up;
  }
  [[nodiscard]] Tried attempt(Time asked) const {
    Trial trial{crons_, crons_.size(), options_, start_};
    const Time end = trial.end_of_a_deploy(asked);
    return {end - undisturbed_end(asked), trial.met_a_deadlock()};
  }
  [[nodiscard]] Milliseconds delay(Time asked) const { return attempt(asked).delay; }
  [[nodiscard]] Time undisturbed_end(Time asked) const {
    return Trial{crons_, which_, options_, start_}.end_of_a_deploy(asked);
  }
  void expect(const WorstMoment& found) const {
    SCOPED_TRACE(format_time(found.at));
    EXPECT_EQ(std::max(delay(found.at), Milliseconds{0}), found.delay);
    EXPECT_EQ(undisturbed_end(found.at) - found.at, found.undisturbed);
    EXPECT_TRUE(!found.deadlock || attempt(found.at).deadlock);
    EXPECT_TRUE(found.usual_delay == 0ms || delay(found.usual_at) == found.usual_delay);
    EXPECT_LE(found.usual_delay, found.delay);
    for (Time asked = first_; asked <= last_; asked += 1s) {
      const Tried tried = attempt(asked);
      ASSERT_LE(tried.delay, found.delay) << format_time(asked);
      ASSERT_TRUE(tried.deadlock || tried.delay <= found.usual_delay) << format_time(asked);
      ASSERT_FALSE(asked < found.at && tried.delay == found.delay && found.delay > 0ms) << format_time(asked);
    }
    expect_window(found);
  }

private:
  void expect_window(const WorstMoment& found) const {
    if (found.deadlock || found.delay == 0ms) return;
    const Milliseconds enough = std::max(found.delay - 1s, Milliseconds{0});
    ASSERT_GT(found.window, 0ms);
    EXPECT_GT(delay(found.at + found.window - 1ms), enough);
    EXPECT_GT(delay(found.at + found.window / 2), enough);
    EXPECT_LE(found.at + found.window, last_ + 1ms);
  }

  const std::vector<RecordedCron>& crons_;
  std::size_t which_;
  const WorstMomentOptions& options_;
  Time first_{};
  Time start_{};
  Time last_{};
};

TEST(WorstMomentProperties, NoMomentThatIsTriedIsWorse) {
  int deadlocks = 0;
  int delays = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Draw draw{seed};
    std::vector<RecordedCron> crons;
    for (std::uint64_t i = 1 + draw.below(3); i > 0; --i) crons.push_back(draw.cron(crons.size()));
    const WorstMomentOptions options = draw.options();
    const std::vector<WorstMoment> found = worst_moments(crons, options);
    ASSERT_EQ(found.size(), crons.size());
    for (std::size_t i = 0; i < crons.size(); ++i) {
      AgainstTryingAll{crons, i, options}.expect(found[i]);
      deadlocks += found[i].deadlock ? 1 : 0;
      delays += found[i].delay > 0ms ? 1 : 0;
    }
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(deadlocks, 10);
  EXPECT_GT(delays, deadlocks + 10);
}

}  // namespace
}  // namespace understudy
