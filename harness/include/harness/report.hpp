#pragma once
/// Telling people and machines what came of a run: live on the console, and as documents when it is over.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.hpp"
#include "harness/stopwatch.hpp"

namespace understudy {

/// What is known before the first scenario starts.
struct RunInfo {
  std::string version{};         ///< of Understudy
  std::string client{};          ///< profile, "webpaas"
  std::string client_version{};  ///< "" if not known yet; see Listener::on_client_ready
  std::uint64_t seed = 1;
  std::size_t total = 0;  ///< scenarios to run, repetitions counted
  int workers = 1;
  int repeats = 1;
  std::string program = "understudy";  ///< as a rerun line calls it
  std::string rerun_options{};         ///< what a rerun line needs beside the scenario: "--seed 7 --client upsun"
  std::string hostname{};              ///< for JUnit; left out if empty
  std::string started{};               ///< ISO 8601, for JUnit; left out if empty
};

struct Summary {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t errors = 0;
  std::size_t bad_inputs = 0;  ///< of the errors
  std::size_t skipped = 0;
  std::size_t not_run = 0;  ///< after an interruption or a fail-fast stop
  int interrupted_by = 0;   ///< signal, or 0
  std::chrono::microseconds wall_time{};
  friend bool operator==(const Summary&, const Summary&) = default;
};
/// Counts verdicts; `planned` is how many there should have been.
[[nodiscard]] Summary summarize(std::span<const ScenarioResult> results, std::size_t planned);
/// "31 passed, 1 failed, 2 skipped"
[[nodiscard]] std::string counts_text(const Summary& summary);
/// "31 passed, 1 failed, 2 skipped in 8.2 s (seed 1)"
[[nodiscard]] std::string summary_line(const Summary& summary, std::uint64_t seed);
/// 0 all passed (skips allowed), 1 some failed, 2 some could not be run because of the person's files, 3 because of us
/// or the machine, 128 + signal when interrupted. What could not be run outranks a failure: it proves nothing.
[[nodiscard]] int exit_code(const Summary& summary);

/// A scenario that is about to run or has been.
struct ScenarioRef {
  std::size_t order = 0;  ///< position in the run's original order, from 0
  std::string id{};       ///< "scenarios/backup.yaml:5"
  std::string file{};
  int line = 0;
  std::string name{};
  int repeat = 0;
};

/// Watches a run. Called from one thread; results come in the order in which they are ready.
class Listener {
public:
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  virtual ~Listener() = default;
  virtual void on_run_started(const RunInfo&) {}
  virtual void on_client_ready(const std::string& /*version*/) {}  ///< before the first scenario
  virtual void on_scenario_started(const ScenarioRef&) {}
  virtual void on_scenario_finished(const ScenarioRef&, const ScenarioResult&) {}
  /// `results` are in the original order.
  virtual void on_run_finished(const Summary&, std::span<const ScenarioResult>) {}
  virtual void on_tick() {}  ///< about once a second, if `wants_ticks`
  [[nodiscard]] virtual bool wants_ticks() const { return false; }
};

/// Passes everything on, in order. At the end each is told, even if one before it throws.
class Listeners final : public Listener {
public:
  void add(std::unique_ptr<Listener> listener) { all_.push_back(std::move(listener)); }
  void on_run_started(const RunInfo& info) override;
  void on_client_ready(const std::string& version) override;
  void on_scenario_started(const ScenarioRef& scenario) override;
  void on_scenario_finished(const ScenarioRef& scenario, const ScenarioResult& result) override;
  void on_run_finished(const Summary& summary, std::span<const ScenarioResult> results) override;
  void on_tick() override;
  [[nodiscard]] bool wants_ticks() const override;

private:
  std::vector<std::unique_ptr<Listener>> all_;
};

enum class ColorChoice { kAuto, kAlways, kNever };
/// `--color` > NO_COLOR > FORCE_COLOR, CLICOLOR_FORCE > CLICOLOR=0, TERM=dumb, no terminal.
[[nodiscard]] bool use_color(ColorChoice choice, const std::function<const char*(const char*)>& getenv,
                             bool is_terminal);

struct ConsoleOptions {
  bool color = false;
  bool progress = true;       ///< a line for each verdict, and a status line if `terminal`
  bool terminal = false;      ///< a status line can be redrawn
  std::size_t columns = 100;  ///< width of the terminal
  std::size_t slowest = 3;    ///< how many of the slowest to name; 0 = none
};
[[nodiscard]] std::unique_ptr<Listener> console_report(std::ostream& out, ConsoleOptions options);

/// TAP 14, a point as soon as all before it are known.
[[nodiscard]] std::unique_ptr<Listener> tap_report(std::ostream& out);
/// At most ten `::error` lines for GitHub's annotations.
[[nodiscard]] std::unique_ptr<Listener> github_report(std::ostream& out);

/// A run that is over, for reports that are one document.
struct RunReport {
  RunInfo info{};
  Summary summary{};
  std::vector<ScenarioResult> results{};  ///< in the original order
};
[[nodiscard]] std::string junit_document(const RunReport& run);
/// What may differ between two runs is under keys that begin with "wall".
[[nodiscard]] nlohmann::json json_document(const RunReport& run);
/// The exchanges of all results, a JSON object a line, with the scenario and the step that they belong to.
[[nodiscard]] std::string exchange_lines(const RunReport& run);
/// Markdown for $GITHUB_STEP_SUMMARY, below GitHub's limit of 1 MiB.
[[nodiscard]] std::string github_summary_document(const RunReport& run);
/// Calls `write` with the whole run when it is over.
[[nodiscard]] std::unique_ptr<Listener> document_report(std::function<void(const RunReport&)> write);

/// The block that explains a failed or broken scenario, as the console prints it. Ends in a newline.
[[nodiscard]] std::string failure_text(const ScenarioResult& result, const RunInfo& info, bool color);
/// "understudy run scenarios/backup.yaml:5 --seed 7 --keep"
[[nodiscard]] std::string rerun_line(const ScenarioResult& result, const RunInfo& info);

/// Control bytes other than newline and tab as "\x1b", invalid UTF-8 as U+FFFD: nothing that moves a cursor.
[[nodiscard]] std::string printable(std::string_view text);
[[nodiscard]] std::string xml_escaped(std::string_view text);            ///< valid XML 1.0 text whatever comes in
[[nodiscard]] std::string github_escaped(std::string_view text);         ///< of a message
[[nodiscard]] std::string github_property(std::string_view text);        ///< of file=, title=
[[nodiscard]] std::string tap_escaped(std::string_view text);            ///< of a description
[[nodiscard]] std::string seconds_text(std::chrono::microseconds time);  ///< "0.41 s"

[[nodiscard]] std::string current_timestamp();  ///< "2026-03-01T03:00:00Z": when a report was written

/// Replaces `file` as a whole or not at all; makes its folder. Throws std::runtime_error with the file's name.
void write_file_atomically(const std::filesystem::path& file, std::string_view content);

}  // namespace understudy
