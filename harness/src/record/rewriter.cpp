#include "record/rewriter.hpp"

#include <algorithm>

#include "mock_server/replace_all.hpp"

namespace understudy {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  replace_all(text, what, by);
  return text;
}

std::string json_escaped(const std::string& url) { return replaced(url, "/", "\\/"); }
std::string percent_encoded(const std::string& url) { return replaced(replaced(url, ":", "%3A"), "/", "%2F"); }
std::string percent_encoded_lower(const std::string& url) { return replaced(replaced(url, ":", "%3a"), "/", "%2f"); }

bool goes_on(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == ':' || c == '_' || c == '@';
}

}  // namespace

void OriginMap::add(const Origin& from, const std::string& to) {
  const std::string plain = from.text();
  if (plain == to) return;
  std::vector<std::string> spellings{plain};
  const std::string with_port = from.text_with_port();
  if (with_port != plain) spellings.push_back(with_port);
  for (const std::string& each : spellings) {
    pairs_.emplace_back(each, to);
    pairs_.emplace_back(json_escaped(each), json_escaped(to));
    pairs_.emplace_back(percent_encoded(each), percent_encoded(to));
    pairs_.emplace_back(percent_encoded_lower(each), percent_encoded_lower(to));
  }
  std::ranges::stable_sort(pairs_, std::greater{}, [](const auto& pair) { return pair.first.size(); });
}

std::string OriginMap::in(std::string_view text) const {
  Rewriter rewriter{*this};
  std::string result = rewriter.feed(text);
  return result + rewriter.finish();
}

std::string Rewriter::feed(std::string_view piece) {
  held_ += piece;
  return settle(false);
}

std::string Rewriter::finish() { return settle(true); }

std::string Rewriter::settle(bool at_end) {
  std::string result;
  std::string_view rest = held_;
  while (!rest.empty()) {
    const std::size_t start = map_.empty() ? std::string_view::npos : rest.find('h');  // of http
    result += rest.substr(0, start);
    rest.remove_prefix(std::min(start, rest.size()));
    if (rest.empty()) break;
    const std::string* replacement = nullptr;
    std::size_t length = 1;
    bool unsure = false;
    for (const auto& [from, to] : map_.pairs_) {
      if (rest.starts_with(from)) {
        const bool is_last = rest.size() == from.size();
        if (is_last && !at_end) unsure = true;
        if (is_last || !goes_on(rest[from.size()])) {
          replacement = &to;
          length = from.size();
          break;
        }
      } else if (!at_end && std::string_view{from}.starts_with(rest)) {
        unsure = true;
      }
    }
    if (unsure) break;
    result += replacement == nullptr ? rest.substr(0, 1) : std::string_view{*replacement};
    rest.remove_prefix(length);
  }
  held_ = std::string{rest};
  return result;
}

}  // namespace understudy
