#include "run/client_commands.hpp"

#include <fmt/format.h>

#include "harness/process.hpp"

namespace understudy {

std::vector<ClientCommand> list_commands(const WarmClient& client, const std::filesystem::path& home) {
  using nlohmann::json;
  const std::string& prefix = client.profile.env_prefix;
  const Finished finished =
      run_command({.argv = {client.binary.string(), "list", "--all", "--format=json"},
                   .env = {{"HOME", home.string()},
                           {prefix + "HOME", home.string()},
                           {prefix + "TMP", client.unpacked.string()},
                           {prefix + "NO_INTERACTION", "1"},
                           {"CLI_CONFIG_FILE", (client.unpacked.parent_path() / "config.yaml").string()},
                           {"PATH", "/usr/bin:/bin"},
                           {"NO_COLOR", "1"}},
                   .working_directory = home,
                   .watch_processes = false});
  std::vector<ClientCommand> commands;
  try {
    const json answer = json::parse(finished.stdout_text);
    for (const json& command : answer.at("commands")) {
      commands.push_back({command.at("name").get<std::string>(), command.value("aliases", std::vector<std::string>{})});
    }
  } catch (const json::exception& error) {
    throw std::runtime_error{fmt::format("{} list --all --format=json {}, but not with a list: {}\n{}",
                                         client.profile.executable, describe(finished.outcome), error.what(),
                                         finished.stderr_text)};
  }
  return commands;
}

}  // namespace understudy
