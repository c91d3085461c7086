#pragma once
/// `--update`: whole-output expectations rewritten in their scenario file, everything else kept byte for byte.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/result.hpp"

namespace understudy {

struct UpdateReport {
  int rewritten = 0;                   ///< expectations that changed
  std::vector<std::string> refused{};  ///< "a.yaml:14:9: two cases give different outputs ...": left as they were
};

/// `yaml` with the scalars at the given places replaced; indentation, comments and line ends stay. Several cases may
/// ask for the same place if they ask for the same text. Throws InputError if a place holds no scalar.
[[nodiscard]] std::string rewrite_scalars(std::string_view yaml, const std::vector<Rewrite>& rewrites,
                                          UpdateReport& report);

/// The same for a file, replaced in one step (its mode stays). Throws InputError, or std::runtime_error if it cannot be
/// read or written; the file is then as it was.
UpdateReport apply_rewrites(const std::filesystem::path& file, const std::vector<Rewrite>& rewrites);

}  // namespace understudy
