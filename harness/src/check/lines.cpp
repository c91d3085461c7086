#include "check/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "mock_server/document.hpp"

namespace understudy {
namespace {

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

/// Length of the control sequence that begins at `text[0]` == ESC.
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  if (text[1] == '[') {  // CSI: parameters, then one final byte of @ to ~
    const auto final_byte = std::ranges::find_if(text.substr(2), [](char c) { return c >= '@' && c <= '~'; });
    return std::min(text.size(), static_cast<std::size_t>(final_byte - text.begin()) + 1);
  }
  if (text[1] == ']' || text[1] == 'P' || text[1] == '_' ||
      text[1] == '^') {  // a string, ended by BEL or ESC backslash
    for (std::size_t i = 2; i < text.size(); ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == '\x1b' && i + 1 < text.size() && text[i + 1] == '\\') return i + 2;
    }
    return text.size();
  }
  return text[1] == '(' || text[1] == ')' ? std::min<std::size_t>(3, text.size()) : 2;
}

}  // namespace

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string without_trailing_blanks(std::string_view text) {
  std::string result;
  for (std::string& line : split_lines(text)) {
    while (!line.empty() && is_blank(line.back())) line.pop_back();
    result += line;
    result += '\n';
  }
  while (!result.empty() && result.back() == '\n') result.pop_back();
  return result;
}

std::string fold_blanks(std::string_view text) {
  std::string result;
  bool blank = false;
  for (const char c : text) {
    if (is_blank(c)) {
      blank = !result.empty();
      continue;
    }
    if (blank) result += ' ';
    blank = false;
    result += c;
  }
  return result;
}

std::string plain_screen(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\x1b') {
      i += escape_length(text.substr(i)) - 1;
    } else if (c == '\b') {
      if (!result.empty() && result.back() != '\n') result.pop_back();
    } else if (c == '\r') {
      const std::size_t next = text.find_first_not_of('\r', i);  // a terminal in raw mode may double it
      if (next == std::string_view::npos || text[next] != '\n') result += '\n';
      i = std::min(next, text.size()) - 1;
    } else if (c == '\n' || c == '\t' || std::iscntrl(static_cast<unsigned char>(c)) == 0) {
      result += c;
    }
  }
  return result;
}

std::string in_quotes(std::string_view text, std::size_t limit) {
  std::string shown;
  for (const char c : text) {
    if (c == '\n')
      shown += "\\n";
    else if (c == '\r')
      shown += "\\r";
    else if (c == '\t')
      shown += "\\t";
    else if (c == '"' || c == '\\')
      shown += std::string{'\\', c};
    else if (std::iscntrl(static_cast<unsigned char>(c)) != 0)
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      shown += c;
  }
  if (shown.size() > limit) {
    std::size_t head = limit * 2 / 3;
    std::size_t tail = shown.size() - limit / 3;
    const auto inside = [&](std::size_t at) {
      return at < shown.size() && (static_cast<unsigned char>(shown[at]) & 0xC0U) == 0x80U;
    };
    while (head > 0 && inside(head)) --head;  // never cut a UTF-8 character in two
    while (inside(tail)) ++tail;
    shown = shown.substr(0, head) + " ... " + shown.substr(tail);
  }
  return '"' + shown + '"';
}

std::string excerpt(std::string_view text, std::size_t limit) {
  const std::vector<std::string> lines = split_lines(text);
  std::string result;
  const std::size_t head = lines.size() <= limit ? lines.size() : limit / 2;
  const std::size_t tail = lines.size() <= limit ? lines.size() : lines.size() - limit / 2;
  for (std::size_t i = 0; i < head; ++i) result += "  " + lines[i] + "\n";
  if (tail > head) result += fmt::format("  ... {} left out ...\n", counted(tail - head, "line"));
  for (std::size_t i = tail; i < lines.size(); ++i) result += "  " + lines[i] + "\n";
  if (!result.empty()) result.pop_back();
  return result;
}

bool matches_wildcards(std::string_view pattern, std::string_view text, std::string_view wildcard) {
  std::size_t at = pattern.find(wildcard);
  if (at == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, at))) return false;
  text.remove_prefix(at);
  pattern.remove_prefix(at + wildcard.size());
  while ((at = pattern.find(wildcard)) != std::string_view::npos) {  // the earliest place is always good enough
    const std::size_t found = text.find(pattern.substr(0, at));
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + at);
    pattern.remove_prefix(at + wildcard.size());
  }
  return text.ends_with(pattern);
}

int likeness(std::string_view a, std::string_view b) {
  if (a == b) return 100;
  if (a.size() < 2 || b.size() < 2) return 0;
  std::map<std::pair<char, char>, int> pairs;
  for (std::size_t i = 0; i + 1 < a.size(); ++i) ++pairs[{a[i], a[i + 1]}];
  std::size_t common = 0;
  for (std::size_t i = 0; i + 1 < b.size(); ++i) {
    const auto found = pairs.find({b[i], b[i + 1]});
    if (found != pairs.end() && found->second-- > 0) ++common;
  }
  return static_cast<int>(200 * common / (a.size() + b.size() - 2));
}

}  // namespace understudy
