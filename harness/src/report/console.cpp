#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/report.hpp"
#include "report/paint.hpp"
#include "report/text.hpp"

namespace understudy {
namespace {

struct Label {
  std::string_view word;
  Ink ink;
};

Label label_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return {"ok", Ink::kGreen};
    case Verdict::kFailed:
      return {"FAIL", Ink::kBoldRed};
    case Verdict::kError:
      return {"ERROR", Ink::kMagenta};
    case Verdict::kSkipped:
      return {"SKIP", Ink::kYellow};
  }
  return {"ERROR", Ink::kMagenta};
}

class ConsoleReport final : public Listener {
public:
  ConsoleReport(std::ostream& out, ConsoleOptions options) : out_{out}, options_{options}, paint_{options.color} {}

  void on_run_started(const RunInfo& info) override {
    info_ = info;
    const std::string client = info.client + (info.client_version.empty() ? "" : " " + info.client_version);
    out_ << fmt::format("{} scenario{} with {}, {} worker{}, seed {}\n", info.total, info.total == 1 ? "" : "s", client,
                        info.workers, info.workers == 1 ? "" : "s", info.seed)
         << std::flush;
  }

  void on_scenario_started(const ScenarioRef& scenario) override {
    running_.emplace(scenario.order, Running{scenario.id, Stopwatch{}});
    draw_status();
  }

  void on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) override {
    running_.erase(scenario.order);
    ++done_;
    if (is_broken(result.verdict)) ++broken_;
    clear_status();
    if (options_.progress) out_ << verdict_line(result) << '\n';
    draw_status();
    out_ << std::flush;
  }

  void on_run_finished(const Summary& summary, std::span<const ScenarioResult> results) override {
    clear_status();
    for (const ScenarioResult& result : results) {
      if (is_broken(result.verdict)) out_ << '\n' << failure_text(result, info_, options_.color);
    }
    print_slowest(results);
    const bool good = exit_code(summary) == 0;
    out_ << '\n' << paint_(good ? Ink::kGreen : Ink::kBoldRed, summary_line(summary, info_.seed)) << '\n' << std::flush;
  }

  void on_tick() override {
    draw_status();
    out_ << std::flush;
  }
  [[nodiscard]] bool wants_ticks() const override { return has_status(); }

private:
  struct Running {
    std::string id;
    Stopwatch since;
  };

  [[nodiscard]] bool has_status() const { return options_.terminal && options_.progress; }

  [[nodiscard]] std::string verdict_line(const ScenarioResult& result) const {
    const Label label = label_of(result.verdict);
    const std::string repeat = result.repeat > 0 ? fmt::format(" (run {})", result.repeat + 1) : "";
    const std::string what = fmt::format("{}  {}{}", result.id, printable(result.name), repeat);
    std::string line = fmt::format("{} {}  {}", paint_(label.ink, padded(label.word, 5)), what,
                                   paint_(Ink::kDim, seconds_text(result.wall_time)));
    if (result.verdict == Verdict::kSkipped) line += "  (" + printable(first_line(result.reason)) + ")";
    return line;
  }

  void clear_status() {
    if (drawn_) out_ << "\r\x1b[K";
    drawn_ = false;
  }

  void draw_status() {
    if (!has_status()) return;
    std::string text = fmt::format("[{}/{}]", done_, info_.total);
    if (broken_ > 0) text += fmt::format(" {} broken", broken_);
    const char* separator = "  running: ";
    for (const auto& [order, scenario] : running_) {
      text += fmt::format("{}{} ({:.0f} s)", separator, scenario.id,
                          std::chrono::duration<double>(scenario.since.elapsed()).count());
      separator = ", ";
    }
    clear_status();
    out_ << shortened(text, options_.columns > 1 ? options_.columns - 1 : 1) << std::flush;
    drawn_ = true;
  }

  void print_slowest(std::span<const ScenarioResult> results) {
    if (!options_.progress || options_.slowest == 0 || results.size() <= options_.slowest) return;
    std::vector<const ScenarioResult*> order;
    for (const ScenarioResult& result : results) order.push_back(&result);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->wall_time > b->wall_time; });
    order.resize(options_.slowest);
    out_ << "\nslowest:\n";
    for (const ScenarioResult* result : order) {
      out_ << fmt::format("  {:>8}  {}  {}\n", seconds_text(result->wall_time), result->id, printable(result->name));
    }
  }

  std::ostream& out_;
  ConsoleOptions options_;
  Paint paint_;
  RunInfo info_;
  std::map<std::size_t, Running> running_;
  std::size_t done_ = 0;
  std::size_t broken_ = 0;
  bool drawn_ = false;
};

}  // namespace

std::unique_ptr<Listener> console_report(std::ostream& out, ConsoleOptions options) {
  return std::make_unique<ConsoleReport>(out, options);
}

}  // namespace understudy
