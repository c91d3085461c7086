// The simulation by itself: who waits for whom, and what holds whatever happens.
#include "engine/simulation.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

namespace understudy::engine {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Time kStart = *parse_time("2026-03-01T00:00:00Z");

/// Keeps what it is told, as "03:00:00 run 0 started".
class Notes final : public Observer {
public:
  const Simulation* simulation = nullptr;
  std::vector<std::string> lines;

  void task_waits(Index task) override { note("task", task, "waits"); }
  void task_started(Index task) override { note("task", task, "started"); }
  void task_held_by_crons(Index task) override { note("task", task, "held"); }
  void task_ended(Index task) override {
    note("task", task, simulation->task_state(task) == TaskState::kDone ? "done" : "cancelled");
  }
  void run_queued(Index run) override { note("run", run, "queued"); }
  void run_started(Index run) override { note("run", run, "started"); }
  void run_to_stop(Index run, RunEnd) override { note("run", run, "to stop"); }
  void run_to_kill(Index run) override { note("run", run, "to kill"); }
  void run_ended(Index run, RunEnd how) override {
    note("run", run, how == RunEnd::kFinished ? "finished" : how == RunEnd::kTimedOut ? "timed out" : "cancelled");
  }
  void cron_skipped(Index cron) override { note("cron", cron, "skipped"); }
  void cron_paused(Index cron) override { note("cron", cron, "paused"); }
  void site_changed(Index, SiteState now) override {
    note("site", 0, now == SiteState::kOpen ? "open" : now == SiteState::kHeld ? "held" : "dropped");
  }

private:
  void note(const std::string& what, Index index, const std::string& how) {
    lines.push_back(format_time(simulation->now()).substr(11, 8) + " " + what + " " + std::to_string(index) + " " +
                    how);
  }
};

class SimulationTest : public ::testing::Test {
protected:
  SimulationTest() {
    notes_.simulation = &simulation_;
    project_ = simulation_.add_project();
    main_ = simulation_.add_environment(project_, true);
    app_ = simulation_.add_container(main_);
  }

  Index cron(const std::string& spec, std::optional<std::vector<ScriptStep>> script, Index container = 0,
             Milliseconds timeout = 24h) {
    return simulation_.add_cron(kStart, {.container = container,
                                         .schedule = CronSchedule::parse(spec, 1, {}),
                                         .zone = &utc(),
                                         .timeout = timeout,
                                         .script = std::move(script)});
  }
  [[nodiscard]] TaskSettings deploy(Index environment) const {
    return {.project = project_,
            .environments = {environment, kNoIndex},
            .target = environment,
            .pick_up = 2s,
            .phases = {
                {Phase::Kind::kWork, 60s}, {Phase::Kind::kStop, 0ms, Phase::Site::kHeld}, {Phase::Kind::kWork, 30s}}};
  }
  [[nodiscard]] TaskSettings backup(Index environment, QueueKind queue = QueueKind::kBackup) const {
    return {.project = project_,
            .environments = {environment, kNoIndex},
            .queue = queue,
            .pick_up = 2s,
            .phases = {{Phase::Kind::kWork, 10min}}};
  }
  std::vector<ScriptStep> spends(Milliseconds duration) { return {{ScriptStep::Kind::kSpend, duration}}; }
  std::vector<ScriptStep> waits_for(TaskSettings settings) {
    const Index created = simulation_.add_template(std::move(settings));
    return {{ScriptStep::Kind::kCreate, 0ms, created}, {ScriptStep::Kind::kAwait}};
  }
  void pass(Milliseconds duration) { simulation_.run_until(kStart + duration); }

  Notes notes_;
  Simulation simulation_{notes_};
  Index project_ = 0;
  Index main_ = 0;
  Index app_ = 0;
};

TEST_F(SimulationTest, ADeployWaitsForTheCronInItsContainersAndHoldsTheSite) {
  cron("0 1 * * *", spends(20min));
  pass(1h);
  simulation_.add_task(kStart + 1h, deploy(main_));
  pass(2h);
  EXPECT_THAT(notes_.lines, ElementsAre("01:00:00 run 0 started", "01:00:02 task 0 started", "01:01:02 site 0 held",
                                        "01:01:02 task 0 held", "01:02:02 site 0 dropped", "01:20:00 run 0 finished",
                                        "01:20:30 site 0 open", "01:20:30 task 0 done"));
}

TEST_F(SimulationTest, ACronThatWaitsForItsBackupAndADeployThatWaitsForTheCronWaitForEachOther) {
  cron("0 1 * * *", waits_for(backup(main_)), app_, 24h);
  pass(1h - 1s);
  simulation_.add_task(kStart + 1h - 1s, deploy(main_));  // looked at after the cron has begun, before its backup
  pass(1h + 5min);
  const std::vector<Waiter> circle = simulation_.deadlock();
  ASSERT_THAT(circle, SizeIs(3));
  std::set<std::pair<int, Index>> members;
  for (const Waiter& waiter : circle) members.emplace(static_cast<int>(waiter.kind), waiter.index);
  EXPECT_EQ(members, (std::set<std::pair<int, Index>>{{0, 0}, {0, 1}, {1, 0}}));
  EXPECT_FALSE(simulation_.is_at_rest()) << "the timeout of the cron ends it";

  pass(26h);
  EXPECT_THAT(notes_.lines, ::testing::IsSupersetOf({"01:00:00 run 0 timed out", "01:00:30 task 0 done"}));
}

TEST_F(SimulationTest, IsAtRestWhenWhatIsLeftNeverEnds) {
  EXPECT_TRUE(simulation_.is_at_rest());
  TaskSettings endless = backup(main_);
  endless.never_ends = true;
  simulation_.add_task(kStart, endless);
  simulation_.add_task(kStart, deploy(main_));
  pass(9min);
  EXPECT_FALSE(simulation_.is_at_rest()) << "the first still works";
  pass(11min);
  EXPECT_TRUE(simulation_.is_at_rest()) << "the second waits for the first, for ever";
}

TEST_F(SimulationTest, WithoutWaitingTheSameCronHoldsNothing) {
  const Index created = simulation_.add_template(backup(main_));
  cron("0 1 * * *", std::vector<ScriptStep>{{ScriptStep::Kind::kCreate, 0ms, created}});
  pass(1h - 1s);
  simulation_.add_task(kStart + 1h - 1s, deploy(main_));
  pass(1h + 2min);
  EXPECT_THAT(simulation_.deadlock(), IsEmpty());
  EXPECT_EQ(simulation_.task_state(0), TaskState::kDone);
}

TEST_F(SimulationTest, ARedeployThatItsCronWaitsForWaitsForTheCron) {
  cron("0 1 * * *", waits_for(deploy(main_)), app_, 2h);
  pass(1h + 2min);
  EXPECT_THAT(simulation_.deadlock(), SizeIs(2));
  pass(3h + 1min);
  EXPECT_THAT(notes_.lines, ::testing::Contains("03:00:00 run 0 timed out"));
  EXPECT_EQ(simulation_.task_state(0), TaskState::kDone);
}

TEST_F(SimulationTest, CronsWaitForEachOtherInAContainerAndForABackup) {
  cron("0 1 * * *", spends(90s));
  cron("0,1 1 * * *", spends(10s));
  simulation_.add_task(kStart + 1h, backup(main_));
  pass(2h);
  EXPECT_THAT(notes_.lines, ElementsAre("01:00:00 run 0 started", "01:00:00 run 1 queued", "01:00:02 task 0 started",
                                        "01:01:00 cron 1 skipped", "01:01:30 run 0 finished", "01:10:02 task 0 done",
                                        "01:10:02 run 1 started", "01:10:12 run 1 finished"));
}

TEST_F(SimulationTest, ACronInTheParentHoldsWhatClonesIt) {
  const Index child = simulation_.add_environment(project_, false);
  cron("0 1 * * *", spends(20min));
  pass(1h);
  simulation_.add_task(kStart + 1h, {.project = project_,
                                     .environments = {child, main_},
                                     .target = child,
                                     .source = main_,
                                     .pick_up = 2s,
                                     .phases = {{Phase::Kind::kClone}, {Phase::Kind::kWork, 60s}}});
  pass(2h);
  EXPECT_THAT(notes_.lines, ElementsAre("01:00:00 run 0 started", "01:00:02 task 0 started", "01:00:02 task 0 held",
                                        "01:20:00 run 0 finished", "01:21:00 task 0 done"));
}

TEST_F(SimulationTest, TwoAtOnceInAProjectOneOnAnEnvironmentProductionFirst) {
  const Index one = simulation_.add_environment(project_, false);
  const Index two = simulation_.add_environment(project_, false);
  const Index three = simulation_.add_environment(project_, false);
  for (const Index environment : {one, one, two, three, main_}) simulation_.add_task(kStart, backup(environment));
  pass(2s);
  EXPECT_THAT(notes_.lines, ElementsAre("00:00:02 task 0 started", "00:00:02 task 1 waits", "00:00:02 task 2 started",
                                        "00:00:02 task 3 waits", "00:00:02 task 4 waits"));
  notes_.lines.clear();
  pass(11min);
  EXPECT_THAT(notes_.lines, ElementsAre("00:10:02 task 0 done", "00:10:02 task 4 started", "00:10:02 task 2 done",
                                        "00:10:02 task 1 started"));
}

TEST_F(SimulationTest, ACronWithAProcessIsToldToStopAndThenKilled) {
  const Index cron_index = cron("0 1 * * *", std::nullopt);
  pass(1h);
  const Index run = simulation_.run_of(cron_index);
  EXPECT_TRUE(simulation_.cancel_run(kStart + 1h, run));
  EXPECT_FALSE(simulation_.cancel_run(kStart + 1h, run)) << "it is being ended already";
  pass(1h + 1min);
  simulation_.end_run(kStart + 1h + 1min, run);
  EXPECT_THAT(notes_.lines, ElementsAre("01:00:00 run 0 started", "01:00:00 run 0 to stop", "01:00:10 run 0 to kill",
                                        "01:01:00 run 0 cancelled"));
}

TEST_F(SimulationTest, CronsPauseFourteenDaysAfterADeploymentButOnProduction) {
  const Index child = simulation_.add_environment(project_, false);
  const Index container = simulation_.add_container(child);
  simulation_.set_last_deployment(child, kStart);
  simulation_.set_last_deployment(main_, kStart);
  cron("0 1 * * *", spends(1s), container);
  cron("0 1 * * *", spends(1s), app_);
  pass(24h * 16);
  const auto count = [&](const std::string& end) {
    return std::ranges::count_if(notes_.lines, [&](const std::string& line) { return line.ends_with(end); });
  };
  EXPECT_EQ(count("cron 0 paused"), 2);
  EXPECT_EQ(count("finished"), 14 + 16);
}

/// Looks at every event whether what must always hold does.
class Guard final : public Observer {
public:
  Simulation* simulation = nullptr;
  Time last{};
  std::set<Index> working{};
  std::map<Index, int> running{};  // by container
  std::vector<std::uint64_t> trace{};

  void task_started(Index task) override {
    look(1, task);
    for (const Index other : working) {
      const TaskSettings& theirs = simulation->task(other);
      if (theirs.project != simulation->task(task).project) continue;
      for (const Index environment : simulation->task(task).environments) {
        if (environment == kNoIndex) continue;
        EXPECT_NE(environment, theirs.environments[0]);
        EXPECT_NE(environment, theirs.environments[1]);
      }
    }
    working.insert(task);
    EXPECT_LE(simulation->at_work_in_project(simulation->task(task).project), 2U);
  }
  void task_ended(Index task) override {
    look(2, task);
    working.erase(task);
  }
  void run_started(Index run) override {
    look(3, run);
    EXPECT_EQ(++running[simulation->container_of(simulation->cron_of(run))], 1) << "one at a time in a container";
  }
  void run_ended(Index run, RunEnd) override {
    look(4, run);
    --running[simulation->container_of(simulation->cron_of(run))];
  }

private:
  void look(std::uint64_t what, Index index) {
    EXPECT_GE(simulation->now(), last) << "time never goes back";
    last = simulation->now();
    trace.push_back(what << 32U | index);
  }
};

struct World {
  explicit World(std::uint64_t seed) : random{seed} { guard.simulation = &simulation; }

  std::uint64_t draw(std::uint64_t below) { return random() % below; }

  void furnish() {
    for (Index p = 0; p < 1 + draw(2); ++p) {
      const Index project = simulation.add_project();
      projects.push_back(project);
      const std::size_t count = 1 + draw(4);
      for (std::size_t e = 0; e < count; ++e)
        environments.push_back({simulation.add_environment(project, e == 0), project});
    }
    for (int i = 0; i < 6; ++i) templates.push_back(simulation.add_template(task()));
    for (const auto& [environment, project] : environments) {
      for (std::size_t c = draw(3); c > 0; --c) add_cron(simulation.add_container(environment));
    }
  }
  TaskSettings task() {
    const auto& [environment, project] = environments[draw(environments.size())];
    TaskSettings settings{.project = project,
                          .environments = {environment, kNoIndex},
                          .target = environment,
                          .queue = static_cast<QueueKind>(draw(3)),
                          .pick_up = 1s * draw(4),
                          .phases = {{Phase::Kind::kWork, 1s * draw(600)}}};
    if (draw(2) == 0) {
      settings.phases.push_back({Phase::Kind::kStop, 0ms, Phase::Site::kHeld});
      settings.phases.push_back({Phase::Kind::kWork, 1s * draw(60)});
    }
    const auto& [other, owner] = environments[draw(environments.size())];
    if (draw(3) == 0 && owner == project && other != environment) {
      settings.environments[1] = settings.source = other;
      settings.phases.push_back({Phase::Kind::kClone});
    }
    return settings;
  }
  void add_cron(Index container) {
    std::vector<ScriptStep> script;
    for (std::size_t i = 1 + draw(4); i > 0; --i) {
      script.push_back({static_cast<ScriptStep::Kind>(draw(3)), 1s * draw(900), templates[draw(templates.size())]});
    }
    const std::string minutes = std::to_string(1 + draw(59));
    simulation.add_cron(kStart, {.container = container,
                                 .schedule = CronSchedule::parse("*/" + minutes + " * * * *", draw(99), {}),
                                 .zone = &utc(),
                                 .timeout = 1min * (1 + draw(120)),
                                 .script = script});
  }
  /// A client's whim: something is created, something cancelled.
  void meddle(Time now) {
    if (draw(2) == 0) simulation.add_task(now, task());
    if (draw(3) == 0 && simulation.tasks() > 0)
      simulation.cancel_task(now, static_cast<Index>(draw(simulation.tasks())));
  }
  /// Nothing waits while nothing stands in its way.
  void expect_reasons() const {
    for (Index task = 0; task < simulation.tasks(); ++task) {
      if (simulation.task_state(task) != TaskState::kPending) continue;
      EXPECT_THAT(simulation.in_the_way_of({Waiter::Kind::kTask, task}), ::testing::Not(IsEmpty())) << task;
    }
  }

  std::mt19937_64 random;
  Guard guard;
  Simulation simulation{guard};
  std::vector<Index> projects;
  std::vector<std::pair<Index, Index>> environments;
  std::vector<Index> templates;
};

std::vector<std::uint64_t> play(std::uint64_t seed) {
  World world{seed};
  world.furnish();
  for (int step = 1; step <= 60; ++step) {
    const Time now = kStart + 7min * step;
    world.simulation.run_until(now);
    world.expect_reasons();
    world.meddle(now);
  }
  // No new runs; what there is has to end: crons have timeouts, and nothing else lasts.
  const std::size_t tasks = world.simulation.tasks();
  world.simulation.run_until(kStart + 24h * 3);
  for (Index task = 0; task < tasks; ++task) EXPECT_GE(world.simulation.task_state(task), TaskState::kDone) << task;
  return world.guard.trace;
}

TEST(SimulationProperties, HoldInRandomWorldsAndAreTheSameTwice) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    const std::vector<std::uint64_t> first = play(seed);
    EXPECT_EQ(first, play(seed));
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace understudy::engine
