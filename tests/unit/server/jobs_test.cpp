// What runs in containers, with a runner whose jobs do nothing: what its server makes of their beginning and end.
#include "mock_server/jobs.hpp"

#include <atomic>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <thread>

#include "server_fixture.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

/// Each job ends at once, or as soon as jobs may end.
class IdleRunner final : public JobRunner {
public:
  void connect(JobHost& host) override { host_ = &host; }
  void shut_down() override {
    let_end();
    threads_.clear();
  }
  void start(const Job& job) override {
    {
      const std::scoped_lock lock{mutex_};
      started_.push_back(job);
    }
    threads_.emplace_back([this, number = job.number] {
      {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return may_end_; });
      }
      host_->job_ended(number, {});
    });
  }
  void stop(std::uint64_t /*number*/) override { let_end(); }
  void kill(std::uint64_t /*number*/) override { let_end(); }
  bool is_quiet(std::uint64_t /*number*/) override {
    ++looks_;
    looks_.notify_all();
    return false;
  }
  void deployed(const std::string& /*project*/, const std::string& /*environment*/,
                const std::string& /*app*/) override {}

  void hold() {
    const std::scoped_lock lock{mutex_};
    may_end_ = false;
  }
  void let_end() {
    const std::scoped_lock lock{mutex_};
    may_end_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] Job last_started() {
    const std::scoped_lock lock{mutex_};
    return started_.back();
  }
  /// Until the server has looked at its jobs that often again.
  void wait_for_looks(int count) {
    const int enough = looks_ + count;
    for (int seen = looks_; seen < enough; seen = looks_) looks_.wait(seen);
  }

private:
  JobHost* host_ = nullptr;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool may_end_ = true;
  std::vector<Job> started_;
  std::atomic<int> looks_ = 0;
  std::vector<std::jthread> threads_;
};

class Jobs : public Server {
protected:
  void start_with_jobs(std::string_view yaml) {
    start(yaml);
    server.emplace(MockServerOptions{.world = world, .jobs = &runner});
    client.emplace(server->base_url());
  }
  void TearDown() override { server.reset(); }  // before its runner

  IdleRunner runner;
};

constexpr std::string_view kBuilds = R"(
clock: '2026-03-01T02:50:00Z'
users: {alice: {}}
activity_types: {environment.push: {duration: 3m, log: [one, two, three, four, five, six]}}
events: [{after: 1m, start: push, environment: main}]
projects:
  p1:
    owner: alice
    environments: {main: {deployment: {webapps: {app: {hooks: {build: make}}}}}}
)";

TEST_F(Jobs, ABuildHookTakesNoLineFromTheLogOfItsDeploy) {
  start_with_jobs(kBuilds);
  server->advance(10min);
  log_in("alice");

  const std::string id = server->activities().at(0)["id"];
  const auto answer = get("/projects/p1/activities/" + id + "/log?start_at=0&max_items=0&max_delay=-1");
  std::vector<std::string> lines;
  std::istringstream text{answer->body};
  for (std::string line; std::getline(text, line);) {
    const nlohmann::json entry = nlohmann::json::parse(line);
    if (entry.contains("data")) lines.push_back(entry["data"]["message"]);
  }
  EXPECT_THAT(lines, ElementsAre("one\n", "two\n", "three\n", "four\n", "five\n", "six\n"));
}

constexpr std::string_view kHourly = R"(
clock: '2026-03-01T02:30:00Z'
users: {alice: {}}
auth: {token_lifetime: 100h}
projects:
  p1:
    owner: alice
    variables: {"env:OF_PROJECT": old}
    environments:
      main:
        variables: {"env:OF_MAIN": {value: old, is_sensitive: true}}
        deployment: {webapps: {app: {crons: {hourly: {spec: "0 * * * *", commands: {start: "true"}}}}}}
)";

TEST_F(Jobs, ContainersHaveTheVariablesOfTheirLastDeployment) {
  start_with_jobs(kHourly);
  log_in("alice");
  const auto seen = [&](const std::string& name) {
    const auto env = runner.last_started().env;
    const auto found = env.find(name);
    return found == env.end() ? "nothing" : found->second;
  };
  ASSERT_EQ(patch("/projects/p1/variables/env%3AOF_PROJECT", {{"value", "new"}})->status, 200);
  server->advance(1h);
  EXPECT_EQ(seen("OF_PROJECT"), "old") << "a variable of the project redeploys nothing";
  EXPECT_EQ(seen("OF_MAIN"), "old");

  ASSERT_EQ(patch(kMain + "/variables/env%3AOF_MAIN", {{"value", "new"}})->status, 200);
  server->advance(1h);
  EXPECT_EQ(seen("OF_PROJECT"), "new");
  EXPECT_EQ(seen("OF_MAIN"), "new");

  ASSERT_EQ(post(kMain + "/backup")->status, 200);
  server->advance(1h);
  ASSERT_EQ(patch(kMain + "/variables/env%3AOF_MAIN", {{"value", "newest"}})->status, 200);
  server->advance(1h);
  EXPECT_EQ(seen("OF_MAIN"), "newest");
  const std::string backup = body(get(kMain + "/backups"))[0]["id"];
  ASSERT_EQ(post(kMain + "/backups/" + backup + "/restore")->status, 200);
  server->advance(1h);
  EXPECT_EQ(seen("OF_MAIN"), "new") << "a restore brings back its own, and deploys";
}

TEST_F(Jobs, TwoWhoLetTimePassAtOnceBothGetIt) {
  start_with_jobs(kBuilds);
  const Time began = server->now();
  runner.hold();
  std::latch both{2};
  const auto advance = [&] {
    both.count_down();
    server->advance(10min);
  };
  std::jthread first{advance};
  std::jthread second{advance};
  both.wait();
  runner.wait_for_looks(20);  // while the build hook computes: either is there by now, or comes later, which is no harm
  runner.let_end();
  first.join();
  second.join();
  EXPECT_EQ(server->now() - began, 20min);
}

}  // namespace
}  // namespace understudy
