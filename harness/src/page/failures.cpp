#include "page/failures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mock_server/clock.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

constexpr std::size_t kOutputLines = 12;
constexpr std::size_t kDetailLines = 60;
constexpr std::size_t kRequests = 40;
constexpr std::size_t kMostLines = 400;

class Text {
public:
  void line(const std::string& text) {
    if (lines_++ < kMostLines) out_ += text + "\n";
  }
  /// At most `limit` lines of it: the last ones if `tail`.
  void quoted(const std::string& text, std::size_t limit, bool tail) {
    const std::vector<std::string> lines = lines_of(text);
    const std::size_t hidden = lines.size() > limit ? lines.size() - limit : 0;
    const std::size_t first = tail ? hidden : 0;
    if (hidden > 0 && tail) line(fmt::format("      | ... {} lines before", hidden));
    for (std::size_t i = first; i < first + lines.size() - hidden; ++i) line("      | " + lines[i]);
    if (hidden > 0 && !tail) line(fmt::format("      | ... {} more lines", hidden));
  }
  void value(std::string_view name, const std::string& text) {
    if (text.find('\n') == std::string::npos) return line(fmt::format("      {:<9} {}", name, text));
    line(fmt::format("      {}", name));
    quoted(text, kDetailLines, false);
  }
  [[nodiscard]] std::string take() {
    if (lines_ > kMostLines) out_ += fmt::format("... {} more lines\n", lines_ - kMostLines);
    return std::move(out_);
  }

private:
  std::string out_;
  std::size_t lines_ = 0;
};

void add_claims(Text& text, const std::vector<Failure>& failures) {
  std::string above;
  for (const Failure& failure : failures) {
    text.line("  " + failure.subject);
    text.value("expected", failure.expected);
    text.value("got", failure.actual);
    if (failure.at.line > 0) text.line("      at " + to_string(failure.at));
    if (!failure.detail.empty() && failure.detail != above) text.quoted(failure.detail, kDetailLines, false);
    above = failure.detail;
  }
}

/// "x" before a culprit, "~" before the request that came nearest. A long list shows these only.
void add_requests(Text& text, const StepResult& step) {
  std::size_t hidden = 0;
  text.line("  requests that were sent");
  for (const RequestLine& request : step.requests) {
    std::string mark = " ";
    std::string why;
    for (const Failure& failure : step.failures) {
      if (failure.nearest == request.number) {
        mark = "~";
        why = failure.nearest_why;
      }
      if (std::ranges::find(failure.culprits, request.number) != failure.culprits.end()) mark = "x";
    }
    if (mark == " " && step.requests.size() > kRequests) {
      ++hidden;
      continue;
    }
    const std::string note = request.note.empty() ? "" : "  " + request.note;
    text.line(fmt::format("    {} {:>3}  +{:<8} {:<6} {}  {}{}", mark, request.number,
                          format_duration(request.platform_time), request.method, request.target, request.status,
                          note));
    if (!why.empty()) text.line(fmt::format("           {}", why));
  }
  if (hidden > 0) text.line(fmt::format("      ... {} others", hidden));
}

void add_output(Text& text, std::string_view name, const std::string& output) {
  if (output.empty()) return;
  text.line(fmt::format("  {}", name));
  text.quoted(output, kOutputLines, true);
}

void add_step(Text& text, const StepResult& step, std::size_t number) {
  text.line(fmt::format("step {}: {}{}", number, step.command, step.outcome.empty() ? "" : "  -> " + step.outcome));
  add_claims(text, step.failures);
  if (std::ranges::any_of(step.failures, &Failure::show_requests)) add_requests(text, step);
  for (const std::string& remark : step.remarks) text.line("  note: " + remark);
  if (std::ranges::any_of(step.failures, [](const Failure& failure) { return !failure.detail.empty(); })) return;
  add_output(text, "standard output", step.stdout_text);
  add_output(text, "standard error", step.stderr_text);
}

}  // namespace

std::string failures_text(const ScenarioResult& result) {
  Text text;
  for (std::size_t i = 0; i < result.steps.size(); ++i) {
    const StepResult& step = result.steps[i];
    const bool says_something = !step.remarks.empty() || !step.stdout_text.empty() || !step.stderr_text.empty();
    const bool broke_here = result.verdict == Verdict::kError && i + 1 == result.steps.size() && says_something;
    if (!step.failures.empty() || broke_here) add_step(text, step, i + 1);
  }
  return text.take();
}

}  // namespace understudy
