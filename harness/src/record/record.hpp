#pragma once
/// `understudy record`: a client's command, or a server for clients elsewhere, with all that is said written down.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/redaction.hpp"
#include "offline/offline_sandbox.hpp"

namespace understudy {

struct RecordOptions {
  OfflineOptions place{};
  std::uint64_t seed = 1;             ///< of the fake
  std::string upstream{};             ///< URL of a real API; "" = a fake of ours
  std::string auth{};                 ///< URL of its OAuth 2 endpoints and certifier; "" = the API's
  std::vector<std::string> others{};  ///< URLs of further hosts that its answers lead to
  std::filesystem::path authorities{};
  bool anonymize = false;
  std::vector<std::string> fields{};      ///< names that hold secrets, beside those that are known
  std::optional<std::uint16_t> listen{};  ///< a port, or 0 for any
  std::vector<std::string> command{};     ///< none: the person's shell
};

struct Recorded {
  int exit_code = 0;  ///< the command's
  Redacted redacted{};
  std::vector<std::string> remarks{};  ///< what stood in the way, and which hosts were asked for in vain
};

/// Nothing but the client's own session is written, and that goes with us. Complaints about the command go to standard
/// error, what to export to standard output. Throws as OfflineSandbox does, and InputError for URLs that are none.
[[nodiscard]] Recorded record(const RecordOptions& options);

/// Writes it as a whole or not at all; "-" is standard output. Throws std::runtime_error, with the places, for one with
/// residue.
void write_recording(const std::filesystem::path& file, const Redacted& redacted);

/// What a recording calls a fake of ours, whose port is another each time.
inline constexpr const char* kFakeName = "https://api.understudy.example";
[[nodiscard]] std::string recorder_name();  ///< "Understudy 0.1.0"

}  // namespace understudy
