// A rehearsal as a page.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "harness/rehearsal_report.hpp"
#include "harness/report.hpp"
#include "rehearsal/sentences.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using CronVerdict = CronReport::Verdict;

constexpr std::size_t kOutputLines = 30;

/// How the badge looks. Only what is good is green: a cron that the client's guess saves is not.
std::string look_of(CronVerdict verdict) {
  switch (verdict) {
    case CronVerdict::kDeadlock:
    case CronVerdict::kBlocks:
      return "blocks";
    case CronVerdict::kFailed:
      return "failed";
    case CronVerdict::kSaved:
    case CronVerdict::kNotExercised:
      return "unproved";
    case CronVerdict::kOk:
      break;
  }
  return "ok";
}

/// As one word: a table breaks lines at blanks.
std::string unbroken(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == ' ' ? std::string{"\u00a0"} : std::string{c};
  return out;
}

std::string capitalized(std::string text) {
  const std::string word = text.substr(0, text.find(' '));
  const bool is_command = word.find(':') != std::string::npos;  // "backup:create waits" stays as it is
  if (!text.empty() && !is_command)
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

std::string deploy_length(const CronPlay* play) {
  if (play == nullptr || play->deploy.asked == Time{}) return "";
  return length_of_deploy(play->deploy);
}

Rows overview_of(const Rehearsal& rehearsal) {
  if (rehearsal.crons.empty()) return {};
  Rows rows{{"Cron", "Verdict", "Why", "When", "Runs", "Deploy at the worst moment", "With the cure"}};
  for (const CronReport& cron : rehearsal.crons) {
    rows.push_back({title_of(rehearsal, cron), std::string{name_of(cron.verdict)}, cron.reason, unbroken(cron.spec),
                    std::to_string(cron.runs), deploy_length(telling_play(cron)),
                    deploy_length(find_play(cron, CronPlay::Kind::kCured))});
  }
  return rows;
}

std::string joined(const std::vector<std::string>& lines) { return fmt::format("{}", fmt::join(lines, "\n")); }

class SectionWriter {
public:
  SectionWriter(const Rehearsal& rehearsal, const CronReport& cron) : rehearsal_{rehearsal}, cron_{cron} {}

  PageSection write() {
    section_ = {.id = fmt::format("cron-{}-{}", cron_.app, cron_.name),
                .heading = title_of(rehearsal_, cron_),
                .verdict = look_of(cron_.verdict),
                .verdict_text = std::string{name_of(cron_.verdict)}};
    paragraph(cron_.reason);
    paragraph(saved_sentence(cron_));
    paragraph(proof_advice(cron_));
    add_facts();
    add_commands();
    add_output();
    for (const CronPlay& play : cron_.plays) {
      if (play.timeline.to > play.timeline.from) {
        section_.figures.push_back({.caption = caption_of(play), .timeline = play.timeline});
      }
    }
    return std::move(section_);
  }

private:
  void paragraph(std::string text) {
    if (text.empty()) return;
    if (text.back() != '.') text += '.';
    section_.paragraphs.push_back(capitalized(std::move(text)));
  }
  void fact(const std::string& name, const std::string& value) {
    if (!value.empty()) section_.facts.emplace_back(name, value);
  }

  static std::string caption_of(const CronPlay& play) {
    const std::string text = capitalized(std::string{name_of(play.kind)});
    const std::string length = deploy_length(&play);
    return length.empty() ? text : fmt::format("{}: a deploy takes {}", text, length);
  }

  /// The first that is read.
  void add_changes() {
    if (cron_.changes.empty()) return fact("Change", cure_sentence(cron_));
    for (const LineChange& change : cron_.changes) {
      fact("Change", fmt::format("{}:{}\n- {}\n+ {}", change.at.file, change.at.line, change.now, change.better));
    }
  }

  void add_facts() {
    add_changes();
    fact("Where", cron_.at.line > 0 ? to_string(cron_.at) : cron_.at.file);
    fact("When", cron_.spec);
    fact("Runs", fmt::format("{}, {} skipped, {} late, the longest {}", cron_.runs, cron_.skipped, cron_.late,
                             format_duration(cron_.longest)));
    fact("Command", joined(waits_of(cron_)));
    fact("Circle", joined(circle_of(cron_)));
    fact("Deploy", deploy_sentence(rehearsal_, cron_));
    if (const CronPlay* play = telling_play(cron_)) {
      fact("Site", site_sentence(play->deploy));
      fact("Delays", joined(play->deploy.delayed));
    }
    fact("Role", role_sentence(cron_));
    fact("Error", cron_.typical.error);
  }

  void add_commands() {
    const auto& calls = cron_.typical.calls;
    if (calls.empty()) return;
    section_.table = {{"Command", "Exit code", "Waited", "For"}};
    for (const CallReport& call : calls) {
      section_.table.push_back({call.line.empty() ? call.command : call.line, std::to_string(call.exit_code),
                                call.blocked.count() > 0 ? format_duration(call.blocked) : "no", call.on});
    }
  }

  void add_output() {
    const std::vector<std::string> output = lines_of(cron_.typical.output);
    if (output.empty()) return;
    section_.code = "It printed:\n";
    const std::size_t first = output.size() > kOutputLines ? output.size() - kOutputLines : 0;
    if (first > 0) section_.code += fmt::format("... {} lines before\n", first);
    for (std::size_t i = first; i < output.size(); ++i) section_.code += printable(output[i]) + "\n";
  }

  const Rehearsal& rehearsal_;
  const CronReport& cron_;
  PageSection section_;
};

void add_notes(const Rehearsal& rehearsal, Page& page) {
  PageSection section{.id = "findings", .heading = "What else there is to say"};
  if (!rehearsal.findings.empty()) section.table = {{"Level", "Where", "What", "What to do"}};
  for (const Finding& finding : rehearsal.findings) {
    section.table.push_back({std::string{name_of(finding.level)}, to_string(finding.at), finding.text, finding.hint});
  }
  for (const Remark& remark : rehearsal.remarks) section.facts.emplace_back(to_string(remark.at), remark.text);
  if (!rehearsal.stood_in_for.empty()) {
    section.facts.emplace_back("Not here",
                               fmt::format("{} (they did nothing and took no time; a world says how long they take)",
                                           fmt::join(rehearsal.stood_in_for, ", ")));
  }
  if (!rehearsal.why_not_isolated.empty()) {
    section.facts.emplace_back("No namespaces", rehearsal.why_not_isolated);
  }
  if (!section.table.empty() || !section.facts.empty()) page.sections.push_back(std::move(section));
}

}  // namespace

Page rehearsal_page(const Rehearsal& rehearsal) {
  Page page{.title = "Understudy: crons",
            .summary = fmt::format("{}\n{}.", headline_of(rehearsal), counts_of(rehearsal)),
            .overview = overview_of(rehearsal)};
  for (const CronReport& cron : rehearsal.crons) page.sections.push_back(SectionWriter{rehearsal, cron}.write());
  add_notes(rehearsal, page);
  if (rehearsal.day.to > rehearsal.day.from) {
    page.sections.push_back({.id = "day",
                             .heading = "The time looked at",
                             .paragraphs = {"As it is, when nobody deploys."},
                             .figures = {{.timeline = rehearsal.day}}});
  }
  return page;
}

}  // namespace understudy
