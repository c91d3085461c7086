#pragma once
/// What came of a scenario. Workers send it to the front as JSON; `--json` prints the same; every report reads it.

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/document.hpp"
#include "mock_server/timeline.hpp"

namespace understudy {

enum class Verdict { kPassed, kFailed, kError, kSkipped };
[[nodiscard]] std::string_view to_string(Verdict verdict);  ///< "passed", "failed", "error", "skipped"
[[nodiscard]] bool is_broken(Verdict verdict);              ///< failed or error

/// A whole-output expectation (`is: |`) that `--update` may rewrite.
struct Rewrite {
  Position at;           ///< of the block scalar in the scenario file
  std::string new_text;  ///< wildcards of the old text kept
};

/// One expectation that did not hold.
struct Failure {
  Position at{};                           ///< of the expectation in the scenario file
  std::string subject{};                   ///< "exit", "stdout", "requests[1]", "activity backup"
  std::string expected{};                  ///< "never: GET /projects/*/**/activities/**"
  std::string actual{};                    ///< "got 2"
  std::string detail{};                    ///< more lines: a diff, the output; may be empty
  bool show_requests = false;              ///< the request table helps here
  std::vector<std::uint64_t> culprits{};   ///< numbers of the exchanges to mark with ✗ in it
  std::optional<std::uint64_t> nearest{};  ///< the request that came nearest to what was expected
  std::string nearest_why{};               ///< "method differs", "json /value: expected \"a\", got \"b\""
  std::optional<Rewrite> rewrite{};
};

/// One line of the request table; secrets covered.
struct RequestLine {
  std::uint64_t number = 0;
  std::chrono::microseconds wall_time{};      ///< since the step began
  std::chrono::milliseconds platform_time{};  ///< since the scenario's world began
  std::string method{};
  std::string target{};
  int status = 0;
  std::string note{};
  std::string route{};  ///< path template that answered, "" if none did
};

/// Something that ran in a container while a step did.
struct JobLine {
  std::string name{};                 ///< "cron backup", "hook deploy"
  std::string environment{};          ///< id
  std::string outcome{};              ///< "exited with 0 after 12m2s", "still runs after 1h"
  std::vector<std::string> output{};  ///< its last lines
};

struct StepResult {
  Position at{};
  std::string command{};           ///< as written, variables replaced, secrets covered
  std::string subcommand{};        ///< what the client was asked to do: "backup:create"; "" for other programs
  std::string outcome{};           ///< describe(Outcome)
  std::optional<int> exit_code{};  ///< if it exited
  std::string stdout_text{};
  std::string stderr_text{};
  std::vector<RequestLine> requests{};
  std::vector<Failure> failures{};
  std::vector<JobLine> jobs{};                ///< in the order in which they were started
  std::vector<std::string> remarks{};         ///< leaks, dropped output, foreign hosts
  std::chrono::milliseconds platform_time{};  ///< that passed while it ran: what it blocked
  std::string blocked_on{};                   ///< "activity abc (environment.backup) for 12m", or ""
  std::chrono::microseconds wall_time{};
  std::string by_hand{};                               ///< the line to run it again in the kept sandbox
  nlohmann::json exchanges = nlohmann::json::array();  ///< requests and responses as a whole, if they were asked for
};

struct ScenarioResult {
  std::string id{};  ///< "scenarios/backup.yaml:5"
  std::string file{};
  int line = 0;
  std::string name{};  ///< title: "name / case"
  std::vector<std::string> tags{};
  std::string client{};  ///< profile
  Verdict verdict = Verdict::kError;
  std::string reason{};    ///< of a skip or an error
  bool bad_input = false;  ///< an error because a file of the person's cannot be understood (InputError)
  std::vector<StepResult> steps{};
  std::chrono::microseconds wall_time{};
  std::string sandbox{};               ///< path, if it was kept
  std::string platform{};              ///< of a file that holds the platform as it was left, if it was asked for
  int repeat = 0;                      ///< number of the repetition, from 0
  std::optional<Timeline> timeline{};  ///< what happened on the platform, if it was asked for
};

[[nodiscard]] nlohmann::json to_json(const ScenarioResult& result);
[[nodiscard]] ScenarioResult scenario_result_from_json(const nlohmann::json& json);

}  // namespace understudy
