#include "recording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "measure.hpp"

namespace understudy::bench {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// PATH of a sandbox may lead nowhere, so every program has its whole name. mkdir numbers the calls: only one can make a
// folder.
constexpr const char* kRecorder = R"(#!/bin/sh
number=10000
while ! /bin/mkdir {0}/$number 2>/dev/null; do number=$((number + 1)); done
/usr/bin/env -0 >{0}/$number/env
printf '%s\0' "$@" >{0}/$number/arguments
pwd >{0}/$number/directory
/bin/cp -a . {0}/$number/work
test -z "$CLI_CONFIG_FILE" || /bin/cp "$CLI_CONFIG_FILE" {0}/$number/config.yaml
exec {1} "$@"
)";

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Call read_call(const fs::path& folder) {
  Call call{.arguments = split(read_file(folder / "arguments"), '\0'), .env = {}, .folder = folder};
  for (const std::string& setting : split(read_file(folder / "env"), '\0')) {
    const std::size_t equals = setting.find('=');
    const std::string name = setting.substr(0, equals);
    if (name != "_" && name != "PWD" && name != "OLDPWD" && name != "SHLVL")
      call.env[name] = setting.substr(equals + 1);
  }
  return call;
}

/// Every client of it ended by itself: what was ended by the harness would never end under xargs.
bool ended_by_themselves(const json& scenario) {
  const json& steps = scenario.at("steps");
  return std::all_of(steps.begin(), steps.end(),
                     [](const json& step) { return step.at("outcome").get<std::string>().starts_with("exited with"); });
}

bool is_inside(const fs::path& folder, const std::string& path) {
  return path == folder.string() || path.starts_with(folder.string() + "/");
}

// Of the thousand scenarios that go through the client's commands one by one, many wait for what only the harness gives
// them; the rest of the suite is enough to measure.
constexpr std::string_view kLeftOut = "scenarios/commands/";

/// "scenarios/backup.yaml:5" of every scenario that is measured.
std::vector<std::string> sample_of_the_suite(const fs::path& folder) {
  const fs::path list = folder / "list.json";
  Child{{"/bin/sh", "-c", fmt::format("cd {} && exec {} run --list --json", SOURCE_DIR, UNDERSTUDY_BINARY)},
        plain_env(),
        list}
      .wait();
  const json document = json::parse(read_file(list));
  const json& all = document.at("scenarios");
  std::vector<std::string> sample;
  for (const json& scenario : all) {
    std::string id = scenario.at("id");
    if (!id.starts_with(kLeftOut)) sample.push_back(std::move(id));
  }
  return sample;
}

json run_recorded(const fs::path& recorder, const fs::path& folder) {
  std::vector<std::string> env = plain_env();
  env.push_back("UNDERSTUDY_CLIENT=" + recorder.string());
  const fs::path result = folder / "result.json";
  const fs::path log = folder / "log";
  std::vector<std::string> argv{"/bin/sh", "-c",
                                fmt::format("cd {} && exec {} run -j 1 --keep=all --json {} \"$@\"", SOURCE_DIR,
                                            UNDERSTUDY_BINARY, result.string()),
                                "sh"};
  for (std::string& id : sample_of_the_suite(folder)) argv.push_back(std::move(id));
  Child{argv, env, log}.wait();
  json document = json::parse(read_file(result), nullptr, false);
  if (document.is_discarded()) throw std::runtime_error{"the suite cannot be recorded:\n" + read_file(log)};
  return document;
}

}  // namespace

fs::path real_client() {
  const char* chosen = std::getenv("UNDERSTUDY_CLIENT");
  const fs::path client =
      chosen != nullptr ? fs::path{chosen} : fs::path{SOURCE_DIR} / "node_modules/@upsun/cli-linux-x64/bin/upsun";
  if (!fs::exists(client)) throw std::runtime_error{client.string() + " is not there; ./dev setup installs the client"};
  return fs::absolute(client);
}

std::string shell_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return quoted + "'";
}

std::vector<RecordedScenario> record_suite(const fs::path& client, const fs::path& folder) {
  const fs::path calls = folder / "calls";
  fs::create_directories(calls);
  const fs::path recorder = folder / "recorder";
  write_file(recorder, fmt::format(kRecorder, calls.string(), shell_quoted(client.string())));
  fs::permissions(recorder, fs::perms::owner_all);
  const json document = run_recorded(recorder, folder);

  std::vector<fs::path> in_order{fs::directory_iterator{calls}, fs::directory_iterator{}};
  std::sort(in_order.begin(), in_order.end());
  std::vector<RecordedScenario> scenarios;
  for (const json& scenario : document.at("scenarios")) {
    const fs::path sandbox = scenario.value(json::json_pointer{"/wall/sandbox"}, "");
    RecordedScenario recorded{.id = scenario.at("id"), .sandbox = sandbox, .calls = {}};
    for (const fs::path& call : in_order) {
      const std::string directory = split(read_file(call / "directory"), '\n').at(0);
      if (!sandbox.empty() && is_inside(sandbox, directory)) recorded.calls.push_back(read_call(call));
    }
    for (const json& step : scenario.at("steps")) recorded.requests += step.at("requests").size();
    if (!sandbox.empty()) fs::remove_all(sandbox);
    if (scenario.at("verdict") == "passed" && !recorded.calls.empty() && ended_by_themselves(scenario)) {
      scenarios.push_back(std::move(recorded));
    }
  }
  return scenarios;
}

}  // namespace understudy::bench
