// A front and workers whose scenarios do what their names say, for tests of the pool.
//   stand_in_pool worker                 (started by a pool)
//   stand_in_pool front WORKERS NAME...  runs scenarios of these names; prints "NAME VERDICT" lines, exits like `run`

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "harness/pool.hpp"

namespace understudy {
namespace {

namespace fs = std::filesystem;

fs::path folder;

void say(const std::string& text) {
  const std::string line = text + "\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

/// A child as run_command starts them: in a session of its own, and dead when its parent is. It holds our standard
/// error.
pid_t start_sleeper() {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent) ::execlp("sleep", "sleep", "1000", nullptr);
  ::_exit(127);
}

void fill_folder() {
  fs::create_directories(folder / "home" / "locked");
  std::ofstream{folder / "home" / "locked" / "file"} << "text";
  fs::permissions(folder / "home" / "locked", fs::perms::owner_read | fs::perms::owner_exec);
}

ScenarioResult passed() { return {.verdict = Verdict::kPassed}; }

using Behaviour = std::function<ScenarioResult()>;

const std::map<std::string, Behaviour>& behaviours() {
  static const std::map<std::string, Behaviour> kTable{
      {"pass", passed},
      {"fail", [] { return ScenarioResult{.verdict = Verdict::kFailed}; }},
      {"throw", []() -> ScenarioResult { throw std::runtime_error{"the port is gone"}; }},
      {"bad-input",
       []() -> ScenarioResult {
         throw InputError{{"world.yaml", 3, 1}, "unknown key \"x\""};
       }},
      {"big",
       [] {
         return ScenarioResult{.verdict = Verdict::kPassed, .steps = {{.stdout_text = std::string(3 << 20, 'x')}}};
       }},
      {"keep",
       [] {
         fill_folder();
         fs::create_directories(folder / "kept");
         std::ofstream{folder / "kept" / "file"} << "text";
         return ScenarioResult{.verdict = Verdict::kPassed, .sandbox = (folder / "kept").string()};
       }},
      {"die",
       [] {
         fill_folder();
         start_sleeper();
         ::raise(SIGKILL);
         return passed();
       }},
      {"exit",
       []() -> ScenarioResult {
         fill_folder();
         ::_exit(7);
       }},
      {"hang",  // begins another client whenever one is ended, as a scenario with many steps would
       []() -> ScenarioResult {
         fill_folder();
         say("hanging");
         while (true) ::waitpid(start_sleeper(), nullptr, 0);
       }},
      {"stop",
       [] {
         fill_folder();
         start_sleeper();
         say("hanging");
         ::raise(SIGSTOP);
         return passed();
       }},
  };
  return kTable;
}

int work() {
  return worker_main({.prepare = [](const nlohmann::json& settings, const fs::path& own_folder) -> std::string {
                        if (settings.contains("fatal")) throw std::runtime_error{"no client found; install it"};
                        if (settings.contains("leave")) ::_exit(9);
                        folder = own_folder;
                        return "5.11.1";
                      },
                      .run = [](const PoolJob& job) { return behaviours().at(job.scenario.name)(); }});
}

int front(int workers, const std::vector<std::string>& names) {
  std::vector<PoolJob> jobs;
  for (const std::string& name : names) jobs.push_back({{.order = jobs.size(), .id = name, .name = name}, 0});
  Listener silent;
  const PoolOutcome outcome = run_pool(jobs, {.workers = workers}, silent);
  for (const ScenarioResult& result : outcome.results)
    say(fmt::format("{} {}", result.name, to_string(result.verdict)));
  Summary summary = summarize(outcome.results, jobs.size());
  summary.interrupted_by = outcome.interrupted_by;
  return exit_code(summary);
}

}  // namespace
}  // namespace understudy

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  if (words.at(0) == "worker") return understudy::work();
  return understudy::front(std::atoi(words.at(1).c_str()), {words.begin() + 2, words.end()});
}
