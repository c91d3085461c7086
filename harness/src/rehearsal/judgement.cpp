#include "rehearsal/judgement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "container/workshop.hpp"
#include "rehearsal/client_calls.hpp"
#include "rehearsal/guards.hpp"

namespace understudy {
namespace {

using namespace std::chrono_literals;
using CronVerdict = CronReport::Verdict;

/// All runs that were looked at closely.
std::vector<const CronRunReport*> runs_as_it_is(const CronReport& report) {
  std::vector<const CronRunReport*> runs{&report.typical};
  for (const CronPlay& play : report.plays) {
    if (play.kind == CronPlay::Kind::kAsItIs) runs.push_back(&play.run);
  }
  return runs;
}

const CallReport* longest_wait(const std::vector<const CronRunReport*>& runs) {
  const CallReport* longest = nullptr;
  for (const CronRunReport* run : runs) {
    for (const CallReport& call : run->calls) {
      if (call.blocked > 0ms && (longest == nullptr || call.blocked > longest->blocked)) longest = &call;
    }
  }
  return longest;
}

/// The one that was in it for longest: a run that the end of the day cut off says less than one that was played on.
const CallReport* deadlocked(const std::vector<const CronRunReport*>& runs) {
  const CallReport* longest = nullptr;
  for (const CronRunReport* run : runs) {
    for (const CallReport& call : run->calls) {
      if (!call.deadlock.empty() && (longest == nullptr || call.blocked > longest->blocked)) longest = &call;
    }
  }
  return longest;
}

std::string waits_for(const CallReport& call) {
  return fmt::format("{} waits {} for {}", call.command, format_duration(call.blocked),
                     call.on.empty() ? "the platform" : call.on);
}

std::string failure_of(const CronRunReport& run, const ClientProfile& client) {
  constexpr int kNotFound = 127;  // as the shell says it
  if (!run.error.empty()) return run.error;
  if (run.exit_code == kNotFound) {
    for (const std::string& name : client_names(client)) {
      if (run.output.find(name + ": not found") != std::string::npos)
        return fmt::format(
            "{} is not on PATH: the folder that the build hook puts it into has to be added in .environment", name);
    }
  }
  for (const CallReport& call : run.calls) {
    if (call.exit_code != 0)
      return fmt::format("{} ends with exit code {}: {}", call.command, call.exit_code, last_line(run.output));
  }
  return fmt::format("it ends with exit code {}: {}", run.exit_code, last_line(run.output));
}

/// "PLATFORM_BRANCH = master"
std::string text_of(const Guard& guard) {
  return fmt::format("{} {} {}", guard.variable, guard.negated ? "!=" : "=",
                     guard.value.empty() ? "\"\"" : guard.value);
}

/// Nothing that could be seen came of the run, and there is a guard that may be why.
std::string why_not_exercised(const CronReport& report, const JudgedCron& what) {
  if (!report.typical.started) return "it was never due in the time looked at";
  if (!report.typical.calls.empty() || report.longest > 0ms || !report.typical.output.empty()) return "";
  const std::vector<Guard> guards = find_guards(what.cron.start, what.app.root, container_prefix(what.client));
  const bool calls = !find_client_calls(what.cron.start, what.app.root, client_names(what.client)).empty();
  if (guards.empty()) return calls ? "it calls the client somewhere, but no run came to it" : "";
  std::vector<std::string> texts;
  for (const Guard& guard : guards) texts.push_back(text_of(guard));
  return fmt::format("its guard ({}) let nothing run on {}", fmt::join(texts, ", "), what.environment);
}

}  // namespace

bool waits(const CronRunReport& run) {
  return std::ranges::any_of(run.calls, [](const CallReport& call) { return call.blocked > 0ms; });
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of(" \n\r\t");
  if (end == std::string::npos) return "it printed nothing";
  const std::size_t start = text.rfind('\n', end);
  return text.substr(start == std::string::npos ? 0 : start + 1,
                     end - (start == std::string::npos ? std::string::npos : start));
}

std::vector<std::string> commands_to_cure(const CronReport& report) {
  std::vector<std::string> commands;
  const auto add = [&](const CronRunReport& run) {
    for (const CallReport& call : run.calls) {
      const bool known = std::ranges::find(commands, call.command) != commands.end();
      if (call.blocked > 0ms && !known) commands.push_back(call.command);
    }
  };
  add(report.typical);
  for (const CronPlay& play : report.plays) add(play.run);
  return commands;
}

void judge(CronReport& report, const JudgedCron& what) {
  const auto say = [&](CronVerdict verdict, std::string reason) {
    report.verdict = verdict;
    report.reason = std::move(reason);
  };
  const std::vector<const CronRunReport*> runs = runs_as_it_is(report);
  if (deadlocked({&report.typical}) != nullptr) {
    const CallReport* call = deadlocked(runs);
    return say(CronVerdict::kDeadlock,
               fmt::format("{} waits for something that waits for this cron, until its timeout after {}", call->command,
                           format_duration(call->blocked)));
  }
  if (const CallReport* call = deadlocked(runs); call != nullptr)
    return say(CronVerdict::kDeadlock,
               fmt::format("{} waits, and with a deploy at a bad moment each waits for the other, until the cron's "
                           "timeout after {}",
                           call->command, format_duration(call->blocked)));
  if (const CallReport* call = longest_wait(runs); call != nullptr) return say(CronVerdict::kBlocks, waits_for(*call));
  if (report.typical.started && (report.typical.exit_code != 0 || !report.typical.error.empty()))
    return say(CronVerdict::kFailed, failure_of(report.typical, what.client));
  for (const CronPlay& play : report.plays) {
    if (play.kind != CronPlay::Kind::kWithoutGuess) continue;
    if (const CallReport* call = longest_wait({&play.run}); call != nullptr)
      return say(CronVerdict::kSaved, fmt::format("only the client's guess keeps {} from waiting {} for {}",
                                                  call->command, format_duration(call->blocked), call->on));
  }
  if (std::string reason = why_not_exercised(report, what); !reason.empty())
    return say(CronVerdict::kNotExercised, std::move(reason));
  const Milliseconds lost =
      report.plays.empty() ? 0ms : report.plays.front().deploy.took - report.plays.front().deploy.undisturbed;
  say(CronVerdict::kOk, lost > 0ms
                            ? fmt::format("nothing waits; it holds a deploy up for at most {}", format_duration(lost))
                            : "nothing waits");
}

}  // namespace understudy
