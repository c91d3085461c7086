#pragma once
/// Scenarios whose client, "tiny", is a few lines of bash. Its variables begin with T_.

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/runner.hpp"
#include "temporary_folder.hpp"

namespace understudy {

struct TinyClient : testing::Test {
  explicit TinyClient(const char* script) {
    settings.sandbox_folder = folder.path() / "sandboxes";
    std::filesystem::create_directory(settings.sandbox_folder);
    const ClientProfile profile{
        .name = "tiny", .executable = "tiny", .env_prefix = "T_", .config = {{"application", 1}}};
    settings.client = "tiny";
    settings.warm["tiny"] = {.profile = profile,
                             .binary = folder.write("client", script, true),
                             .unpacked = folder.path() / "unpacked",
                             .version = "5.11.1"};
  }

  TemporaryFolder folder;
  RunSettings settings;
};

}  // namespace understudy
