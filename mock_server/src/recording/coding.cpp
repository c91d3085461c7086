#include "recording/coding.hpp"

#include "mock_server/header_lists.hpp"
#include "recording/utf8.hpp"

namespace understudy::recording {
namespace {

bool is_control(unsigned char c) {
  constexpr std::string_view kOfLogs = "\t\n\r\b\f\x1b";
  return c < ' ' && kOfLogs.find(static_cast<char>(c)) == std::string_view::npos;
}

/// Compressed bytes are none for long, also where an exporter took each for a character, or put U+FFFD for it.
bool is_text(std::string_view body) {
  while (!body.empty()) {
    const std::size_t length = utf8_length(body);
    if (length == 0 || is_control(static_cast<unsigned char>(body.front()))) return false;
    const std::string_view character = body.substr(0, length);
    const bool is_c1 = length == 2 && character[0] == '\xc2' && static_cast<unsigned char>(character[1]) < 0xa0;
    if (is_c1 || character == "\xef\xbf\xbd") return false;
    body.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::string coding_left(const std::vector<Header>& headers, std::string_view body) {
  const std::string coding = content_coding(headers);
  return coding.empty() || is_text(body) ? "" : coding;
}

}  // namespace understudy::recording
