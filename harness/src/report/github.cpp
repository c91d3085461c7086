#include <fmt/format.h>

#include <algorithm>

#include "harness/report.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

constexpr std::size_t kAnnotationsPerStep = 10;        // GitHub drops the rest
constexpr std::size_t kSummaryLimitBytes = 1'000'000;  // of 1 MiB

struct Place {
  std::string file;
  int line;
};

Place place_of(const ScenarioResult& result) {
  for (const StepResult& step : result.steps) {
    for (const Failure& failure : step.failures) {
      if (failure.at.line > 0 && !failure.at.file.empty()) return {failure.at.file, failure.at.line};
    }
  }
  return {result.file, result.line};
}

std::string annotation(const ScenarioResult& result, const RunInfo& info, std::size_t more) {
  const Place place = place_of(result);
  std::string message = failure_text(result, info, false);
  if (more > 0) message += fmt::format("\nand {} more scenarios are broken", more);
  return fmt::format("::error file={},line={},title={}::{}\n", github_property(place.file), place.line,
                     github_property(printable(result.name)), github_escaped(message));
}

class GithubReport final : public Listener {
public:
  explicit GithubReport(std::ostream& out) : out_{out} {}
  void on_run_started(const RunInfo& info) override { info_ = info; }
  void on_run_finished(const Summary&, std::span<const ScenarioResult> results) override {
    std::vector<const ScenarioResult*> broken;
    for (const ScenarioResult& result : results) {
      if (is_broken(result.verdict)) broken.push_back(&result);
    }
    const std::size_t shown = std::min(broken.size(), kAnnotationsPerStep);
    for (std::size_t i = 0; i < shown; ++i) {
      out_ << annotation(*broken[i], info_, i + 1 == shown ? broken.size() - shown : 0);
    }
    out_ << std::flush;
  }

private:
  std::ostream& out_;
  RunInfo info_;
};

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : xml_escaped(printable(first_line(text)))) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string_view sign(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "✅";
    case Verdict::kFailed:
      return "❌";
    case Verdict::kError:
      return "💥";
    case Verdict::kSkipped:
      return "⏭️";
  }
  return "";
}

}  // namespace

std::unique_ptr<Listener> github_report(std::ostream& out) { return std::make_unique<GithubReport>(out); }

std::string github_summary_document(const RunReport& run) {
  std::string out = fmt::format("### Understudy: {}\n\n", summary_line(run.summary, run.info.seed));
  const auto add = [&](const std::string& text) {
    if (out.size() + text.size() <= kSummaryLimitBytes) out += text;
  };
  add("| | scenario | where | time |\n| --- | --- | --- | --- |\n");
  for (const ScenarioResult& result : run.results) {
    add(fmt::format("| {} | {} | `{}` | {} |\n", sign(result.verdict), cell(result.name), cell(result.id),
                    seconds_text(result.wall_time)));
  }
  for (const ScenarioResult& result : run.results) {
    if (result.verdict != Verdict::kFailed && result.verdict != Verdict::kError) continue;
    add(fmt::format("\n<details><summary>{}</summary>\n\n<pre>{}</pre>\n</details>\n", xml_escaped(result.name),
                    xml_escaped(failure_text(result, run.info, false))));
  }
  return out;
}

}  // namespace understudy
