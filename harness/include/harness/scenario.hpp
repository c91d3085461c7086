#pragma once
/// A scenario as it was read from a file. Parsed by src/scenario, carried out by src/run, judged by src/check.

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/exposure.hpp"
#include "harness/process.hpp"
#include "harness/recording_spec.hpp"
#include "mock_server/document.hpp"

namespace understudy {

struct SecretSpec {
  std::string name;  ///< usable as $NAME
  Position at;
  int random_length = 0;  ///< "random 24": drawn from the seed; 0 = `value` is the secret
  std::string value{};
};

/// `files:` before the steps: what the sandbox's working directory holds at the start.
struct GivenFile {
  std::string path;  ///< relative to the working directory
  std::string content;
  bool executable = false;
};

/// One thing that must hold for the scenario to be run at all; else it is skipped with the reason.
struct Condition {
  enum class Kind { kClientVersion, kPlatform, kHas };  // "client >= 5.0", "linux", "has git"
  Kind kind;
  std::string operation{};  ///< ">=", "<", "==", ... for versions
  std::string value;
  bool negated = false;
  Position at;
};

/// `containers:`: crons and hooks of the world's apps are run for real (see container.hpp).
struct ContainerSpec {
  std::string app{};                          ///< tree of every app, below the working directory; "" = all of it
  std::map<std::string, std::string> apps{};  ///< the same by the app's name; one that is not here has no file
  std::string shell = "/bin/dash";            ///< value of SHELL
  bool client_on_path = true;                 ///< false: there only if a build hook installs it
};

class Check;  // see check.hpp: one expectation, ready to be evaluated

/// `capture: {ID: {json: "$.id"}}`: a value from the step's output for later steps; see read_capture.
struct Capture {
  std::string name;
  enum class Source { kStdout, kStderr, kRequest } source = Source::kStdout;
  std::string pattern{};    ///< RE2 with one group; whole output (trimmed) if empty
  std::string json_path{};  ///< "$.a.b[0]" into the output or the request's body
  std::string request{};    ///< "POST /path" for kRequest; the last one that matches
  Position at;
};

struct Step {
  enum class Kind { kRun, kShell, kAdvance };
  Kind kind = Kind::kRun;
  Position at;
  std::string command{};  ///< kRun: a command line, split like a shell line but run without one; kShell: for /bin/sh
  std::chrono::milliseconds advance{};  ///< kAdvance: platform time to let pass
  std::string client{};                 ///< "" = the scenario's
  std::optional<std::string> stdin_text{};
  std::optional<std::vector<TerminalTurn>> terminal{};
  std::map<std::string, std::string> env{};  ///< beside the scenario's
  std::vector<std::string> env_removed{};
  std::vector<GivenFile> files{};  ///< written just before the step (`write:`)
  std::optional<std::chrono::milliseconds> timeout{};
  std::vector<std::shared_ptr<const Check>> checks{};  ///< the implied ones included
  std::vector<Capture> captures{};
  std::vector<ExposureLine> exposure_lines{};  ///< `allow:` and `known:`
};

/// First and last line, both included.
struct LineRange {
  int first = 0;
  int last = 0;
};

struct Scenario {
  std::string file;                ///< as given on the command line
  Position at;                     ///< of the document, or of the case
  int last_line = 0;               ///< of the document, or of the case
  std::vector<LineRange> lines{};  ///< its own, and those that it shares with other cases; see holds_line
  std::string name;                ///< "backup:create waits, unless told not to"
  std::string case_name{};         ///< "--no-wait returns while ..."; "" without cases
  std::vector<std::string> tags{};
  std::string client = "";                   ///< client profile; "" = the run's default ("webpaas")
  Node given{};                              ///< a world, written inline; `world:` in it is `extends:`
  std::optional<RecordingSpec> recording{};  ///< answers before the world does, or instead of it
  std::string token{};    ///< name of the world's token that the client gets by environment variable; "" = first,
                          ///< "none" = no token at all
  Variables variables{};  ///< of the case
  std::vector<SecretSpec> secrets{};
  std::vector<GivenFile> files{};
  std::map<std::string, std::string> env{};
  std::vector<std::string> env_removed{};
  std::optional<ContainerSpec> containers{};  ///< none: how long crons take says the world, and hooks take no time
  std::vector<std::string> tools{};           ///< programs of the machine that PATH leads to, beside the client
  std::vector<Condition> only_if{};
  std::string skip{};                                  ///< reason not to run it at all
  std::optional<std::chrono::milliseconds> timeout{};  ///< for each step
  bool strict = false;                                 ///< unlisted reads fail too, not only unlisted writes
  bool any_host = false;
  std::vector<ExposureLine> exposure_lines{};  ///< of all steps, where there are several; they have them, too
  std::vector<Step> steps{};
  std::vector<Step> finally{};              ///< run whatever happened before
  [[nodiscard]] std::string id() const;     ///< "file:line"
  [[nodiscard]] std::string title() const;  ///< name, or "name / case"
  /// Does FILE:LINE mean it? A line within a case means that case, any other line of the document all of its cases.
  [[nodiscard]] bool holds_line(int line) const;
};

/// Every scenario of the file, cases unrolled, `$NAME` of cases replaced. Throws InputError.
[[nodiscard]] std::vector<Scenario> load_scenarios(const std::filesystem::path& file);
[[nodiscard]] std::vector<Scenario> parse_scenarios(std::string_view text, const std::string& file_name);

/// JSON Schema (draft 2020-12) of a scenario document, made from the parser's tables. `world` = world_schema().
[[nodiscard]] nlohmann::json scenario_schema(const nlohmann::json& world);

/// "a 'b c' $D" into words, by the shell's rules for quotes and backslashes; nothing is expanded, so substitute
/// variables in each word afterwards. What only a shell could do (pipes, redirections, `;`) is an InputError unless
/// quoted.
[[nodiscard]] std::vector<std::string> split_words(std::string_view line, const Position& at);

}  // namespace understudy
