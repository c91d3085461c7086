#pragma once
/// A secret's value in each encoding that has one spelling: what the index looks for.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::secrets {

struct Pattern {
  std::uint32_t secret = 0;  ///< index
  std::string bytes{};
  std::string_view shape{};  ///< "hex"
  std::string_view
      beyond{};  ///< shape of a part that lies beyond `from`: "JWT signature"; "" if it has none of its own
  std::size_t long_run = std::string::npos;      ///< a run of that length counts wherever it lies
  std::size_t enough = 0;                        ///< length of the shortest run of it that counts
  std::size_t from = 0;                          ///< what is before it is public
  std::size_t until = std::string::npos;         ///< so is what is behind it
  std::size_t covered_from = std::string::npos;  ///< what is public from here on is covered all the same, in long runs
  double per_character = 1;                      ///< bytes for one character of the value
  bool is_component = false;                     ///< of a value that consists of several, each a secret by itself
  bool fingerprint = false;                      ///< a digest of the value
  bool is_line = false;                          ///< of a value with several lines: no evidence, but covered
  bool is_binary = false;                        ///< no text that lines or cells would be wrapped in
  bool left_edge = false;                        ///< base64: the character before it is the secret's, too, in part
  bool right_edge = false;                       ///< and the one behind it

  /// The end of what is secret.
  [[nodiscard]] std::size_t secret_end() const { return std::min(until, bytes.size()); }
  /// Whether its bytes from `begin` to `end` are enough of it: all of them, or of what is secret a part at an end, half
  /// of it, or a long run.
  [[nodiscard]] bool counts(std::size_t begin, std::size_t end) const {
    if (is_line || end - begin < enough) return false;
    if (fingerprint) return begin == 0;
    if (end - begin == bytes.size()) return true;
    const std::size_t first = std::max(begin, from);
    const std::size_t last = std::min(end, secret_end());
    if (last < first + enough) return false;
    const bool at_an_end = first == from || last == secret_end();
    return at_an_end || 2 * (last - first) >= secret_end() - from || last - first >= long_run;
  }
  /// Whether they are no evidence, but not to be shown either: a run within what may be public, for all that is known.
  [[nodiscard]] bool is_to_be_covered(std::size_t begin, std::size_t end) const {
    if (is_line) return end - begin == bytes.size();
    const std::size_t first = std::max(begin, covered_from);
    return !fingerprint && end > first && end - first >= long_run;
  }
};

/// Shortest value, and shortest part of one, that is no coincidence.
inline constexpr std::size_t kShortest = 8;
inline constexpr std::size_t kLongPart = 12;
inline constexpr std::size_t kLongRun = 24;

/// Of `value`, which belongs to secret number `secret`. A JWT's header is public: a run has to go beyond it.
[[nodiscard]] std::vector<Pattern> patterns_of(std::string_view value, std::uint32_t secret);

/// `text` without line breaks and the blanks around them.
[[nodiscard]] std::string without_line_breaks(std::string_view text);

}  // namespace understudy::secrets
