#pragma once
/// Which files of a repository describe its applications.

#include <filesystem>
#include <vector>

#include "harness/application.hpp"

namespace understudy {

struct ConfigurationFiles {
  std::filesystem::path folder{};  ///< of the repository
  AppProject::Style style = AppProject::Style::kPlatformAppYaml;
  std::vector<std::filesystem::path> apps{};  ///< one application each
  std::filesystem::path applications{};       ///< several in one file; this and the next two: "" if there is none
  std::filesystem::path services{};
  std::filesystem::path routes{};
  std::vector<std::filesystem::path> upsun{};  ///< all of `.upsun`, config.yaml first
  std::vector<Remark> remarks{};
};

/// Throws InputError if there is nothing to be read.
[[nodiscard]] ConfigurationFiles find_configuration(const std::filesystem::path& path);

}  // namespace understudy
