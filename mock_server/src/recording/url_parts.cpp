#include "recording/url_parts.hpp"

#include <algorithm>

#include "recording/headers.hpp"
#include "recording/utf8.hpp"

namespace understudy::recording {

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

Pairs form_pairs(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    pairs.emplace_back(percent_decoded(pair.substr(0, equals), true), percent_decoded(value, true));
  }
  return pairs;
}

std::string to_form(const Pairs& pairs) {
  std::string form;
  for (const auto& [name, value] : pairs)
    form += (form.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  return form;
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

}  // namespace understudy::recording
