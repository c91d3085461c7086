#include "recordings/safe.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "harness/report.hpp"
#include "mock_server/redaction.hpp"

namespace understudy {

Recording without_secrets(Recording recording, const SafeOptions& options) {
  Redacted redacted = redact(std::move(recording), {.fields = options.fields, .anonymize = options.anonymize});
  if (redacted.residue.empty()) return std::move(redacted.recording);
  std::string places;
  for (const std::string& place : redacted.residue) places += "\n  " + printable(place);
  throw std::runtime_error{
      fmt::format("nothing was written: there may be a secret in {}; --field NAME says that a field holds one{}",
                  counted(redacted.residue.size(), "place"), places)};
}

void write_new(const std::string& option, const std::string& file, const std::string& text, bool force) {
  if (!force && std::filesystem::exists(file))
    throw InputError{{option, 0, 0}, fmt::format("{} is there already", file), "--force replaces it"};
  write_file_atomically(file, text);
}

}  // namespace understudy
