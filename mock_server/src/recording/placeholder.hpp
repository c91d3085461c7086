#pragma once
/// Placeholders in a text. One may be the beginning of another: the longest that fits is meant.

#include <map>
#include <string>
#include <string_view>

namespace understudy::recording {

/// The placeholder that `text` begins with; nullptr if it begins with none.
[[nodiscard]] inline const std::string* placeholder_at(const std::map<std::string, std::string>& placeholders,
                                                       std::string_view text) {
  const std::string* longest = nullptr;
  for (const auto& [placeholder, words] : placeholders) {
    if (placeholder.empty() || !text.starts_with(placeholder)) continue;
    if (longest == nullptr || placeholder.size() > longest->size()) longest = &placeholder;
  }
  return longest;
}

}  // namespace understudy::recording
