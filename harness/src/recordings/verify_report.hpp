#pragma once
/// What came of a verification, for people and for programs.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "mock_server/verify.hpp"

namespace understudy {

struct VerifyReport {
  const Recording& recording;
  const Verification& verification;
  std::string against{};           ///< "the world demo", "https://api.example.com"
  std::string too_old{};           ///< "" if it is young enough, or nobody asked: "recorded 120d ago, ..."
  std::optional<Time> recorded{};  ///< when the newest exchange began
};

[[nodiscard]] bool has_drift(const VerifyReport& report);  ///< or is too old
/// Secrets are not covered yet.
[[nodiscard]] std::string verify_text(const VerifyReport& report);
[[nodiscard]] nlohmann::ordered_json verify_json(const VerifyReport& report);

/// When the newest exchange began; none if the file does not say.
[[nodiscard]] std::optional<Time> recorded_at(const Recording& recording);

}  // namespace understudy
