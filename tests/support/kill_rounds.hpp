#pragma once
/// Kills a fake under load, again and again, and looks what it knows when it comes back.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace understudy {

struct KillOptions {
  std::filesystem::path program{};  ///< state_server
  std::filesystem::path folder{};   ///< for world and state files
  int rounds = 5;
  int rounds_of_a_file = 25;  ///< then a new state file is begun: a long one takes longer to replay
  std::uint64_t seed = 1;
};

struct KillReport {
  int rounds = 0;
  std::size_t acknowledged = 0;  ///< writes whose answer was read
  std::size_t in_flight = 0;     ///< asked for and not answered when it was killed
  std::size_t of_those_kept = 0;
  std::size_t lost = 0;                 ///< acknowledged, and not there as it should be
  std::vector<std::string> problems{};  ///< each lost write, and whatever else must not be: time that went back ...
};
[[nodiscard]] KillReport kill_rounds(const KillOptions& options);

}  // namespace understudy
