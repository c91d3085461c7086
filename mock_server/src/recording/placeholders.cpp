#include "recording/placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <vector>

#include "mock_server/ascii.hpp"
#include "mock_server/base64.hpp"
#include "recording/secret_shapes.hpp"

namespace understudy::recording {
namespace {

constexpr std::string_view kBegin = "understudy-";

std::string slug(std::string_view name) {
  std::string result = lower(name);
  for (char& c : result) {
    if (!(c >= 'a' && c <= 'z')) c = '-';
  }
  return result;
}

/// Clients take the user's id from it.
std::string as_web_token(const std::string& subject, const std::string& name) {
  nlohmann::ordered_json claims{{"iss", "understudy"}};
  if (!subject.empty()) claims["sub"] = subject;
  return fmt::format("{}.{}.{}", to_base64url(R"({"typ":"JWT","alg":"none"})"), to_base64url(claims.dump()), name);
}

}  // namespace

Placeholders::Placeholders(std::map<std::string, std::string> known) : meanings_{std::move(known)} {
  for (const auto& [placeholder, meaning] : meanings_) {
    const std::size_t at = placeholder.rfind(kBegin);
    const std::size_t dash = placeholder.rfind('-');
    if (at == std::string::npos || dash <= at + kBegin.size()) continue;
    int number = 0;
    std::from_chars(placeholder.data() + dash + 1, placeholder.data() + placeholder.size(), number);
    int& last = last_[placeholder.substr(at + kBegin.size(), dash - at - kBegin.size())];
    last = std::max(last, number);
  }
}

std::string Placeholders::stand_for(const std::string& value, std::string_view name, const std::string& meaning) {
  const auto known = by_value_.find(value);
  if (known != by_value_.end()) return known->second;
  const std::string key = slug(name);
  const int number = ++last_[key];
  std::string placeholder = fmt::format("{}{}-{}", kBegin, key, number);
  if (is_json_web_token(value)) placeholder = as_web_token(subject_of(value), placeholder);
  meanings_[placeholder] = meaning.empty() ? fmt::format("{} {}", name, number) : meaning;
  by_value_[value] = placeholder;
  return placeholder;
}

std::string Placeholders::without(std::string_view text) const {
  std::vector<std::string_view> longest_first;
  for (const auto& [placeholder, meaning] : meanings_) longest_first.push_back(placeholder);
  std::ranges::stable_sort(longest_first, std::greater{}, &std::string_view::size);
  std::string result{text};
  for (const std::string_view placeholder : longest_first) {
    for (std::size_t at = result.find(placeholder); at != std::string::npos; at = result.find(placeholder, at + 1))
      result.replace(at, placeholder.size(), " ");
  }
  return result;
}

bool Placeholders::looks_like_one(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot != std::string_view::npos && is_json_web_token(text)) text = text.substr(dot + 1);
  if (!text.starts_with(kBegin)) return false;
  text.remove_prefix(kBegin.size());
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == text.size()) return false;
  return std::ranges::all_of(text.substr(0, dash), [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; }) &&
         std::ranges::all_of(text.substr(dash + 1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace understudy::recording
