#pragma once
/// Files that a command writes in the end.

#include <string>

namespace understudy {

inline constexpr const char* kStandardOutput = "-";

/// Said at once, not after an hour of running: throws UsageError if `file` could not be written. "" and "-" can.
void require_writable(const std::string& option, const std::string& file);

/// Replaces it as a whole; "-" is standard output.
void put(const std::string& file, const std::string& text);

/// Whether text on `descriptor` is to be colored, by what `--color` says: "auto", "always", "never".
[[nodiscard]] bool wants_color(const std::string& choice, int descriptor);

}  // namespace understudy
