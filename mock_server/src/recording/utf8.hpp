#pragma once
/// Bytes that go into JSON, which is UTF-8 or nothing.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::recording {

/// Length of the UTF-8 sequence that `text` begins with; 0 if it begins with none (also for overlong forms and
/// surrogates). `text` is not empty.
[[nodiscard]] std::size_t utf8_length(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);
[[nodiscard]] std::string as_utf8(std::string_view text);  ///< what is no UTF-8 becomes U+FFFD
void append_utf8(std::string& text, std::uint32_t code_point);

}  // namespace understudy::recording
