#include <fmt/format.h>

#include <algorithm>

#include "harness/report.hpp"
#include "report/paint.hpp"
#include "report/request_table.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

constexpr std::size_t kWidth = 100;       // of a verdict's line, the time included
constexpr std::size_t kOutputLines = 12;  // of the client's output, where no expectation shows more
constexpr std::size_t kDetailLines = 60;
constexpr std::size_t kJobs = 5;  // that ran in containers during a step, the last ones

/// Builds the block line by line. What a program wrote gets a bar before it: it can neither be taken for ours nor, in
/// GitHub's log, for a workflow command.
class Block {
public:
  explicit Block(Paint paint) : paint_{paint} {}

  void line(std::string_view text) { (out_ += text) += '\n'; }
  void quoted(std::string_view text, std::size_t limit, bool tail) {
    std::vector<std::string> lines = lines_of(printable(text));
    const std::size_t hidden = lines.size() > limit ? lines.size() - limit : 0;
    if (hidden > 0 && tail) lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(hidden));
    if (hidden > 0 && !tail) lines.resize(limit);
    if (hidden > 0 && tail) line(paint_(Ink::kDim, fmt::format("      | ... {} lines before", hidden)));
    for (const std::string& each : lines) line(paint_(Ink::kDim, "      | ") + each);
    if (hidden > 0 && !tail) line(paint_(Ink::kDim, fmt::format("      | ... {} more lines", hidden)));
  }
  [[nodiscard]] std::string take() { return std::move(out_); }
  [[nodiscard]] const Paint& paint() const { return paint_; }

private:
  Paint paint_;
  std::string out_;
};

std::string_view label_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "ok";
    case Verdict::kFailed:
      return "FAIL";
    case Verdict::kError:
      return "ERROR";
    case Verdict::kSkipped:
      return "SKIP";
  }
  return "ERROR";
}

void add_headline(Block& block, const ScenarioResult& result) {
  const std::string label = padded(label_of(result.verdict), 5);
  const std::string what = fmt::format(" {}  {}", result.id, printable(result.name));
  block.line(block.paint()(Ink::kBoldRed, label) + block.paint()(Ink::kBold, padded(what, kWidth - label.size() - 10)) +
             fmt::format("  {}", seconds_text(result.wall_time)));
}

bool is_one_line(const std::string& text) { return text.find('\n') == std::string::npos; }

void add_multi_line(Block& block, std::string_view label, const std::string& text, Ink ink) {
  const std::string shown = printable(text);
  if (is_one_line(shown)) return block.line(fmt::format("      {:<9} {}", label, block.paint()(ink, shown)));
  block.line(fmt::format("      {}", label));
  block.quoted(text, kDetailLines, false);
}

/// `above` is the detail that the claim before showed: often it is the same output.
void add_claim(Block& block, const Failure& failure, const std::string& above) {
  const Paint& paint = block.paint();
  const std::string expected = printable(failure.expected);
  const std::string actual = printable(failure.actual);
  const std::string left = fmt::format("  {}  {}", failure.subject, expected);
  if (is_one_line(expected) && is_one_line(actual) && display_width(left) + display_width(actual) + 2 <= kWidth) {
    const std::size_t gap = kWidth - display_width(left) - display_width(actual);
    block.line(fmt::format("  {}  {}{}{}", paint(Ink::kBold, failure.subject), expected, std::string(gap, ' '),
                           paint(Ink::kRed, actual)));
  } else {
    block.line("  " + paint(Ink::kBold, failure.subject));
    add_multi_line(block, "expected", failure.expected, Ink::kGreen);
    add_multi_line(block, "got", failure.actual, Ink::kRed);
  }
  if (failure.at.line > 0) block.line(paint(Ink::kDim, "      at " + to_string(failure.at)));
  if (failure.detail.empty()) return;
  failure.detail == above ? block.line(paint(Ink::kDim, "      | (as above)"))
                          : block.quoted(failure.detail, kDetailLines, false);
}

void add_output(Block& block, std::string_view name, const std::string& text) {
  if (text.empty()) return;
  block.line(fmt::format("    {}", name));
  block.quoted(text, kOutputLines, true);
}

void add_command(Block& block, const StepResult& step, std::size_t number, std::size_t steps) {
  const std::string which = steps > 1 ? fmt::format("step {}: ", number) : "";
  std::string how = step.outcome;
  if (!step.blocked_on.empty()) how += "; it waited for " + step.blocked_on;
  block.line(fmt::format("  {}{}{}", which, printable(step.command), how.empty() ? "" : "  -> " + printable(how)));
}

bool has_table(const StepResult& step) {
  return std::any_of(step.failures.begin(), step.failures.end(), [](const Failure& f) { return f.show_requests; });
}

bool has_detail(const StepResult& step) {
  return std::any_of(step.failures.begin(), step.failures.end(), [](const Failure& f) { return !f.detail.empty(); });
}

/// A client that tries again and again leaves the same remark again and again.
void add_remarks(Block& block, const std::vector<std::string>& remarks) {
  for (auto remark = remarks.begin(); remark != remarks.end(); ++remark) {
    if (std::find(remarks.begin(), remark, *remark) != remark) continue;
    const auto times = std::count(remark, remarks.end(), *remark);
    block.line("  note: " + printable(*remark) + (times > 1 ? fmt::format(" ({} times)", times) : ""));
  }
}

void add_jobs(Block& block, const std::vector<JobLine>& jobs) {
  const std::size_t hidden = jobs.size() > kJobs ? jobs.size() - kJobs : 0;
  if (hidden > 0) block.line(fmt::format("  meanwhile: {} more runs", hidden));
  for (std::size_t i = hidden; i < jobs.size(); ++i) {
    const JobLine& job = jobs[i];
    block.line(fmt::format("  meanwhile: {} of {} {}", printable(job.name), printable(job.environment),
                           printable(job.outcome)));
    for (const std::string& line : job.output) block.line(block.paint()(Ink::kDim, "      | ") + printable(line));
  }
}

void add_step(Block& block, const StepResult& step, std::size_t number, std::size_t steps) {
  add_command(block, step, number, steps);
  std::string above;
  for (const Failure& failure : step.failures) {
    add_claim(block, failure, above);
    above = failure.detail;
  }
  if (has_table(step)) {
    for (const std::string& row : request_table(step, block.paint())) block.line(row);
  }
  add_jobs(block, step.jobs);
  add_remarks(block, step.remarks);
  if (has_detail(step)) return;  // it shows what is of interest
  add_output(block, "standard output", step.stdout_text);
  add_output(block, "standard error", step.stderr_text);
}

const StepResult* last_broken_step(const ScenarioResult& result) {
  const StepResult* broken = nullptr;
  for (const StepResult& step : result.steps) {
    if (!step.failures.empty()) broken = &step;
  }
  return broken;
}

void add_ways_to_see_it_again(Block& block, const ScenarioResult& result, const RunInfo& info) {
  block.line("  rerun:    " + rerun_line(result, info));
  const StepResult* step = last_broken_step(result);
  if (step == nullptr && !result.steps.empty()) step = &result.steps.back();
  if (step == nullptr) return;
  const bool kept = !result.sandbox.empty() && !step->by_hand.empty();
  block.line("  by hand:  " +
             (kept ? printable(step->by_hand) : "the rerun keeps its sandbox and prints the line to type"));
}

}  // namespace

std::string rerun_line(const ScenarioResult& result, const RunInfo& info) {
  return fmt::format("{} run {}{} --keep", info.program, result.id,
                     info.rerun_options.empty() ? "" : " " + info.rerun_options);
}

std::string failure_text(const ScenarioResult& result, const RunInfo& info, bool color) {
  Block block{Paint{color}};
  add_headline(block, result);
  if (!result.reason.empty()) {
    for (const std::string& line : lines_of(printable(result.reason))) block.line("  " + line);
  }
  for (std::size_t i = 0; i < result.steps.size(); ++i) {
    const StepResult& step = result.steps[i];
    const bool broke_here = result.verdict == Verdict::kError && i + 1 == result.steps.size();
    if (!step.failures.empty() || broke_here) add_step(block, step, i + 1, result.steps.size());
  }
  add_ways_to_see_it_again(block, result, info);
  return block.take();
}

}  // namespace understudy
