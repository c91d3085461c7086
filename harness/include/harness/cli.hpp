#pragma once
/// The command line `understudy`: one table of subcommands, and what `run` makes of its arguments.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pool.hpp"
#include "harness/report.hpp"
#include "harness/scenario.hpp"

namespace understudy {

/// Carries out a command line; the exit code (design.md, section 8). Throws InputError and std::runtime_error.
[[nodiscard]] int run_cli(int argc, const char* const* argv);

/// A command line that cannot be understood, or that selects nothing: exit code 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// "a and not b", "(a or b) and c", and bats' "a,!b".
class TagExpression {
public:
  [[nodiscard]] static TagExpression parse(std::string_view text);  ///< throws UsageError, with the place in `text`
  [[nodiscard]] bool matches(std::span<const std::string> tags) const { return test_(tags); }

  using Test = std::function<bool(std::span<const std::string>)>;

private:
  explicit TagExpression(Test test) : test_{std::move(test)} {}
  Test test_;
};

/// The files that `paths` name, folders searched for *.yaml, *.yml and *.json, sorted, each once. Throws UsageError if
/// there is no such path.
[[nodiscard]] std::vector<std::filesystem::path> find_files(const std::vector<std::string>& paths);

/// A scenario with its place among `load_scenarios(file)`.
struct Candidate {
  Scenario scenario;
  std::size_t index = 0;
};

/// Every scenario that files, folders and FILE:LINE name, in the order of the names, each once. Throws UsageError if
/// there is no such path or no scenario at that line; InputError, with the complaints about all files, if some cannot
/// be understood.
[[nodiscard]] std::vector<Candidate> find_scenarios(const std::vector<std::string>& paths);

/// How scenarios are chosen among those found. All must hold.
struct Selection {
  std::string filter{};             ///< RE2, searched in "file:line title"; "" = all
  std::string exclude{};            ///< the same, and those that match are left out
  std::vector<std::string> tags{};  ///< tag expressions; one of them must hold
  std::optional<std::vector<std::pair<std::string, std::string>>> only{};  ///< (file, title), for --last-failed
};
/// Throws UsageError for a pattern or expression that cannot be understood, and if nothing is left.
[[nodiscard]] std::vector<Candidate> select(std::vector<Candidate> candidates, const Selection& selection);

/// Jobs in the order in which to run them: all, then all again for each repetition, shuffled within a repetition.
[[nodiscard]] std::vector<PoolJob> plan_jobs(std::span<const Candidate> candidates, int repeats, bool shuffle,
                                             std::uint64_t seed);

/// What failed, from run to run. A scenario is known by file and title, so that it is found again after lines moved.
class LastRun {
public:
  explicit LastRun(std::filesystem::path file) : file_{std::move(file)} {}
  /// (file, title) of what failed or could not be run; empty if there is no record. Throws InputError if it is damaged.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> broken() const;
  /// What was not run this time keeps its old entry.
  void record(std::span<const ScenarioResult> results) const;

private:
  std::filesystem::path file_;
};

}  // namespace understudy
