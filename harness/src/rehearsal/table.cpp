// A rehearsal on the console.

#include <fmt/format.h>

#include <algorithm>

#include "harness/rehearsal_report.hpp"
#include "harness/report.hpp"
#include "rehearsal/sentences.hpp"
#include "report/paint.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

using CronVerdict = CronReport::Verdict;

constexpr std::size_t kWidestName = 32;  // what is longer pushes its own line only
constexpr std::size_t kWidestSpec = 20;
constexpr std::size_t kIndent = 4;
constexpr std::size_t kLabelWidth = 10;
constexpr std::size_t kTextWidth = 100;  // sentences are folded, lines of the user's are not

Ink ink_of(CronVerdict verdict) {
  switch (verdict) {
    case CronVerdict::kDeadlock:
    case CronVerdict::kBlocks:
      return Ink::kBoldRed;
    case CronVerdict::kFailed:
      return Ink::kMagenta;
    case CronVerdict::kSaved:
    case CronVerdict::kNotExercised:
      return Ink::kYellow;
    case CronVerdict::kOk:
      break;
  }
  return Ink::kGreen;
}

Ink ink_of(Finding::Level level) {
  switch (level) {
    case Finding::Level::kError:
      return Ink::kBoldRed;
    case Finding::Level::kWarning:
      return Ink::kYellow;
    case Finding::Level::kNote:
      break;
  }
  return Ink::kDim;
}

std::string runs_of(const CronReport& cron) {
  std::string text = counted(static_cast<std::size_t>(std::max(cron.runs, 0)), "run");
  if (cron.skipped > 0) text += fmt::format(", {} skipped", cron.skipped);
  if (cron.late > 0) text += fmt::format(", {} late", cron.late);
  return text;
}

/// At blanks, so that no line is wider than `width` but for words that are.
std::vector<std::string> folded(const std::string& text, std::size_t width) {
  std::vector<std::string> lines{""};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    std::string& line = lines.back();
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(word);
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
  }
  return lines;
}

std::string line_number(const Position& at) {
  return at.line > 0 ? fmt::format("{}:{}", printable(at.file), at.line) : printable(at.file);
}

class Table {
public:
  Table(const Rehearsal& rehearsal, bool color) : rehearsal_{rehearsal}, paint_{color} {}

  std::string text() {
    line(headline_of(rehearsal_));
    line("");
    measure();
    for (const CronReport& cron : rehearsal_.crons) add(cron);
    add_findings();
    add_remarks();
    const Ink ink = blocks(rehearsal_, false) ? Ink::kBoldRed : blocks(rehearsal_, true) ? Ink::kYellow : Ink::kGreen;
    if (!rehearsal_.crons.empty() || !out_.ends_with("\n\n")) line("");
    line(paint_(ink, counts_of(rehearsal_)));
    return std::move(out_);
  }

private:
  void line(std::string text) {
    text.erase(text.find_last_not_of(" \t") + 1);
    out_ += text + "\n";
  }
  /// "    label     text", and more of it below.
  void detail(std::string_view label, const std::vector<std::string>& lines, Ink ink = Ink::kPlain) {
    std::string head = padded(std::string(kIndent, ' ') + std::string{label}, kIndent + kLabelWidth);
    for (const std::string& text : lines) {
      line(head + (text.empty() ? "" : paint_(ink, text)));
      head = std::string(kIndent + kLabelWidth, ' ');
    }
  }
  void sentence(std::string_view label, const std::string& text) {
    if (!text.empty()) detail(label, folded(text, kTextWidth));
  }

  void measure() {
    for (const CronReport& cron : rehearsal_.crons) {
      const auto widen = [](std::size_t& width, const std::string& text, std::size_t limit) {
        if (display_width(text) <= limit) width = std::max(width, display_width(text));
      };
      widen(verdict_width_, std::string{name_of(cron.verdict)}, kWidestName);
      widen(name_width_, title_of(rehearsal_, cron), kWidestName);
      widen(spec_width_, printable(cron.spec), kWidestSpec);
      widen(runs_width_, runs_of(cron), kWidestName);
    }
  }

  void add(const CronReport& cron) {
    line(fmt::format("{}  {}  {}  {}  {}",
                     paint_(ink_of(cron.verdict), padded(std::string{name_of(cron.verdict)}, verdict_width_)),
                     padded(title_of(rehearsal_, cron), name_width_), padded(printable(cron.spec), spec_width_),
                     padded(runs_of(cron), runs_width_), printable(first_line(cron.reason))));
    if (cron.verdict != CronVerdict::kOk) add_trouble(cron);
    sentence("role", role_sentence(cron));
    if (cron.verdict != CronVerdict::kOk && &cron != &rehearsal_.crons.back()) line("");
  }

  void add_trouble(const CronReport& cron) {
    add_changes(cron);
    sentence("saved", saved_sentence(cron));
    sentence("proof", proof_advice(cron));
    if (cron.verdict == CronVerdict::kFailed) add_failure(cron);
    detail("command", waits_of(cron));
    detail("circle", circle_of(cron));
    sentence("deploy", deploy_sentence(rehearsal_, cron));
    if (const CronPlay* play = telling_play(cron)) {
      sentence("site", site_sentence(play->deploy));
      for (const std::string& other : play->deploy.delayed) sentence("delays", printable(other));
    }
  }

  /// The first that is read: which line to change, and to what.
  void add_changes(const CronReport& cron) {
    if (cron.changes.empty()) return sentence("change", cure_sentence(cron));
    for (const LineChange& change : cron.changes) {
      detail("change", {line_number(change.at)});
      detail("", {"- " + printable(change.now)}, Ink::kRed);
      detail("", {"+ " + printable(change.better)}, Ink::kGreen);
    }
  }

  void add_failure(const CronReport& cron) {
    std::vector<std::string> lines = failure_of(cron.typical);
    if (lines.front() == printable(first_line(cron.reason))) lines.erase(lines.begin());  // it stands above
    detail("failed", lines);
  }

  void add_findings() {
    if (rehearsal_.findings.empty()) return;
    if (!rehearsal_.crons.empty()) line("");
    for (const Finding& finding : rehearsal_.findings) {
      line(fmt::format("{}  {}  {}  [{}]", paint_(ink_of(finding.level), padded(name_of(finding.level), 7)),
                       printable(to_string(finding.at)), printable(finding.text), finding.code));
      for (const std::string& text :
           finding.hint.empty() ? std::vector<std::string>{} : folded(printable(finding.hint), kTextWidth))
        line(std::string(9, ' ') + text);
    }
  }

  void add_remarks() {
    std::vector<std::string> texts;
    for (const Remark& remark : rehearsal_.remarks) texts.push_back(to_string(remark.at) + "  " + remark.text);
    if (!rehearsal_.stood_in_for.empty()) {
      texts.push_back(
          fmt::format("not here, so they did nothing and took no time: {}; a world says how long they take "
                      "(--world FILE, with programs: {{{}: 5m}})",
                      fmt::join(rehearsal_.stood_in_for, ", "), rehearsal_.stood_in_for.front()));
    }
    if (!rehearsal_.why_not_isolated.empty()) {
      texts.push_back("crons ran without namespaces of their own: " + rehearsal_.why_not_isolated);
    }
    if (!texts.empty() && !(rehearsal_.crons.empty() && rehearsal_.findings.empty())) line("");
    for (const std::string& text : texts) {
      std::string head = "note     ";
      for (const std::string& part : folded(printable(text), kTextWidth + kIndent)) {
        line(head + part);
        head = std::string(head.size(), ' ');
      }
    }
  }

  const Rehearsal& rehearsal_;
  Paint paint_;
  std::string out_;
  std::size_t verdict_width_ = 0;
  std::size_t name_width_ = 0;
  std::size_t spec_width_ = 0;
  std::size_t runs_width_ = 0;
};

}  // namespace

std::string rehearsal_text(const Rehearsal& rehearsal, bool color) { return Table{rehearsal, color}.text(); }

}  // namespace understudy
