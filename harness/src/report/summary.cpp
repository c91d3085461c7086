#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "harness/report.hpp"

namespace understudy {
namespace {

constexpr int kSomeFailed = 1;
constexpr int kBadInput = 2;
constexpr int kOursOrTheMachines = 3;

}  // namespace

Summary summarize(std::span<const ScenarioResult> results, std::size_t planned) {
  Summary summary;
  for (const ScenarioResult& result : results) {
    switch (result.verdict) {
      case Verdict::kPassed:
        ++summary.passed;
        break;
      case Verdict::kFailed:
        ++summary.failed;
        break;
      case Verdict::kError:
        ++summary.errors;
        summary.bad_inputs += result.bad_input ? 1 : 0;
        break;
      case Verdict::kSkipped:
        ++summary.skipped;
        break;
    }
  }
  summary.not_run = planned > results.size() ? planned - results.size() : 0;
  return summary;
}

std::string counts_text(const Summary& summary) {
  std::string line = fmt::format("{} passed", summary.passed);
  if (summary.failed > 0) line += fmt::format(", {} failed", summary.failed);
  if (summary.errors > 0) line += fmt::format(", {} could not be run", summary.errors);
  if (summary.skipped > 0) line += fmt::format(", {} skipped", summary.skipped);
  if (summary.not_run > 0) line += fmt::format(", {} not run", summary.not_run);
  return summary.interrupted_by != 0 ? "interrupted: " + line : line;
}

std::string summary_line(const Summary& summary, std::uint64_t seed) {
  std::string line = counts_text(summary);
  line += fmt::format(" in {:.1f} s (seed {})", std::chrono::duration<double>(summary.wall_time).count(), seed);
  return line;
}

int exit_code(const Summary& summary) {
  if (summary.interrupted_by != 0) return 128 + summary.interrupted_by;
  if (summary.errors > summary.bad_inputs) return kOursOrTheMachines;
  if (summary.bad_inputs > 0) return kBadInput;
  return summary.failed > 0 ? kSomeFailed : 0;
}

void Listeners::on_run_started(const RunInfo& info) {
  for (const auto& listener : all_) listener->on_run_started(info);
}

void Listeners::on_client_ready(const std::string& version) {
  for (const auto& listener : all_) listener->on_client_ready(version);
}

void Listeners::on_scenario_started(const ScenarioRef& scenario) {
  for (const auto& listener : all_) listener->on_scenario_started(scenario);
}

void Listeners::on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) {
  for (const auto& listener : all_) listener->on_scenario_finished(scenario, result);
}

void Listeners::on_run_finished(const Summary& summary, std::span<const ScenarioResult> results) {
  std::exception_ptr first;
  for (const auto& listener : all_) {
    try {
      listener->on_run_finished(summary, results);
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

void Listeners::on_tick() {
  for (const auto& listener : all_) listener->on_tick();
}

bool Listeners::wants_ticks() const {
  return std::any_of(all_.begin(), all_.end(), [](const auto& listener) { return listener->wants_ticks(); });
}

namespace {

class DocumentReport final : public Listener {
public:
  explicit DocumentReport(std::function<void(const RunReport&)> write) : write_{std::move(write)} {}
  void on_run_started(const RunInfo& info) override { info_ = info; }
  void on_client_ready(const std::string& version) override { info_.client_version = version; }
  void on_run_finished(const Summary& summary, std::span<const ScenarioResult> results) override {
    write_({info_, summary, {results.begin(), results.end()}});
  }

private:
  std::function<void(const RunReport&)> write_;
  RunInfo info_;
};

}  // namespace

std::unique_ptr<Listener> document_report(std::function<void(const RunReport&)> write) {
  return std::make_unique<DocumentReport>(std::move(write));
}

}  // namespace understudy
