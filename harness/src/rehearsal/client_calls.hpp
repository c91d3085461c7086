#pragma once
/// Calls of the platform's client in a cron's shell text.

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

struct ClientCall {
  std::string name{};       ///< as it was called: "platform", "/app/.platformsh/bin/webpaas"
  std::string command{};    ///< as it was written: "backup:create", "redeploy", "" if none is
  bool writes = false;      ///< it changes something on the platform
  bool is_in_tree = false;  ///< it is a file of the repository
};

/// In the order of the text. `names` are what the client may be called; scripts of `tree`, the app's folder, are read
/// too.
[[nodiscard]] std::vector<ClientCall> find_client_calls(std::string_view text, const std::filesystem::path& tree,
                                                        const std::set<std::string>& names);

/// Does the command, with what stands behind it, change something on the platform? Names may be shortened as the client
/// allows it ("env:redep"). What a command does over SSH (`ssh`, `drush`, `db:sql`) nobody knows: those do not count.
/// Source: the requests that each command was seen to make (command-coverage.csv of the project's reference).
[[nodiscard]] bool is_writing_command(std::string_view command, const std::vector<std::string>& arguments);

}  // namespace understudy
