#pragma once
/// What is written of a recording holds no secret, or nothing is written.

#include <string>
#include <vector>

#include "mock_server/recording.hpp"

namespace understudy {

struct SafeOptions {
  std::vector<std::string> fields{};  ///< that hold secrets, beside those that are known to
  bool anonymize = false;
};

/// Secrets are placeholders in what comes back. Throws std::runtime_error, with the places, if something may be left.
[[nodiscard]] Recording without_secrets(Recording recording, const SafeOptions& options);

/// Writes it as a whole; throws InputError if it is there already, unless `force`.
void write_new(const std::string& option, const std::string& file, const std::string& text, bool force);

}  // namespace understudy
