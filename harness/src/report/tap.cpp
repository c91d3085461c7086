#include <fmt/format.h>

#include <map>

#include "harness/report.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

class TapReport final : public Listener {
public:
  explicit TapReport(std::ostream& out) : out_{out} {}

  void on_run_started(const RunInfo& info) override {
    info_ = info;
    out_ << "TAP version 14\n1.." << info.total << '\n';
    out_ << fmt::format("# seed {}, client {}\n", info.seed, printable(info.client)) << std::flush;
  }

  void on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) override {
    waiting_.emplace(scenario.order, result);
    while (!waiting_.empty() && waiting_.begin()->first == next_) {
      print(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
      ++next_;
    }
    out_ << std::flush;
  }

  void on_run_finished(const Summary& summary, std::span<const ScenarioResult>) override {
    for (const auto& [order, result] : waiting_) {  // what follows a scenario that was never run
      next_ = order;
      print(result);
    }
    if (summary.interrupted_by != 0) {
      out_ << "Bail out! interrupted\n";
    } else if (summary.not_run > 0) {
      out_ << "Bail out! stopped at the first failure\n";
    }
    out_ << std::flush;
  }

private:
  void print(const ScenarioResult& result) {
    const bool good = result.verdict == Verdict::kPassed || result.verdict == Verdict::kSkipped;
    const std::string repeat = result.repeat > 0 ? fmt::format(" (run {})", result.repeat + 1) : "";
    out_ << fmt::format("{} {} - {} {}{}", good ? "ok" : "not ok", next_ + 1, tap_escaped(result.id),
                        tap_escaped(result.name), repeat);
    if (result.verdict == Verdict::kSkipped) out_ << " # SKIP " << tap_escaped(result.reason);
    out_ << '\n';
    if (!good) print_diagnosis(result);
  }

  void print_diagnosis(const ScenarioResult& result) {
    out_ << "  ---\n";
    out_ << fmt::format("  severity: {}\n", result.verdict == Verdict::kError ? "error" : "fail");
    out_ << fmt::format("  at: {{file: {}, line: {}}}\n", nlohmann::json(printable(result.file)).dump(), result.line);
    out_ << "  message: |\n";
    for (const std::string& line : lines_of(failure_text(result, info_, false))) out_ << "    " << line << '\n';
    out_ << "  ...\n";
  }

  std::ostream& out_;
  RunInfo info_;
  std::map<std::size_t, ScenarioResult> waiting_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Listener> tap_report(std::ostream& out) { return std::make_unique<TapReport>(out); }

}  // namespace understudy
