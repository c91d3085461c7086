// The shipped suite at -j2, against the same client commands under `xargs -P2` on fakes that already run.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "bench_world.hpp"
#include "harness/scenario.hpp"
#include "measure.hpp"
#include "mock_server/mock_server.hpp"
#include "recording.hpp"

namespace understudy::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kBar = 1.10;
constexpr int kRounds = 3;
constexpr int kRehearsalLimitSeconds = 10;  // a client that the harness helps to its end may wait for ever without it

/// A recorded scenario with the world that it starts from.
struct Replay {
  RecordedScenario recorded;
  World world;
};

std::vector<Replay> with_worlds(std::vector<RecordedScenario> recorded) {
  const WorldLibrary library{{kWorlds}};
  std::vector<Replay> replays;
  std::set<std::string> files;
  for (const RecordedScenario& one : recorded) files.insert(one.id.substr(0, one.id.rfind(':')));
  for (const std::string& file : files) {
    for (const Scenario& scenario : load_scenarios(file)) {
      const auto found =
          std::find_if(recorded.begin(), recorded.end(), [&](const auto& one) { return one.id == scenario.id(); });
      if (found == recorded.end()) continue;
      const bool has_world = !scenario.given.is(Node::Kind::kNull);
      replays.push_back({std::move(*found), has_world ? World::from_node(scenario.given, library) : World{}});
      recorded.erase(found);
    }
  }
  return replays;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

/// The value of a variable in a sandbox of our own, at a fake of our own.
std::string moved(const std::string& name, const std::string& value, const RecordedScenario& recorded,
                  const fs::path& sandbox, const std::string& base_url, const fs::path& unpacked) {
  static const std::regex kFake{R"(http://127\.0\.0\.1:\d+)"};
  if (name.ends_with("_TMP")) return unpacked.string();
  if (name == "CLI_CONFIG_FILE") return (sandbox / "config.yaml").string();
  if (name.ends_with("_proxy") || name.ends_with("_PROXY")) return value;
  return std::regex_replace(replaced(value, recorded.sandbox.string(), sandbox.string()), kFake, base_url);
}

/// A fake, a fresh sandbox and a shell script for each scenario.
class Stage {
public:
  Stage(const std::vector<Replay>& replays, const fs::path& client, const fs::path& unpacked, bool rehearsal = false) {
    for (const Replay& replay : replays) {
      servers_.push_back(std::make_unique<MockServer>(MockServerOptions{.world = replay.world}));
      const fs::path sandbox = folder_.path() / std::to_string(servers_.size());
      furnish(replay.recorded, sandbox);
      const std::string base_url = servers_.back()->base_url();
      std::string script;
      for (const Call& call : replay.recorded.calls) {
        for (const auto& [name, value] : call.env) {
          script += name + "=" + shell_quoted(moved(name, value, replay.recorded, sandbox, base_url, unpacked)) + " ";
        }
        if (rehearsal) script += fmt::format("/usr/bin/timeout -s KILL {} ", kRehearsalLimitSeconds);
        script += shell_quoted(client.string());
        for (const std::string& argument : call.arguments) {
          script += " " + shell_quoted(replaced(argument, replay.recorded.sandbox.string(), sandbox.string()));
        }
        script += " </dev/null >>output 2>&1\n";
      }
      write_file(sandbox / "script", fmt::format("cd {}/work\n{}exit 0\n", sandbox.string(), script));
      list_ += (sandbox / "script").string() + "\n";
    }
    write_file(folder_.path() / "list", list_);
  }

  /// Wall time of all scripts, two at a time.
  double run() {
    const auto start = WallClock::now();
    const std::string line = fmt::format("xargs -P2 -n1 sh <{}", (folder_.path() / "list").string());
    Child{{"/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "sh", "-c", line}, {}}.wait();
    return milliseconds_since(start);
  }

  [[nodiscard]] std::size_t requests_of(std::size_t replay) const { return servers_[replay]->journal().size(); }

private:
  /// What stood in the sandbox before the first call: the working directory, and the HOME that the environment names.
  static void furnish(const RecordedScenario& recorded, const fs::path& sandbox) {
    fs::create_directories(sandbox);
    const Call& first = recorded.calls.front();
    fs::copy(first.folder / "work", sandbox / "work", fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    if (fs::exists(first.folder / "config.yaml")) fs::copy(first.folder / "config.yaml", sandbox / "config.yaml");
    for (const auto& [name, value] : first.env) {
      if (name.ends_with("HOME") || name == "TMPDIR")
        fs::create_directories(replaced(value, recorded.sandbox.string(), sandbox.string()));
    }
  }

  TempDir folder_;
  std::vector<std::unique_ptr<MockServer>> servers_;
  std::string list_;
};

/// Wall time of the harness for the same scenarios.
double run_understudy(const std::vector<Replay>& replays, const fs::path& log) {
  std::vector<std::string> argv{"/bin/sh", "-c",
                                fmt::format("cd {} && exec {} run -j 2 \"$@\"", SOURCE_DIR, UNDERSTUDY_BINARY), "sh"};
  for (const Replay& replay : replays) argv.push_back(replay.recorded.id);
  std::vector<std::string> env = plain_env();
  env.push_back("UNDERSTUDY_CLIENT=" + real_client().string());
  const auto start = WallClock::now();
  if (const int code = Child{argv, env, log}.wait(); code != 0) {
    throw std::runtime_error{fmt::format("understudy run exited with {}:\n{}", code, read_file(log))};
  }
  return milliseconds_since(start);
}

/// Those that send exactly as many requests without the harness as with it: the others need what a script cannot do
/// (type on a terminal, let time pass, take a value from an output), and are left out on both sides; so are those that
/// send none, among them servers of the client's own that run until somebody ends them.
std::vector<Replay> that_do_the_same(std::vector<Replay> replays, const fs::path& client, const fs::path& unpacked) {
  Stage rehearsal{replays, client, unpacked, true};
  rehearsal.run();
  std::vector<Replay> same;
  for (std::size_t i = 0; i < replays.size(); ++i) {
    const std::size_t sent = rehearsal.requests_of(i);
    if (sent > 0 && sent == replays[i].recorded.requests) same.push_back(std::move(replays[i]));
  }
  return same;
}

}  // namespace

std::vector<Row> measure_suite() {
  const TempDir folder;
  const fs::path client = real_client();
  const fs::path unpacked = folder.path() / "unpacked";
  fs::create_directories(unpacked);
  fs::current_path(SOURCE_DIR);  // scenarios are named as from there
  const std::vector<Replay> recorded = with_worlds(record_suite(client, folder.path()));
  const std::vector<Replay> replays = that_do_the_same(recorded, client, unpacked);
  if (replays.empty()) throw std::runtime_error{"no scenario can be replayed without the harness"};

  std::size_t calls = 0;
  for (const Replay& replay : replays) calls += replay.recorded.calls.size();
  std::vector<double> bare;
  std::vector<double> ours;
  for (int round = 0; round < kRounds; ++round) {
    bare.push_back(Stage{replays, client, unpacked}.run());
    ours.push_back(run_understudy(replays, folder.path() / "log"));
  }
  const double ratio = median(ours) / median(bare);
  return {{.what = "suite: understudy run -j2, as a multiple of xargs -P2",
           .value = fmt::format("{:.2f} x", ratio),
           .bar = fmt::format("<= {:.2f} x", kBar),
           .ok = ratio <= kBar,
           .remark = fmt::format(
               "{:.1f} s against {:.1f} s; {} of {} scenarios outside of commands/, {} commands; medians of {} rounds",
               median(ours) / 1e3, median(bare) / 1e3, replays.size(), recorded.size(), calls, kRounds)}};
}

}  // namespace understudy::bench
