#include "recording/headers.hpp"

#include "mock_server/ascii.hpp"
#include "mock_server/hop_by_hop.hpp"

namespace understudy::recording {

bool is_framing(std::string_view name, bool in_answer) {
  if (name.starts_with(':') || is_hop_by_hop(name) || same_ignoring_case(name, "Content-Length")) return true;
  return in_answer && same_ignoring_case(name, "Content-Encoding");
}

std::vector<Header> without_framing(std::vector<Header> headers, bool in_answer) {
  std::erase_if(headers, [&](const Header& header) { return is_framing(header.name, in_answer); });
  return headers;
}

std::string media_type(std::string_view content_type) {
  std::string type = lower(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

}  // namespace understudy::recording
