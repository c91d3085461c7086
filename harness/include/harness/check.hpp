#pragma once
/// Expectations: what a step must have done. One table row for each kind (src/check/).

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/exposure.hpp"
#include "harness/process.hpp"
#include "harness/result.hpp"
#include "harness/scenario.hpp"
#include "mock_server/document.hpp"
#include "mock_server/journal.hpp"
#include "mock_server/mock_server.hpp"
#include "mock_server/replay.hpp"

namespace understudy {

/// Everything that a check may look at. Texts are as the client wrote them, but for the sandbox's and the server's
/// addresses, which the runner has replaced by their names ([API], [WORK], [HOME]).
struct StepEvidence {
  Finished finished;
  std::vector<Exchange> exchanges;  ///< of this step's own client, in order of arrival
  ClientReport client;
  std::filesystem::path work;  ///< working directory in the sandbox
  std::filesystem::path home;
  std::vector<nlohmann::json> activities;  ///< all of the platform, oldest first, after the step
  std::function<MockServer::Answer(const std::string& path)> inspect;
  Variables variables;                       ///< case variables, secrets, captures, $TOKEN ...: substituted late
  std::vector<std::string> foreign_hosts{};  ///< "github.com:443": what it tried to reach and was refused
  std::vector<std::string> live_tokens{};    ///< names of access and refresh tokens that the platform accepts after it
  std::vector<Exposure> exposures{};         ///< where secrets show, and rules of authentication that were broken
  std::vector<ReplayMiss> misses{};          ///< what it asked for that was not recorded, in a strict replay
  History history{};                         ///< what ran in containers since the scenario began
  /// Given: what else a check reads, files of the sandbox for instance, it has to pass through this.
  std::function<std::string(const std::string& text)> cover{};
};

/// One expectation, parsed. Immutable.
class Check {
public:
  Check() = default;
  Check(const Check&) = delete;
  Check& operator=(const Check&) = delete;
  virtual ~Check() = default;
  /// Failures may hold whatever the client wrote: cover secrets before showing them.
  [[nodiscard]] virtual std::vector<Failure> evaluate(const StepEvidence& evidence) const = 0;
};

/// A key below a step that states an expectation.
struct CheckKind {
  std::string key;
  std::string help;
  nlohmann::json schema;
  std::function<std::vector<std::shared_ptr<const Check>>(const Node& value)> parse;  ///< throws InputError
  bool needs_client = true;  ///< makes no sense under `advance:`, where nothing is run
  /// Without any, nothing ever runs: it would fail, or hold for the wrong reason.
  bool needs_containers = false;
};
[[nodiscard]] const std::vector<CheckKind>& check_kinds();

/// What a step says beside its expectations, as far as the implied checks depend on it.
struct StepRules {
  Position at;            ///< of the step: where a failure of an implied check points to
  bool strict = false;    ///< unlisted reads fail too
  bool any_host = false;  ///< may talk to other hosts
  bool terminal = false;
  std::vector<ExposureLine> exposure_lines{};  ///< what is let pass
};

/// Checks that hold without being asked for: exit code 0 if `exit` is not listed, no unlisted writes (once `requests`
/// is listed, or always if strict), no request that no route, or no recording, answers, no deadlock unless `blocks` is
/// listed, every turn of the terminal's conversation met, no foreign host, no secret where it may not be, no rule of
/// authentication broken. `parse`d steps have them in Step::checks already.
[[nodiscard]] std::vector<std::shared_ptr<const Check>> implied_checks(
    const std::vector<std::string>& listed_keys, const std::vector<std::shared_ptr<const Check>>& listed,
    const StepRules& rules);

/// The value that a `capture:` takes from a step, or why there is none.
[[nodiscard]] std::variant<std::string, Failure> read_capture(const Capture& capture, const StepEvidence& evidence);

}  // namespace understudy
