#include "rehearsal/sentences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/report.hpp"
#include "page/axis.hpp"
#include "page/words.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

constexpr std::size_t kOutputLines = 5;
constexpr std::string_view kArrow = " waits for ";

using CronVerdict = CronReport::Verdict;

bool waited(const CallReport& call) { return call.blocked.count() > 0 || !call.deadlock.empty(); }

bool any_waited(const CronRunReport& run) { return std::ranges::any_of(run.calls, waited); }

/// The run in which the commands wait as they do when nobody deploys; with a deploy if it takes that to see it, or if
/// the day was over before the run was.
const CronRunReport& telling_run(const CronReport& cron) {
  if (any_waited(cron.typical) && cron.typical.ended) return cron.typical;
  const CronPlay* play = telling_play(cron);
  return play != nullptr && any_waited(play->run) ? play->run : cron.typical;
}

std::string circle_text(const CronReport& cron) {
  const CronPlay* play = telling_play(cron);
  for (const CallReport& call : telling_run(cron).calls) {
    if (!call.deadlock.empty()) return call.deadlock;
  }
  if (play == nullptr) return "";
  for (const CallReport& call : play->run.calls) {
    if (!call.deadlock.empty()) return call.deadlock;
  }
  return play->deploy.deadlock;
}

/// "a waits for b waits for a" as "a", "b", "a".
std::vector<std::string> links_of(std::string_view circle) {
  std::vector<std::string> links;
  for (std::size_t end = 0; (end = circle.find(kArrow)) != std::string_view::npos;) {
    links.emplace_back(circle.substr(0, end));
    circle.remove_prefix(end + kArrow.size());
  }
  links.emplace_back(circle);
  return links;
}

std::string end_of_circle(const CronReport& cron) {
  const CronPlay* play = telling_play(cron);
  const CronRunReport& run = telling_run(cron);
  std::string what = play == nullptr ? "" : play->deploy.ended_by;
  if (what.empty() && (run.timed_out || (play != nullptr && play->run.timed_out))) what = "the cron's timeout";
  if (what.empty()) return "nothing ended it in the time looked at";
  const bool is_known = run.started && run.ended && run.timed_out;
  return fmt::format("ended by {}{}", what,
                     is_known ? ", " + format_duration(*run.ended - *run.started) + " later" : "");
}

}  // namespace

const CronPlay* find_play(const CronReport& cron, CronPlay::Kind kind) {
  const auto found = std::ranges::find(cron.plays, kind, &CronPlay::kind);
  return found == cron.plays.end() ? nullptr : &*found;
}

const CronPlay* telling_play(const CronReport& cron) {
  if (cron.verdict == CronVerdict::kSaved) {
    if (const CronPlay* play = find_play(cron, CronPlay::Kind::kWithoutGuess)) return play;
  }
  return find_play(cron, CronPlay::Kind::kAsItIs);
}

std::string title_of(const Rehearsal& rehearsal, const CronReport& cron) {
  const bool several =
      std::ranges::any_of(rehearsal.crons, [&](const CronReport& other) { return other.app != cron.app; });
  return printable(several ? cron.app + "/" + cron.name : cron.name);
}

std::string headline_of(const Rehearsal& rehearsal) {
  std::string text;
  for (const std::string& part : {rehearsal.folder.empty() ? rehearsal.project : rehearsal.folder,
                                  rehearsal.environment, range_text(rehearsal.from, rehearsal.to), rehearsal.client}) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + printable(part);
  }
  return text;
}

std::string counts_of(const Rehearsal& rehearsal) {
  constexpr std::array kOrder{CronVerdict::kDeadlock, CronVerdict::kBlocks,       CronVerdict::kFailed,
                              CronVerdict::kSaved,    CronVerdict::kNotExercised, CronVerdict::kOk};
  std::string text;
  for (const CronVerdict verdict : kOrder) {
    const auto count = std::ranges::count(rehearsal.crons, verdict, &CronReport::verdict);
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name_of(verdict));
  }
  return text.empty() ? "no crons" : text;
}

std::vector<std::string> waits_of(const CronReport& cron) {
  const bool is_guess = cron.verdict == CronVerdict::kSaved;
  const CronPlay* play = telling_play(cron);
  const CronRunReport& run = is_guess && play != nullptr ? play->run : telling_run(cron);
  std::vector<std::string> lines;
  for (const CallReport& call : run.calls) {
    if (!waited(call)) continue;
    const std::string on = call.on.empty() ? "" : " for " + call.on;
    lines.push_back(printable(fmt::format("{}  {} {}{}", call.line.empty() ? call.command : call.line,
                                          is_guess ? "would wait" : "waits", format_duration(call.blocked), on)));
  }
  return lines;
}

std::string deploy_sentence(const Rehearsal& rehearsal, const CronReport& cron) {
  const CronPlay* play = telling_play(cron);
  if (play == nullptr || play->deploy.asked == Time{}) return "";
  const DeployReport& deploy = play->deploy;
  const bool is_guess = play->kind == CronPlay::Kind::kWithoutGuess;
  std::string text =
      fmt::format("{}a deploy at {} takes {} ({} without this cron)", is_guess ? "without the guess, " : "",
                  moment_text(deploy.asked, date_text(deploy.asked) != date_text(rehearsal.from)),
                  length_of_deploy(deploy), format_duration(deploy.undisturbed));
  if (const CronPlay* cured = find_play(cron, CronPlay::Kind::kCured)) {
    text += fmt::format("; with --no-wait on {}: {}", fmt::join(cron.cure, ", "), length_of_deploy(cured->deploy));
  }
  return printable(text);
}

std::string length_of_deploy(const DeployReport& deploy) {
  const std::string took = format_duration(deploy.took);
  return deploy.ended ? took : "more than " + took;
}

std::string site_sentence(const DeployReport& deploy) {
  std::string text;
  if (deploy.held.count() > 0) text = "requests are held for " + format_duration(deploy.held);
  if (deploy.dropped.count() > 0) {
    text += (text.empty() ? "requests are" : ", then") + std::string{" dropped for "} + format_duration(deploy.dropped);
  }
  return text;
}

std::vector<std::string> circle_of(const CronReport& cron) {
  const std::string circle = circle_text(cron);
  if (circle.empty()) return {};
  const std::vector<std::string> links = links_of(printable(circle));
  std::vector<std::string> lines;
  for (std::size_t i = 0; i + 1 < links.size(); ++i) lines.push_back(links[i] + std::string{kArrow} + links[i + 1]);
  if (lines.empty()) lines = links;
  lines.push_back(end_of_circle(cron));
  return lines;
}

std::string saved_sentence(const CronReport& cron) {
  if (cron.verdict != CronVerdict::kSaved) return "";
  return "only because the client takes the container for a hook (SHELL is dash, and stdin no terminal); a script run "
         "by bash, a pipe to a terminal or an older client takes that away: --no-wait says what is meant";
}

std::string proof_advice(const CronReport& cron) {
  if (cron.verdict != CronVerdict::kNotExercised) return "";
  if (cron.runs == 0)
    return "nothing is proved: look at a longer time (--for 7d), or at one in which it is due (--from)";
  return "nothing is proved: look at the environment that the guard asks for (--environment NAME), or describe yours "
         "(--world FILE)";
}

std::string role_sentence(const CronReport& cron) {
  if (cron.role_needed.empty() || cron.role_needed == cron.role_has) return "";
  if (cron.role_has.empty()) return printable(fmt::format("{} is enough for its token", cron.role_needed));
  return printable(fmt::format("{} is enough; this token: {}", cron.role_needed, cron.role_has));
}

std::string cure_sentence(const CronReport& cron) {
  if (cron.cure.empty()) return "";
  const std::string place = cron.at.line > 0 ? fmt::format("{}:{}", cron.at.file, cron.at.line) : cron.at.file;
  return printable(fmt::format("add --no-wait to {}{}{}", fmt::join(cron.cure, ", "),
                               place.empty() ? "" : ", in the cron at ", place));
}

std::vector<std::string> failure_of(const CronRunReport& run) {
  std::vector<std::string> lines;
  if (!run.error.empty()) {
    lines.push_back(printable(first_line(run.error)));
  } else if (run.timed_out) {
    lines.emplace_back("it was ended by its timeout");
  } else {
    lines.push_back(fmt::format("it ended with exit code {}", run.exit_code));
  }
  const std::vector<std::string> output = lines_of(run.output);
  const std::size_t first = output.size() > kOutputLines ? output.size() - kOutputLines : 0;
  for (std::size_t i = first; i < output.size(); ++i) lines.push_back("| " + printable(output[i]));
  return lines;
}

}  // namespace understudy
