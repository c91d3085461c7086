#pragma once
/// What a step of a scenario left behind, gathered for the hunt.

#include <chrono>
#include <string>
#include <vector>

#include "harness/check.hpp"
#include "harness/container.hpp"
#include "harness/scenario.hpp"
#include "hunt/auth_rules.hpp"
#include "hunt/hunt.hpp"
#include "mock_server/mock_server.hpp"
#include "run/refusing_proxy.hpp"
#include "run/sandbox.hpp"

namespace understudy {

/// Bytes of each stream of output. Of more than that nobody would know what is in there: it is a finding of its own.
inline constexpr std::size_t kMostSearchedOutput = std::size_t{256} << 20U;

/// One for a scenario.
class StepHunt {
public:
  StepHunt(MockServer& server, Hunt::Folders folders) : server_{server}, hunt_{std::move(folders)} {}

  /// What the scenario itself hands over, so that it may show there. Files stay handed over for later steps.
  void give_file(const GivenFile& file);
  void give(const Command& command, const Variables& named_in_shell);

  /// What was refused, from the step's client or from containers.
  void add(const RefusingProxy::Contact& contact);
  void add(const std::vector<JobProcesses>& jobs);

  /// Everything that shows since the last call; exchanges of the journal from index `first` on. `finished` is as the
  /// client left it, `wanted_output` what is captured from it.
  [[nodiscard]] std::vector<Exposure> look(const Finished& finished, const std::string& subcommand, std::size_t first,
                                           std::vector<std::string> wanted_output);

  /// Wall time that `look` has taken so far, of all scenarios of this process: for measurements.
  [[nodiscard]] static std::chrono::microseconds time_taken();

  /// Throws InputError at `at` if some secret cannot be told from chance.
  void require_huntable(const Position& at) const;

private:
  void gather_platform_texts();
  [[nodiscard]] AuthTraces auth_traces(const Finished& finished, const std::vector<Exposure>& shown) const;

  MockServer& server_;
  Hunt hunt_;
  StepTraces traces_;                 // of the step that runs
  std::vector<Exposure> unsearched_;  // likewise
};

/// For the report: "API token ci in stdout is allowed: REASON", "known: REASON: ...".
[[nodiscard]] std::vector<std::string> remarks_on(const std::vector<Exposure>& exposures,
                                                  const std::vector<ExposureLine>& lines);

/// The same about processes in containers that were not seen.
[[nodiscard]] std::vector<std::string> remarks_on(const std::vector<JobProcesses>& jobs);

}  // namespace understudy
