#pragma once
/// The commands of the shipped scenarios, as the real harness gives them to the client: found out by running the suite
/// once with a client in between that writes down what it was called with.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace understudy::bench {

struct Call {
  std::vector<std::string> arguments;
  std::map<std::string, std::string> env;
  std::filesystem::path
      folder;  ///< "work" is the working directory before the call, "config.yaml" the client's configuration
};

struct RecordedScenario {
  std::string id;  ///< "scenarios/backup.yaml:5"
  std::filesystem::path sandbox;
  std::vector<Call> calls;
  std::size_t requests = 0;  ///< that the harness saw in all of its steps
};

/// Runs the shipped scenarios, but for those of scenarios/commands, with the recording client; files go below `folder`.
/// Scenarios that did not pass, that call the client never, or in which a client was ended by the harness are left out.
/// Throws std::runtime_error if the suite cannot be run.
[[nodiscard]] std::vector<RecordedScenario> record_suite(const std::filesystem::path& client,
                                                         const std::filesystem::path& folder);

/// UNDERSTUDY_CLIENT, else the one that `./dev setup` installs. Throws std::runtime_error if it is not there.
[[nodiscard]] std::filesystem::path real_client();

[[nodiscard]] std::string shell_quoted(const std::string& text);

}  // namespace understudy::bench
