#include "recording/needles.hpp"

#include <algorithm>
#include <cctype>

namespace understudy {

std::size_t Needles::pair_of(std::string_view text) {
  return static_cast<std::size_t>(static_cast<unsigned char>(text[0])) * 256 + static_cast<unsigned char>(text[1]);
}

std::size_t Needles::add(std::string text, bool is_address) {
  const std::size_t number = needles_.size();
  needles_.push_back({std::move(text), is_address});
  const std::string& added = needles_.back().text;
  if (added.size() < 2) return number;
  begins_.set(pair_of(added));
  std::vector<std::size_t>& same = by_pair_[pair_of(added)];
  const auto place =
      std::ranges::find_if(same, [&](std::size_t other) { return needles_[other].text.size() < added.size(); });
  same.insert(place, number);
  return number;
}

bool Needles::fits(const Needle& needle, std::string_view rest) const {
  if (!rest.starts_with(needle.text)) return false;
  if (!needle.is_address || rest.size() == needle.text.size()) return true;
  const char next = rest[needle.text.size()];
  const char after = rest.size() > needle.text.size() + 1 ? rest[needle.text.size() + 1] : ' ';
  const auto is_alnum = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (next == '.' || next == ':') return !is_alnum(after);
  return !is_alnum(next) && next != '-';
}

std::vector<Needles::Found> Needles::find(std::string_view haystack) const {
  std::vector<Found> found;
  if (needles_.empty()) return found;
  for (std::size_t at = 0; at + 1 < haystack.size(); ++at) {
    const std::string_view rest = haystack.substr(at);
    if (!begins_.test(pair_of(rest))) continue;
    for (const std::size_t number : by_pair_.find(pair_of(rest))->second) {
      if (!fits(needles_[number], rest)) continue;
      const std::size_t length = needles_[number].text.size();
      found.push_back({at, length, number});
      at += length - 1;
      break;
    }
  }
  return found;
}

}  // namespace understudy
