#include "mock_server/url.hpp"

#include <algorithm>
#include <cctype>

#include "mock_server/ascii.hpp"

namespace understudy {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The byte of an escape at `text[at]`, or -1 if there is none.
int escaped_byte(std::string_view text, std::size_t at) {
  if (text[at] != '%' || at + 2 >= text.size()) return -1;
  const int high = hex_digit(text[at + 1]);
  const int low = hex_digit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_unreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
}

void append_escape(std::string& into, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  into += '%';
  into += kDigits[byte >> 4U];
  into += kDigits[byte & 15U];
}

}  // namespace

std::string percent_decoded(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = escaped_byte(text, i);
    if (byte >= 0) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (is_unreserved(c))
      result += c;
    else
      append_escape(result, c);
  }
  return result;
}

std::string normal_path(std::string_view path) {
  std::string result;
  result.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int byte = escaped_byte(path, i);
    if (byte < 0) {
      result += path[i];
      continue;
    }
    // Others than these mean the same encoded and not, within a segment (RFC 3986, 3.3).
    constexpr std::string_view kMeansTheSame = "!$&'()*+,;=:@";
    const char c = static_cast<char>(byte);
    if (is_unreserved(c) || kMeansTheSame.find(c) != std::string_view::npos)
      result += c;
    else
      append_escape(result, c);
    i += 2;
  }
  return result;
}

Pairs parameters_of(std::string_view text, bool plus_is_space) {
  Pairs result;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    result.emplace_back(percent_decoded(pair.substr(0, equals), plus_is_space), percent_decoded(value, plus_is_space));
  }
  return result;
}

std::string to_form(const Pairs& pairs) {
  std::string form;
  for (const auto& [name, value] : pairs)
    form += (form.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  return form;
}

std::vector<std::string> path_segments(std::string_view raw_path) {
  std::vector<std::string> segments;
  while (!raw_path.empty()) {
    if (raw_path.front() == '/') raw_path.remove_prefix(1);
    const std::string_view segment = raw_path.substr(0, raw_path.find('/'));
    raw_path.remove_prefix(segment.size());
    if (!segment.empty() || !raw_path.empty()) segments.push_back(percent_decoded(segment, false));
  }
  return segments;
}

UrlParts url_parts(std::string_view url) {
  UrlParts parts;
  url = url.substr(0, url.find('#'));
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos && scheme < url.find_first_of("/?")) {
    const std::size_t end = std::min(url.find_first_of("/?", scheme + 3), url.size());
    parts.server = url.substr(0, end);
    url.remove_prefix(end);
  }
  const std::size_t question = std::min(url.find('?'), url.size());
  parts.path = url.substr(0, question);
  if (!parts.path.starts_with('/')) parts.path.insert(0, "/");
  parts.query = url.substr(std::min(question + 1, url.size()));
  return parts;
}

std::string host_of(std::string_view server) {
  const std::size_t scheme = server.find("://");
  if (scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
  server = server.substr(server.find('@') == std::string_view::npos ? 0 : server.find('@') + 1);
  const bool is_address = server.starts_with('[');  // IPv6
  return lower(server.substr(0, is_address ? server.find(']') + 1 : server.find(':')));
}

}  // namespace understudy
