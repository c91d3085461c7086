#include "secrets/layer.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "secrets/marks.hpp"

namespace understudy::secrets {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// RFC 7617: `Basic `, then base64 of "user:password".
bool follows_basic(std::string_view before) {
  while (!before.empty() && is_base64(before.back())) before.remove_suffix(1);
  while (!before.empty() && before.back() == ' ') before.remove_suffix(1);
  constexpr std::string_view kScheme = "basic";
  if (before.size() < kScheme.size()) return false;
  return std::ranges::equal(before.substr(before.size() - kScheme.size()), kScheme,
                            [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

/// PHP's serialize(): `s:5:"` before five bytes, which the `size` bytes that follow `before` are among.
bool follows_php_length(std::string_view before, std::size_t size) {
  constexpr std::size_t kFar = 128;
  const std::size_t colon = before.rfind(":\"");
  if (colon == std::string_view::npos || before.size() - colon > kFar) return false;
  const std::size_t between = before.size() - colon - 2;
  before = before.substr(0, colon);
  std::size_t digits = 0;
  while (digits < before.size() && is_digit(before[before.size() - digits - 1])) ++digits;
  std::size_t length = 0;
  std::from_chars(before.data() + before.size() - digits, before.data() + before.size(), length);
  return length >= between + size && before.substr(0, before.size() - digits).ends_with("s:");
}

std::string_view refined(const Pattern& pattern, const Run& run, std::string_view data) {
  const std::string_view before = data.substr(0, run.begin);
  if (pattern.shape == "as it is") {
    if (!pattern.beyond.empty() && run.offset >= pattern.from) return pattern.beyond;
    if (run.size == pattern.bytes.size() && follows_php_length(before, run.size)) return "PHP serialize";
  }
  if (pattern.shape == "base64" && follows_basic(before)) return "Basic authorization";
  return pattern.shape;
}

}  // namespace

std::pair<std::size_t, std::size_t> Layer::outside(std::size_t begin, std::size_t end) const {
  if (stream != nullptr && stream->is_stored) return {stream->begin + begin, stream->begin + end};
  if (stream != nullptr) return {stream->begin, stream->end};
  return {view_begin + view->begin_of(begin), view_begin + view->end_of(end - 1)};
}

std::pair<std::size_t, std::size_t> Layer::place(std::size_t begin, std::size_t end) const {
  if (outer == nullptr) return {begin, end};
  const auto [outer_begin, outer_end] = outside(begin, end);
  return outer->place(outer_begin, outer_end);
}

bool Layer::is_as_outside(std::size_t begin, std::size_t end) const {
  return view != nullptr && view->is_kept(begin, end);
}

std::string Layer::ways_in(std::size_t begin, std::size_t end) const {
  if (outer == nullptr) return {};
  const auto [outer_begin, outer_end] = outside(begin, end);
  std::string_view own;
  if (stream != nullptr) {
    own = stream->shape;
  } else if (!is_as_outside(begin, end)) {
    own = undo->name(outer->data.substr(outer_begin, outer_end - outer_begin));
  }
  const std::string others = outer->ways_in(outer_begin, outer_end);
  if (own.empty()) return others;
  return others.empty() ? std::string{own} : std::string{own} + " in " + others;
}

std::string Layer::describe(const Pattern& pattern, const Run& run) const {
  const std::string_view shape = refined(pattern, run, data);
  const std::string ways = ways_in(run.begin, run.begin + run.size);
  if (ways.empty()) return std::string{shape};
  return shape == "as it is" ? ways : std::string{shape} + " in " + ways;
}

std::string Layer::member(std::size_t at) const {
  std::string result = tar_member(data, at);
  if (outer == nullptr) return result;
  const std::size_t outer_at = outside(at, at + 1).first;
  for (const std::string& name : {stream != nullptr ? stream->member : std::string{}, outer->member(outer_at)}) {
    if (!name.empty()) result = result.empty() ? name : result + " in " + name;
  }
  return result;
}

}  // namespace understudy::secrets
