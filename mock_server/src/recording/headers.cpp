#include "recording/headers.hpp"

#include <algorithm>

namespace understudy::recording {
namespace {

char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_letter(x) == lower_letter(y); });
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), lower_letter);
  return result;
}

bool is_hop_by_hop(std::string_view name) {
  static constexpr std::string_view kNames[] = {"Connection",       "Keep-Alive", "Proxy-Authenticate",
                                                "Proxy-Connection", "TE",         "Proxy-Authorization",
                                                "Trailer",          "Upgrade",    "Transfer-Encoding"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view known) { return same_ignoring_case(name, known); });
}

bool is_framing(std::string_view name, bool in_answer) {
  if (name.starts_with(':') || is_hop_by_hop(name) || same_ignoring_case(name, "Content-Length")) return true;
  return in_answer && same_ignoring_case(name, "Content-Encoding");
}

std::vector<Header> without_framing(std::vector<Header> headers, bool in_answer) {
  std::erase_if(headers, [&](const Header& header) { return is_framing(header.name, in_answer); });
  return headers;
}

}  // namespace understudy::recording
