#pragma once
/// A container runner whose platform is a few lines: time passes at once, unless it is held.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "container/isolation.hpp"
#include "harness/container.hpp"
#include "harness/stopwatch.hpp"
#include "temporary_folder.hpp"

namespace understudy {

constexpr std::chrono::seconds kPatience{60};  // of a test with a slow machine; nothing waits that long by design

class StillPlatform : public JobHost {
public:
  struct Spent {
    std::uint64_t job = 0;
    Milliseconds duration{};
    std::string what{};
  };
  struct Ended {
    std::uint64_t client = 0;
    int exit_code = 0;
  };

  void job_ended(std::uint64_t number, JobEnd end) override {
    const std::scoped_lock lock{mutex_};
    ends_[number] = std::move(end);
    changed_.notify_all();
  }
  Client client_started(std::uint64_t, const std::vector<std::string>& argv) override {
    const std::scoped_lock lock{mutex_};
    commands_.push_back(argv);
    changed_.notify_all();
    return {.id = commands_.size(), .base_url = fmt::format("http://127.0.0.1:{}", 1000 + commands_.size())};
  }
  void client_ended(std::uint64_t id, int exit_code) override {
    const std::scoped_lock lock{mutex_};
    clients_ended_.push_back({id, exit_code});
    changed_.notify_all();
  }
  bool spend(std::uint64_t number, Milliseconds duration, const std::string& what) override {
    std::unique_lock lock{mutex_};
    spent_.push_back({number, duration, what});
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_ || ends_.count(number) > 0; });
    return ends_.count(number) == 0;
  }

  void hold(bool held) {
    const std::scoped_lock lock{mutex_};
    held_ = held;
    changed_.notify_all();
  }
  JobEnd wait_for_end(std::uint64_t number) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_for(lock, kPatience, [&] { return ends_.count(number) > 0; })) {
      ADD_FAILURE() << "job " << number << " never ended";
      return {};
    }
    return ends_[number];
  }
  std::vector<Spent> wait_for_spenders(std::size_t count) {
    std::unique_lock lock{mutex_};
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return spent_.size() >= count; }));
    return spent_;
  }
  std::vector<Spent> spent() { return wait_for_spenders(0); }
  std::vector<std::vector<std::string>> wait_for_commands(std::size_t count) {
    std::unique_lock lock{mutex_};
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return commands_.size() >= count; }));
    return commands_;
  }
  std::vector<Ended> clients_ended() {
    const std::scoped_lock lock{mutex_};
    return clients_ended_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::map<std::uint64_t, JobEnd> ends_;
  std::vector<Spent> spent_;
  std::vector<std::vector<std::string>> commands_;
  std::vector<Ended> clients_ended_;
};

/// With and without namespaces.
class ContainerTest : public testing::TestWithParam<Isolation> {
protected:
  void SetUp() override {
    // Some machines allow no namespaces; the same tests then run without them.
    if (GetParam() == Isolation::kNamespaces && !why_no_namespaces().empty()) GTEST_SKIP() << why_no_namespaces();
    std::filesystem::create_directories(boxes());
    app_.write("index.php", "<?php");
    app_.write("web/robots.txt", "robots");
    settings.folder = boxes();
    settings.program = SHIM_PROGRAM;
    settings.apps["app"] = app_.path();
    settings.isolation = GetParam();
  }
  void TearDown() override {
    platform.hold(false);
    runner_.reset();
    std::error_code missing;
    EXPECT_TRUE(std::filesystem::is_empty(boxes(), missing) || missing) << "files are left";
  }

  [[nodiscard]] std::filesystem::path boxes() const { return folder_.path() / "boxes"; }
  [[nodiscard]] bool isolated() const { return GetParam() == Isolation::kNamespaces; }

  ContainerRunner& runner() {
    if (runner_ == nullptr) {
      runner_ = std::make_unique<ContainerRunner>(settings);
      runner_->connect(platform);
    }
    return *runner_;
  }

  /// A client that says how it was called.
  void give_client(const std::string& script) {
    settings.client.binary = folder_.write("client/program", "#!/bin/sh\n" + script, true);
    settings.client.unpacked = folder_.path() / "client";
    settings.client.profile.executable = "webpaas";
    settings.client.profile.env_prefix = "WEBPAAS_";
    settings.client.profile.service_env_prefix = "PLATFORM_";
    settings.client.profile.config = {{"application", {{"executable", "webpaas"}}}};
  }

  std::uint64_t start(Job job) {
    job.number = ++jobs_;
    job.project = "abcdef1234567";
    job.environment = "main";
    job.app = "app";
    runner().start(job);
    return job.number;
  }
  std::uint64_t start(const std::string& command) { return start(Job{.command = command, .env = {}}); }
  JobEnd run(const std::string& command) { return platform.wait_for_end(start(command)); }
  JobEnd run(Job job) { return platform.wait_for_end(start(std::move(job))); }
  JobEnd build(const std::string& command) {
    return run(Job{.kind = JobKind::kBuildHook, .command = command, .env = {}});
  }

  /// True as soon as two looks in a row find it quiet.
  bool becomes_quiet(std::uint64_t number) {
    const Stopwatch stopwatch;
    while (stopwatch.elapsed() < kPatience) {
      if (runner().is_quiet(number)) return true;
      std::this_thread::yield();
    }
    return false;
  }

  TemporaryFolder folder_;
  TemporaryFolder app_;
  ContainerSettings settings;
  StillPlatform platform;
  std::unique_ptr<ContainerRunner> runner_;
  std::uint64_t jobs_ = 0;
};

inline std::string name_of(const testing::TestParamInfo<Isolation>& row) {
  return row.param == Isolation::kNamespaces ? "InNamespaces" : "WithoutNamespaces";
}

}  // namespace understudy
