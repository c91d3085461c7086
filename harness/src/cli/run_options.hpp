#pragma once
/// What `understudy run` was asked for.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace understudy {

struct RunOptions {
  std::vector<std::string> paths{};
  std::string jobs = "auto";
  std::string filter{};
  std::string exclude{};
  std::vector<std::string> tags{};
  bool last_failed = false;
  bool fail_fast = false;
  bool shuffle = false;
  std::uint64_t seed = 1;
  int repeat = 1;
  std::string timeout{};
  std::string keep{};  ///< "", "failed", "all"
  bool list = false;
  bool list_json = false;
  std::string junit{};
  std::string json{};
  std::string html{};
  std::string exchanges{};
  bool tap = false;
  bool github = false;
  std::string color = "auto";
  std::string progress = "auto";
  bool update = false;
  std::string client = "webpaas";
  std::string worlds{};                ///< "" = those of the project
  std::string program = "understudy";  ///< argv[0], for rerun lines
  bool pause_on_failure = false;
  std::string platform_folder{};  ///< where workers leave platforms of what failed; "" = nowhere
};

void declare_options(CLI::App& app, RunOptions& options);

}  // namespace understudy
