#include "recording/url.hpp"

#include <algorithm>
#include <cctype>

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

std::vector<std::pair<std::string, std::string>> parameters_of(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> result;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      result.emplace_back(percent_decoded(pair.substr(0, equals), true),
                          percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

}  // namespace understudy
